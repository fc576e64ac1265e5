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
	"syscall"

	"github.com/chzyer/readline"

	"github.com/netlark/netlark/starlarkmod/module"
	"github.com/netlark/netlark/starlarkmod/script"
)

// Config says what a prompt works with.
type Config struct {
	Script         script.Config
	Session        *module.Session
	Where          string // the namespace's name, shown in the prompt
	Render         script.RenderOptions
	Stdin          *os.File
	Stdout, Stderr io.Writer
}

// Exit codes: after Ctrl-C, and where a signal ends the session.
const (
	exitInterrupted = 130
	exitTerminated  = 143
)

var (
	errAbandoned = errors.New("abandoned") // Ctrl-C was pressed while a line was typed
	errLeave     = errors.New("leave")
)

// Run reads and runs inputs until the end of the input, exit(n), or ctx. When
// the input is not a terminal the first error ends it.
func Run(ctx context.Context, c Config) error {
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	r := &session{Config: c, home: place{c.Where, c.Session.Current}}
	r.Script.Session, r.Script.Abandon = c.Session, r.abandon
	r.in = script.New(r.Script)
	var err error
	if r.p, r.terminal, err = newPrompter(c, r.menu); err != nil {
		return err
	}
	defer r.p.restore()
	if r.terminal {
		fmt.Fprintln(c.Stdout, "netlark: ? lists what there is, ?name explains it, TAB completes, :help tells more, Ctrl-D leaves")
	}
	for {
		src, err := r.input(ctx)
		if err == nil {
			err = r.eval(ctx, src)
		}
		switch {
		case errors.Is(err, errLeave):
			return nil
		case err == nil, errors.Is(err, errAbandoned):
		case errors.As(err, new(*script.ExitError)), !r.terminal:
			return err
		default:
			script.Render(c.Stderr, err, c.Render)
		}
		if ctx.Err() != nil {
			return &script.ExitError{Code: exitTerminated}
		}
	}
}

// A session is what a prompt remembers.
type session struct {
	Config
	in       *script.Interp
	p        prompter
	terminal bool
	home     place    // where it began
	done     []string // inputs that succeeded and may be shown
	moved    bool     // done has other namespaces' inputs
}

// input reads lines until they are a whole input.
func (r *session) input(ctx context.Context) (string, error) {
	prompt, src := r.prompt(), ""
	for {
		line, err := r.line(ctx, prompt, src)
		switch {
		case errors.Is(err, io.EOF) && src != "": // a block that the end of the input closes
			return src, nil
		case errors.Is(err, io.EOF):
			return "", errLeave
		case err != nil:
			return "", err
		}
		if src == "" && isOwn(line) {
			return line, nil
		}
		src += line + "\n"
		if r.terminal && strings.TrimSpace(line) == "" && !script.Quoting(src) {
			return src, nil // an open bracket is an error, not a trap
		}
		if whole, err := script.Complete(src); whole || err != nil {
			return src, nil
		}
		if strings.Contains(line, "\n") && script.Parses(src) { // what was pasted ends where it ends
			return src, nil
		}
		prompt = strings.Repeat(".", len([]rune(r.prompt()))-1) + " "
	}
}

// line reads a line. A signal that ends the session does so in the middle of
// one: the read itself cannot be stopped, and is left behind.
func (r *session) line(ctx context.Context, prompt, before string) (string, error) {
	read := make(chan typed, 1)
	go func() {
		s, err := r.p.line(prompt, before)
		read <- typed{s, err}
	}()
	select {
	case t := <-read:
		return t.line, t.err
	case <-ctx.Done():
		return "", &script.ExitError{Code: exitTerminated}
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
	secret := r.in.HasSecret(src)
	if !secret { // such inputs stay out of the history
		r.p.remember(strings.TrimRight(src, "\n"))
	}
	if done, err := r.own(text); done || err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt)
	defer stop()
	v, err := r.in.Chunk(ctx, src)
	if err != nil {
		return err
	}
	if !secret {
		r.done = append(r.done, strings.Trim(src, "\n"))
	}
	if text, ok := Show(v, r.show()); ok {
		return r.say(text + "\n")
	}
	return nil
}

// show says how values are shown: as tables only where somebody sees them.
func (r *session) show() ShowOptions {
	if out, ok := r.Stdout.(*os.File); !ok || !readline.IsTerminal(int(out.Fd())) {
		return ShowOptions{}
	}
	return ShowOptions{Width: ScreenWidth(), Color: r.Render.Color}
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
	r.p.restore()
	os.Exit(exitInterrupted)
}
