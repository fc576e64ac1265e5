package repl

import (
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"

	"go.starlark.net/starlark"

	"github.com/netlark/netlark/starlarkmod/help"
	"github.com/netlark/netlark/starlarkmod/module"
	"github.com/netlark/netlark/starlarkmod/script"
)

// A command is what the prompt adds to the language: :name argument.
type command struct {
	name, arg, doc string
	run            func(r *session, arg string) error
}

func commands() []command {
	return []command{
		{"ns", "[NAME]", "act in the namespace of this name from now on; without one, where the session began", (*session).enter},
		{"save", "FILE.star", "write the inputs that succeeded as a script; those with secrets are left out", (*session).save},
		{"help", "", "this", (*session).usage},
		{"quit", "", "leave; so do exit() and Ctrl-D", func(*session, string) error { return errLeave }},
	}
}

// isOwn reports whether a line is for the prompt itself: it needs no further
// ones.
func isOwn(line string) bool {
	_, asks := asksForHelp(strings.TrimSpace(line))
	return asks || strings.HasPrefix(strings.TrimSpace(line), ":")
}

// own does what an input asks of the prompt itself, and reports whether it was
// one that does.
func (r *session) own(text string) (bool, error) {
	if strings.HasPrefix(text, ":") {
		return true, r.command(text[1:])
	}
	if name, ok := asksForHelp(text); ok {
		return true, r.help(name)
	}
	if _, defined := r.in.Globals()[text]; !defined && leaving[text] {
		return true, r.say("exit() or Ctrl-D leaves; exit(n) leaves with exit code n\n")
	}
	return false, nil
}

func (r *session) command(text string) error {
	name, arg, _ := strings.Cut(text, " ")
	var known []string
	for _, c := range commands() {
		if c.name == name {
			return c.run(r, strings.TrimSpace(arg))
		}
		known = append(known, c.name)
	}
	p := &script.Problem{Message: fmt.Sprintf("there is no command :%s", name), Advice: ":help lists commands"}
	if near := script.Nearest(name, known); near != "" {
		p.Advice = "did you mean :" + near + "?"
	}
	return p
}

func (r *session) usage(string) error {
	var out strings.Builder
	for _, c := range commands() {
		fmt.Fprintf(&out, "  %-16s %s\n", strings.TrimSpace(":"+c.name+" "+c.arg), c.doc)
	}
	out.WriteString("  ?name, name?     explain a module, a function, a kind, an argument: ?link, ?link.vxlan, ?route.add.via\n" +
		"  ?                list all names\n" +
		"  _                is the last value\n" +
		"TAB completes. An empty line ends an input of several lines; Ctrl-C abandons it, or stops what runs.\n")
	return r.say(out.String())
}

// A place is a namespace that a session is or was in.
type place struct {
	name   string
	target *module.Target
}

// enter is :ns.
func (r *session) enter(name string) error {
	to := r.home
	if name != "" {
		t, err := module.OpenTarget(name)
		if err != nil {
			return err
		}
		r.Session.Own(t)
		to = place{name, t}
	}
	if len(r.done) > 0 || r.moved {
		r.done = append(r.done, "# The session went to "+to.describe()+" here.")
		r.moved = true
	}
	r.Session.Current, r.Where = to.target, to.name
	return nil
}

func (p place) describe() string {
	if p.name == "" {
		return "the namespace where it began"
	}
	return "namespace " + p.name
}

// save is :save.
func (r *session) save(file string) error {
	switch {
	case file == "":
		return &script.Problem{Message: ":save needs the name of a file", Advice: "such as :save session.star"}
	case len(r.done) == 0:
		return &script.Problem{Message: "there is nothing to save: no input has succeeded"}
	}
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return &script.Problem{Message: err.Error(), Err: err}
	}
	_, err = io.WriteString(f, strings.Join(r.done, "\n")+"\n")
	if err := errors.Join(err, f.Close()); err != nil {
		return &script.Problem{Message: err.Error(), Err: err}
	}
	if r.moved {
		return r.say(file + " is written; comments say where the session changed the namespace, which a script does not do by itself\n")
	}
	return r.say(file + " is written\n")
}

// leaving are words that people type to leave. What the prompt adds to the
// language begins with ? or :, so that these stay names.
var leaving = map[string]bool{"exit": true, "quit": true}

// nameAsked is a name with a question mark behind it.
var nameAsked = regexp.MustCompile(`^[\w.]*\(?\)?\?$`)

// asksForHelp recognises ?name and name?.
func asksForHelp(text string) (string, bool) {
	if name, ok := strings.CutPrefix(text, "?"); ok {
		return name, true
	}
	return strings.TrimSuffix(text, "?"), nameAsked.MatchString(text)
}

// names are all that an input may use.
func (r *session) names() starlark.StringDict {
	names := r.in.Builtins()
	for n, v := range r.in.Globals() {
		names[n] = v
	}
	return names
}

func (r *session) help(name string) error {
	text, err := help.Find(r.names(), name)
	if err != nil {
		return err
	}
	return r.say(text)
}
