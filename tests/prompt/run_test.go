package prompt

import (
	"strings"
	"testing"
)

// run -c prints on a terminal as the prompt does, and in the colours that are
// asked for.
func TestRunCode(t *testing.T) {
	o := sandbox(t)
	o.args = []string{"run", "--sandbox", "-c", "link.list()"}
	term := begin(t, o)
	if code := term.wait(); code != 0 {
		t.Errorf("exit status %d", code)
	}
	term.expect("name  state  index")
	o.args = []string{"run", "--sandbox", "--color", "always", "-c", "link.list()"}
	term = begin(t, o)
	term.wait()
	term.expect("name  state  index")
	if !strings.Contains(string(term.out), "\x1b[1mname") {
		t.Errorf("no colours in %q", term.out)
	}
}
