package script

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
)

// programs are the examples in Go, and what they print where lo is up.
var programs = []struct{ name, says string }{
	{"list-links", `(?m)^lo +- +up=true +mtu=65536 \[127\.0\.0\.1/8 ::1/128\]$`},
	{"bridge", `^host pings 10\.0\.0\.1: 3 of 3 answers\n`},
}

// The examples in Go are built as their users build them, and run in a sandbox.
func TestGoExamples(t *testing.T) {
	needSandbox(t)
	dirs, err := filepath.Glob("../../examples/go/*/main.go")
	if err != nil || len(dirs) != len(programs) {
		t.Errorf("%d programs, %d in the table: %v", len(dirs), len(programs), err)
	}
	for _, p := range programs {
		t.Run(p.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), p.name)
			if out, err := exec.Command("go", "build", "-o", file, "../../examples/go/"+p.name).CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			code := fmt.Sprintf("link.up(\"lo\")\nprint(exec([%q], check = True).stdout)", file)
			out, err := exec.Command(bin, "run", "--sandbox", "-c", code).CombinedOutput()
			if err != nil || !regexp.MustCompile(p.says).Match(out) {
				t.Errorf("it says %v\n%s", err, out)
			}
		})
	}
}

func needSandbox(t *testing.T) {
	t.Helper()
	if exec.Command(bin, "run", "--sandbox", "-c", "pass").Run() != nil {
		t.Skip("this machine does not let users make namespaces")
	}
}
