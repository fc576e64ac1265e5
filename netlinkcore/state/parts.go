package state

import (
	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/object"
)

// add takes a step in, in two parts if one of them has to wait: a device goes up
// when it has its addresses.
func (c *course) add(s Step) {
	t := s.Object.Table()
	last := func(f *attr.Field) bool { return f.Last }
	if !t.HasLast() {
		c.steps = append(c.steps, s)
		return
	}
	rest := Step{Space: s.Space, Verb: object.Set, Object: object.Of(s.Object.Family, keyed(s.Object)), Note: s.Note, Part: true, phase: c.phases.up}
	t.Merge(rest.Object.Ptr(), s.Object.Ptr(), last)
	whole := s.Whole()
	s.Object = s.Object.Clone()
	s.shows(whole)
	waits := false
	for i := range t.Fields() {
		if last(&t.Fields()[i]) && t.IsSet(s.Object.Ptr(), i) {
			waits = waits || s.Verb == object.Set || !t.IsDefault(s.Object.Ptr(), i, t.Get(s.Object.Ptr(), i))
			t.Unset(s.Object.Ptr(), i)
		}
	}
	if !waits {
		c.steps = append(c.steps, s)
		return
	}
	if s.Verb == object.Set && !sets(s.Object) { // that is all that changes
		rest.Part, rest.Along = false, s.Along
		rest.changes(s.Deltas())
		c.steps = append(c.steps, rest)
		return
	}
	c.steps = append(c.steps, s, rest)
}

// sets reports whether an object names more than its key.
func sets(r object.Ref) bool {
	t := r.Table()
	for i := range t.Fields() {
		if t.Fields()[i].Access&attr.Key == 0 && t.IsSet(r.Ptr(), i) {
			return true
		}
	}
	return false
}
