// Package repl is the prompt: lines are read, run as Starlark, and their values
// printed. What the prompt adds to the language begins with ? or :.
package repl

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"

	"github.com/netlark/netlark/starlarkmod/help"
	"github.com/netlark/netlark/starlarkmod/script"
	"github.com/netlark/netlark/starlarkmod/value"
)

// Config says what a prompt works with.
type Config struct {
	Script         script.Config
	Where          string // the namespace's name, shown in the prompt
	Render         script.RenderOptions
	Stdin          *os.File
	Stdout, Stderr io.Writer
}

// A prompter reads lines: from a terminal with editing and history, or plainly.
type prompter interface {
	// line reads one line. io.EOF ends the session, errAbandoned the input.
	line(prompt string) (string, error)
	// remember adds an input to the history.
	remember(input string)
	close() error
}

// exitInterrupted is the exit code after Ctrl-C.
const exitInterrupted = 130

// errAbandoned says that Ctrl-C was pressed while a line was typed.
var errAbandoned = errors.New("abandoned")

// Run reads and runs inputs until the end of the input, exit(n), or ctx. When
// the input is not a terminal the first error ends it.
func Run(ctx context.Context, c Config) error {
	p, terminal, err := newPrompter(c)
	if err != nil {
		return err
	}
	defer p.close()
	r := &session{Config: c, p: p, terminal: terminal}
	r.Script.Abandon = r.abandon
	r.in = script.New(r.Script)
	if terminal {
		fmt.Fprintln(c.Stdout, "netlark: ? lists what there is, ?name explains it, Ctrl-D leaves")
	}
	for {
		src, err := r.input()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.Is(err, errAbandoned):
			continue
		case err != nil:
			return err
		}
		err = r.eval(ctx, src)
		var exit *script.ExitError
		switch {
		case errors.As(err, &exit):
			return err
		case err != nil && !terminal:
			return err
		case err != nil:
			script.Render(c.Stderr, err, c.Render)
		}
	}
}

type session struct {
	Config
	in       *script.Interp
	p        prompter
	terminal bool
}

// input reads lines until they are a whole input.
func (r *session) input() (string, error) {
	prompt, src := r.prompt(), ""
	for {
		line, err := r.p.line(prompt)
		switch {
		case errors.Is(err, io.EOF) && src != "": // a block that the end of the input closes
			return src, nil
		case err != nil:
			return "", err
		}
		if src == "" && (strings.HasPrefix(strings.TrimSpace(line), "?") || strings.HasSuffix(strings.TrimSpace(line), "?")) {
			return line, nil
		}
		src += line + "\n"
		if whole, err := script.Complete(src); whole || err != nil {
			return src, nil
		}
		prompt = strings.Repeat(".", len(strings.TrimRight(r.prompt(), " "))) + " "
	}
}

func (r *session) prompt() string {
	if r.Where == "" {
		return "netlark> "
	}
	return "netlark " + script.Escape(r.Where) + "> "
}

// eval runs one input and prints its value.
func (r *session) eval(ctx context.Context, src string) error {
	text := strings.TrimSpace(src)
	if text == "" {
		return nil
	}
	r.p.remember(strings.TrimRight(src, "\n"))
	if name, ok := asksForHelp(text); ok {
		return r.help(name)
	}
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt)
	defer stop()
	v, err := r.in.Chunk(ctx, src)
	if err != nil {
		return err
	}
	if text, ok := value.Show(v); ok {
		return r.say(text + "\n")
	}
	return nil
}

func (r *session) say(text string) error {
	if _, err := io.WriteString(r.Stdout, text); err != nil {
		return &script.OutputError{Err: err}
	}
	return nil
}

// abandon ends the process in the middle of an input that Ctrl-C does not end.
// Limits wait for its end: what the session has defined is worth more.
func (r *session) abandon(err error) {
	if !errors.As(err, new(script.Interrupted)) {
		return
	}
	fmt.Fprintln(r.Stderr, "netlark: interrupted; nothing but the end of netlark can stop what was running")
	_ = r.p.close() // gives the terminal back; there is nobody to tell if it fails
	os.Exit(exitInterrupted)
}

// asksForHelp recognises ?name and name?.
func asksForHelp(text string) (string, bool) {
	if name, ok := strings.CutPrefix(text, "?"); ok {
		return name, true
	}
	return strings.CutSuffix(text, "?")
}

func (r *session) help(name string) error {
	names := r.in.Builtins()
	for n, v := range r.in.Globals() {
		names[n] = v
	}
	text, err := help.Find(names, name)
	if err != nil {
		return err
	}
	return r.say(text)
}
