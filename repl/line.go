package repl

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/chzyer/readline"
)

// newPrompter reads from a terminal with editing, otherwise plainly.
func newPrompter(c Config) (p prompter, terminal bool, err error) {
	if !readline.IsTerminal(int(c.Stdin.Fd())) || os.Getenv("TERM") == "dumb" {
		return &plain{in: bufio.NewReader(c.Stdin)}, readline.IsTerminal(int(c.Stdin.Fd())), nil
	}
	h, err := openHistory()
	if err != nil { // a prompt without history is better than none
		fmt.Fprintln(c.Stderr, "netlark: no history:", err)
		h = &history{}
	}
	rl, err := readline.NewEx(&readline.Config{
		Prompt: "", InterruptPrompt: "^C", EOFPrompt: "", DisableAutoSaveHistory: true, HistoryLimit: maxHistory,
	})
	if err != nil {
		return nil, false, err
	}
	for _, input := range h.inputs {
		_ = rl.SaveHistory(input) // in memory only: nothing to fail
	}
	return &edited{rl: rl, history: h}, true, nil
}

// plain is a pipe, a file, or a terminal that cannot edit.
type plain struct{ in *bufio.Reader }

func (p *plain) line(string) (string, error) {
	s, err := p.in.ReadString('\n')
	if err != nil && s == "" {
		return "", err
	}
	return strings.TrimRight(s, "\r\n"), nil
}

func (p *plain) remember(string) {}
func (p *plain) close() error    { return nil }

// edited is chzyer/readline.
type edited struct {
	rl      *readline.Instance
	history *history
}

func (e *edited) line(prompt string) (string, error) {
	e.rl.SetPrompt(prompt)
	s, err := e.rl.Readline()
	if errors.Is(err, readline.ErrInterrupt) {
		return "", errAbandoned
	}
	return s, err
}

func (e *edited) remember(input string) {
	if strings.Contains(input, "secret(") {
		return // a line with a secret stays out of the history
	}
	_ = e.rl.SaveHistory(input)
	e.history.add(input)
}

func (e *edited) close() error { return errors.Join(e.rl.Close(), e.history.close()) }

// maxHistory is how many inputs the history keeps.
const maxHistory = 1000

// A history is the file of past inputs, a line each with new lines escaped. It
// is the user's alone: inputs tell about networks.
type history struct {
	inputs []string
	f      *os.File
}

func openHistory() (*history, error) {
	dir, err := historyFolder()
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(filepath.Join(dir, "history"), os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	h := &history{f: f}
	return h, h.load()
}

// historyFolder returns where the history lies. Of the folders above it what a
// user's home is has to be there: that of nobody is not, and not ours to make.
func historyFolder() (string, error) {
	state := os.Getenv("XDG_STATE_HOME")
	home := filepath.Dir(state)
	if state == "" {
		var err error
		if home, err = os.UserHomeDir(); err != nil {
			return "", err
		}
		state = filepath.Join(home, ".local", "state")
	}
	if info, err := os.Stat(home); err != nil || !info.IsDir() {
		return "", fmt.Errorf("there is no folder %s", home)
	}
	return filepath.Join(state, "netlark"), nil
}

var (
	escapeLine   = strings.NewReplacer("\\", "\\\\", "\n", "\\n")
	unescapeLine = strings.NewReplacer("\\\\", "\\", "\\n", "\n")
)

func (h *history) load() error {
	s := bufio.NewScanner(io.LimitReader(h.f, 16<<20))
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		h.inputs = append(h.inputs, unescapeLine.Replace(s.Text()))
	}
	if len(h.inputs) > maxHistory {
		h.inputs = h.inputs[len(h.inputs)-maxHistory:]
	}
	return s.Err()
}

func (h *history) add(input string) {
	if h.f != nil {
		_, _ = fmt.Fprintln(h.f, escapeLine.Replace(input)) // a full disk must not stop the prompt
	}
}

func (h *history) close() error {
	if h.f == nil {
		return nil
	}
	return h.f.Close()
}
