// Package exec is the function exec: programs run in a namespace.
package exec

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"go.starlark.net/starlark"
	"go.starlark.net/starlarkstruct"

	"github.com/netlark/netlark/starlarkmod/module"
	"github.com/netlark/netlark/starlarkmod/script"
)

// Function is exec(cmd, …) for a target; nil is the session's current one.
func Function(t *module.Target) *module.Function {
	p := func(name, typ, def, doc string) module.Param {
		return module.Param{Name: name, Type: typ, Default: def, Doc: doc}
	}
	return module.NewFunction("exec", "run a program in the namespace and wait for it; gives struct(code, stdout, stderr)", 1, module.Fixed(
		p("cmd", "list of strings", "", "program and arguments"),
		p("check", "boolean", "True", "a code other than 0 is an error"),
		p("input", "string or secret", "None", "what it reads from standard input"),
		p("env", "dict", "{}", "added to the environment; the program sees what a secret hides"),
		p("cwd", "string", "None", "folder to run in"),
		p("timeout", "time", "None", "after which it is killed"),
		p("user", "string or number", "None", "name or number to run as"),
	), func(th *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
		if err := script.RequireLive(th, "exec"); err != nil {
			return nil, err
		}
		c, err := parse(b, args, kwargs)
		if err != nil {
			return nil, err
		}
		s, ok := script.Session[*module.Session](th)
		if !ok {
			return nil, errors.New("exec: no session")
		}
		if err := s.Sync(script.Context(th)); err != nil {
			return nil, err
		}
		at := t
		if at == nil {
			at = s.Current
		}
		return c.run(script.Context(th), at)
	})
}

// MaxOutput is how much a program may write to each of its outputs: they are
// collected in memory.
const MaxOutput = 64 << 20

// Causes for which a program is killed.
var (
	errTooLong = errors.New("time is up")
	errTooMuch = errors.New("too much output")
)

// patience is how long a killed program may take to be gone. What left its
// group may hold its outputs open for much longer.
const patience = 30 * time.Millisecond

// run runs the program in t's namespace.
func (c *command) run(ctx context.Context, t *module.Target) (starlark.Value, error) {
	ctx, kill := context.WithCancelCause(ctx)
	defer kill(nil)
	if c.timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, c.timeout, errTooLong)
		defer cancel()
	}
	stdout, stderr := &output{full: kill}, &output{full: kill}
	cmd, err := c.prepare(ctx)
	if err != nil {
		return nil, err
	}
	cmd.Stdout, cmd.Stderr = stdout, stderr
	if err := t.Start(cmd.Start); err != nil {
		return nil, c.notStarted(err)
	}
	if err := wait(ctx, cmd); err != nil {
		return nil, c.killed(err)
	}
	code := cmd.ProcessState.ExitCode()
	if c.check && code != 0 {
		return nil, &script.Problem{Class: "command", Message: fmt.Sprintf("exec: %s: %s%s", c, cmd.ProcessState, said(stderr.String(), stdout.String()))}
	}
	return starlarkstruct.FromStringDict(starlarkstruct.Default, starlark.StringDict{
		"code": starlark.MakeInt(code), "stdout": starlark.String(stdout.String()), "stderr": starlark.String(stderr.String()),
	}), nil
}

// prepare returns the program, not started.
func (c *command) prepare(ctx context.Context) (*exec.Cmd, error) {
	cmd := exec.CommandContext(ctx, c.argv[0], c.argv[1:]...)
	cmd.Stdin = strings.NewReader(c.input)
	cmd.Dir, cmd.Env = c.cwd, append(os.Environ(), c.env...)
	// A group of its own: Ctrl-C is the script's to handle, and what the
	// program started ends with it.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second
	return cmd, c.as(cmd.SysProcAttr)
}

// wait waits for a program that was started. The error is why it was killed.
func wait(ctx context.Context, cmd *exec.Cmd) error {
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case err := <-ended:
		if err != nil && ctx.Err() != nil {
			return context.Cause(ctx)
		}
		return nil // its code says the rest
	case <-ctx.Done():
	}
	select {
	case <-ended:
	case <-time.After(patience):
	}
	return context.Cause(ctx)
}

// killed explains why the program was killed.
func (c *command) killed(cause error) error {
	switch {
	case errors.Is(cause, errTooLong):
		return &script.Problem{Class: "timeout", Path: "timeout", Message: fmt.Sprintf("exec: %s: killed after %v", c, c.timeout)}
	case errors.Is(cause, errTooMuch):
		return &script.Problem{Class: "no_space", Index: 1, Message: fmt.Sprintf("exec: %s: killed, as it wrote more than %d MiB", c, MaxOutput>>20),
			Advice: `let it write to a file: exec(["sh", "-c", "… > file"])`}
	}
	return cause
}
