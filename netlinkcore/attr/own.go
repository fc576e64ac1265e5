package attr

import (
	"unsafe"

	"github.com/netlark/netlark/netlinkcore/opt"
)

// A Code is a wire type that one family has for itself: how values of T lie in
// a payload, and what they look like outside. Own and HeadOwn check that as
// many bytes are there as Size says. A value that Read does not make of what
// Show returns is kept in JSON by the exported fields of T.
type Code[T comparable] struct {
	Name  string // of the wire type, for the reference documentation
	Shape Shape  // of what Show returns
	Size  int    // bytes of the member of a head, fewest of an attribute
	// Load reads what the attribute id holds into v, which keeps what came
	// under other numbers; id is 0 for a member of a head.
	Load func(v *T, id uint16, b []byte) error
	// Store writes v over the member of a head; other members may share the
	// bytes.
	Store func(v T, b []byte)
	// Payload returns what the attribute id holds; nil: it is not sent.
	Payload func(v T, id uint16) ([]byte, error)
	Show    func(v T) Value
	Read    func(v Value) (T, error)
	// Same tells whether two values mean the same; nil: they are equal.
	Same func(a, b T) bool
}

// Own is a family's own wire type under one or several numbers.
//
//go:noinline
func Own[T comparable](ids []uint16, name string, p *opt.Value[T], c *Code[T], doc string) Field {
	f := field(ids[0], name, unsafe.Pointer(p), ownOps(c), doc)
	f.more = ids[1:]
	return f
}

// HeadOwn is a family's own wire type in the head.
//
//go:noinline
func HeadOwn[T comparable](off int16, name string, p *opt.Value[T], c *Code[T], doc string) Field {
	return headField(off, name, unsafe.Pointer(p), ownOps(c), doc)
}

func ownOps[T comparable](c *Code[T]) *ops {
	at := func(p unsafe.Pointer) *opt.Value[T] { return (*opt.Value[T])(p) }
	return &ops{name: c.Name, shape: c.Shape, width: c.Size, save: saveOpt(c.Same), load: loadOpt[T](),
		dec: func(d *Dec, f *Field, p unsafe.Pointer, b []byte) error {
			if len(b) < c.Size {
				return errShort(len(b), c.Size)
			}
			if f.id == 0 {
				return c.Load(at(p).Ref(), 0, b[:c.Size])
			}
			return c.Load(at(p).Ref(), d.id, b)
		},
		enc:   func(e *Enc, f *Field, p unsafe.Pointer) { encodeOwn(e, f, c, *at(p)) },
		set:   func(_ *Field, p unsafe.Pointer) bool { return at(p).IsSet() },
		clear: func(_ *Field, p unsafe.Pointer) { at(p).Unset() },
		eq: func(_ compare, _ *Field, a, b unsafe.Pointer) bool {
			x, y := at(a).Or(*new(T)), at(b).Or(*new(T))
			return x == y || c.Same != nil && c.Same(x, y)
		},
		get: func(_ *Field, p unsafe.Pointer) Value {
			if v, ok := at(p).Get(); ok {
				return c.Show(v)
			}
			return Value{}
		},
		put: func(_ *Put, _ *Field, p unsafe.Pointer, v Value) error {
			x, err := c.Read(v)
			if err == nil {
				at(p).Set(x)
			}
			return err
		},
	}
}

func encodeOwn[T comparable](e *Enc, f *Field, c *Code[T], o opt.Value[T]) {
	v, ok := o.Get()
	switch {
	case !ok:
		return
	case f.id == 0:
		c.Store(v, e.place(f.head, c.Size))
		return
	}
	for i := -1; i < len(f.more); i++ {
		id := f.id
		if i >= 0 {
			id = f.more[i]
		}
		b, err := c.Payload(v, id)
		if err != nil {
			e.fail(f, err)
			return
		}
		if b != nil {
			e.W.Blob(id, b)
		}
	}
}
