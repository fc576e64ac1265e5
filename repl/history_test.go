package repl

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestHistory(t *testing.T) {
	state := t.TempDir()
	t.Setenv("XDG_STATE_HOME", state)
	h, err := openHistory()
	if err != nil {
		t.Fatal(err)
	}
	block := "def f(x):\n\treturn \"\\n\" + x\n"
	h.add(block)
	h.add(block) // repeated: one entry
	h.add("  indented")
	again, err := openHistory()
	if want := []string{block, "  indented"}; err != nil || !slices.Equal(again.inputs, want) {
		t.Errorf("%q %v", again.inputs, err)
	}
}

// A history of years stays short, and the file becomes the user's alone.
func TestLongHistory(t *testing.T) {
	state := t.TempDir()
	t.Setenv("XDG_STATE_HOME", state)
	name := filepath.Join(state, "netlark", "history")
	var lines strings.Builder
	for i := range 5 * maxHistory {
		fmt.Fprintln(&lines, i)
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(lines.String()+"cut off"), 0o644); err != nil {
		t.Fatal(err)
	}
	h, err := openHistory()
	if err != nil {
		t.Fatal(err)
	}
	h.add("last")
	text, err := os.ReadFile(name)
	if n := strings.Count(string(text), "\n"); err != nil || n != maxHistory+1 || !strings.HasSuffix(string(text), "\n4999\nlast\n") {
		t.Errorf("%d lines, %v", n, err)
	}
	if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info.Mode(), err)
	}
}
