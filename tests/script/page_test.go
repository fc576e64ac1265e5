package script

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A page of the documentation shows files, commands with their output, and the
// prompt. They are run in order, in one folder, and have to print what is shown.
//
//	`lab.star`:   before a block in python: the file
//	```console    lines that begin with "$ ", or "> " when a command goes on;
//	              what they print; … stands for anything
//	```prompt     lines behind the prompt, and what they print
func testPage(t *testing.T, file string) {
	t.Helper()
	needSandbox(t)
	page, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	commands := 0
	for _, b := range blocks.FindAllSubmatch(page, -1) {
		name, language, text := string(b[1]), string(b[2]), string(b[3])
		switch {
		case language == "python" && name != "":
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		case language == "console":
			commands += testConsole(t, dir, text)
		case language == "prompt":
			commands += testPrompt(t, dir, text)
		}
	}
	if commands == 0 {
		t.Errorf("%s shows no command", file)
	}
}

// blocks finds the blocks of a page, and the name in the line above.
var blocks = regexp.MustCompile("(?ms)(?:^[^\n]*`([a-z-]+\\.star)`[^\n]*:\n\n)?^```([a-z]+)\n(.*?)^```$")

// testConsole runs the commands of a block, and returns how many there are.
func testConsole(t *testing.T, dir, text string) (n int) {
	t.Helper()
	lines := strings.SplitAfter(text, "\n")
	for i := 0; i < len(lines); {
		command, ok := strings.CutPrefix(lines[i], "$ ")
		if !ok {
			t.Fatalf("no command: %s", lines[i])
		}
		for i++; i < len(lines) && strings.HasPrefix(lines[i], "> "); i++ {
			command += lines[i][2:]
		}
		want := ""
		for ; i < len(lines) && !strings.HasPrefix(lines[i], "$ "); i++ {
			want += lines[i]
		}
		prints(t, dir, exec.Command("sh", "-c", command), command, want)
		n++
	}
	return n
}

// testPrompt types the lines behind the prompt.
func testPrompt(t *testing.T, dir, text string) int {
	t.Helper()
	var typed, want strings.Builder
	n := 0
	for line := range strings.Lines(text) {
		if m := prompt.FindStringSubmatch(line); m != nil {
			typed.WriteString(m[1] + "\n")
			n++
		} else {
			want.WriteString(line)
		}
	}
	cmd := exec.Command(bin, "--sandbox")
	cmd.Stdin = strings.NewReader(typed.String())
	prints(t, dir, cmd, typed.String(), want.String())
	return n
}

var prompt = regexp.MustCompile(`^(?:netlark| +)> ?(.*)\n`)

func prints(t *testing.T, dir string, cmd *exec.Cmd, what, want string) {
	t.Helper()
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "PATH="+filepath.Dir(bin)+":"+os.Getenv("PATH"), "NO_COLOR=1")
	out, err := cmd.CombinedOutput()
	pattern := strings.ReplaceAll(regexp.QuoteMeta(want), "…", ".*")
	if !regexp.MustCompile("^" + pattern + "$").Match(out) {
		t.Errorf("%s\nprints (%v)\n%s\nand not\n%s", what, err, out, want)
	}
}

func TestGuide(t *testing.T) { testPage(t, "../../docs/guide.md") }
