package attr

import (
	"fmt"
	"math"
	"slices"
	"unsafe"
)

// A definer turns what bind returned into a layout.
type definer struct {
	layout
	t        *Table
	tmpl     unsafe.Pointer
	n        int
	nested   bool // some fields stand for others
	repeated []repeated
	// around is the level that holds the one at hand.
	around *level
}

func (d *definer) lay(head int, fields []Field) layout {
	d.count(fields)
	d.byName = make(map[string]int, d.n)
	if d.fields = fields[:0]; d.nested { // else each stays in its place
		d.fields = make([]Field, 0, d.n)
	}
	d.root = &level{name: d.t.Name, size: head, grows: d.t.grows}
	d.level(d.root, fields, nil)
	d.root.canRecall()
	d.finish()
	return d.layout
}

func (d *definer) finish() {
	d.family, d.naming = -1, -1
	d.marks = make([]mark, 0, len(d.fields))
	d.resolveRepeated()
	for i := range d.fields {
		f := &d.fields[i]
		if _, ok := d.byName[f.After]; f.After != "" && !ok {
			panic(fmt.Sprintf("attr: %s.%s comes after %s, which is not defined", d.t.Name, f.Name, f.After))
		}
		d.checkEnds(f)
		d.marks = append(d.marks, markOf(f))
		d.byUse(i, f)
		d.byAccess(i, f)
	}
	follow(d.marks)
}

// byUse notes a field where only some of its sort are looked at.
func (d *definer) byUse(i int, f *Field) {
	holds := f.ops.shape == Object || f.ops.shape == Many
	if f.ops.settle != nil {
		d.settle = append(d.settle, f)
	}
	if f.ops == familyOps || f.ops == wideFamilyOps {
		d.family = i
	}
	if f.ops == extraOps {
		d.extra = f
	}
	if holds || f.Since != (Release{}) || f.MaskSince != (Release{}) {
		d.dated = append(d.dated, gated{gateOf(f), f})
	}
	if f.ops.famly != nil {
		d.addrs = append(d.addrs, f)
	}
	if holds || f.ops == devOps {
		d.devs = append(d.devs, f)
	}
	if holds || f.lost != "" || len(f.Cases()) > 0 {
		d.lossy = append(d.lossy, f)
	}
	if f.isChecked() {
		d.checked = append(d.checked, gated{gateOf(f), f})
	}
}

// byAccess notes a field by when it is sent, and what it tells of an object.
func (d *definer) byAccess(i int, f *Field) {
	changeOnly := f.Access&(Create|Change) == Change && f.Access&Key == 0
	d.staged = d.staged || changeOnly || f.After != "" || f.Via != 0 || f.Last
	d.last = d.last || f.Last
	if f.Access&Key != 0 {
		d.keys, d.parts = append(d.keys, i), append(d.parts, keyPartOf(f))
	}
	if f.Access&(Volatile|Key|Inside) == 0 && f.Access&Report != 0 && f.Access&(Create|Change) != 0 {
		d.marks[i].compared = true
	}
	if f.Sets == "name" && d.naming < 0 {
		d.naming = i
	}
}

// count counts the fields, so that the table's slice is made once and
// pointers into it stay good.
func (d *definer) count(fields []Field) {
	for i := range fields {
		if fields[i].inner != nil {
			d.nested = true
			d.count(fields[i].inner)
			continue
		}
		d.n++
	}
}

func (d *definer) level(l *level, fields []Field, g *group) {
	l.slots = slices.Grow(l.slots, len(fields))
	l.order, l.gates = slices.Grow(l.order, len(fields)), slices.Grow(l.gates, len(fields))
	for i := range fields {
		f := fields[i]
		switch {
		case f.said != nil:
			d.said = f.said
		case f.inner != nil && f.opens:
			sub := &level{name: l.name, id: f.id, size: f.size}
			if f.repeats != "" {
				d.repeated = append(d.repeated, repeated{sub, f.repeats})
			}
			outer := d.around
			d.around = l
			d.level(sub, f.inner, g)
			d.around = outer
			l.add(f.id, slot{l: sub})
			l.sends(slot{l: sub})
		case f.inner != nil && f.at == nil:
			for _, id := range f.x.([]uint16) {
				l.add(id, slot{ignored: true})
			}
		case f.inner != nil:
			d.group(l, f)
		default:
			d.field(l, f, g)
		}
	}
}

func (d *definer) group(l *level, f Field) {
	g := f.x.(*group)
	g.off = uintptr(f.at) - uintptr(d.tmpl)
	d.groups = append(d.groups, g)
	d.inside(f.Name, g.off)
	d.level(l, f.inner, g)
}

func (d *definer) inside(name string, off uintptr) {
	if off >= d.t.size || d.t.size > math.MaxUint16 {
		panic(fmt.Sprintf("attr: %s.%s is bound outside its struct, or that is too large", d.t.Name, name))
	}
}

func (d *definer) field(l *level, f Field, g *group) {
	if g == nil {
		f.off = uintptr(f.at) - uintptr(d.tmpl)
		d.inside(f.Name, f.off)
	} else {
		f.group = g
	}
	f.at = nil
	if _, twice := d.byName[f.Name]; twice && f.family == 0 {
		panic(fmt.Sprintf("attr: %s.%s: name twice", d.t.Name, f.Name))
	}
	if f.head >= 0 && l.size < int(f.head)+f.ops.width && f.id == 0 && !f.apart {
		panic(fmt.Sprintf("attr: %s.%s lies behind the head of %d bytes", d.t.Name, f.Name, l.size))
	}
	d.byName[f.Name] = len(d.fields)
	if f.Alias != "" {
		d.byName[f.Alias] = len(d.fields)
	}
	d.fields = append(d.fields, f)
	p := &d.fields[len(d.fields)-1]
	if p.apart {
		return
	}
	if p.head >= 0 {
		l.heads = append(l.heads, headOf(p))
	}
	l.sends(sending(p))
	if p.rest {
		l.rest = p
		return
	}
	for _, id := range append([]uint16{p.id, p.id2}, p.more...) {
		if id != 0 && (p.Access&(Report|Filter|Inside) != 0 || p.ops == extraOps) {
			l.add(id&^NumberZero, receiving(p, id))
		}
	}
	if p.wide != nil {
		d.beside(l, p.twin())
	}
}

// receiving is the place of a field among those that come under a number.
func receiving(f *Field, id uint16) slot {
	s := slot{f: f, code: codeOf(f), off: uint16(f.off), late: f.late && id == f.id2}
	if f.group != nil {
		s.group = uint16(f.group.off) + 1
	}
	return s
}

// beside puts an attribute next to the one that l belongs to, or into l if that
// is the outermost level.
func (d *definer) beside(l *level, f *Field) {
	if d.around != nil {
		l = d.around
	}
	l.add(f.id, slot{f: f})
	l.sends(sending(f))
}

func (l *level) sends(s slot) {
	l.order, l.gates = append(l.order, s), append(l.gates, gateOf(s.f))
}

func (l *level) add(id uint16, s slot) {
	for int(id) >= len(l.byID) {
		l.byID = append(l.byID, 0)
	}
	if o := l.byID[id]; o != 0 {
		other := l.slots[o-1].f
		if s.f == nil || other == nil || s.f.family == 0 && other.family == 0 {
			panic(fmt.Sprintf("attr: %s: number %d twice", l.name, id))
		}
		s.next = o
	}
	if s.f != nil {
		s.family = s.f.family
	}
	l.slots = append(l.slots, s)
	l.byID[id] = uint16(len(l.slots))
}

// Nested binds attributes that lie inside another one, id, but belong to the
// same struct: its payload is a fixed part of size bytes (0 for a pure nest)
// and attributes behind it.
//
//go:noinline
func Nested(id uint16, size int, fields ...Field) Field {
	return Field{id: id, size: size, inner: fields, opens: true, Name: "nest"}
}

// Ignored names attributes that are read and dropped: obsolete twins of others,
// and what the kernel only reports for programs of its own.
//
//go:noinline
func Ignored(ids ...uint16) Field {
	return Field{Name: "ignored", inner: []Field{}, x: ids}
}
