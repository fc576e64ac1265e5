package attr

import (
	"bytes"
	"fmt"
	"unsafe"
)

// Extra keeps the attributes that a table does not know, from newer kernels.
// They are shown, never sent back. Structs embed it.
type Extra struct{ raw *[]Raw }

// Raw is an attribute that no definition covers.
type Raw struct {
	In   uint16 // the attribute that it was found in; 0: the object's own level
	ID   uint16
	Data []byte
}

// Unknown returns the attributes without a definition, in the kernel's order.
func (x Extra) Unknown() []Raw {
	if x.raw == nil {
		return nil
	}
	return *x.raw
}

func extraAt(p unsafe.Pointer) *Extra { return (*Extra)(p) }

var extraOps = &ops{name: "unknown attributes", shape: Many, load: loadExtra,
	dec:   func(*Dec, *Field, unsafe.Pointer, []byte) error { return nil },
	enc:   func(*Enc, *Field, unsafe.Pointer) {},
	set:   func(_ *Field, p unsafe.Pointer) bool { return extraAt(p).raw != nil },
	clear: func(_ *Field, p unsafe.Pointer) { *extraAt(p) = Extra{} },
	eq:    func(compare, *Field, unsafe.Pointer, unsafe.Pointer) bool { return true },
	get: func(_ *Field, p unsafe.Pointer) Value {
		x := extraAt(p)
		if x.raw == nil {
			return Value{}
		}
		l := make([]Value, 0, len(*x.raw))
		for _, r := range *x.raw {
			l = append(l, TextValue(fmt.Sprintf("%d.%d:%x", r.In, r.ID, r.Data)))
		}
		return Value{Shape: Many, L: l}
	},
	put: func(_ *Put, f *Field, _ unsafe.Pointer, _ Value) error {
		return fmt.Errorf("what the kernel reports and netlark does not know cannot be set")
	},
}

// Unknown keeps what the table does not know.
//
//go:noinline
func Unknown(p *Extra) Field {
	f := field(0, "unknown", unsafe.Pointer(p), extraOps, "attributes of a newer kernel, as \"number.number:hexadecimal bytes\"")
	f.Access = Report | Volatile
	return f
}

// keep stores an attribute that no field takes.
func (t *Table) keep(p unsafe.Pointer, in, id uint16, b []byte) {
	if t.lay().extra == nil {
		return
	}
	x := extraAt(t.lay().extra.make(p))
	if x.raw == nil {
		x.raw = new([]Raw)
	}
	*x.raw = append(*x.raw, Raw{in, id, bytes.Clone(b)})
}
