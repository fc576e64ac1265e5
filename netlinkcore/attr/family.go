package attr

import (
	"encoding/binary"
	"fmt"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/opt"
)

// Families of multicast routing and its rules (RTNL_FAMILY_IPMR).
const (
	ipmr  = 128
	ip6mr = 129
)

// families in scripts: 4, 6, or a word.
var families = Enum{{unix.AF_INET, "inet"}, {unix.AF_INET6, "inet6"}, {unix.AF_BRIDGE, "bridge"}, {unix.AF_MPLS, "mpls"},
	{ipmr, "ipmr"}, {ip6mr, "ip6mr"},
	{unix.AF_UNSPEC, "all"}}

var familyOps = func() *ops {
	o := *words.u8
	o.name, o.always, o.save = "address family", true, saveOpt[uint8](nil)
	at := func(p unsafe.Pointer) *opt.Value[uint8] { return (*opt.Value[uint8])(p) }
	o.dec = func(d *Dec, f *Field, p unsafe.Pointer, b []byte) error {
		d.Family = b[0]
		at(p).Set(b[0])
		return nil
	}
	o.enc = func(e *Enc, f *Field, p unsafe.Pointer) { e.place(f.head, 1)[0] = e.Family }
	o.get = func(f *Field, p unsafe.Pointer) Value {
		v, ok := at(p).Get()
		switch {
		case !ok:
			return Value{}
		case v == unix.AF_INET:
			return IntValue(4)
		case v == unix.AF_INET6:
			return IntValue(6)
		}
		return f.number(0, uint64(v), false)
	}
	o.put = func(_ *Put, f *Field, p unsafe.Pointer, v Value) error {
		switch {
		case v.Shape == Int && v.N == 4:
			at(p).Set(unix.AF_INET)
		case v.Shape == Int && v.N == 6:
			at(p).Set(unix.AF_INET6)
		case v.Shape == Text:
			n, err := f.Enum.parse(v.S)
			if err != nil {
				return err
			}
			at(p).Set(uint8(n))
		default:
			return fmt.Errorf("got %s, want 4, 6 or a word", v)
		}
		return nil
	}
	return &o
}()

// familyNumber is 4 or 6, as scripts write families.
func familyNumber(family byte) int {
	if family == unix.AF_INET6 {
		return 6
	}
	return 4
}

// Family16 is Family in two bytes of the head.
//
//go:noinline
func Family16(off int16, name string, p *opt.Value[uint8], doc string) Field {
	f := Family(off, name, p, doc)
	f.ops = wideFamilyOps
	return f
}

var wideFamilyOps = func() *ops {
	o := *familyOps
	o.width = 2
	o.dec = func(d *Dec, f *Field, p unsafe.Pointer, b []byte) error {
		if len(b) < 2 {
			return errShort(len(b), 2)
		}
		if n := binary.NativeEndian.Uint16(b); n != 0 && n < 256 {
			d.Family = byte(n)
			(*opt.Value[uint8])(p).Set(byte(n))
		}
		return nil
	}
	o.enc = func(e *Enc, f *Field, p unsafe.Pointer) {
		family := (*opt.Value[uint8])(p).Or(e.Family)
		if e.deep { // a selector's own family, which need not be the message's
			family = (*opt.Value[uint8])(p).Or(0)
		}
		if family != 0 {
			binary.NativeEndian.PutUint16(e.place(f.head, 2), uint16(family))
		}
	}
	return &o
}()

// Family is the address family of the message, in one byte of its head. It
// must be the first member that a definition names; what encodes it is the
// context's Family, which Encode takes from here or from the first address.
//
//go:noinline
func Family(off int16, name string, p *opt.Value[uint8], doc string) Field {
	f := headField(off, name, unsafe.Pointer(p), familyOps, doc).Words(families)
	f.Access = Create | Change | Delete | Lookup | Filter | Report
	return f
}
