package exec

import (
	"fmt"
	"strings"
	"time"

	"go.starlark.net/starlark"

	"github.com/netlark/netlark/starlarkmod/netval"
	"github.com/netlark/netlark/starlarkmod/script"
)

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

// String returns the command for messages.
func (c *command) String() string { return clip(strings.Join(c.argv, " "), 200) }

func parse(b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (*command, error) {
	c := &command{check: true}
	var argv, user starlark.Value
	var input netval.Secret
	var env *starlark.Dict
	var timeout script.LongTime
	if err := starlark.UnpackArgs(b.Name(), args, kwargs, "cmd", &argv, "check?", &c.check, "input??", &input,
		"env??", &env, "cwd??", &c.cwd, "timeout??", &timeout, "user??", &user); err != nil {
		return nil, err
	}
	c.input, c.timeout = input.Reveal(), timeout.Duration
	if err := c.arguments(argv); err != nil {
		return nil, err
	}
	if err := c.environment(env); err != nil {
		return nil, err
	}
	if strings.Contains(c.cwd, "\x00") {
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
	p := &script.Problem{Class: "invalid", Path: name, Message: fmt.Sprintf("exec: %s: %s", name, why)}
	if name == "cmd" {
		p.Index = 1
	}
	return p
}

// arguments reads the list of the program and its arguments.
func (c *command) arguments(argv starlark.Value) error {
	list, ok := argv.(starlark.Iterable)
	if _, dict := argv.(*starlark.Dict); !ok || dict {
		p := invalid("cmd", fmt.Sprintf("got %s, want a list of the program and its arguments", argv.Type()))
		if s, ok := starlark.AsString(argv); ok {
			words := make([]string, 0, 4)
			for _, w := range strings.Fields(s) {
				words = append(words, starlark.String(w).String())
			}
			p.Advice = "write [" + strings.Join(words, ", ") + "]; there is no shell in between"
		}
		return p
	}
	for x := range starlark.Elements(list) {
		s, err := argument(x)
		if err != nil {
			return err
		}
		if strings.Contains(s, "\x00") {
			return invalid("cmd", fmt.Sprintf("word %d holds a NUL character, which no program can be given", len(c.argv)+1))
		}
		c.argv = append(c.argv, s)
	}
	if len(c.argv) == 0 || c.argv[0] == "" {
		return invalid("cmd", "the list names no program")
	}
	return nil
}

// argument refuses secrets, which other users could read in the process list.
func argument(x starlark.Value) (string, error) {
	switch x.(type) {
	case netval.Secret:
		return "", &script.Problem{Class: "invalid", Index: 1, Path: "cmd",
			Message: "exec: a secret cannot be an argument: other users could read it in the list of processes",
			Advice:  `hand it over as input = s, or in env = {"NAME": s}`}
	case starlark.String, starlark.Int, netval.Prefix, netval.MAC:
		return text(x), nil
	}
	return "", invalid("cmd", fmt.Sprintf("got %s as an argument, want a string", x.Type()))
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
		c.env = append(c.env, name+"="+value)
	}
	return nil
}

func text(v starlark.Value) string {
	if s, ok := starlark.AsString(v); ok {
		return s
	}
	return v.String()
}
