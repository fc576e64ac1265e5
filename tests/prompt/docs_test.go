package prompt

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// typedLine is a line of the documented session that a user types.
var typedLine = regexp.MustCompile(`(?m)^(netlark \w+>|\.{3,}) ?(.*)$`)

// more is the prompt for the next line of an input.
var more = regexp.MustCompile(`(?s)\n(.*\n)?(netlark \w+>|\.{3,}) $`)

// TestDocumented runs the session that docs/prompt.md shows.
func TestDocumented(t *testing.T) {
	text, err := os.ReadFile("../../docs/prompt.md")
	if err != nil {
		t.Fatal(err)
	}
	var want strings.Builder
	for _, block := range regexp.MustCompile("(?s)```text\n(.*?)```").FindAllSubmatch(text, -1) {
		want.Write(block[1])
	}
	o := sandbox(t)
	o.columns = 120
	o.dir = t.TempDir()
	term := start(t, o)
	got := "netlark sandbox> "
	for _, line := range typedLine.FindAllStringSubmatch(want.String(), -1) {
		term.send(line[2] + enter)
		shown := term.match(more)
		got = got[:strings.LastIndexByte(got, '\n')+1] + strings.TrimLeft(shown, "\n")
	}
	got = got[:strings.LastIndexByte(got, '\n')+1] // without the last prompt
	if trim(got) != trim(want.String()) {
		t.Errorf("the session is\n%s\nand not\n%s", got, want.String())
	}
}

// trim takes spaces from the ends of lines.
func trim(s string) string { return regexp.MustCompile(`(?m) +$`).ReplaceAllString(s, "") }
