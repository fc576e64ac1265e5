// Package script tests the netlark command as its users run it: each file in
// testdata is a session (see testscript).
package script

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// bin holds the command, built once.
var bin string

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "netlark")
	if err == nil {
		err = os.Chmod(dir, 0o755) // other users run it too
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	bin = filepath.Join(dir, "netlark")
	build := exec.Command("go", "build", "-o", bin, "../../cmd/netlark")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return 1
	}
	return m.Run()
}

func TestScripts(t *testing.T) { runAll(t, "testdata") }

// TestAlone is what is timed: other sessions at the same time would be measured
// with it.
func TestAlone(t *testing.T) { runAll(t, "testdata/alone") }

func runAll(t *testing.T, dir string) {
	examples, err := filepath.Abs("../../examples")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: dir,
		Setup: func(e *testscript.Env) error {
			e.Setenv("PATH", filepath.Dir(bin)+":/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
			e.Setenv("EXAMPLES", examples)
			e.Setenv("NO_COLOR", "1")
			shared, err := os.ReadFile("testdata/common.star")
			if err != nil {
				return err
			}
			if err := os.WriteFile(filepath.Join(e.WorkDir, "common.star"), shared, 0o644); err != nil {
				return err
			}
			return os.Chmod(e.WorkDir, 0o755)
		},
		Condition: condition,
		Cmds:      map[string]func(*testscript.TestScript, bool, []string){"interrupt": interrupt, "status": status},
	})
}

// condition knows [sandbox]: this machine lets the caller make namespaces, and
// [root].
func condition(name string) (bool, error) {
	switch name {
	case "sandbox":
		return exec.Command(bin, "run", "--sandbox", "-c", "pass").Run() == nil, nil
	case "root":
		return os.Getuid() == 0, nil
	case "nobody": // root can try what others see
		return os.Getuid() == 0 && exec.Command("setpriv", "--version").Run() == nil, nil
	}
	return false, fmt.Errorf("unknown condition %q", name)
}

// status runs a command and compares its exit status: status 64 netlark …
func status(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status CODE COMMAND [ARG…]")
	}
	err := ts.Exec(args[1], args[2:]...)
	code := 0
	if exit, ok := err.(*exec.ExitError); ok {
		code = exit.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if got := fmt.Sprint(code); got != args[0] {
		ts.Fatalf("exit status %s, want %s", got, args[0])
	}
}

// interrupt [-in FILE] ARG… runs a command, presses Ctrl-C after it has printed
// its first line, and wants it to end with status 130 within 100 ms (a second on
// a slow machine under the race detector would be no interrupt either). The
// machine may be busy with something else, so it has three tries.
func interrupt(ts *testscript.TestScript, neg bool, args []string) {
	const tries = 3
	for n := 1; ; n++ {
		took := interruptOnce(ts, args)
		switch {
		case took <= 100*time.Millisecond:
			return
		case n == tries:
			ts.Fatalf("ended %v after Ctrl-C", took)
		}
	}
}

func interruptOnce(ts *testscript.TestScript, args []string) time.Duration {
	var in io.Reader
	if args[0] == "-in" {
		in, args = strings.NewReader(ts.ReadFile(args[1])), args[2:]
	}
	cmd := exec.Command(bin, args...)
	cmd.Dir, cmd.Stdin = ts.MkAbs("."), in
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	out, err := cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	first := make([]byte, 1)
	_, err = out.Read(first)
	ts.Check(err)
	time.Sleep(50 * time.Millisecond) // into what comes after the line
	start := time.Now()
	ts.Check(syscall.Kill(-cmd.Process.Pid, syscall.SIGINT))
	_ = cmd.Wait()
	took := time.Since(start)
	if code := cmd.ProcessState.ExitCode(); code != 130 {
		ts.Fatalf("exit status %d after Ctrl-C, want 130", code)
	}
	return took
}
