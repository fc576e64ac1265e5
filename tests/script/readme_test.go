package script

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const readme = "../../README.md"

// TestReadme runs what README shows: its script, the error that it prints, and
// the prompt.
func TestReadme(t *testing.T) {
	testPage(t, readme)
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	block := regexp.MustCompile("(?s)```python\n(.*?)```").FindSubmatch(text)
	if block == nil {
		t.Fatal("README has no script")
	}
	out, err := exec.Command(bin, "run", "--sandbox", "-c", string(block[1])).CombinedOutput()
	if err != nil || !strings.HasSuffix(string(out), "True\n") {
		t.Errorf("README's script: %v\n%s", err, out)
	}

	want := regexp.MustCompile("(?s)```\n(Error: .*?)```").FindSubmatch(text)
	if want == nil {
		t.Fatal("README shows no error")
	}
	file := filepath.Join(t.TempDir(), "file.star")
	script := "link.up(\"lo\")" + strings.Repeat("\n", 13) + "route.add(\"10.1.0.0/16\", via = \"10.9.9.9\")\n"
	if err := os.WriteFile(file, []byte(script), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(bin, "run", "--sandbox", "file.star")
	cmd.Dir = filepath.Dir(file)
	if got, _ := cmd.CombinedOutput(); string(got) != string(want[1]) {
		t.Errorf("README's error is\n%s\nand not\n%s", got, want[1])
	}
}

// TestReadmeProofs finds the tests that hold up what README claims: each row of
// the table about others names one, which is in the file that it is said to be in.
func TestReadmeProofs(t *testing.T) {
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(text), "\n|---|---|---|---|---|\n")
	table, _, _ = strings.Cut(table, "\n\n")
	rows := strings.Split(table, "\n")
	if len(rows) < 5 {
		t.Fatalf("README's table has %d rows", len(rows))
	}
	for _, row := range rows {
		proof := regexp.MustCompile(`\[([A-Za-z.]+)\]\(([^)]+)\) \|$`).FindStringSubmatch(row)
		if proof == nil {
			t.Errorf("no proof: %s", row)
			continue
		}
		source, err := os.ReadFile("../../" + proof[2])
		isTest := strings.HasSuffix(proof[2], "/"+proof[1]) || strings.Contains(string(source), "func "+proof[1]+"(t *testing.T)")
		if err != nil || !isTest {
			t.Errorf("%s has no %s: %v", proof[2], proof[1], err)
		}
	}
}

// TestLinks finds the files that pages name.
func TestLinks(t *testing.T) {
	pages, err := filepath.Glob("../../docs/*.md")
	if err != nil || len(pages) == 0 {
		t.Fatal(pages, err)
	}
	for _, page := range append(pages, readme) {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`\]\(([^)#:\s]+)(?:#[^)]*)?\)`).FindAllStringSubmatch(string(text), -1) {
			if _, err := os.Stat(filepath.Join(filepath.Dir(page), m[1])); err != nil {
				t.Errorf("%s names %s: %v", page, m[1], err)
			}
		}
	}
}
