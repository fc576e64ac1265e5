package exec

import (
	"fmt"
	"strings"
	"time"

	"go.starlark.net/starlark"

	"github.com/netlark/netlark/netlinkcore/program"
	"github.com/netlark/netlark/starlarkmod/netval"
	"github.com/netlark/netlark/starlarkmod/script"
)

// A command is what one call of exec runs.
type command struct {
	program.Command
	check   bool
	timeout time.Duration
	user    string
}

func parse(b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (*command, error) {
	c := &command{check: true}
	var argv, user starlark.Value
	var input netval.Secret
	var env *starlark.Dict
	var timeout script.LongTime
	if err := starlark.UnpackArgs(b.Name(), args, kwargs, "cmd", &argv, "check?", &c.check, "input??", &input,
		"env??", &env, "cwd??", &c.Dir, "timeout??", &timeout, "user??", &user); err != nil {
		return nil, err
	}
	c.Input, c.timeout = input.Reveal(), timeout.Duration
	if err := c.arguments(argv); err != nil {
		return nil, err
	}
	if err := c.environment(env); err != nil {
		return nil, err
	}
	if strings.Contains(c.Dir, "\x00") {
		return nil, invalid("cwd", "the folder's name holds a NUL character")
	}
	switch u := user.(type) {
	case nil:
	case starlark.String, starlark.Int:
		c.user = text(u)
	default:
		return nil, invalid("user", fmt.Sprintf("got %s, want a name or a number", u.Type()))
	}
	return c, nil
}

// invalid is an error about an argument.
func invalid(name, why string) *script.Problem {
	return &script.Problem{Class: "invalid", Path: name, Message: fmt.Sprintf("exec: %s: %s", name, why)}
}

// Words reads a program and its arguments, as the argument called name of a call
// of op. Secrets are refused, with advice: other users could read them in the list of
// processes.
func Words(op, name string, argv starlark.Value, advice string) ([]string, error) {
	wrong := func(why string) *script.Problem {
		return &script.Problem{Class: "invalid", Path: name, Message: op + ": " + name + ": " + why}
	}
	list, ok := argv.(starlark.Iterable)
	if _, dict := argv.(*starlark.Dict); !ok || dict {
		p := wrong(fmt.Sprintf("got %s, want a list of the program and its arguments", argv.Type()))
		if s, ok := starlark.AsString(argv); ok {
			words := make([]string, 0, 4)
			for _, w := range strings.Fields(s) {
				words = append(words, starlark.String(w).String())
			}
			p.Advice = "write [" + strings.Join(words, ", ") + "]; there is no shell in between"
		}
		return nil, p
	}
	var out []string
	for x := range starlark.Elements(list) {
		switch x.(type) {
		case netval.Secret:
			return nil, &script.Problem{Class: "invalid", Path: name,
				Message: op + ": a secret cannot be an argument: other users could read it in the list of processes",
				Advice:  advice}
		case starlark.String, starlark.Int, netval.Prefix, netval.MAC:
		default:
			return nil, wrong(fmt.Sprintf("got %s as an argument, want a string", x.Type()))
		}
		if strings.Contains(text(x), "\x00") {
			return nil, wrong(fmt.Sprintf("word %d holds a NUL character, which no program can be given", len(out)+1))
		}
		out = append(out, text(x))
	}
	if len(out) == 0 || out[0] == "" {
		return nil, wrong("the list names no program")
	}
	return out, nil
}

// arguments reads the list of the program and its arguments.
func (c *command) arguments(argv starlark.Value) (err error) {
	c.Argv, err = Words("exec", "cmd", argv, `hand it over as input = s, or in env = {"NAME": s}`)
	if p, ok := err.(*script.Problem); ok {
		p.Index = 1
	}
	return err
}

// environment reads what is added to the environment. Only the program's own
// user and root can read that, so it may hold secrets.
func (c *command) environment(env *starlark.Dict) error {
	if env == nil {
		return nil
	}
	for _, kv := range env.Items() {
		name, ok := starlark.AsString(kv[0])
		if !ok || name == "" || strings.ContainsAny(name, "=\x00") {
			return invalid("env", fmt.Sprintf("%s cannot be the name of a variable", kv[0]))
		}
		var value string
		switch v := kv[1].(type) {
		case netval.Secret:
			value = v.Reveal()
		case starlark.String, starlark.Int, netval.Prefix, netval.MAC:
			value = text(v)
		default:
			return invalid("env", fmt.Sprintf("%s: got %s, want a string, a number or a secret", name, v.Type()))
		}
		if strings.Contains(value, "\x00") {
			return invalid("env", fmt.Sprintf("%s holds a NUL character, which no program can be given", name))
		}
		c.Env = append(c.Env, name+"="+value)
	}
	return nil
}

func text(v starlark.Value) string {
	if s, ok := starlark.AsString(v); ok {
		return s
	}
	return v.String()
}
