package state

import (
	"errors"
	"slices"

	"github.com/netlark/netlark/netlinkcore/object"
)

// Which of the objects that are there is the one that is wanted.

// named is an object that names devices by their names alone, as images do: r itself,
// where it does.
func named(r object.Ref) object.Ref {
	if r.Table().NamesDevices(r.Ptr()) {
		return r
	}
	r = r.Clone()
	r.Table().NameDevices(r.Ptr())
	return r
}

// named is a want whose object names devices by their names alone: w itself, where it does.
func (w *Want) named() *Want {
	r := named(w.Object)
	if r == w.Object {
		return w
	}
	own := *w
	own.Object = r
	return &own
}

// meant is what an add of r makes, with devices by their names alone.
func meant(r object.Ref) object.Ref { return named(r.Family.Meant(r)) }

// find returns the place of the object that an add of what is wanted would meet.
func (k *kind) find(w *Want) (int, bool) {
	if len(k.items) == 0 {
		return 0, false
	}
	if i, ok := k.at[w.Identity().Key]; ok {
		return i, true
	}
	r := w.Object
	f := r.Family
	for _, i := range f.Table().Keys() {
		if !f.Table().Fields()[i].Chosen || f.Table().IsSet(r.Ptr(), i) {
			continue
		}
		meant := meant(r)
		if f.Table().IsSet(meant.Ptr(), i) {
			continue
		}
		for j, it := range k.items { // the kernel chose a part of the key
			if f.Table().Covers(it.Ptr(), keyed(meant)) && f.Identity(known(meant, it.Ref)) == f.Identity(it.Ref) {
				return j, true
			}
		}
	}
	return 0, false
}

// Meets reports whether an add of r would meet other, were that there: other is as r says,
// and what r leaves to the kernel may be as other has it.
func Meets(r, other object.Ref) bool {
	r, other = meant(r), meant(other)
	return r.Table().Covers(other.Ptr(), r.Ptr()) && r.Family.Identity(known(r, other)) == r.Family.Identity(other)
}

// covered returns the place of the object that has all that an absent want names. Of
// several it is the one that does not go anyway; if that are several, nobody can tell.
func (c *course) covered(w *Want, live *kind, wants []*Want) (int, bool) {
	all := live.covers(w.Object, wants)
	stay := slices.DeleteFunc(slices.Clone(all), func(i int) bool { return c.drifts(live.items[i]) || c.along(live.items[i].Ref) })
	switch {
	case len(stay) > 1:
		e := &UnclearError{Space: c.goal.Space, Want: *w}
		for _, i := range stay {
			e.Refs = append(e.Refs, live.items[i].Ref)
		}
		c.unclear = errors.Join(c.unclear, e)
		return 0, false
	case len(stay) == 1:
		return stay[0], true
	case len(all) > 0:
		return all[0], true
	}
	return 0, false
}

// covers returns the places of the objects that have all that r names, and that nothing
// else is said of.
func (k *kind) covers(r object.Ref, wants []*Want) (all []int) {
	t, f := r.Table(), r.Family
	said := map[string]bool{}
	for _, w := range wants {
		said[w.Identity().Key] = true
	}
	for i, it := range k.items {
		family := t.FamilyOf(it.Ptr())
		if t.Covers(it.Ptr(), r.Ptr()) && !said[f.Identity(it.Ref)] && (family == 0 || f.AddressFamily(r) == 0 || family == f.AddressFamily(r)) {
			all = append(all, i)
		}
	}
	return all
}
