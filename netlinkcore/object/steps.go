package object

import "github.com/netlark/netlark/netlinkcore/attr"

// A step is one message of a call.
type step struct {
	via  uint16
	take func(f *attr.Field) bool // nil: all
	n    int                      // place among the steps
}

var wholeStep = []step{{}}

// steps sorts the attributes of v into messages: taking the device down, where
// others of a change need that; what the first one takes; what the kernel
// ignores there or would apply in the wrong order; what has a message of its
// own; and the last word (up).
func (t *Type[S]) steps(verb Verb, p attr.Ptr) []step {
	table := t.Schema.Table
	if !table.IsStaged() || verb != Add && verb != Set {
		return wholeStep
	}
	late := func(f *attr.Field) bool {
		if verb == Add && f.Access&attr.Create == 0 {
			return true
		}
		return f.After != "" && table.IsSet(p, table.Lookup(f.After))
	}
	var second bool
	var vias []uint16
	for _, i := range t.named(p) {
		f := &table.Fields[i]
		switch {
		case f.Access&(attr.Create|attr.Change) == 0 || f.Access&attr.Key != 0:
		case f.Via != 0:
			vias = append(vias, f.Via)
		case late(f) && f.Access&attr.Change != 0:
			second = true
		}
	}
	down := verb == Set && t.takesDown(p)
	if !second && len(vias) == 0 && !down {
		return wholeStep
	}
	var steps []step
	if down {
		steps = append(steps, step{take: func(f *attr.Field) bool { return f.Last }})
	}
	steps = append(steps, step{take: func(f *attr.Field) bool { return f.Via == 0 && !late(f) && !f.Last }})
	for _, via := range vias {
		steps = append(steps, step{via: via, take: func(f *attr.Field) bool { return f.Via == via }})
	}
	if !down || second {
		steps = append(steps, step{take: func(f *attr.Field) bool { return f.Via == 0 && (late(f) || f.Last) && !(down && f.Last) }})
	}
	for i := range steps {
		steps[i].n = i
	}
	return steps
}

// takesDown reports whether the object says that the device goes down, and
// something else that needs it.
func (t *Type[S]) takesDown(p attr.Ptr) bool {
	for i := range t.Schema.Fields {
		if !t.Schema.Fields[i].Last {
			continue
		}
		if v := t.Schema.Get(p, i); v.Shape == attr.Bool && v.N == 0 {
			return t.Schema.WantsDown(p)
		}
	}
	return false
}
