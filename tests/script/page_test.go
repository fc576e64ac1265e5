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
//	`lab.star`:       before a block in python: the file
//	```console        lines that begin with "$ ", or "> " when a command goes on;
//	                  what they print; … stands for anything
//	```console netem  the same, where the kernel has that
//	```prompt         lines behind the prompt, and what they print
type page struct {
	file string
	dir  string
	// shell runs a command in dir.
	shell func(command string) *exec.Cmd
	// has says whether the kernel has what a block takes.
	has func(what string) bool
}

func (p *page) test(t *testing.T) {
	t.Helper()
	text, err := os.ReadFile(p.file)
	if err != nil {
		t.Fatal(err)
	}
	commands := 0
	for _, b := range blocks.FindAllSubmatch(text, -1) {
		name, language, takes, text := string(b[1]), string(b[2]), string(b[3]), string(b[4])
		switch {
		case takes != "" && !p.has(takes):
			t.Logf("not run, as the kernel has no %s:\n%s", takes, text)
		case language == "python" && name != "":
			if err := os.WriteFile(filepath.Join(p.dir, name), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		case language == "console":
			commands += p.console(t, text)
		case language == "prompt":
			commands += testPrompt(t, p.dir, text)
		}
	}
	if commands == 0 {
		t.Errorf("%s shows no command", p.file)
	}
}

// blocks finds the blocks of a page, and the name in the line above.
var blocks = regexp.MustCompile("(?ms)(?:^[^\n]*`([a-z-]+\\.star)`[^\n]*:\n\n)?^```([a-z]+)(?: ([a-z]+))?\n(.*?)^```$")

// console runs the commands of a block, and returns how many there are.
func (p *page) console(t *testing.T, text string) (n int) {
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
		prints(t, p.dir, p.shell(command), command, want)
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

// testPage runs the commands of a page where the test runs.
func testPage(t *testing.T, file string) {
	t.Helper()
	needSandbox(t)
	p := page{file: file, dir: t.TempDir(), shell: func(command string) *exec.Cmd { return exec.Command("sh", "-c", command) }}
	p.test(t)
}

func TestGuide(t *testing.T) { testPage(t, "../../docs/guide.md") }
