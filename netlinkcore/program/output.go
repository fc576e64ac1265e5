package program

import (
	"bytes"
	"context"
	"fmt"
	"strings"
)

// An output collects what a program writes, up to MaxOutput. The buffer is not
// embedded: its ReadFrom would be used and knows no limit.
type output struct {
	collected bytes.Buffer
	full      context.CancelCauseFunc
}

// String returns what was collected.
func (o *output) String() string { return o.collected.String() }

// Write collects p, or ends the program.
func (o *output) Write(p []byte) (int, error) {
	if o.collected.Len()+len(p) > MaxOutput {
		o.full(ErrTooMuch)
		return 0, ErrTooMuch
	}
	return o.collected.Write(p)
}

// How much of a program's words an error shows: what went wrong stands in the
// first lines or in the last.
const (
	firstLines = 3
	lastLines  = 5
	lineLength = 300
)

// Said returns what the program said of a failure, for the end of a message: its
// errors, or what it wrote if it wrote none. It begins with a colon, if there is
// anything.
func (r *Result) Said() string {
	for _, s := range []string{r.Stderr, r.Stdout} {
		if s = strings.TrimSpace(s); s != "" {
			return excerpt(strings.Split(s, "\n"))
		}
	}
	return ""
}

func excerpt(lines []string) string {
	if len(lines) == 1 {
		return ": " + clip(lines[0], lineLength)
	}
	var out strings.Builder
	hidden := len(lines) - firstLines - lastLines
	for i, line := range lines {
		switch {
		case hidden > 1 && i == firstLines:
			fmt.Fprintf(&out, "\n  … %d more lines", hidden)
		case hidden > 1 && i > firstLines && i < firstLines+hidden:
		default:
			out.WriteString("\n  " + clip(strings.TrimRight(line, " \t\r"), lineLength))
		}
	}
	return out.String()
}

// clip shortens a text to n characters.
func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}
