package attr

import (
	"fmt"
	"slices"
)

// A Delta is one attribute in which an object is not as it is wanted.
type Delta struct {
	Path     string // such as kind.ageing
	Old, New Value  // None: not set
	Secret   bool   // neither value may be shown
	Fixed    bool   // the kernel cannot change it: the object has to be made anew
}

// A Difference says how an object has to change to be as it is wanted.
type Difference struct {
	Deltas []Delta
	// Change is what to set besides the key. It holds what is not Fixed; the zero Ptr:
	// nothing is.
	Change Ptr
}

// change is the Change of objects of t, to be added to.
func (d *Difference) change(t *Table) Ptr {
	if d.Change.IsNil() {
		d.Change = t.New()
	}
	return d.Change
}

// Fixed returns the paths of what cannot be changed, in order.
func (d *Difference) Fixed() (paths []string) {
	for _, delta := range d.Deltas {
		if delta.Fixed {
			paths = append(paths, delta.Path)
		}
	}
	return paths
}

// Difference compares an object that is wanted with one that is there, in what
// can be given and is reported: keys and volatile attributes are left out. With
// whole, what want does not name has to be unset, or what the kernel makes of it
// by itself; without it, want names all that matters.
func (t *Table) Difference(want, have Ptr, whole bool) (d Difference) {
	if !whole {
		for i := t.next(want.p, 0); i < len(t.Fields()); i = t.next(want.p, i+1) {
			if t.lay().marks[i].compared {
				t.compareField(&d, i, want, have, whole)
			}
		}
		return d
	}
	for i := range t.Fields() {
		switch {
		case !t.lay().marks[i].compared:
		case t.has(want.p, i):
			t.compareField(&d, i, want, have, whole)
		case t.has(have.p, i):
			t.takeAway(&d, i, want, have)
		}
	}
	return d
}

// compareField compares an attribute that is wanted.
func (t *Table) compareField(d *Difference, i int, want, have Ptr, whole bool) {
	f, how := &t.Fields()[i], subset
	if whole && len(f.Cases()) > 0 { // what is inside may have to be unset
		how = exact
	}
	if f.same(how, want.p, have.p) {
		return
	}
	w, h := t.Get(want, i), t.Get(have, i)
	if h.Shape == None && (w.Shape == None || t.IsDefault(want, i, w) || f.TakesAway(w)) {
		return // what the kernel does not report is as if it were not there
	}
	if w.Shape == Object && h.Shape == Object && w.T == h.T && len(f.Cases()) > 0 {
		t.compareKind(d, i, w, h, whole)
		return
	}
	delta := Delta{Path: f.Name, Old: h, New: w, Secret: f.Access&Secret != 0,
		Fixed: t.isFixed(have, i) || len(f.Cases()) > 0 && f.Access&Create != 0}
	switch {
	case delta.Fixed:
	case f.Mapped:
		_ = f.ops.put(&Put{}, f, f.make(d.change(t).p), remapped(w, h)) // it is such a list
	default:
		t.copyField(d.change(t), want, i)
		if whole { // what it was read with, the kernel says
			t.forgetPassing(d.Change, i)
		}
	}
	d.Deltas = append(d.Deltas, delta)
}

// forgetPassing unsets what is volatile in a struct that is one of several cases.
func (t *Table) forgetPassing(p Ptr, i int) {
	f := &t.Fields()[i]
	v := t.Get(p, i)
	if v.Shape != Object || len(f.Cases()) == 0 {
		return
	}
	inner := v.T.Clone(v.P)
	for k := range v.T.Fields() {
		if v.T.Fields()[k].Access&Volatile != 0 {
			v.T.Unset(inner, k)
		}
	}
	_ = f.ops.put(&Put{}, f, f.make(p.p), ObjectValue(v.T, inner)) // it is of that case
}

// remapped is a mapping as a change has to say it, which leaves alone what it does not
// name: what is mapped by h and not by w is mapped to 0, which is not to be mapped.
func remapped(w, h Value) Value {
	out := Value{Shape: Many, L: slices.Clone(w.L)}
	for _, old := range h.L {
		from := old.T.Get(old.P, 0)
		if slices.ContainsFunc(w.L, func(e Value) bool { return e.T.Get(e.P, 0).N == from.N }) {
			continue
		}
		p := old.T.Clone(old.P)
		_ = old.T.Put(&Put{}, p, 1, IntValue(0)) // a number is there
		out.L = append(out.L, ObjectValue(old.T, p))
	}
	return out
}

// compareKind compares two structs of one case: a change names only what
// changes of it.
func (t *Table) compareKind(d *Difference, i int, w, h Value, whole bool) {
	f := &t.Fields()[i]
	inner := w.T.Difference(w.P, h.P, whole)
	changes := false
	for _, delta := range inner.Deltas {
		delta.Path = f.Name + "." + delta.Path
		delta.Fixed = delta.Fixed || f.Access&Change == 0
		changes = changes || !delta.Fixed
		d.Deltas = append(d.Deltas, delta)
	}
	if changes {
		_ = f.ops.put(&Put{}, f, f.make(d.change(t).p), ObjectValue(w.T, inner.Change)) // it is of that case
	}
}

// takeAway is for an attribute that is there and not wanted. One that can only go
// along with another does so: options of a port with its master.
func (t *Table) takeAway(d *Difference, i int, want, have Ptr) {
	f, old := &t.Fields()[i], t.Get(have, i)
	if f.isBlank(have.p) || t.IsDefault(have, i, old) || old.Shape == None {
		return
	}
	delta := Delta{Path: f.Name, Old: old, Secret: f.Access&Secret != 0}
	uncleared := t.isFixed(have, i) || t.clearIn(d.change(t), i, old) != nil
	if uncleared && f.After != "" && !t.IsSet(want, t.Lookup(f.After)) {
		return
	}
	delta.Fixed = uncleared
	d.Deltas = append(d.Deltas, delta)
}

// clearIn has a change take away what attribute i is.
func (t *Table) clearIn(change Ptr, i int, old Value) error {
	f := &t.Fields()[i]
	if f.Mapped {
		return f.ops.put(&Put{}, f, f.make(change.p), remapped(Value{}, old))
	}
	return t.Clear(change, i)
}

// copyField gives attribute i of to the value that it has in from.
func (t *Table) copyField(to, from Ptr, i int) {
	f := &t.Fields()[i]
	v := f.ops.get(f, f.addr(from.p))
	if v.Shape == None { // set to nothing
		_ = t.Clear(to, i)
		return
	}
	_ = f.ops.put(&Put{Family: t.FamilyOf(from)}, f, f.make(to.p), v) // what was read can be set
}

// NameDevices leaves of each device that has a name the name alone, in the
// struct and all that is in it: the object is then the same where its devices
// have other indexes. It changes the struct.
func (t *Table) NameDevices(p Ptr) {
	t.eachDevice(p, 0, func(d *Dev) {
		if d.Name() != "" {
			d.Index = 0
		}
	})
}

// NamesDevices reports whether NameDevices would change nothing.
func (t *Table) NamesDevices(p Ptr) bool {
	named := true
	t.eachDevice(p, 0, func(d *Dev) { named = named && (d.Name() == "" || d.Index == 0) })
	return named
}

// Devices yields the names of the devices that the struct names, save its own,
// in what can be given.
func (t *Table) Devices(p Ptr, yield func(name string)) {
	t.eachDevice(p, Create|Change, func(d *Dev) {
		if d.Name() != "" {
			yield(d.Name())
		}
	})
}

// eachDevice calls fn with the devices in a struct and all that is in it; access limits
// the attributes to those that have a part of it, 0 does not.
func (t *Table) eachDevice(p Ptr, access Access, fn func(*Dev)) {
	for _, f := range t.lay().devs {
		a := f.addr(p.p)
		switch {
		case a == nil || access != 0 && f.Access&access == 0:
		case f.ops == devOps:
			fn(devAt(a))
		case f.ops.set(f, a):
			f.ops.get(f, a).eachDevice(access, fn)
		}
	}
}

func (v Value) eachDevice(access Access, fn func(*Dev)) {
	switch v.Shape {
	case Object:
		v.T.eachDevice(v.P, access, fn)
	case Many:
		for _, e := range v.L {
			e.eachDevice(access, fn)
		}
	}
}

// String returns the path, what the attribute is and what it should be. A secret
// only changes.
func (d Delta) String() string {
	if d.Secret {
		return d.Path + " changed"
	}
	return fmt.Sprintf("%s %s → %s", d.Path, d.Old.Shown(), d.New.Shown())
}
