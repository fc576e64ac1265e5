package object

import (
	"slices"

	"github.com/netlark/netlark/netlinkcore/attr"
)

// A step is one message of a call.
type step struct {
	via  uint16
	take func(f *attr.Field) bool // nil: all
	n    int                      // place among the steps
	// place is that of a list in the table of which the message has one element,
	// to be added, or to be removed.
	place    int
	elements *attr.Value
	removes  bool
}

var wholeStep = []step{{}}

// A rank is the place of an attribute's message among those of a call.
type rank uint32

const (
	rankDown    rank = iota    // taking the device down, where others of a change need that
	rankFirst                  // what the kernel takes at once
	rankSettled                // what names something of the namespace that the object moves to
	rankVia                    // and above: what has a message of its own, by its type
	rankLast    rank = 1 << 16 // what the kernel ignores before, or would apply in the wrong order, and the last word (up)
)

// An order says which attributes of a call go into which message.
type order struct {
	table       *attr.Table
	p           attr.Ptr
	verb        Verb
	moves, down bool
}

// of is the attribute's rank.
func (o *order) of(f *attr.Field) rank {
	switch {
	case f.Via != 0:
		return rankVia + rank(f.Via)
	case o.down && f.Last:
		return rankDown
	case o.moves && f.There && f.Access&attr.Change != 0:
		return rankSettled
	case f.Last || o.late(f):
		return rankLast
	}
	return rankFirst
}

// late reports whether the attribute cannot go into the first message.
func (o *order) late(f *attr.Field) bool {
	if o.verb == Add && f.Access&attr.Create == 0 {
		return true
	}
	return f.After != "" && o.table.IsSet(o.p, o.table.Lookup(f.After))
}

// stepsOf sorts the attributes of a struct into messages.
func stepsOf(table *attr.Table, verb Verb, p attr.Ptr) []step {
	if !table.IsStaged() || verb != Add && verb != Set {
		return wholeStep
	}
	o := &order{table, p, verb, moves(table, p), verb == Set && takesDown(table, p)}
	ranks := []rank{}
	if verb == Add {
		ranks = append(ranks, rankFirst)
	}
	several := false
	for _, i := range setIn(table, p) {
		f := &table.Fields()[i]
		if f.Access&(attr.Create|attr.Change) == 0 || f.Access&attr.Key != 0 {
			continue
		}
		r := o.of(f)
		if r == rankLast && f.Access&attr.Change == 0 {
			continue // nothing takes it
		}
		several = several || r != rankFirst && r != rankLast || o.late(f)
		ranks = append(ranks, r)
	}
	if !several {
		return wholeStep
	}
	slices.Sort(ranks)
	var steps []step
	for n, r := range slices.Compact(ranks) {
		s := step{n: n, take: func(f *attr.Field) bool { return o.of(f) == r }}
		if r >= rankVia && r < rankLast {
			s.via = uint16(r - rankVia)
		}
		steps = append(steps, s)
	}
	return steps
}

// moves reports whether the object names a namespace to be in.
func moves(t *attr.Table, p attr.Ptr) bool { return moving(t, p, &wholeStep[0]) }

// moving reports whether a step moves the object to another namespace.
func moving(t *attr.Table, p attr.Ptr, st *step) bool {
	for i := range t.Fields() {
		if f := &t.Fields()[i]; f.Moves && t.IsSet(p, i) && (st.take == nil || st.take(f)) {
			return true
		}
	}
	return false
}

// takesDown reports whether the object says that the device goes down, and
// something else that needs it.
func takesDown(t *attr.Table, p attr.Ptr) bool {
	for i := range t.Fields() {
		if !t.Fields()[i].Last {
			continue
		}
		if v := t.Get(p, i); v.Shape == attr.Bool && v.N == 0 {
			return t.WantsDown(p)
		}
	}
	return false
}

// Parts are the messages of a call that makes or changes an object: what each says
// of it, the key first. What has a message of its own by its type is alone in its part.
func Parts(verb Verb, r Ref) (parts []Ref) {
	t := r.Table()
	for _, st := range stepsOf(t, verb, r.p) {
		part := r.Clone()
		for i := range t.Fields() {
			if f := &t.Fields()[i]; st.take != nil && f.Access&attr.Key == 0 && !st.take(f) {
				t.Unset(part.p, i)
			}
		}
		parts = append(parts, part)
	}
	return parts
}
