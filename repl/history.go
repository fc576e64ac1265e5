package repl

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

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
	name := filepath.Join(dir, "history")
	h := &history{}
	lines, err := h.load(name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if lines > 2*maxHistory {
		if err := h.rewrite(name); err != nil {
			return nil, err
		}
	}
	if h.f, err = os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600); err != nil {
		return nil, err
	}
	return h, h.f.Chmod(0o600)
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

// load reads a file, and returns how many lines it has.
func (h *history) load(name string) (lines int, err error) {
	f, err := os.Open(name)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	in := bufio.NewReader(f)
	for {
		line, err := in.ReadString('\n')
		if err != nil { // a last line without an end was cut off
			return lines, ignoreEOF(err)
		}
		h.inputs = append(h.inputs, unescapeLine.Replace(strings.TrimSuffix(line, "\n")))
		h.limit()
		lines++
	}
}

func ignoreEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// rewrite makes the file anew with the inputs that are kept.
func (h *history) rewrite(name string) error {
	var text strings.Builder
	for _, input := range h.inputs {
		fmt.Fprintln(&text, escapeLine.Replace(input))
	}
	if err := os.WriteFile(name+".new", []byte(text.String()), 0o600); err != nil {
		return err
	}
	return os.Rename(name+".new", name)
}

func (h *history) limit() {
	if len(h.inputs) > maxHistory {
		h.inputs = h.inputs[len(h.inputs)-maxHistory:]
	}
}

// add adds an input, unless it repeats the last one.
func (h *history) add(input string) {
	if n := len(h.inputs); n > 0 && h.inputs[n-1] == input {
		return
	}
	h.inputs = append(h.inputs, input)
	h.limit()
	if h.f != nil {
		_, _ = fmt.Fprintln(h.f, escapeLine.Replace(input)) // a full disk must not stop the prompt
	}
}
