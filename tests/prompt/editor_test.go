// Package prompt tests the prompt on a terminal: what users press, and what they
// see.
package prompt

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// Keys.
const (
	tab, enter, up            = "\t", "\r", "\x1b[A"
	ctrlA, ctrlC, ctrlD       = "\x01", "\x03", "\x04"
	ctrlE, ctrlR, ctrlZ       = "\x05", "\x12", "\x1a"
	backspace, deleteKey      = "\x7f", "\x1b[3~"
	home, end, wordLeft       = "\x1b[1~", "\x1b[4~", "\x1b[1;5D"
	pasteBegin, pasteEnd      = "\x1b[200~", "\x1b[201~"
	function, unknown, leader = "\x1b[15~", "\x1f", "\x1b"
)

// The candidates of a menu may be wider than the terminal, and keys that move
// pressed while it shows.
func TestNarrowMenu(t *testing.T) {
	term := start(t, options{columns: 12})
	term.send("link.set(" + tab)
	term.expect("\nnetlark> ")
	term.send(tab + ctrlE + ctrlA + up + tab + tab + ctrlC)
	term.expect("\nnetlark> ")
	term.alive()
}

// Backspace after two TABs leaves nothing behind that a later write stumbles on.
func TestBackspaceInMenu(t *testing.T) {
	term := start(t, options{})
	term.send("link." + tab)
	term.expect("netlark> link.")
	term.send(tab)
	term.expect("netlark> link.")
	term.send(backspace + tab + ctrlC)
	term.expect("\nnetlark> ")
	term.alive()
}

func TestSearchInEmptyHistory(t *testing.T) {
	term := start(t, options{})
	term.send(ctrlR + "x" + ctrlC)
	term.expect("^C")
	term.alive()
	term.send(ctrlR + "6 *")
	term.expect("bck-i-search: 6 *")
	if got := term.run(""); !strings.Contains(got, "\n42\n") {
		t.Errorf("what was found does not run:\n%s", got)
	}
}

func TestDeleteKey(t *testing.T) {
	term := start(t, options{})
	term.send(deleteKey + deleteKey)
	term.alive()
	if got := term.run("1299" + home + "\x1b[C\x1b[C" + deleteKey + end + " + 1"); !strings.Contains(got, "\n130\n") {
		t.Errorf("129 + 1 shows\n%s", got)
	}
	term.send(ctrlD)
	if code := term.wait(); code != 0 {
		t.Errorf("exit status %d after Ctrl-D", code)
	}
}

func TestKeys(t *testing.T) {
	term := start(t, options{})
	for keys, want := range map[string]string{
		"2 + 3" + wordLeft + backspace + backspace + backspace:       "\n23\n",
		"+ 1" + home + "41 " + end:                                   "\n42\n",
		"7" + function + unknown + "7":                               "\n77\n",
		leader + "8" + leader + leader + "\x1b[5~8":                  "\n88\n",
		"\x1bOH1\x1bOF2\x1b[D\x1b[D\x1b[3;5~3":                       "\n3\n",
		"x = 5; y = 6" + ctrlA + "\x1bf\x1bf" + "\x15" + "9":         "", // what is killed depends; it lives
		"\"é\"" + "\x1b[D" + backspace + "ö":                         "\n\"ö\"\n",
		"1" + "\x1b[B" + "\x1b[1;3C" + "\x00" + "\x1c" + "\x1e" + "": "\n1\n",
	} {
		if got := term.run(keys); !strings.Contains(got, want) {
			t.Errorf("%q shows\n%s", keys, got)
		}
	}
	term.alive()
}

// The history is the user's alone, and keeps the indentation of blocks.
func TestHistory(t *testing.T) {
	term := start(t, options{})
	term.send("def f(x):" + enter)
	term.expect("\n........ ")
	term.send(tab + "return x + 1" + enter)
	term.expect("\n........ ")
	term.run("")
	info, err := os.Stat(filepath.Join(term.state, "netlark", "history"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("history: %v %v", info.Mode(), err)
	}
	term.send(ctrlD)
	term.wait()

	again := start(t, options{state: term.state})
	again.send(up)
	again.expect("def f(x):⏎    return x + 1")
	again.run("")
	if got := again.run("f(41)"); !strings.Contains(got, "\n42\n") {
		t.Errorf("the block that was recalled does not run:\n%s", got)
	}
	again.send(up + up)
	again.expect("def f")
	again.run(strings.Repeat(backspace, 1) + "2") // change what is recalled: the history keeps both
	again.send(up + up + up)
	again.expect("return x + 1")
}

// What is pasted is not typed: tabs complete nothing, lines wait for Enter.
func TestPaste(t *testing.T) {
	term := start(t, options{})
	term.send(pasteBegin + "def g(x):\r\n\tif x:\r\n\t\treturn \"a\tb\"\r\n\r\n\treturn 2\r\ng(1)\r\n" + pasteEnd)
	term.expect("g(1)")
	if got := term.run(""); !strings.Contains(got, "\n\"a\\tb\"\n") {
		t.Errorf("the paste shows\n%s", got)
	}
	if got := term.run("1 +" + pasteBegin + " 2" + pasteEnd); !strings.Contains(got, "\n3\n") {
		t.Errorf("a paste within a line shows\n%s", got)
	}
	term.send(pasteBegin + "[\n1,\n" + pasteEnd + enter)
	term.expect("\n........ ")
	if got := term.run("2]"); !strings.Contains(got, "\n[1, 2]\n") {
		t.Errorf("a paste that goes on shows\n%s", got)
	}
	term.send(pasteBegin + "print('\x1b[31mred\x03')" + pasteEnd)
	if got := term.run(""); !strings.Contains(got, "\n[31mred\n") {
		t.Errorf("control characters in a paste show\n%s", got)
	}
}

func TestLargePaste(t *testing.T) {
	term := start(t, options{})
	var text strings.Builder
	for i := 0; text.Len() < 24<<10; i++ {
		text.WriteString("x = [1, 2, 3] # a line of some length, as scripts have\n")
	}
	before := term.printed()
	term.send(pasteBegin + text.String() + pasteEnd)
	term.expect("as scripts have")
	term.run("")
	if n := term.printed() - before; n > 10*text.Len() {
		t.Errorf("a paste of %d bytes writes %d", text.Len(), n)
	}
	term.alive()
}

// A signal ends netlark at once, in the middle of a line, and the terminal is as
// it was.
func TestSignals(t *testing.T) {
	for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGHUP} {
		term := start(t, options{})
		term.send("link.")
		term.expect("link.")
		if term.cooked() {
			t.Fatal("the prompt does not edit")
		}
		if err := term.cmd.Process.Signal(sig); err != nil {
			t.Fatal(err)
		}
		if code := term.wait(); code != 143 {
			t.Errorf("exit status %d after %v", code, sig)
		}
		if !term.cooked() {
			t.Errorf("the terminal stays raw after %v", sig)
		}
	}
}

func TestInterrupt(t *testing.T) {
	term := start(t, options{})
	term.send("def f():" + enter)
	term.expect("\n........ ")
	term.send("    x" + ctrlC)
	term.expect("\nnetlark> ")
	term.send("print(1); sleep(\"1h\")" + enter)
	term.expect("\n1\n")
	term.send(ctrlC)
	term.expect("interrupted")
	term.alive()
	term.run("s = \"a\" * 100000000")
	term.send("print(2); len(s.replace(\"a\", \"b\"))" + enter)
	term.expect("\n2\n")
	term.send(ctrlC)
	if code := term.wait(); code != 130 {
		t.Errorf("exit status %d", code)
	}
	if !term.cooked() {
		t.Error("the terminal stays raw")
	}
}

// Ctrl-Z stops netlark, and nothing but netlark, in the middle of a line.
func TestSuspend(t *testing.T) {
	shell, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("no bash")
	}
	term := begin(t, options{command: shell, args: []string{"--norc", "--noediting", "-i"}, env: []string{"PS1=shell$ "}})
	term.expect("shell$ ")
	term.send(bin + enter)
	term.match(anyPrompt)
	term.send("6 *" + ctrlZ)
	term.match(regexp.MustCompile(`(?s)Stopped.*shell\$ $`)) // with the prompt: it would come before the answer
	term.send("echo $((6 * 6))" + enter)
	term.match(regexp.MustCompile(`(?s)\n36\n.*shell\$ $`))
	term.send("fg" + enter)
	term.expect("netlark> 6 *")
	term.send(" 7" + enter)
	term.expect("\n42\nnetlark> ") // with the prompt: a Ctrl-D before that has no reader
	term.send(ctrlD)
	term.expect("shell$ ")
}

// TestSuspendAlone: where nobody could continue it, it goes on.
func TestSuspendAlone(t *testing.T) {
	term := start(t, options{})
	term.send("6 *" + ctrlZ)
	term.send(" 7" + enter)
	term.expect("\n42\nnetlark> ")
	term.send(ctrlD)
	if code := term.wait(); code != 0 {
		t.Errorf("exit status %d after Ctrl-D", code)
	}
}

func TestDumbTerminal(t *testing.T) {
	term := start(t, options{env: []string{"TERM=dumb"}})
	term.alive()
	term.send("def f():" + enter)
	term.expect("\n........ ")
	term.send(ctrlC)
	term.expect("\nnetlark> ")
	term.alive()
	term.mu.Lock()
	if strings.Contains(string(term.out), "\x1b") {
		t.Errorf("commands for a terminal that has none: %q", term.out)
	}
	term.mu.Unlock()
	term.send(ctrlD)
	if code := term.wait(); code != 0 {
		t.Errorf("exit status %d after Ctrl-D", code)
	}
}
