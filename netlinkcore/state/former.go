package state

import (
	"slices"
	"strings"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/roll"
	"github.com/netlark/netlark/netlinkcore/object"
)

// A Former is what was declared of an object the last time, and what it was
// before anything was declared of it.
type Former struct {
	Declared object.Ref
	// Before is what it was, a struct like that of Declared; the zero Ptr: it was not there,
	// and goes when it is declared no longer.
	Before attr.Ptr
	// Along and Absent are the Want's. What was declared not to be there comes back
	// as it was Before, when that is declared no longer.
	Along, Absent bool

	id string // "" until somebody asked
}

// A Left object is one that somebody else changed since it was declared: what they
// changed stays as it is although it is declared no longer.
type Left struct {
	Space  *Space
	Object object.Ref
	Deltas []attr.Delta // what it is, and what it was declared to be
}

// Changes says what somebody changed: what was declared, and what it is.
func (l *Left) Changes() (out []attr.Delta) {
	for _, d := range l.Deltas {
		d.Old, d.New = d.New, d.Old
		out = append(out, d)
	}
	return out
}

// String returns the object, and what somebody changed of it.
func (l *Left) String() string {
	var changes []string
	for _, d := range l.Changes() {
		changes = append(changes, d.String())
	}
	return l.Object.String() + ": " + strings.Join(changes, ", ")
}

// formers find what the last plan knew.
func (g *Goal) formers() *roll.Roll[Identity] {
	return roll.Of(len(g.Formers), func(i int) Identity { return g.Formers[i].identity() }, Identity.Hash)
}

func (f *Former) identity() Identity {
	if f.id == "" {
		f.id = IdentityOf(f.Declared).Key
	}
	return Identity{f.Declared.Family, f.id}
}

// spared reports whether programs make such objects, and the lab leaves them alone.
func (c *course) spared(r object.Ref) bool {
	return c.goal.Whole && c.goal.Ignore != nil && c.goal.Ignore(r)
}

// owed are the wants of a goal and what it owes for what is declared no longer.
func (c *course) owed() []*Want {
	wants := c.goal.wants()
	c.formers = c.goal.formers()
	declared := roll.Of(len(wants), func(i int) Identity { return wants[i].Identity() }, Identity.Hash)
	for i := range c.goal.Formers {
		f := &c.goal.Formers[i]
		switch _, stays := declared.Find(f.identity()); {
		case stays, f.Absent && f.Before.IsNil():
		case f.Absent:
			again := f.Declared.Family.Bare(object.Of(f.Declared.Family, f.Before))
			wants = append(wants, &Want{Object: again, former: f})
		case !f.Declared.Family.Lasts(): // a setting, which is always there
			wants = append(wants, &Want{Object: object.Of(f.Declared.Family, keyed(f.Declared)), former: f})
		case f.Before.IsNil():
			if !c.spared(f.Declared) {
				wants = append(wants, &Want{Object: f.Declared, Absent: true, former: f})
			}
		default:
			key := object.Of(f.Declared.Family, keyed(f.Declared))
			wants = append(wants, &Want{Object: key, Along: true, former: f})
		}
	}
	return wants
}

// asBefore is what is wanted, and what was named before and is to be given back:
// what it was then, or is at birth. lost are attributes that only making the object
// anew gives back.
func (c *course) asBefore(w *Want) (want object.Ref, lost []attr.Loss) {
	f := c.former(w)
	if f == nil || f.Absent {
		return w.Object, nil
	}
	want = w.Object.Clone()
	var before attr.Ptr
	switch {
	case !f.Before.IsNil():
		before = f.Before
	case !w.Along:
		before = w.Object.Family.Meant(w.atBirth()).Ptr()
	case !w.Born.IsNil():
		before = w.Born
	}
	lost = want.Table().GiveBack(want.Ptr(), named(f.Declared).Ptr(), before)
	if w.Pair != nil { // which of two ends makes the other means nothing
		lost = slices.DeleteFunc(lost, func(l attr.Loss) bool { return l.IsKind(want.Table()) })
	}
	if c.goal.renewed[w.Identity()] { // they are given back
		lost = nil
	}
	return want, lost
}

// ours reports whether all of an object is what the lab says: nobody was there before.
func (c *course) ours(w *Want) bool {
	f := c.former(w)
	return c.goal.Whole && !w.Along && (f == nil || f.Before.IsNil())
}

// replacement is an object as it is put in place of the one that is there, of which
// the kernel may keep what it does not name.
func (c *course) replacement(w *Want, want, have object.Ref, lost []attr.Loss) object.Ref {
	if !c.ours(w) {
		return c.renew(w, want, have, lost)
	}
	c.renewed = append(c.renewed, w.Identity())
	r := want.Clone()
	r.Table().Merge(r.Ptr(), w.atBirth().Ptr(), func(*attr.Field) bool { return true })
	keepMatch(r, have)
	return r
}

// renew is an object as it is made anew. Where all is the lab's own, it is what it
// would be had it never been otherwise, but for its being up: that some devices become with
// the one underneath; else what nobody wants to be otherwise stays.
func (c *course) renew(w *Want, want, have object.Ref, lost []attr.Loss) object.Ref {
	c.renewed = append(c.renewed, w.Identity())
	if c.ours(w) {
		r := w.atBirth().Clone()
		r.Table().Merge(r.Ptr(), have.Ptr(), func(f *attr.Field) bool { return f.Access&attr.Key != 0 || f.Last })
		return r
	}
	r := completed(want, have)
	r.Table().Without(r.Ptr(), lost)
	return r
}

// former is what was declared of an object the last time; nil: nothing was.
func (c *course) former(w *Want) *Former {
	if w.former != nil || c.formers == nil {
		return w.former
	}
	i, known := c.formers.Find(w.Identity())
	if !known {
		return nil
	}
	return &c.goal.Formers[i]
}

// orphan reports whether an object that is only to be changed is there because the lab made
// it, or what brought it, and goes since that is declared no longer.
func (c *course) orphan(w *Want, it object.Item) bool {
	f := c.former(w)
	return w.Along && w.Born.IsNil() && w.former == nil && f != nil && !f.Absent && f.Before.IsNil() && it.Maker == object.User && !it.Born
}

// others reports whether somebody else changed an object that is declared no
// longer: then it is theirs. Of one that was there before only what they changed is.
func (c *course) others(w *Want, have object.Ref) bool {
	if w.former == nil || c.goal.Whole || w.former.Absent {
		return false
	}
	d := have.Table().Difference(named(w.former.Declared).Ptr(), have.Ptr(), false)
	if len(d.Deltas) == 0 {
		return false
	}
	c.left = append(c.left, Left{c.goal.Space, have, d.Deltas})
	return w.former.Before.IsNil() || !c.forget(w, d.Deltas)
}

// forget has nothing be owed for attributes, and reports whether it can.
func (c *course) forget(w *Want, deltas []attr.Delta) bool {
	f := *w.former
	f.Declared = f.Declared.Clone()
	t := f.Declared.Table()
	for _, d := range deltas {
		i := t.Lookup(d.Path)
		if i < 0 { // it is inside another
			return false
		}
		t.Unset(f.Declared.Ptr(), i)
	}
	w.former = &f
	return true
}

// remember notes what is declared now and what was before that.
func (c *course) remember(w *Want, have object.Ref) {
	if w.Once || w.former != nil || c.goal.noted {
		return
	}
	next := Former{Declared: w.Object, Along: w.Along, Absent: w.Absent, id: w.Identity().Key}
	old := c.former(w)
	switch {
	case old != nil && (old.Absent || w.Absent):
		next.Before = old.Before
	case old == nil && !have.IsZero():
		next.Before = have.Clone().Ptr()
	case old == nil && w.Moves:
		next.Before = w.Object.Table().Clone(w.Born)
	case old != nil && !old.Before.IsNil() && !have.IsZero():
		next.Before = sinceNamed(old, have)
	}
	c.next = append(c.next, next)
}

// sinceNamed is what an object was before its attributes were named: those that
// were named already as they were then, others as they are.
func sinceNamed(old *Former, have object.Ref) attr.Ptr {
	t := have.Table()
	p := t.Clone(have.Ptr())
	for i := range t.Fields() {
		if t.IsSet(old.Declared.Ptr(), i) {
			t.Unset(p, i)
		}
	}
	t.Complete(p, old.Before)
	return p
}
