package script

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestReadme runs what README shows: its script, and the error that it prints.
func TestReadme(t *testing.T) {
	if exec.Command(bin, "run", "--sandbox", "-c", "pass").Run() != nil {
		t.Skip("this machine does not let users make namespaces")
	}
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	block := regexp.MustCompile("(?s)```python\n(.*?)```").FindSubmatch(readme)
	if block == nil {
		t.Fatal("README has no script")
	}
	out, err := exec.Command(bin, "run", "--sandbox", "-c", string(block[1])).CombinedOutput()
	if err != nil || !strings.HasSuffix(string(out), "True\n") {
		t.Errorf("README's script: %v\n%s", err, out)
	}

	want := regexp.MustCompile("(?s)```\n(Error: .*?)```").FindSubmatch(readme)
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
