package attr

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/opt"
)

// An entry of a label stack is 32 bits in network order: 20 bits of label,
// traffic class, bottom of the stack, TTL (RFC 3032). In messages only the label
// and the bottom's bit are set.
const (
	maxLabel   = 1<<20 - 1
	labelShift = 12
	labelBits  = 20
	bottomBit  = 1 << 8
)

// Labels is a stack of MPLS labels, the outermost first; nil is unset.
//
//go:noinline
func Labels(id uint16, name string, p *[]uint32, doc string) Field {
	return field(id, name, unsafe.Pointer(p), labelsOps, doc)
}

func labelsAt(p unsafe.Pointer) *[]uint32 { return (*[]uint32)(p) }

var labelsOps = &ops{name: "label stack", shape: Many,
	dec: func(_ *Dec, _ *Field, p unsafe.Pointer, b []byte) error {
		if len(b)%4 != 0 {
			return errShort(len(b), len(b)+4-len(b)%4)
		}
		list := make([]uint32, 0, len(b)/4)
		for ; len(b) > 0; b = b[4:] {
			list = append(list, binary.BigEndian.Uint32(b)>>labelShift)
		}
		*labelsAt(p) = list
		return nil
	},
	enc: func(e *Enc, f *Field, p unsafe.Pointer) {
		list := *labelsAt(p)
		if len(list) == 0 {
			return
		}
		to := e.W.Open(f.id, 4*len(list))
		for i, label := range list {
			putLabel(to[4*i:], label, i == len(list)-1)
		}
	},
	set:   func(_ *Field, p unsafe.Pointer) bool { return *labelsAt(p) != nil },
	clear: func(_ *Field, p unsafe.Pointer) { *labelsAt(p) = nil },
	eq: func(_ compare, _ *Field, a, b unsafe.Pointer) bool {
		x, y := *labelsAt(a), *labelsAt(b)
		same := len(x) == len(y)
		for i := 0; same && i < len(x); i++ {
			same = x[i] == y[i]
		}
		return same
	},
	get: func(_ *Field, p unsafe.Pointer) Value {
		if *labelsAt(p) == nil {
			return Value{}
		}
		v := Value{Shape: Many, L: []Value{}}
		for _, label := range *labelsAt(p) {
			v.L = append(v.L, UintValue(uint64(label)))
		}
		return v
	},
	put: func(_ *Put, f *Field, p unsafe.Pointer, v Value) error {
		if v.Shape != Many {
			return f.wants(v)
		}
		list := []uint32{}
		for i := range v.L {
			label, err := parseLabel(v.L[i])
			if err != nil {
				return fmt.Errorf("element %d: %w", i+1, err)
			}
			list = append(list, label)
		}
		*labelsAt(p) = list
		return nil
	},
	blank: func(_ *Field, p unsafe.Pointer) bool { return len(*labelsAt(p)) == 0 },
}

func putLabel(to []byte, label uint32, bottom bool) {
	entry := label << labelShift
	if bottom {
		entry |= bottomBit
	}
	binary.BigEndian.PutUint32(to, entry)
}

func parseLabel(v Value) (uint32, error) {
	if v.Shape != Int || v.Neg || v.N > maxLabel {
		return 0, fmt.Errorf("%s is no label: want a number from 0 to %d", v, maxLabel)
	}
	return uint32(v.N), nil
}

// PrefixOrLabel is a Prefix, or the label that a message of family MPLS has in
// its place: label is another member of the struct. To scripts both are one
// attribute, and a number is a label.
//
//go:noinline
func PrefixOrLabel(id uint16, lenAt int16, name string, p *netip.Prefix, label *opt.Value[uint32], doc string) Field {
	f := Prefix(id, lenAt, name, p, doc)
	f.ops = prefixOrLabelOps
	f.beside = uintptr(unsafe.Pointer(label)) - uintptr(unsafe.Pointer(p))
	return f
}

func labelBeside(f *Field, p unsafe.Pointer) *opt.Value[uint32] {
	return (*opt.Value[uint32])(unsafe.Add(p, f.beside))
}

var prefixOrLabelOps = func() *ops {
	o := *prefixOps
	o.save = func(buf []byte, f *Field, p unsafe.Pointer) ([]byte, error) {
		if label, ok := labelBeside(f, p).Get(); ok {
			return appendValue(buf, UintValue(uint64(label)), ""), nil
		}
		return savePrefix(buf, f, p)
	}
	o.dec = func(d *Dec, f *Field, p unsafe.Pointer, b []byte) error {
		if d.Family != unix.AF_MPLS {
			return prefixOps.dec(d, f, p, b)
		}
		if len(b) != 4 {
			return errShort(len(b), 4)
		}
		labelBeside(f, p).Set(binary.BigEndian.Uint32(b) >> labelShift)
		return nil
	}
	o.enc = func(e *Enc, f *Field, p unsafe.Pointer) {
		label, ok := labelBeside(f, p).Get()
		switch {
		case !ok:
			encodePrefix(e, f, p)
		case e.Family != unix.AF_MPLS:
			e.fail(f, fmt.Errorf("%d is a label, want an address of family %d", label, familyNumber(e.Family)))
		default:
			e.place(f.head, 1)[0] = labelBits
			putLabel(e.W.Open(f.id, 4), label, true)
		}
	}
	o.set = func(f *Field, p unsafe.Pointer) bool { return prefixAt(p).IsValid() || labelBeside(f, p).IsSet() }
	o.clear = func(f *Field, p unsafe.Pointer) {
		*prefixAt(p) = netip.Prefix{}
		labelBeside(f, p).Unset()
	}
	o.eq = func(_ compare, f *Field, a, b unsafe.Pointer) bool {
		return *prefixAt(a) == *prefixAt(b) && *labelBeside(f, a) == *labelBeside(f, b)
	}
	o.get = func(f *Field, p unsafe.Pointer) Value {
		if label, ok := labelBeside(f, p).Get(); ok {
			return UintValue(uint64(label))
		}
		return prefixOps.get(f, p)
	}
	o.put = func(c *Put, f *Field, p unsafe.Pointer, v Value) error {
		if v.Shape != Int {
			err := prefixOps.put(c, f, p, v)
			if err == nil {
				labelBeside(f, p).Unset()
			}
			return err
		}
		label, err := parseLabel(v)
		if err == nil {
			*prefixAt(p) = netip.Prefix{}
			labelBeside(f, p).Set(label)
		}
		return err
	}
	o.famly = func(f *Field, p unsafe.Pointer) byte {
		if labelBeside(f, p).IsSet() {
			return unix.AF_MPLS
		}
		return familyOf(prefixAt(p).Addr())
	}
	o.blank = func(f *Field, p unsafe.Pointer) bool {
		return !labelBeside(f, p).IsSet() && prefixAt(p).IsValid() && prefixOps.blank(f, p)
	}
	return &o
}()

// isPrefix reports whether the field is a prefix, or may be one.
func (f *Field) isPrefix() bool { return f.ops == prefixOps || f.ops == prefixOrLabelOps }

// saysPrefix reports whether the field is set to a prefix.
func (f *Field) saysPrefix(p unsafe.Pointer) bool {
	if !f.isPrefix() {
		return false
	}
	a := f.addr(p)
	return a != nil && prefixAt(a).IsValid() && (f.ops == prefixOps || !labelBeside(f, a).IsSet())
}
