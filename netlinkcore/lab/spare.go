package lab

import (
	"context"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/state"
)

// In namespaces of others an undo takes back what the Apply did, and nothing that others
// did meanwhile.

// shared reports whether others work in a namespace.
func (c *Change) shared(name string) bool {
	if s := c.places[name]; s != nil {
		return !s.node.Owned
	}
	return !c.drops(&state.Space{Name: name})
}

// touchPeer keeps the other end of a pair that a step makes, where others work: it would
// go with the first end, but later.
func (u *undo) touchPeer(ctx context.Context, s *state.Step) error {
	l, ok := link.Type.As(s.Object)
	if !ok || s.Verb != object.Add {
		return nil
	}
	peer := link.PeerOf(l)
	if peer == nil || !peer.NetNS.IsSet() {
		return nil
	}
	there := u.change.places[peer.NetNS.Name()]
	if there == nil || there.node.Owned {
		return nil
	}
	return u.snapshot.Touch(ctx, there.goal.Space, object.Add, link.Type.Ref(&link.Link{Name: peer.Name}))
}

// near says of the lab's devices in namespaces of others that what is done elsewhere, to
// the other ends of cables, may change what is on them.
func (u *undo) near() {
	for _, s := range u.change.sites {
		if s.node.Owned || s.ns == nil {
			continue
		}
		for _, w := range s.node.wants {
			if l, ok := link.Type.As(w.Object); ok {
				u.snapshot.Near(s.goal.Space, l.Name)
			}
		}
		for _, f := range s.goal.Formers {
			if l, ok := link.Type.As(f.Declared); ok {
				u.snapshot.Near(s.goal.Space, l.Name)
			}
		}
	}
}

// spare has the undo leave what others made before a step could: that it is there is why
// the step failed.
func (u *undo) spare(ctx context.Context, err error) {
	for _, e := range failedSteps(err) {
		s := e.Step
		if s.Verb != object.Add || object.Code(e.Err) != "exists" {
			continue
		}
		if !ours(ctx, s.Space, s.Object) {
			u.snapshot.Forget(s.Space, s.Object)
		}
		l, ok := link.Type.As(s.Object)
		if !ok {
			continue
		}
		peer := link.PeerOf(l)
		if peer == nil || u.change.places[peer.NetNS.Name()] == nil {
			continue
		}
		end := *peer
		end.NetNS = attr.NetNS{}
		if sp := u.change.places[peer.NetNS.Name()].goal.Space; !ours(ctx, sp, link.Type.Ref(&end)) {
			u.snapshot.Forget(sp, link.Type.Ref(&end))
		}
	}
}

// ours reports whether a device that is there is the one that a step made: the message
// that makes it may not be the one that failed.
func ours(ctx context.Context, sp *state.Space, r object.Ref) bool {
	l, ok := link.Type.As(r)
	if !ok {
		return false
	}
	have, err := link.Get(ctx, sp.Scope, &link.Link{Name: l.Name})
	if err != nil {
		return false
	}
	t := r.Table()
	return t.Difference(r.Ptr(), link.Type.Ref(have).Ptr(), false).Deltas == nil
}

// failedSteps are all of an error.
func failedSteps(err error) (all []*state.StepError) {
	switch e := err.(type) {
	case nil:
	case *state.StepError:
		return []*state.StepError{e}
	case interface{ Unwrap() []error }:
		for _, one := range e.Unwrap() {
			all = append(all, failedSteps(one)...)
		}
	case interface{ Unwrap() error }:
		return failedSteps(e.Unwrap())
	}
	return all
}
