package lab

import (
	"fmt"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/bridge"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/state"
)

// A ConflictError says that two things that are declared of a node do not go together, so
// that an Apply could not end well. Check warns of what could.
type ConflictError struct {
	Node *Node
	// Want is what is wrong, beside Other.
	Want, Other *state.Want
	Err         error
	Advice      string // what to do about Other
}

// Error says what is wrong.
func (e *ConflictError) Error() string { return e.Want.Object.String() + ": " + e.Err.Error() }

// Unwrap returns what is wrong of the Want.
func (e *ConflictError) Unwrap() error { return e.Err }

// fits is a *ConflictError if what is declared does not go together.
func (l *Lab) fits() error {
	for _, n := range l.nodes {
		for i := range n.wants {
			w := &n.wants[i]
			if v, ok := bridge.MDBType.As(w.Object); ok && !w.Absent {
				if err := n.untold(w, v); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// untold refuses an entry of a multicast database with sources that the kernel would not
// tell of, where the bridge is declared: it would differ from what is wanted for ever. A
// bridge that nobody declared, or not its version, is as it is when the lab is applied.
func (n *Node) untold(w *state.Want, v *bridge.MDB) error {
	path, option, version := v.ToldWith()
	if path == "" {
		return nil
	}
	i, declared := n.called[v.Dev.Name()]
	if !declared {
		return nil
	}
	l, _ := link.Type.As(n.wants[i].Object)
	have, named := link.Option(l.Kind, option)
	if have.Shape == attr.None || !named && !n.Owned { // it is no bridge, or as others made it
		return nil
	}
	if err := v.Untold(uint8(have.N)); err != nil {
		return &ConflictError{n, w, &n.wants[i], err, fmt.Sprintf("give it %s = %d", option, version)}
	}
	return nil
}
