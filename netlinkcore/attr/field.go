package attr

import "unsafe"

// A Field is one attribute of a struct: its definition.
//
// What makes a Field and what adds to it is never inlined: tables are made of two
// thousand such calls, which run once, and each would copy the struct in place. Together
// they would be a fiftieth of the program.
type Field struct {
	Name, Doc string
	Access    Access
	Enum      Enum    // words for numbers; unknown numbers stay numbers
	Unit      *Unit   // nil: a plain number
	Source    string  // what the definition rests on, when that is not the header
	Since     Release // the first that has it, when later than 6.1
	MaskSince Release // the first that takes a mask with it, when later than 6.1

	// Alias is another name that scripts may use (a vxlan's remote is its group).
	Alias string

	// Says is a word of the kernel's sentences that means this attribute, where
	// the kernel does not point at it.
	Says string

	// After names an attribute whose change must be a message of its own
	// before this one's: the kernel would apply both in the wrong order.
	After string
	// Chosen: the kernel chooses a value when it is not given.
	Chosen bool
	// Last: belongs into the last message, when a call takes several (up).
	Last bool
	// Moves: the namespace that the object is in after the message.
	Moves bool
	// There: names something of the namespace that the object ends up in.
	There bool
	// NSBy names the attribute that says which namespace this one, a device,
	// is in.
	NSBy string
	// Via is the message type that adds the elements of this list, Unvia the one
	// that removes some; 0 means that the family's own carry it.
	Via, Unvia uint16
	// WhileDown: changeable only while the device is down. A call that sets it
	// and takes the device down does the latter first, by a message of its own.
	WhileDown bool
	// Sets names the attribute that the kernel reports of it, where that is
	// another one (a link's rename sets its name).
	Sets string
	// Resend: the kernel resets it when a changing message lacks it, and has one
	// of With, if that is not nil.
	Resend bool
	With   []string
	// Unordered: a list whose order means nothing.
	Unordered bool
	// Mapped: a list of pairs that scripts write as a dict.
	Mapped bool

	// Form is how iproute2 writes it, where that is not its name and value: see IP.
	Form string

	// Notation is how a number is written that has a form of its own.
	Notation *Notation

	id, id2  uint16   // attribute numbers; 0: lies in the head only
	more     []uint16 // further numbers
	head     int16    // offset in the level's head, or -1
	mask     int16    // offset of the word that says which bits are meant, or -1
	lenAt    int16    // offset of a prefix's length
	familyAt int16    // offset of an address's family, or -1
	again    int16    // offset of a second place in the head, if not 0
	family   byte     // the address family it is for; 0: any
	holds    byte     // the family of the addresses that it may hold; 0: the message's
	late     bool     // decoded after its selector
	quiet    bool     // a nest that says only zeros is as none
	share    bool     // nests that say the same are one
	whole    bool     // a prefix of length 0 without an attribute is everything
	spelt    bool     // a prefix of length 0 is sent as an attribute
	rest     bool     // what stands behind the head, in place of attributes
	opens    bool     // its number opens a level or group (only while defining)
	each     bool     // a range that stands for each of its numbers
	apart    bool     // not part of the payload: hooks carry it
	ranged   bool
	atTimes  bool // min and max hold only at times
	invert   bool
	bit      uint64
	min, max uint64
	def      *Value
	but      *exception // has another default
	fixed    bool       // cannot be changed, although changes have it
	fixedIf  []condition
	anew     bool // goes back to its default only when the object is made anew
	clears   *Value
	off      uintptr
	at       unsafe.Pointer // the template's field, only while defining
	group    *group
	wide     *wide
	beside   uintptr // where in the struct another member lies, from this one
	ends     []string
	lost     string // why it cannot be given back; "": it can
	repeats  string // of a level: the attribute that its head begins with
	expand   func(Value) ([]Value, error)
	join     func([]Value) []Value
	kept     func(uint64) uint64
	ops      *ops
	sub      *Table
	x        any // what the builder keeps: a union, a constructor
	inner    []Field
	size     int
	said     *Saying // of the table: no attribute
}

// A group is a set of rare attributes that share one pointer in the struct.
type group struct {
	off uintptr
	maker
}

// ops is the code of a wire type. p is the address of the Go field.
type ops struct {
	name  string // the wire type, for the reference documentation
	shape Shape
	width int // bytes in a head
	// flag is where the Go field, an opt.Value of a number or a boolean, has the
	// byte that says whether it is set; 0: it is something else.
	flag   uintptr
	always bool // enc has something to say when it is not set, too
	dec    func(d *Dec, f *Field, p unsafe.Pointer, b []byte) error
	enc    func(e *Enc, f *Field, p unsafe.Pointer)
	head   func(d *Dec, f *Field, p unsafe.Pointer, b []byte) // what the head says of an attribute's twin
	set    func(f *Field, p unsafe.Pointer) bool
	clear  func(f *Field, p unsafe.Pointer)
	eq     func(how compare, f *Field, a, b unsafe.Pointer) bool
	get    func(f *Field, p unsafe.Pointer) Value
	put    func(c *Put, f *Field, p unsafe.Pointer, v Value) error
	save   saver                                  // as JSON; nil: what get says
	load   loader                                 // what save wrote; nil: what put takes
	famly  func(f *Field, p unsafe.Pointer) byte  // address family of the value; 0: none
	blank  func(f *Field, p unsafe.Pointer) bool  // the value is sent as unset is; nil: none is
	fits   func(f *Field, p unsafe.Pointer) error // the number is within the field's range; nil: it is none
	// settle runs when all of the struct is decoded.
	settle func(f *Field, p unsafe.Pointer)
}

// NumberZero is the number of an attribute whose number is 0, which would mean a
// member of the head. It is sent with NLA_F_NET_BYTEORDER, which the kernel's
// parsers of rtnetlink leave out of account.
const NumberZero = 1 << 14

func field(id uint16, name string, p unsafe.Pointer, o *ops, doc string) Field {
	return Field{id: id, head: -1, mask: -1, lenAt: -1, familyAt: -1, Name: name, Doc: doc, Access: readWrite, at: p, ops: o}
}

func headField(off int16, name string, p unsafe.Pointer, o *ops, doc string) Field {
	f := field(0, name, p, o, doc)
	f.head = off
	return f
}

// For limits the attribute to messages of one address family; another
// attribute may then have the same number.
//
//go:noinline
func (f Field) For(family byte) Field { f.family = family; return f }

// Range bounds the number that goes on the wire.
//
//go:noinline
func (f Field) Range(lo, hi uint64) Field { f.min, f.max, f.ranged = lo, hi, true; return f }

// Words names numbers.
//
//go:noinline
func (f Field) Words(e Enum) Field {
	f.Enum = e
	return f
}

// In gives the number a unit.
//
//go:noinline
func (f Field) In(u *Unit) Field { f.Unit = u; return f }

// Clears is what to send to take the attribute away ("unset" in scripts).
//
//go:noinline
func (f Field) Clears(x any) Field { v := valueOf(x); f.clears = &v; return f }

// FollowsChangeOf names the attribute that has to be changed by a message
// before this one's.
//
//go:noinline
func (f Field) FollowsChangeOf(name string) Field { f.After = name; return f }

// KernelChooses: the kernel picks a value when none is given, and tells it.
//
//go:noinline
func (f Field) KernelChooses() Field { f.Chosen = true; return f }

// GoesLast keeps the attribute for the last message of a call that takes
// several.
//
//go:noinline
func (f Field) GoesLast() Field { f.Last = true; return f }

// MovesIt: the object is in that namespace after the message.
//
//go:noinline
func (f Field) MovesIt() Field { f.Moves = true; return f }

// Settles: it names something of the namespace that the object ends up in, and
// so is sent when it is there.
//
//go:noinline
func (f Field) Settles() Field { f.There = true; return f }

// MayBeIn names the attribute that says which namespace the device is in, if it
// is another one.
//
//go:noinline
func (f Field) MayBeIn(name string) Field { f.NSBy = name; return f }

// By says that a list has messages of its own: one that adds elements, and one
// that removes some.
//
//go:noinline
func (f Field) By(add, remove uint16) Field {
	f.Via, f.Unvia = add, remove
	return f.ChangeOnly().Clears(Value{Shape: Many})
}

// ToSet says that the attribute changes what another one reports.
//
//go:noinline
func (f Field) ToSet(name string) Field { f.Sets = name; return f.Only(Change) }

// IfDown: changeable only while the device is down.
//
//go:noinline
func (f Field) IfDown() Field { f.WhileDown = true; return f }

// ResendOnChange: the kernel resets what a changing message lacks. If with is
// given, it does so where the message has one of those attributes.
//
//go:noinline
func (f Field) ResendOnChange(with ...string) Field { f.Resend, f.With = true, with; return f }

// AnyOrder: a list whose order means nothing.
//
//go:noinline
func (f Field) AnyOrder() Field { f.Unordered = true; return f }

// AsMap: a list of pairs that scripts write as a dict.
//
//go:noinline
func (f Field) AsMap() Field { f.Mapped = true; return f }

// From names a source: file of the kernel, manual page or RFC.
//
//go:noinline
func (f Field) From(source string) Field { f.Source = source; return f }

// AlsoCalled gives a second name, that scripts may use.
//
//go:noinline
func (f Field) AlsoCalled(name string) Field { f.Alias = name; return f }

// Means gives a word of the kernel's sentences that is about this attribute.
//
//go:noinline
func (f Field) Means(word string) Field { f.Says = word; return f }

// AlsoHead makes a number live in one byte of the head too (rtm_table): there
// stands many when it does not fit.
//
//go:noinline
func (f Field) AlsoHead(off int16, many uint64) Field {
	f.head, f.bit = off, many
	return f
}

// Apart keeps the attribute out of the payload: hooks carry it to where it
// belongs, in the struct around or in one inside.
//
//go:noinline
func (f Field) Apart() Field { f.apart = true; return f }

// IsApart reports whether the attribute has no place of its own in the payload.
func (f *Field) IsApart() bool { return f.apart }

// AndAt gives a member of the head a second place in it, which always says the
// same.
//
//go:noinline
func (f Field) AndAt(off int16) Field { f.again = off; return f }

// KeptAs says what the kernel reports of a number that it rounds. Numbers that
// it reports alike are equal.
func (f Field) KeptAs(kept func(uint64) uint64) Field { f.kept = kept; return f }

// keptAlike reports whether two numbers are one to the kernel: one may be what it
// reports of the other.
func (f *Field) keptAlike(x, y uint64) bool {
	a, b := f.kept(x), f.kept(y)
	return a == b || a == y || b == x
}

// Expanding makes an element that a script gives to a list stand for several,
// those that expand returns; join makes one of them again where the list is
// shown.
func (f Field) Expanding(expand func(Value) ([]Value, error), join func([]Value) []Value) Field {
	f.expand, f.join = expand, join
	return f
}

// Shape is what values of the attribute look like.
func (f *Field) Shape() Shape { return f.ops.shape }

// Type names the wire type, for documentation.
func (f *Field) Type() string { return f.ops.name }

// Limits returns the bounds of the number on the wire.
func (f *Field) Limits() (lo, hi uint64, ok bool) { return f.min, f.max, f.ranged }

// InHead reports whether the attribute lies in the fixed part of its level,
// which always says something: decoding sets it, if only to zero.
func (f *Field) InHead() bool {
	return f.head >= 0 && (f.id == 0 || f.whole || f.ops.head != nil && !f.isPrefix())
}

// Sub is the table of a nested struct or of a list's elements, or nil.
func (f *Field) Sub() *Table { return f.sub }

// Cases are the tables among which a kind chooses, in the order of
// registration, or nil.
func (f *Field) Cases() []*Table {
	u, ok := f.x.(interface{ cases() []*Table })
	if !ok {
		return nil
	}
	return u.cases()
}

// addr is where the field lies in the struct at p, or nil if it belongs to a
// group that is not there.
func (f *Field) addr(p unsafe.Pointer) unsafe.Pointer {
	if f.group == nil {
		return unsafe.Add(p, f.off)
	}
	g := *(*unsafe.Pointer)(unsafe.Add(p, f.group.off))
	if g == nil {
		return nil
	}
	return unsafe.Add(g, f.off)
}

// make is addr, with the group made if it is not there.
func (f *Field) make(p unsafe.Pointer) unsafe.Pointer {
	if f.group == nil {
		return unsafe.Add(p, f.off)
	}
	g := (*unsafe.Pointer)(unsafe.Add(p, f.group.off))
	if *g == nil {
		*g = f.group.new()
	}
	return unsafe.Add(*g, f.off)
}

// place is make for what d decodes.
func (d *Dec) place(f *Field, p unsafe.Pointer) unsafe.Pointer {
	if g := f.group; g != nil && d.list != nil && *ptrAt(unsafe.Add(p, g.off)) == nil {
		*ptrAt(unsafe.Add(p, g.off)) = d.new(&g.maker)
	}
	return f.make(p)
}

// isSet reports whether the struct at p has the attribute.
func (f *Field) isSet(p unsafe.Pointer) bool {
	a := f.addr(p)
	return a != nil && f.ops.set(f, a)
}
