package lab

import (
	"fmt"
	"strings"

	"github.com/netlark/netlark/netlinkcore/state"
)

// An IrreversibleError says that an Apply would do what it could not undo, in
// namespaces of others. Nothing was done.
type IrreversibleError struct {
	Steps []string // each with the reasons
	Note  any      // of who asked for the first
}

// Error lists the steps.
func (e *IrreversibleError) Error() string {
	return "what cannot be undone is not done in namespaces of others:\n  " + strings.Join(e.Steps, "\n  ")
}

// reversible refuses a plan that could not be undone.
func (a *Apply) reversible(c *Change, p *state.Plan) error {
	if a.Irreversible {
		return nil
	}
	e := &IrreversibleError{}
	add := func(n string, what string, note any, losses []string) {
		if e.Steps = append(e.Steps, fmt.Sprintf("%s: %s: %s", n, what, strings.Join(losses, "; "))); e.Note == nil {
			e.Note = note
		}
	}
	for _, s := range p.Steps {
		if n := c.NodeOf(s.Space); s.Losses() != nil && !n.Owned && !c.drops(s.Space) {
			add(n.Name, s.Does(), s.Note, s.Losses())
		}
	}
	for i := range c.Turns {
		if t := &c.Turns[i]; t.Losses() != nil {
			add(t.Node(), t.String(), t.Once.Note, t.Losses())
		}
	}
	if e.Steps == nil {
		return nil
	}
	return e
}

// drops reports whether a namespace is one that the lab made and has no longer.
func (c *Change) drops(sp *state.Space) bool {
	for _, s := range c.Drop {
		if s.NetNS == sp.Name {
			return true
		}
	}
	return false
}
