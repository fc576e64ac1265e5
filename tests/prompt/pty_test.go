package prompt

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// bin holds the command, built once.
var bin string

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "netlark")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	bin = filepath.Join(dir, "netlark")
	build := exec.Command("go", "build", "-o", bin, "../../cmd/netlark")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return 1
	}
	return m.Run()
}

// A terminal is a pseudo-terminal with netlark at its other end.
type terminal struct {
	t     *testing.T
	pty   *os.File
	cmd   *exec.Cmd
	ended chan struct{}
	state string // its XDG_STATE_HOME

	mu   sync.Mutex
	out  []byte
	seen int // of out, by expect
}

// options say how netlark is started.
type options struct {
	columns int
	env     []string
	args    []string
	command string // in place of netlark
	state   string
	dir     string
}

// start runs netlark on a terminal and waits for its prompt.
func start(t *testing.T, o options) *terminal {
	t.Helper()
	term := begin(t, o)
	term.match(anyPrompt)
	return term
}

// begin runs netlark on a terminal.
func begin(t *testing.T, o options) *terminal {
	t.Helper()
	if o.columns == 0 {
		o.columns = 100
	}
	if o.state == "" {
		o.state = t.TempDir()
	}
	pty, tty := open(t, o.columns)
	defer tty.Close()
	if o.command == "" {
		o.command = bin
	}
	cmd := exec.Command(o.command, o.args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = tty, tty, tty
	cmd.Dir = o.dir
	cmd.Env = append(os.Environ(), "TERM=xterm", "NO_COLOR=1", "XDG_STATE_HOME="+o.state)
	cmd.Env = append(cmd.Env, o.env...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	term := &terminal{t: t, pty: pty, cmd: cmd, ended: make(chan struct{}), state: o.state}
	go term.read()
	go func() { _ = cmd.Wait(); close(term.ended) }()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-term.ended
		pty.Close()
	})
	return term
}

// open makes a pseudo-terminal.
func open(t *testing.T, columns int) (pty, tty *os.File) {
	t.Helper()
	pty, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skip("no pseudo-terminals: ", err)
	}
	fd := int(pty.Fd())
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0)
	}
	if err == nil {
		err = unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: 40, Col: uint16(columns)})
	}
	if err == nil {
		tty, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|syscall.O_NOCTTY, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	return pty, tty
}

func (term *terminal) read() {
	buf := make([]byte, 64<<10)
	for {
		n, err := term.pty.Read(buf)
		term.mu.Lock()
		term.out = append(term.out, buf[:n]...)
		term.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// anyPrompt is the prompt in any namespace.
var anyPrompt = regexp.MustCompile(`(^|\n)netlark( \w+)?> `)

// answered is what 6 * 7 shows, and the prompt after it.
var answered = regexp.MustCompile(`\n42\n(.*\n)?netlark( \w+)?> $`)

// patience is how long something may take to show.
const patience = 10 * time.Second

// send types.
func (term *terminal) send(keys string) {
	term.t.Helper()
	if _, err := term.pty.WriteString(keys); err != nil {
		term.t.Fatal(err)
	}
}

// What a terminal does not show: a line that is erased to be written anew, and
// commands.
var (
	erased  = regexp.MustCompile("[^\n]*\x1b\\[J\x1b\\[2K\r")
	escapes = regexp.MustCompile("\x1b\\[[0-?]*[@-~]|\x1b[78]|\r|\x07| \b")
)

// fresh is what the terminal showed since the last expect, without its commands.
func (term *terminal) fresh() string {
	term.mu.Lock()
	defer term.mu.Unlock()
	return escapes.ReplaceAllString(erased.ReplaceAllString(string(term.out[term.seen:]), ""), "")
}

// expect waits until a text is shown that was not before, and returns all that
// was shown until then.
func (term *terminal) expect(text string) string {
	term.t.Helper()
	return term.match(regexp.MustCompile(regexp.QuoteMeta(text)))
}

// match is expect for a pattern.
func (term *terminal) match(pattern *regexp.Regexp) string {
	term.t.Helper()
	shown, ok := term.await(pattern, patience)
	if !ok {
		term.t.Fatalf("no %q shown, but:\n%s", pattern, shown)
	}
	return shown
}

// await is match that says whether the pattern showed in time.
func (term *terminal) await(pattern *regexp.Regexp, within time.Duration) (shown string, ok bool) {
	for end := time.Now().Add(within); ; time.Sleep(2 * time.Millisecond) {
		shown = term.fresh()
		if pattern.MatchString(shown) {
			term.mu.Lock()
			term.seen = len(term.out)
			term.mu.Unlock()
			return shown, true
		}
		if time.Now().After(end) {
			return shown, false
		}
	}
}

// run types an input, waits for the next prompt, and returns what was shown.
func (term *terminal) run(input string) string {
	term.t.Helper()
	term.send(input + "\r")
	return term.expect("\nnetlark> ")
}

// printed is the size of all that was written to the terminal.
func (term *terminal) printed() int {
	term.mu.Lock()
	defer term.mu.Unlock()
	return len(term.out)
}

// wait waits for netlark's end and returns its exit status.
func (term *terminal) wait() int {
	term.t.Helper()
	select {
	case <-term.ended:
		return term.cmd.ProcessState.ExitCode()
	case <-time.After(patience):
		term.t.Fatalf("netlark does not end; it shows:\n%s", term.fresh())
		return 0
	}
}

// alive fails if netlark has ended.
func (term *terminal) alive() {
	term.t.Helper()
	select {
	case <-term.ended:
		term.t.Fatalf("netlark has ended: %v\n%s", term.cmd.ProcessState, term.fresh())
	default:
	}
	term.send("6 * 7" + enter)
	term.match(answered)
}

// cooked reports whether the terminal edits lines itself, as it did before
// netlark.
func (term *terminal) cooked() bool {
	term.t.Helper()
	state, err := unix.IoctlGetTermios(int(term.pty.Fd()), unix.TCGETS)
	if err != nil && !errors.Is(err, unix.EIO) {
		term.t.Fatal(err)
	}
	return state.Lflag&unix.ICANON != 0
}
