package attr

import (
	"fmt"
	"slices"
	"sync"
	"unsafe"
)

// A Table is a schema without its Go type: what the engine, scripts and
// documentation work on.
type Table struct {
	Name, Doc string
	// Call is the constructor of such values in scripts ("link.vxlan"), for
	// structs that are part of others; "" if there is none.
	Call string
	// Args are the attributes that the constructor takes without keywords; nil:
	// the key's.
	Args   []string
	Fields []Field // in the order of definition, all levels

	root   *level
	size   uintptr
	byName map[string]int
	extra  *Field
	scalar bool // a struct that shows as its only field
	before func(unsafe.Pointer)
	after  func(unsafe.Pointer)
	new    func() unsafe.Pointer
	assign func(to, from unsafe.Pointer)
	spare  sync.Pool // of structs
	family int       // index of the address family's field, or -1
	groups []*group
	staged bool
	// checked are the places in Fields that Check looks at.
	checked []int

	repeated []repeated // until finish
}

// A level is a fixed head and the attributes behind it: a message, or the
// payload of an attribute whose members belong to the same struct.
type level struct {
	name  string
	id    uint16
	size  int
	heads []head
	slow  bool     // some of heads are left to ops
	byID  []uint16 // attribute number → 1 + place in slots
	slots []slot
	order []slot // for encoding
	late  bool
	again *Field // a member of the head that other levels have too
	rest  *Field // a list that stands in place of attributes
}

// A slot is an attribute: a field, or a level of its own.
type slot struct {
	f *Field
	l *level
	// ignored: read and dropped
	ignored bool
	family  byte // the address family it is for; 0: any
	code    code
	gate    gate
	off     uint32
	at      uint32 // where the gate stands
	next    uint16 // the one before with the same number, for another family
	id      uint16
	head    int16
	access  Access
}

// A Schema is a Table of S.
type Schema[S any] struct{ *Table }

// Define builds the schema of S, whose fixed part has head bytes; bind is
// called once. It panics on a faulty definition.
func Define[S any](name, doc string, head int, bind func(*S) []Field) Schema[S] {
	tmpl := new(S)
	t := &Table{Name: name, Doc: doc, size: unsafe.Sizeof(*tmpl), family: -1,
		new:    func() unsafe.Pointer { return unsafe.Pointer(new(S)) },
		assign: func(to, from unsafe.Pointer) { *(*S)(to) = *(*S)(from) }}
	d := definer{t: t, tmpl: unsafe.Pointer(tmpl)}
	fields := bind(tmpl)
	d.count(fields)
	t.byName = make(map[string]int, d.n)
	if t.Fields = fields[:0]; d.nested { // else each stays in its place
		t.Fields = make([]Field, 0, d.n)
	}
	t.root = &level{name: name, size: head}
	d.level(t.root, fields, nil)
	t.finish()
	return Schema[S]{t}
}

// Scalar makes a struct of one field show as that field's value, in lists.
func (s Schema[S]) Scalar() Schema[S] { s.scalar = true; return s }

// Made names the constructor that scripts use for such values.
func (s Schema[S]) Made(call string, args ...string) Schema[S] {
	s.Call, s.Args = call, args
	return s
}

// Hooks sets what computes fields before encoding and after decoding, for the
// few that are made of several. Either may be nil. What is encoded is a copy.
func (s Schema[S]) Hooks(before, after func(*S)) Schema[S] {
	if before != nil {
		s.before = func(p unsafe.Pointer) { before((*S)(p)) }
	}
	if after != nil {
		settle := s.after
		s.after = func(p unsafe.Pointer) {
			if settle != nil {
				settle(p)
			}
			after((*S)(p))
		}
	}
	return s
}

// New returns a new, empty struct of the table.
func (t *Table) New() Ptr { return Ptr{t.new()} }

// Lookup returns the place in Fields of a name, or -1.
func (t *Table) Lookup(name string) int {
	if i, ok := t.byName[name]; ok {
		return i
	}
	return -1
}

// IsStaged reports whether some attributes may need a message of their own.
func (t *Table) IsStaged() bool { return t.staged }

// IsScalar reports whether the struct shows as its only field's value.
func (t *Table) IsScalar() bool { return t.scalar }

// Keys are the places in Fields of the identity, in order.
func (t *Table) Keys() (out []int) {
	for i := range t.Fields {
		if t.Fields[i].Access&Key != 0 {
			out = append(out, i)
		}
	}
	return out
}

func (t *Table) finish() {
	t.resolveRepeated()
	var settle []*Field
	for i := range t.Fields {
		f := &t.Fields[i]
		if f.ops.settle != nil {
			settle = append(settle, f)
		}
		if f.ops == familyOps || f.ops == wideFamilyOps {
			t.family = i
		}
		if f.ops == extraOps {
			t.extra = f
		}
		changeOnly := f.Access&(Create|Change) == Change && f.Access&Key == 0
		t.staged = t.staged || changeOnly || f.After != "" || f.Via != 0 || f.Last
		if f.After != "" && t.Lookup(f.After) < 0 {
			panic(fmt.Sprintf("attr: %s.%s comes after %s, which is not defined", t.Name, f.Name, f.After))
		}
		t.checkEnds(f)
		if f.isChecked() {
			t.checked = append(t.checked, i)
		}
	}
	if settle != nil {
		t.after = func(p unsafe.Pointer) {
			for _, f := range settle {
				if a := f.addr(p); a != nil {
					f.ops.settle(f, a)
				}
			}
		}
	}
}

// A definer turns what bind returned into a table.
type definer struct {
	t      *Table
	tmpl   unsafe.Pointer
	n      int
	nested bool // some fields stand for others
	// around is the level that holds the one at hand.
	around *level
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
	l.order, l.slots = slices.Grow(l.order, len(fields)), slices.Grow(l.slots, len(fields))
	for i := range fields {
		f := fields[i]
		switch {
		case f.inner != nil && f.opens:
			sub := &level{name: l.name, id: f.id, size: f.size}
			if f.repeats != "" {
				d.t.repeated = append(d.t.repeated, repeated{sub, f.repeats})
			}
			outer := d.around
			d.around = l
			d.level(sub, f.inner, g)
			d.around = outer
			l.add(f.id, slot{l: sub})
			l.order = append(l.order, slot{l: sub})
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
	d.t.groups = append(d.t.groups, g)
	d.inside(f.Name, g.off)
	d.level(l, f.inner, g)
}

func (d *definer) inside(name string, off uintptr) {
	if off >= d.t.size {
		panic(fmt.Sprintf("attr: %s.%s is bound outside its struct", d.t.Name, name))
	}
}

func (d *definer) field(l *level, f Field, g *group) {
	t := d.t
	if g == nil {
		f.off = uintptr(f.at) - uintptr(d.tmpl)
		d.inside(f.Name, f.off)
	} else {
		f.group = g
	}
	f.at = nil
	if _, twice := t.byName[f.Name]; twice && f.family == 0 {
		panic(fmt.Sprintf("attr: %s.%s: name twice", t.Name, f.Name))
	}
	if f.head >= 0 && l.size < int(f.head)+f.ops.width && f.id == 0 && !f.apart {
		panic(fmt.Sprintf("attr: %s.%s lies behind the head of %d bytes", t.Name, f.Name, l.size))
	}
	t.byName[f.Name] = len(t.Fields)
	if f.Alias != "" {
		t.byName[f.Alias] = len(t.Fields)
	}
	t.Fields = append(t.Fields, f)
	p := &t.Fields[len(t.Fields)-1]
	if p.apart {
		return
	}
	if p.head >= 0 {
		h := headOf(p)
		l.heads, l.slow = append(l.heads, h), l.slow || h.code == codeNone && !p.silent()
	}
	l.order = append(l.order, sending(p))
	if p.rest {
		l.rest = p
		return
	}
	for _, id := range append([]uint16{p.id, p.id2}, p.more...) {
		if id != 0 && (p.Access&(Report|Filter|Inside) != 0 || p.ops == extraOps) {
			l.add(id&^NumberZero, slot{f: p, code: codeOf(p), off: uint32(p.off)})
		}
	}
	l.late = l.late || p.late
	if p.wide != nil {
		d.beside(l, p.twin())
	}
}

// beside puts an attribute next to the one that l belongs to, or into l if that
// is the outermost level.
func (d *definer) beside(l *level, f *Field) {
	if d.around != nil {
		l = d.around
	}
	l.add(f.id, slot{f: f})
	l.order = append(l.order, sending(f))
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

// find returns the attribute with a number, for the family at hand.
func (l *level) find(d *Dec, id uint16) *slot {
	if int(id) >= len(l.byID) {
		return nil
	}
	for i := l.byID[id]; i != 0; {
		s := &l.slots[i-1]
		if s.family == 0 || s.family == d.Family {
			return s
		}
		i = s.next
	}
	return nil
}

// Nested binds attributes that lie inside another one, id, but belong to the
// same struct: its payload is a fixed part of size bytes (0 for a pure nest)
// and attributes behind it.
func Nested(id uint16, size int, fields ...Field) Field {
	return Field{id: id, size: size, inner: fields, opens: true, Name: "nest"}
}

// FieldNames returns the names of all attributes with some of the access, in
// alphabetical order.
func (t *Table) FieldNames(any Access) (out []string) {
	for i := range t.Fields {
		if t.Fields[i].Access&any != 0 {
			out = append(out, t.Fields[i].Name)
		}
	}
	slices.Sort(out)
	return out
}

// inner yields the tables of nested structs, elements and kinds.
func (t *Table) inner(yield func(*Table)) {
	for i := range t.Fields {
		f := &t.Fields[i]
		if f.sub != nil {
			yield(f.sub)
		}
		for _, c := range f.Cases() {
			yield(c)
		}
		if e, ok := f.x.(*either); ok {
			yield(e.narrow)
		}
	}
}

// Walk calls fn with t and every table that is part of it, each once, in the
// order of definition.
func (t *Table) Walk(fn func(*Table)) {
	seen := map[*Table]bool{}
	var walk func(*Table)
	walk = func(t *Table) {
		if seen[t] {
			return
		}
		seen[t] = true
		fn(t)
		t.inner(walk)
	}
	walk(t)
}
