// Package exec is the function exec: programs run in a namespace.
package exec

import (
	"context"
	"errors"
	"fmt"

	"go.starlark.net/starlark"
	"go.starlark.net/starlarkstruct"

	"github.com/netlark/netlark/netlinkcore/program"
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

// errTooLong is the cause for which a program is killed after its timeout.
var errTooLong = errors.New("time is up")

// run runs the program in t's namespace.
func (c *command) run(ctx context.Context, t *module.Target) (starlark.Value, error) {
	if c.timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, c.timeout, errTooLong)
		defer cancel()
	}
	if err := c.as(); err != nil {
		return nil, err
	}
	r, err := c.Run(ctx, t.Start)
	if failed, ok := errors.AsType[*program.StartError](err); ok {
		return nil, c.notStarted(failed)
	}
	if err != nil {
		return nil, c.killed(err)
	}
	if c.check && !r.Success() {
		return nil, &script.Problem{Class: "command", Message: fmt.Sprintf("exec: %s: %s%s", c, r.ProcessState, r.Said())}
	}
	return starlarkstruct.FromStringDict(starlarkstruct.Default, starlark.StringDict{
		"code": starlark.MakeInt(r.ExitCode()), "stdout": starlark.String(r.Stdout), "stderr": starlark.String(r.Stderr),
	}), nil
}

// killed explains why the program was killed.
func (c *command) killed(cause error) error {
	switch {
	case errors.Is(cause, errTooLong):
		return &script.Problem{Class: "timeout", Path: "timeout", Message: fmt.Sprintf("exec: %s: killed after %v", c, c.timeout)}
	case errors.Is(cause, program.ErrTooMuch):
		return &script.Problem{Class: "no_space", Index: 1, Message: fmt.Sprintf("exec: %s: killed, as it wrote more than %d MiB", c, program.MaxOutput>>20),
			Advice: `let it write to a file: exec(["sh", "-c", "… > file"])`}
	}
	return cause
}
