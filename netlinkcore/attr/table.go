package attr

import (
	"slices"
	"sync"
	"sync/atomic"
	"unsafe"
)

// A Table is a schema without its Go type: what the engine, scripts and
// documentation work on.
type Table struct {
	Name, Doc string
	// Call is the constructor of such values in scripts ("link.vxlan"), for
	// structs that are part of others; "" if there is none.
	Call string
	// AlsoCall are further names of the constructor, in other modules.
	AlsoCall []string
	// Args are the attributes that the constructor takes without keywords; nil:
	// the key's.
	Args []string

	maker
	lost   string // why not all of it can be given back; "": it can
	scalar bool   // a struct that shows as its only field
	grows  bool   // older kernels have fewer members in the head
	// several are the numbers of the attributes around one of several objects.
	several []uint16
	before  func(unsafe.Pointer)
	after   func(unsafe.Pointer)
	spare   sync.Pool // of structs

	bound  sync.Once
	laid   atomic.Bool // what bound.Do says, for a look that is compiled inline
	bind   func() layout
	layout layout
}

// A layout is where everything lies. It is made when a table is first used: a
// program has many tables, and a run needs few.
type layout struct {
	fields  []Field // in the order of definition, all levels
	root    *level
	byName  map[string]int
	extra   *Field
	settle  []*Field
	family  int        // index of the address family's field, or -1
	addrs   []*Field   // those whose values tell the address family
	devs    []*Field   // those that may name devices, or have what does
	lossy   []*Field   // those that Losses looks at
	marks   []mark     // of fields
	keys    []int      // what Keys returns
	parts   []*keyPart // of keys
	naming  int        // what Naming returns
	last    bool       // what HasLast returns
	groups  []*group
	dated   []gated // those that may hold what older kernels lack
	staged  bool
	checked []gated // those that Check looks at
	said    *Saying // by iproute2; nil: it has no words for them
}

func (t *Table) lay() *layout {
	if !t.laid.Load() {
		t.layOut()
	}
	return &t.layout
}

func (t *Table) layOut() {
	t.bound.Do(func() {
		t.layout = t.bind()
		t.laid.Store(true)
	})
}

func (t *Table) root() *level { return t.lay().root }

// settle computes, after decoding, what is made of several attributes.
func (t *Table) settle(p unsafe.Pointer) {
	for _, f := range t.lay().settle {
		if a := f.addr(p); a != nil {
			f.ops.settle(f, a)
		}
	}
	if t.after != nil {
		t.after(p)
	}
}

// Fields are the attributes in the order of definition, of all levels.
func (t *Table) Fields() []Field { return t.lay().fields }

// A level is a fixed head and the attributes behind it: a message, or the
// payload of an attribute whose members belong to the same struct.
type level struct {
	name  string
	id    uint16
	size  int
	heads []head
	byID  []uint16 // attribute number → 1 + place in slots
	slots []slot
	order []slot // for encoding
	gates []gate // of each of order
	grows bool   // older kernels have fewer members in the head
	again *Field // a member of the head that other levels have too
	rest  *Field // a list that stands in place of attributes

	// Of the outermost level:
	recalls bool   // its heads are read by memos
	fresh   bool   // some members are read always
	family  *Field // which gives others their meaning; nil: none
}

// A slot is an attribute: a field, or a level of its own.
type slot struct {
	f *Field
	l *level
	// ignored: read and dropped
	ignored bool
	late    bool // decoded after the others
	family  byte // the address family it is for; 0: any
	code    code
	off     uint16
	group   uint16 // 1 + where the struct has its group, in which off is one; 0: no group
	next    uint16 // the one before with the same number, for another family
	id      uint16
	head    int16
	access  Access
}

// A Schema is a Table of S.
type Schema[S any] struct{ *Table }

// Define is the schema of S, whose fixed part has head bytes. bind is called
// once, when the schema is first used; a faulty definition panics then.
func Define[S any](name, doc string, head int, bind func(*S) []Field) Schema[S] {
	t := &Table{Name: name, Doc: doc, maker: makerOf[S]()}
	t.bind = func() layout {
		tmpl := new(S)
		return t.fromTemplate(unsafe.Pointer(tmpl), head, bind(tmpl))
	}
	return Schema[S]{t}
}

// fromTemplate lays out the fields that are bound to a template.
//
//go:noinline
func (t *Table) fromTemplate(tmpl unsafe.Pointer, head int, fields []Field) layout {
	d := definer{t: t, tmpl: tmpl}
	return d.lay(head, fields)
}

// Scalar makes a struct of one field show as that field's value, in lists.
func (s Schema[S]) Scalar() Schema[S] { s.scalar = true; return s }

// Growing lets the head be shorter than defined: older kernels have fewer
// members, which are unset then.
func (s Schema[S]) Growing() Schema[S] { s.grows = true; return s }

// Made names the constructor that scripts use for such values.
func (s Schema[S]) Made(call string, args ...string) Schema[S] {
	s.Call, s.Args = call, args
	return s
}

// AlsoMade gives further names to the constructor, for parts that objects of
// several modules have.
func (s Schema[S]) AlsoMade(calls ...string) Schema[S] {
	s.AlsoCall = calls
	return s
}

// Hooks sets what computes fields before encoding and after decoding, for the
// few that are made of several. Either may be nil. What is encoded is a copy.
func (s Schema[S]) Hooks(before, after func(*S)) Schema[S] {
	if before != nil {
		s.before = func(p unsafe.Pointer) { before((*S)(p)) }
	}
	if after != nil {
		s.after = func(p unsafe.Pointer) { after((*S)(p)) }
	}
	return s
}

// New returns a new, empty struct of the table.
func (t *Table) New() Ptr { return Ptr{t.new()} }

// Lookup returns the place in Fields of a name, or -1.
func (t *Table) Lookup(name string) int {
	if i, ok := t.lay().byName[name]; ok {
		return i
	}
	return -1
}

// IsStaged reports whether some attributes may need a message of their own.
func (t *Table) IsStaged() bool { return t.lay().staged }

// IsScalar reports whether the struct shows as its only field's value.
func (t *Table) IsScalar() bool { return t.scalar }

// Keys are the places in Fields of the identity, in order. They are not to be changed.
func (t *Table) Keys() []int { return t.lay().keys }

// HasLast reports whether there is something that waits until all else is said.
func (t *Table) HasLast() bool { return t.lay().last }

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

// FieldNames returns the names of all attributes with some of the access, in
// alphabetical order.
func (t *Table) FieldNames(any Access) (out []string) {
	for i := range t.Fields() {
		if t.Fields()[i].Access&any != 0 {
			out = append(out, t.Fields()[i].Name)
		}
	}
	slices.Sort(out)
	return out
}

// inner yields the tables of nested structs, elements and kinds.
func (t *Table) inner(yield func(*Table)) {
	for i := range t.Fields() {
		f := &t.Fields()[i]
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
