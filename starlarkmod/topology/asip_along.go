package topology

import (
	"context"

	"github.com/netlark/netlark/netlinkcore/addr"
	"github.com/netlark/netlark/netlinkcore/bridge"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/neigh"
	"github.com/netlark/netlark/netlinkcore/nexthop"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/route"
	"github.com/netlark/netlark/netlinkcore/state"
)

// goes notes that a device goes, and what goes with it and has a step of its own: the other
// end of its pair, and what stands on it.
func (s *shell) goes(ctx context.Context, st *state.Step) error {
	s.done[st] = true
	if st.Object.Family == link.Type && s.grouped(st.Space) {
		s.flushed = append(s.flushed, st.Space)
	}
	for _, other := range s.change.Plan.Steps {
		if other.Verb != object.Delete || s.done[other] {
			continue
		}
		hangs, err := hangsOn(ctx, other, st)
		if hangs && err == nil {
			err = s.goes(ctx, other)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// grouped reports whether there is a group of nexthops, which goes with their devices, but is
// on none.
func (s *shell) grouped(sp *state.Space) bool {
	for _, st := range s.change.Plan.Steps {
		if st.Space == sp && st.Object.Family == nexthop.Type {
			return true
		}
	}
	for _, w := range s.change.NodeOf(sp).Wants() {
		if w.Object.Family == nexthop.Type {
			return true
		}
	}
	return false
}

// hangsOn reports whether a device goes with another one, both of which steps remove.
func hangsOn(ctx context.Context, st, on *state.Step) (bool, error) {
	l, isLink := link.Type.As(st.Object)
	other, too := link.Type.As(on.Object)
	switch {
	case !isLink || !too:
		return false, nil
	case st.Space == on.Space:
		return l.Parent.Name() == other.Name && !l.ParentNSID.IsSet(), nil
	case l.Parent.Index == 0 || l.Parent.Index != other.Index.Or(0):
		return false, nil
	}
	return link.Type.Joined(ctx, st.Space.Scope, st.Object, on.Space.Scope, on.Object)
}

// takenDown takes a device down for a change that wants it so, or up again, and reports
// whether it is to be up at all.
func (s *shell) takenDown(st *state.Step, r object.Ref, up bool) bool {
	w := s.change.NodeOf(st.Space).Declared(r)
	if w == nil || st.Verb != object.Set || !r.Table().WantsDown(r.Ptr()) {
		return false
	}
	l, isLink := link.Type.As(w.Object)
	if !isLink || !l.Up.Or(false) {
		return false
	}
	s.commands(st, object.Set, link.Type.Ref(&link.Link{Name: l.Name, Up: opt.Of(up)}))
	return true
}

// upAgain takes up a device that got another master: a bond lets go what is down.
func (s *shell) upAgain(st *state.Step) {
	l, isLink := link.Type.As(st.Object)
	w := s.change.NodeOf(st.Space).Declared(st.Object)
	if !isLink || w == nil || st.Deltas() == nil || st.Verb != object.Set || !l.Master.IsSet() {
		return
	}
	if want, _ := link.Type.As(w.Object); want.Up.Or(false) {
		s.commands(st, object.Set, link.Type.Ref(&link.Link{Name: l.Name, Up: opt.Of(true)}))
	}
}

// firstVLANs removes the VLANs that new ports begin with and that are to go: in a plan it is
// no step, as they are not there yet.
func (s *shell) firstVLANs() {
	for _, st := range s.change.Plan.Steps {
		l, isLink := link.Type.As(st.Object)
		if !isLink || st.Verb == object.Delete || !l.Master.IsSet() {
			continue
		}
		for _, w := range s.change.NodeOf(st.Space).Wants() {
			if v, is := bridge.VLANType.As(w.Object); is && w.Absent && v.Dev.Name() == l.Name {
				s.flushed = append(s.flushed, st.Space)
				s.commands(&state.Step{Space: st.Space, Verb: object.Delete, Object: w.Object}, object.Delete, w.Object)
			}
		}
	}
}

// addresses are those of IPv4 of a device, in their order. With the first of a network its
// others go, unless promote_secondaries is set; with the last of all go the device's routes,
// nexthops and neighbours.
type addresses struct {
	space *state.Space
	dev   string
	live  []object.Ref
	owed  []object.Ref // what went along and is to stay
}

// has reports whether an object is an address of the device.
func (n *addresses) has(sp *state.Space, r object.Ref) bool {
	a, is := addr.Type.As(r)
	return is && sp == n.space && a.Dev.Name() == n.dev && a.Address.Addr().Is4()
}

// addressesOf are those that a step makes or removes one of; nil: it does neither.
func (s *shell) addressesOf(ctx context.Context, st *state.Step) (*addresses, error) {
	a, is := addr.Type.As(st.Object)
	if !is || !a.Address.Addr().Is4() || st.Space.Scope == nil || st.Verb == object.Set {
		return nil, nil
	}
	for _, n := range s.addresses {
		if n.has(st.Space, st.Object) {
			return n, nil
		}
	}
	n := &addresses{space: st.Space, dev: a.Dev.Name()}
	s.addresses = append(s.addresses, n)
	all, err := st.Object.Family.All(ctx, st.Space.Scope, st.Object.Family.New())
	for _, r := range all {
		if n.has(st.Space, r) {
			n.live = append(n.live, r)
		}
	}
	return n, err
}

// take follows what a step does, and returns what it takes along.
func (n *addresses) take(st *state.Step) (along []object.Ref) {
	if st.Verb != object.Delete {
		n.live = append(n.live, st.Object)
		return nil
	}
	f := st.Object.Family
	found, second := false, false
	var stay []object.Ref
	for _, r := range n.live {
		same := f.Group(r) == f.Group(st.Object)
		switch {
		case !found && f.Identity(r) == f.Identity(st.Object):
			found = true
		case same && found && !second:
			along = append(along, r)
		default:
			second = second || same
			stay = append(stay, r)
		}
	}
	n.live = stay
	return along
}

// before removes what a step takes along and is to go, from the last on.
func (s *shell) before(st *state.Step, along []object.Ref) {
	f := st.Object.Family
	for j := len(along) - 1; j >= 0; j-- {
		for _, later := range s.change.Plan.Steps[s.at+1:] {
			if later.Space == st.Space && later.Verb == object.Delete && later.Object.Family == f && f.Identity(later.Object) == f.Identity(along[j]) {
				s.done[later] = true
				s.commands(later, object.Delete, later.Object)
			}
		}
	}
}

// after puts back what went along and is to stay, when all others of the device are made.
func (s *shell) after(st *state.Step, n *addresses, along []object.Ref) {
	if len(n.live) == 0 && st.Verb == object.Delete {
		s.flushed = append(s.flushed, st.Space)
	}
	n.owed = append(n.owed, along...)
	for _, later := range s.change.Plan.Steps[s.at+1:] {
		if later.Verb != object.Delete && n.has(later.Space, later.Object) {
			return
		}
	}
	for _, r := range n.owed {
		w := s.change.NodeOf(st.Space).Declared(r)
		there := w == nil || w.Absent
		for _, o := range n.live {
			there = there || r.Family.Identity(o) == r.Family.Identity(r)
		}
		if !there {
			s.commands(st, object.Replace, w.Object)
			n.live = append(n.live, r)
		}
	}
	n.owed = nil
}

// restore makes again what went with the last address of a device, and what may have.
func (s *shell) restore(sp *state.Space) {
	for _, f := range []object.Family{nexthop.Type, route.Type, neigh.Type} {
		for _, w := range s.change.NodeOf(sp).Wants() {
			if w.Object.Family == f && !w.Absent {
				s.commands(&state.Step{Space: sp}, object.Replace, w.Object)
			}
		}
	}
}
