package repl

import (
	"errors"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/chzyer/readline"
)

// An editor is chzyer/readline, with ways round its defects: its own menu of
// candidates, search in an empty history, and Delete on an empty line end the
// program; its history file is everybody's to read and forgets indentation; what
// is pasted it takes for typed; closing it waits for a key. So candidates are
// shown, the history is kept, and keys are read here.
type editor struct {
	rl      *readline.Instance
	keys    *keys
	history *history
	cooked  *readline.State // of the terminal, before
	shows   bool            // standard output is the terminal, too
	before  string          // what the input at hand has so far
	resized func()          // tells the line editor
	// menu completes: it returns what to insert, or else a list to show.
	menu func(src string) (insert, list string)
}

// defaultScreen is the width of a terminal that does not tell.
const defaultScreen = 80

func newEditor(in *os.File, h *history, menu func(string) (string, string)) (*editor, error) {
	e := &editor{history: h, menu: menu, shows: readline.IsTerminal(syscall.Stdout)}
	var err error
	if e.cooked, err = readline.GetState(int(in.Fd())); err != nil {
		return nil, err
	}
	e.keys = &keys{in: in, clear: e.clear, suspend: e.suspend, search: func() bool { return len(h.inputs) > 0 }}
	e.rl, err = readline.NewEx(&readline.Config{
		InterruptPrompt: "^C", EOFPrompt: "\n", DisableAutoSaveHistory: true, HistoryLimit: maxHistory,
		Stdin: io.NopCloser(e.keys), AutoComplete: e, Painter: painter{}, Listener: e,
		FuncGetWidth: ScreenWidth, FuncOnWidthChanged: func(f func()) { e.resized = f },
	})
	if err != nil {
		return nil, err
	}
	e.followSize()
	return e, nil
}

// ScreenWidth is the number of characters in a line of the terminal.
func ScreenWidth() int {
	if w := readline.GetScreenWidth(); w > 0 {
		return w
	}
	return defaultScreen
}

// Pastes are marked only while a line is read: programs that run meanwhile may
// not know the marks.
const markPastes, markNoPastes = "\x1b[?2004h", "\x1b[?2004l"

func (e *editor) mark(s string) {
	if e.shows {
		e.write(s)
	}
}

func (e *editor) line(prompt, before string) (string, error) {
	e.before = before
	e.recall()
	e.rl.SetPrompt(prompt)
	e.mark(markPastes)
	s, err := e.rl.Readline()
	e.mark(markNoPastes)
	if errors.Is(err, readline.ErrInterrupt) {
		return "", errAbandoned
	}
	return shownAsTyped.Replace(s), err
}

var (
	typedAsShown = strings.NewReplacer("\r\n", string(runeNewline), "\r", string(runeNewline), "\n", string(runeNewline), "\t", string(runeTab))
	shownAsTyped = strings.NewReplacer(string(runeNewline), "\n", string(runeTab), "\t")
)

// recall gives the editor the history anew: what was recalled and changed must
// not stay changed.
func (e *editor) recall() {
	e.rl.ResetHistory()
	for _, input := range e.history.inputs {
		_ = e.rl.SaveHistory(typedAsShown.Replace(input)) // in memory only: nothing to fail
	}
}

func (e *editor) remember(input string) { e.history.add(input) }

func (e *editor) restore() {
	e.mark(markNoPastes)
	_ = readline.Restore(readline.GetStdin(), e.cooked) // a terminal that is gone needs nothing
}

func (e *editor) write(s string) { _, _ = io.WriteString(e.rl.Terminal, s) }

// clear empties the screen and writes the line again at its top.
func (e *editor) clear() {
	e.rl.Clean()
	e.write("\x1b[H\x1b[2J")
	e.rl.Refresh()
}

// suspend stops this program and its parents in the same job, as Ctrl-Z does.
func (e *editor) suspend() {
	e.rl.Clean()
	e.mark(markNoPastes)
	_ = e.rl.Terminal.ExitRawMode()
	stop()
	_ = e.rl.Terminal.EnterRawMode()
	e.mark(markPastes)
	e.rl.Refresh()
}

// stop stops the job until somebody continues it. This thread may learn of it later than the
// shell, so it waits to be continued; but not for ever, as the kernel stops no job that
// nobody could continue.
func stop() {
	continued := make(chan os.Signal, 1)
	signal.Notify(continued, syscall.SIGCONT)
	defer signal.Stop(continued)
	_ = syscall.Kill(0, syscall.SIGTSTP)
	select {
	case <-continued:
	case <-time.After(time.Second):
	}
}

// followSize writes the line anew when the terminal's size has changed.
func (e *editor) followSize() {
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGWINCH)
	go func() {
		for range c {
			e.resized()
			e.rl.Refresh()
		}
	}()
}

// OnChange sees every key after the editor did: of private ones it does what
// they mean.
func (e *editor) OnChange(line []rune, pos int, key rune) ([]rune, int, bool) {
	switch key {
	case runePaste:
		text := e.keys.takePaste()
		if pos == 0 || line[pos-1] != runePaste { // pasted while searching
			return nil, 0, false
		}
		return splice(line, pos-1, pos, pastedText(text))
	case runeDelete:
		if pos == 0 || line[pos-1] != runeDelete {
			return nil, 0, false
		}
		return splice(line, pos-1, min(pos+1, len(line)), nil)
	}
	return nil, 0, false
}

// pastedText is a text as the line shows it. A new line at its end is left out:
// Enter runs what was pasted.
func pastedText(text string) []rune {
	return []rune(strings.Map(func(r rune) rune {
		if r < 0x20 || r == 0x7f || r == runePaste || r == runeDelete {
			return -1
		}
		return r
	}, typedAsShown.Replace(strings.TrimRight(text, "\r\n"))))
}

// splice puts a text in the place of line[from:to].
func splice(line []rune, from, to int, text []rune) ([]rune, int, bool) {
	out := append([]rune{}, line[:from]...)
	out = append(out, text...)
	return append(out, line[to:]...), from + len(text), true
}

// indent is what TAB inserts before the first word of a line.
const indent = "    "

// Do completes what stands before the cursor. Candidates are shown here and not
// told to the editor, whose menu does not survive a narrow terminal.
func (e *editor) Do(line []rune, pos int) ([][]rune, int) {
	src := e.before + shownAsTyped.Replace(string(line[:pos]))
	last := src[strings.LastIndexByte(src, '\n')+1:]
	if strings.TrimSpace(last) == "" {
		return [][]rune{[]rune(indent)}, 0
	}
	insert, list := e.menu(src)
	switch {
	case insert != "":
		return [][]rune{[]rune(typedAsShown.Replace(insert))}, 0
	case list != "":
		_, _ = io.WriteString(e.rl.Stdout(), list)
	}
	return nil, 0
}

// painter shows the private characters.
type painter struct{}

// Paint returns the line with what it shows for each character, as wide.
func (painter) Paint(line []rune, _ int) []rune {
	out := make([]rune, 0, len(line))
	for _, r := range line {
		switch r {
		case runeNewline:
			out = append(out, []rune("\x1b[2m⏎\x1b[0m")...)
		case runeTab:
			out = append(out, ' ')
		default:
			out = append(out, r)
		}
	}
	return out
}
