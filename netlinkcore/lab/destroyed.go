package lab

import (
	"fmt"
	"strings"

	"github.com/netlark/netlark/netlinkcore/state"
)

// Destroyed is what became of a lab.
type Destroyed struct {
	Namespaces int // that went
	Ended      int // programs that ran there
	Steps      int // in namespaces of others
	Programs   int // that were taken back
	// Left is what the lab changed there and others changed since.
	Left []state.Left
	// Lost says which devices could not go back to where they came from.
	Lost []string
	// Failed says which programs did not take back what they did.
	Failed []string
	// Recovered says what was undone first of an Apply that died; "": none did.
	Recovered string
}

// String says it in a line, and in further lines what Notes says.
func (d *Destroyed) String() string {
	said := fmt.Sprintf("%s gone, %s elsewhere taken back", count(d.Namespaces, "namespace"), number(d.Steps, "step", "steps"))
	if d.Programs > 0 {
		said += ", " + number(d.Programs, "program", "programs")
	}
	if d.Ended > 0 {
		said += fmt.Sprintf("\n  %s there and %s ended", number(d.Ended, "program ran", "programs ran"), wasOrWere(d.Ended))
	}
	for _, note := range d.Notes() {
		said += "\n  " + note
	}
	return said
}

// Notes says in a line each what is not as it was before the lab, though nothing failed.
func (d *Destroyed) Notes() (notes []string) {
	for _, text := range d.Lost {
		notes = append(notes, "not given back: "+text)
	}
	for _, l := range d.Left {
		notes = append(notes, fmt.Sprintf("left, since somebody changed it in %s: %s", strings.TrimPrefix(l.Space.Name, "/"), l.String()))
	}
	return notes
}

// number is a number of things.
func number(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func wasOrWere(n int) string {
	if n == 1 {
		return "was"
	}
	return "were"
}
