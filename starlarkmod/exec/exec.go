// Package exec is the function exec: programs run in a namespace.
package exec

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"strings"
	"syscall"
	"time"

	"go.starlark.net/starlark"
	"go.starlark.net/starlarkstruct"

	"github.com/netlark/netlark/starlarkmod/module"
	"github.com/netlark/netlark/starlarkmod/netval"
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
		p("input", "string", "None", "what it reads from standard input"),
		p("env", "dict", "{}", "added to the environment"),
		p("cwd", "string", "None", "folder to run in"),
		p("timeout", "time", "None", "after which it is killed"),
		p("user", "string", "None", "name or number to run as"),
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

// A command is what one call of exec runs.
type command struct {
	argv    []string
	check   bool
	input   string
	env     []string
	cwd     string
	timeout time.Duration
	user    string
}

func parse(b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (*command, error) {
	c := &command{check: true}
	var argv starlark.Iterable
	var env *starlark.Dict
	var timeout string
	if err := starlark.UnpackArgs(b.Name(), args, kwargs, "cmd", &argv, "check?", &c.check, "input??", &c.input,
		"env??", &env, "cwd??", &c.cwd, "timeout??", &timeout, "user??", &c.user); err != nil {
		return nil, err
	}
	for x := range starlark.Elements(argv) {
		s, err := argument(x)
		if err != nil {
			return nil, err
		}
		c.argv = append(c.argv, s)
	}
	if len(c.argv) == 0 {
		return nil, &script.Problem{Class: "invalid", Index: 1, Path: "cmd", Message: "exec: the list has no program"}
	}
	if timeout != "" {
		d, err := time.ParseDuration(timeout)
		if err != nil || d <= 0 {
			return nil, &script.Problem{Class: "invalid", Path: "timeout", Message: fmt.Sprintf("exec: timeout: %q is not a time such as \"5s\"", timeout)}
		}
		c.timeout = d
	}
	if env != nil {
		for _, kv := range env.Items() {
			c.env = append(c.env, text(kv[0])+"="+text(kv[1]))
		}
	}
	return c, nil
}

func text(v starlark.Value) string {
	if s, ok := starlark.AsString(v); ok {
		return s
	}
	return v.String()
}

// argument refuses secrets, which other users could read in the process list.
func argument(x starlark.Value) (string, error) {
	if _, secret := x.(netval.Secret); secret {
		return "", &script.Problem{Class: "invalid", Index: 1, Path: "cmd",
			Message: "exec: a secret cannot be an argument: other users could read it in the list of processes",
			Advice:  "hand it over as input = s.reveal()"}
	}
	switch x.(type) {
	case starlark.String, starlark.Int, netval.Prefix, netval.MAC:
		return text(x), nil
	}
	return "", &script.Problem{Class: "invalid", Index: 1, Path: "cmd", Message: fmt.Sprintf("exec: got %s as an argument, want a string", x.Type())}
}

func (c *command) run(ctx context.Context, t *module.Target) (starlark.Value, error) {
	if c.timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, c.timeout)
		defer cancel()
	}
	cmd := exec.CommandContext(ctx, c.argv[0], c.argv[1:]...)
	var stdout, stderr bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(c.input), &stdout, &stderr
	cmd.Dir, cmd.Env = c.cwd, append(os.Environ(), c.env...)
	// A group of its own: Ctrl-C is the script's to handle, and what the
	// program started ends with it.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second
	if err := c.as(cmd.SysProcAttr); err != nil {
		return nil, err
	}
	if err := t.Do(cmd.Start); err != nil {
		return nil, &script.Problem{Class: "command", Index: 1, Path: "cmd", Err: err, Message: fmt.Sprintf("exec: %v", err)}
	}
	err := cmd.Wait()
	code := cmd.ProcessState.ExitCode()
	if err != nil && ctx.Err() != nil {
		return nil, c.ended(ctx.Err())
	}
	if c.check && code != 0 {
		return nil, &script.Problem{Class: "command", Message: fmt.Sprintf("exec: %s: %s%s", strings.Join(c.argv, " "), cmd.ProcessState, said(stderr.String(), stdout.String()))}
	}
	return starlarkstruct.FromStringDict(starlarkstruct.Default, starlark.StringDict{
		"code": starlark.MakeInt(code), "stdout": starlark.String(stdout.String()), "stderr": starlark.String(stderr.String()),
	}), nil
}

func (c *command) ended(err error) error {
	if errors.Is(err, context.DeadlineExceeded) && c.timeout > 0 {
		return &script.Problem{Class: "timeout", Path: "timeout", Message: fmt.Sprintf("exec: %s: killed after %v", strings.Join(c.argv, " "), c.timeout)}
	}
	return err
}

func said(outputs ...string) string {
	for _, s := range outputs {
		if s = strings.TrimSpace(s); s != "" {
			lines := strings.Split(s, "\n")
			return ": " + lines[len(lines)-1]
		}
	}
	return ""
}

// as makes the program run as another user.
func (c *command) as(attr *syscall.SysProcAttr) error {
	if c.user == "" {
		return nil
	}
	u, err := user.Lookup(c.user)
	if err != nil {
		u, err = user.LookupId(c.user)
	}
	if err != nil {
		return &script.Problem{Class: "not_found", Path: "user", Message: fmt.Sprintf("exec: user: there is no user %q", c.user)}
	}
	uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
	gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	attr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return nil
}
