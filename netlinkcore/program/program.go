// Package program runs programs in network namespaces.
package program

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// A Command is a program and how it is run. There is no shell in between.
type Command struct {
	Argv       []string // the program, and its arguments
	Input      string   // what it reads from standard input
	Env        []string // NAME=value, added to the environment
	Dir        string   // to run in; "" is the one at hand
	Credential *syscall.Credential
}

// A Result is how a program ended, and what it wrote.
type Result struct {
	*os.ProcessState
	Stdout, Stderr string
}

// MaxOutput is how much a program may write to each of its outputs: they are
// collected in memory.
const MaxOutput = 64 << 20

// ErrTooMuch says that a program was killed since it wrote more than MaxOutput.
var ErrTooMuch = errors.New("killed, as it wrote too much")

// patience is how long a killed program may take to be gone. What left its
// group may hold its outputs open for much longer.
const patience = 30 * time.Millisecond

// String returns the command for messages.
func (c *Command) String() string { return clip(strings.Join(c.Argv, " "), 200) }

// Run runs the program and waits for it. enter calls a function on a thread in the
// namespace (netns.NS.Do). A program that did not start is a *StartError; one that
// was killed since ctx ended, ctx's cause. Any code that it ends with is no error.
func (c *Command) Run(ctx context.Context, enter func(fn func() error) error) (*Result, error) {
	ctx, kill := context.WithCancelCause(ctx)
	defer kill(nil)
	stdout, stderr := &output{full: kill}, &output{full: kill}
	cmd := c.prepare(ctx)
	cmd.Stdout, cmd.Stderr = stdout, stderr
	if err := enter(cmd.Start); err != nil {
		return nil, &StartError{c.Argv[0], err}
	}
	if err := wait(ctx, cmd); err != nil {
		return nil, err
	}
	return &Result{cmd.ProcessState, stdout.String(), stderr.String()}, nil
}

// prepare returns the program, not started.
func (c *Command) prepare(ctx context.Context) *exec.Cmd {
	cmd := exec.CommandContext(ctx, c.Argv[0], c.Argv[1:]...)
	cmd.Stdin = strings.NewReader(c.Input)
	cmd.Dir, cmd.Env = c.Dir, append(os.Environ(), c.Env...)
	// A group of its own: Ctrl-C is the caller's to handle, and what the program
	// started ends with it.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Credential: c.Credential}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second
	return cmd
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
