package state

import (
	"context"
	"slices"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/object"
)

// A Step is one call on one object.
type Step struct {
	Space *Space
	Verb  object.Verb
	// Anew: the object is removed and made again, as the kernel cannot change it.
	Anew bool
	// Part: it belongs to another step of the same object, which says what changes.
	Part bool
	// Along: another step, perhaps in another namespace, makes the object.
	Along bool
	// Moves: the step sends a device to another namespace.
	Moves bool

	borne  bool // the kernel may make it by itself with its device
	owed   bool // it gives back what is declared no longer
	phase  int32
	height int32 // in the phase: above what it stands on

	Object object.Ref // as the call takes it
	// Note is that of the Want that asked for it.
	Note any

	more *more // nil for one that makes an object as it was asked for: a plan may have very many
}

// more is what few steps have.
type more struct {
	whole   object.Ref
	deltas  []attr.Delta
	losses  []string
	instead func(ctx context.Context) error // of the call; nil: nothing
	finally func()                          // after Do; nil: nothing
	met     object.Ref                      // what the kernel had made by itself when its turn came
}

// Whole is the object as it was asked for. The call may take less of it, or more: what
// comes in a step of its own, what it is born with.
func (s *Step) Whole() object.Ref {
	if s.more == nil || s.more.whole.IsZero() {
		return s.Object
	}
	return s.more.whole
}

// Deltas are what changes, for Set and Replace, or why it is made Anew.
func (s *Step) Deltas() []attr.Delta {
	if s.more == nil {
		return nil
	}
	return s.more.deltas
}

// Losses says what of the object that goes, or of what is on it, cannot be given back;
// nil: all can.
func (s *Step) Losses() []string {
	if s.more == nil {
		return nil
	}
	return s.more.losses
}

// instead is what is done instead of the call; nil: the call is.
func (s *Step) instead() func(ctx context.Context) error {
	if s.more == nil {
		return nil
	}
	return s.more.instead
}

// hold returns what few steps have, to be changed.
func (s *Step) hold() *more {
	if s.more == nil {
		s.more = &more{}
	}
	return s.more
}

// shows has a step say what was asked for.
func (s *Step) shows(whole object.Ref) {
	if whole != s.Whole() {
		s.hold().whole = whole
	}
}

// changes has a step say what it changes.
func (s *Step) changes(deltas []attr.Delta) {
	if s.more != nil || deltas != nil {
		s.hold().deltas = deltas
	}
}

// loses has a step say what cannot be given back.
func (s *Step) loses(what []string) {
	if s.more != nil || what != nil {
		s.hold().losses = what
	}
}

// A comparison plans how to make of what is there what was there before.
type comparison struct {
	space   *Space
	touched func(f object.Family, identity string) bool
	gone    map[string]bool // devices that go, and take along what is on them
	removed []Step          // in the order of making
	made    []Step
}

// back plans how to get from one image to an earlier one. What the kernel makes
// comes and goes by itself; what daemons made since is theirs. Both are left
// alone unless touched says that somebody else changed them. What is born stays
// as it is until somebody changes it: so it is given back, and taken away where
// it was not there before.
// theirs, if it is not nil, tells what others did since, and is left alone, too.
func back(sp *Space, before, now *Image, touched func(f object.Family, identity string) bool, theirs func(Step) bool) []Step {
	if theirs == nil {
		theirs = func(Step) bool { return false }
	}
	c := &comparison{space: sp, touched: touched, gone: map[string]bool{}}
	if renames := slices.DeleteFunc(c.renames(before, now), theirs); len(renames) > 0 {
		return renames
	}
	for i := range before.kinds {
		c.compare(&before.kinds[i], now.of(before.kinds[i].family))
	}
	slices.Reverse(c.removed)
	return slices.DeleteFunc(append(c.removed, c.made...), theirs)
}

// renames finds objects that are there under another name. To give it back comes
// first, and alone: what else is different cannot be told before.
func (c *comparison) renames(before, now *Image) (steps []Step) {
	for i := range before.kinds {
		k, live := &before.kinds[i], now.of(before.kinds[i].family)
		naming := k.family.Table().Naming()
		if naming < 0 {
			continue
		}
		for name, at := range live.at {
			if _, there := k.at[name]; there {
				continue
			}
			for old, j := range k.at {
				if _, there := live.at[old]; !there && c.sameDevice(k.items[j].Ref, live.items[at].Ref) {
					steps = append(steps, c.rename(live.items[at].Ref, naming, old))
				}
			}
		}
	}
	return steps
}

func (c *comparison) sameDevice(a, b object.Ref) bool {
	t := a.Table()
	i := t.Lookup("index")
	return i >= 0 && t.Get(a.Ptr(), i).N == t.Get(b.Ptr(), i).N && t.Get(a.Ptr(), i).N != 0
}

func (c *comparison) rename(r object.Ref, field int, name string) Step {
	t := r.Table()
	change := object.Of(r.Family, keyed(r))
	_ = t.Put(&attr.Put{}, change.Ptr(), field, attr.TextValue(name)) // it was a name before
	deltas := []attr.Delta{{Path: "name", Old: attr.TextValue(r.Family.Identity(r)), New: attr.TextValue(name)}}
	return Step{Space: c.space, Verb: object.Set, Object: change, more: &more{deltas: deltas}}
}

// keyed is an empty object with the key of r, by its name where it has one: the
// number of what is made again may be another's.
func keyed(r object.Ref) attr.Ptr {
	t := r.Table()
	p := t.New()
	t.Merge(p, r.Ptr(), func(f *attr.Field) bool { return f.Access&attr.Key != 0 })
	if t.Naming() >= 0 {
		t.Unset(p, t.Lookup("index"))
	}
	return p
}

// compare plans what is to be done with one family.
func (c *comparison) compare(k, live *kind) {
	names, liveNames := k.names(), live.names()
	again := c.misplaced(k, live)
	for i, it := range live.items {
		name := liveNames[i]
		if _, wanted := k.at[name]; wanted && !again[name] {
			continue
		}
		if c.mine(k.family, it, name) || k.lacks[name] {
			c.remove(it.Ref)
		}
	}
	steps := make(map[attr.Ptr]Step)
	for i, it := range k.items {
		at, there := live.at[names[i]]
		switch {
		case !there || again[names[i]]:
			if c.mine(k.family, it, names[i]) || it.Maker == object.Daemon || live.lacks[names[i]] {
				steps[it.Ptr()] = Step{Space: c.space, Verb: Creating(it.Ref), Object: made(it.Ref)}
			}
		case c.mine(k.family, it, names[i]) || it.Born || k.family.Table().Naming() >= 0: // a link of the kernel's can be changed
			if s, ok := c.change(it.Ref, live.items[at].Ref); ok {
				steps[it.Ptr()] = s
			}
		}
	}
	var rest []Step
	for _, it := range itemsInOrder(k.family, k.items) {
		switch s, ok := steps[it.Ptr()]; {
		case ok && s.frees():
			c.made = append(c.made, s)
		case ok:
			rest = append(rest, s)
		}
	}
	c.made = append(c.made, rest...)
}

// frees reports whether a change only takes something away: what others then have
// for it, such as the number of a bridge's port, depends on who comes first.
func (s *Step) frees() bool {
	return s.Verb == object.Set && len(s.Deltas()) > 0 &&
		!slices.ContainsFunc(s.Deltas(), func(d attr.Delta) bool { return d.New.Shape != attr.None })
}

// mine reports whether an object is one that may be removed and made.
func (c *comparison) mine(f object.Family, it object.Item, name string) bool {
	return it.Maker == object.User || c.touched(f, name)
}

// Creating is the verb that makes an object.
func Creating(r object.Ref) object.Verb {
	switch f := r.Family; {
	case f.Beside(r):
		return object.Append
	case f.Can(object.Add):
		return object.Add
	}
	return object.Replace
}

// replaces reports whether one request puts an object in place of the one with
// its key.
func replaces(r object.Ref) bool {
	f := r.Family
	return !f.Can(object.Set) && f.Does(object.Replace) && f.Can(object.Add) && !f.Beside(r)
}

// made is an object as it is made.
func made(r object.Ref) object.Ref { return r.Family.Bare(r) }

// remove plans the removal of what does not go by itself with its device.
func (c *comparison) remove(r object.Ref) {
	along := false
	if r.Table().Naming() >= 0 {
		c.gone[r.Family.Identity(r)] = true
	} else {
		r.Family.Devices(r, func(name string) { along = along || c.gone[name] })
	}
	if !along {
		c.removed = append(c.removed, Step{Space: c.space, Verb: object.Delete, Object: r.Clone()})
	}
}

// change plans what makes of an object that is there one as before.
func (c *comparison) change(want, have object.Ref) (s Step, differs bool) {
	f, t := want.Family, want.Table()
	d := t.Difference(want.Ptr(), have.Ptr(), true)
	if len(d.Deltas) == 0 {
		return s, false
	}
	s = Step{Space: c.space, more: &more{deltas: d.Deltas}}
	switch fixed := d.Fixed(); {
	case fixed == nil && f.Can(object.Set):
		key := keyed(have)
		if !d.Change.IsNil() {
			t.Merge(key, d.Change, func(*attr.Field) bool { return true })
		}
		s.Verb, s.Object = object.Set, object.Of(f, key)
	case fixed == nil && replaces(want):
		s.Verb, s.Object = object.Replace, made(want)
	default:
		c.remove(have)
		s.Verb, s.Object, s.Anew = Creating(want), made(want), true
	}
	return s, true
}

// misplaced finds what has to be made again although it is there, because what
// has to stand before it does not.
func (c *comparison) misplaced(k, live *kind) map[string]bool {
	again := map[string]bool{}
	order := map[string][]string{} // of what is there
	for i, name := range live.names() {
		if g := k.family.Group(live.items[i].Ref); g != "" {
			order[g] = append(order[g], name)
		}
	}
	if len(order) == 0 {
		return again
	}
	behind := map[string]bool{} // groups of which something is not in its place
	place := map[string]int{}
	for i, name := range k.names() {
		g := k.family.Group(k.items[i].Ref)
		if g == "" {
			continue
		}
		have := order[g]
		for place[g] < len(have) && k.without(have[place[g]]) { // what goes stands in nobody's way
			place[g]++
		}
		switch {
		case behind[g]:
			again[name] = true
		case place[g] < len(have) && have[place[g]] == name:
			place[g]++
		default:
			behind[g], again[name] = true, true
		}
	}
	return again
}

func (k *kind) without(name string) bool {
	return !k.has(name)
}
