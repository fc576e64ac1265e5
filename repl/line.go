package repl

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"

	"github.com/chzyer/readline"
)

// A prompter reads lines: from a terminal with editing and history, or plainly.
type prompter interface {
	// line reads one line, or a block of several that was pasted or recalled.
	// before is what the input has so far. io.EOF ends the session, errAbandoned
	// the input.
	line(prompt, before string) (string, error)
	// remember adds an input to the history.
	remember(input string)
	// restore gives the terminal back as it was, also while line waits.
	restore()
}

// newPrompter reads from a terminal with editing, otherwise plainly.
func newPrompter(c Config, menu func(src string) (insert, list string)) (p prompter, terminal bool, err error) {
	terminal = readline.IsTerminal(int(c.Stdin.Fd()))
	if !terminal || os.Getenv("TERM") == "dumb" {
		return &plain{in: bufio.NewReader(c.Stdin), out: c.Stdout, terminal: terminal}, terminal, nil
	}
	h, err := openHistory()
	if err != nil { // a prompt without history is better than none
		fmt.Fprintln(c.Stderr, "netlark: no history:", err)
		h = &history{}
	}
	p, err = newEditor(c.Stdin, h, menu)
	return p, terminal, err
}

// plain is a pipe, a file, or a terminal that cannot edit.
type plain struct {
	in       *bufio.Reader
	out      io.Writer
	terminal bool
	read     chan typed // what a line that waits will give; nil: none waits
}

// typed is what was read.
type typed struct {
	line string
	err  error
}

func (p *plain) line(prompt, _ string) (string, error) {
	if !p.terminal {
		return p.readLine()
	}
	if _, err := io.WriteString(p.out, prompt); err != nil {
		return "", err
	}
	interrupt := make(chan os.Signal, 1)
	signal.Notify(interrupt, os.Interrupt)
	defer signal.Stop(interrupt)
	if p.read == nil {
		read := make(chan typed, 1)
		p.read = read
		go func() {
			s, err := p.readLine()
			read <- typed{s, err}
		}()
	}
	select {
	case t := <-p.read:
		p.read = nil
		return t.line, t.err
	case <-interrupt: // the terminal has forgotten what was typed; the read goes on
		fmt.Fprintln(p.out)
		return "", errAbandoned
	}
}

func (p *plain) readLine() (string, error) {
	s, err := p.in.ReadString('\n')
	if err != nil && s == "" {
		return "", err
	}
	return strings.TrimRight(s, "\r\n"), nil
}

func (p *plain) remember(string) {}
func (p *plain) restore()        {}
