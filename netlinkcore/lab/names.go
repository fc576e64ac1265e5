package lab

import (
	"fmt"
	"io/fs"
	"slices"

	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/state"
)

// A NamedError says that a device of a node is called as another one is to be: names and
// altnames are one space.
type NamedError struct {
	Name  string
	Node  *Node
	Other string // the device that is called so
	First any    // the note of its declaration
}

// Error names the device that is called so.
func (e *NamedError) Error() string {
	return fmt.Sprintf("device %s of node %q is called %s already", e.Other, e.Node.Name, e.Name)
}

// Unwrap makes errors.Is find fs.ErrExist.
func (e *NamedError) Unwrap() error { return fs.ErrExist }

// names are what a device is called that is declared to be there.
func names(w *state.Want) (all []string) {
	l, ok := link.Type.As(w.Object)
	if !ok || w.Absent {
		return nil
	}
	all = append(all, l.Name)
	for _, a := range l.AltNames {
		all = append(all, a.Name)
	}
	return all
}

// call notes what the i-th want is called, in place of what old was.
func (n *Node) call(i int, w, old *state.Want) error {
	called := names(w)
	for k, name := range called {
		if slices.Contains(called[:k], name) {
			return &object.AttributeError{Code: "invalid", Path: "altnames", Err: fmt.Errorf("the device has the name %s twice", name)}
		}
		if first, taken := n.called[name]; taken && first != i {
			other, _ := link.Type.As(n.wants[first].Object)
			err := &NamedError{name, n, other.Name, n.wants[first].Note}
			if k == 0 {
				return err
			}
			return &object.AttributeError{Code: "exists", Path: "altnames", Err: err}
		}
	}
	if old != nil {
		for _, name := range names(old) {
			delete(n.called, name)
		}
	}
	if n.called == nil && called != nil {
		n.called = map[string]int{}
	}
	for _, name := range called {
		n.called[name] = i
	}
	return nil
}
