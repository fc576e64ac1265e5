package attr

import (
	"encoding/binary"
	"fmt"
	"strings"
	"unsafe"
)

// MaxName is the longest name of an interface, in bytes (IFNAMSIZ less NUL).
const MaxName = 15

const maxAltName = 127 // ALTIFNAMSIZ less NUL

// A Dev is a network device of the message's namespace, by index, by name, or
// both. The zero Dev is unset.
type Dev struct {
	Index uint32
	name  *string // half the size of a string; shared; empty if nobody knows it
}

// NoDev says "no device": it takes a master or a parent away.
var NoDev = Dev{Index: noIndex}

const noIndex = 1 << 31 // the kernel's indexes are positive 32 bit numbers

// DevName returns the device with a name.
func DevName(name string) Dev { return Dev{name: &name} }

// DevIndex returns the device with an index.
func DevIndex(i uint32) Dev { return Dev{Index: i} }

// Name returns the device's name, and "" when only its index is known.
func (d Dev) Name() string {
	if d.name == nil {
		return ""
	}
	return *d.name
}

// IsSet reports whether d names a device, or is NoDev.
func (d Dev) IsSet() bool { return d != Dev{} }

// String is the name, or "#7" where only the index is known.
func (d Dev) String() string {
	switch {
	case d.Name() != "":
		return *d.name
	case d.Index == noIndex:
		return "none"
	case d.Index != 0:
		return fmt.Sprintf("#%d", d.Index)
	}
	return "unset"
}

// CheckName says what is wrong with the name of an interface, as the kernel's
// dev_valid_name does (net/core/dev.c), and refuses what a terminal would act on.
func CheckName(s string) error { return checkName(s, MaxName) }

// CheckNewName is CheckName for a name that is to be given. The kernel takes
// quotes, which shells, and scripts that others wrote, stumble over.
func CheckNewName(s string) error { return checkNewName(s, MaxName) }

// CheckAltName is CheckNewName for a further name. The kernel takes anything
// there, ip does not.
func CheckAltName(s string) error { return checkNewName(s, maxAltName) }

func checkNewName(s string, most int) error {
	if strings.ContainsAny(s, "\"'`") {
		return fmt.Errorf("%q has a quote, which the name of an interface should not have", s)
	}
	return checkName(s, most)
}

func checkName(s string, most int) error {
	switch {
	case s == "":
		return fmt.Errorf("the name of an interface is empty")
	case s == "." || s == "..":
		return fmt.Errorf("%q cannot be the name of an interface", s)
	case len(s) > most:
		return fmt.Errorf("%q is %d bytes long; such a name of an interface has at most %d", s, len(s), most)
	case strings.ContainsAny(s, "/:"):
		return fmt.Errorf("%q has a slash or colon, which the name of an interface cannot have", s)
	}
	for _, r := range s {
		if r <= ' ' || r == 0x7f || r == 0xfffd || r >= 0x80 && r < 0xa1 {
			return fmt.Errorf("%q has a space or control character, which the name of an interface cannot have", s)
		}
	}
	return nil
}

func devAt(p unsafe.Pointer) *Dev { return (*Dev)(p) }

var devOps = &ops{name: "device", shape: Text, width: 4, dec: decodeDev, enc: encodeDev, put: putDev, save: saveDev, load: loadDev,
	set:   func(_ *Field, p unsafe.Pointer) bool { return devAt(p).IsSet() },
	clear: func(_ *Field, p unsafe.Pointer) { *devAt(p) = Dev{} },
	eq: func(_ compare, _ *Field, a, b unsafe.Pointer) bool {
		x, y := *devAt(a), *devAt(b)
		if x.Index != 0 && y.Index != 0 {
			return x.Index == y.Index
		}
		return x.Name() == y.Name() && (x.Name() != "" || x.Index == y.Index)
	},
	get: func(_ *Field, p unsafe.Pointer) Value {
		d := *devAt(p)
		switch {
		case !d.IsSet() || d.Index == noIndex:
			return Value{}
		case d.Name() == "":
			return UintValue(uint64(d.Index))
		}
		return TextValue(d.Name())
	},
}

func decodeDev(d *Dec, f *Field, p unsafe.Pointer, b []byte) error {
	if len(b) < 4 || f.id != 0 && len(b) != 4 {
		return errShort(len(b), 4)
	}
	i := binary.NativeEndian.Uint32(b)
	dev := devAt(p)
	*dev = Dev{Index: i}
	if i != 0 && d.DevName != nil {
		dev.name = d.DevName(i)
	}
	return nil
}

func encodeDev(e *Enc, f *Field, p unsafe.Pointer) {
	d := *devAt(p)
	if !d.IsSet() {
		return
	}
	i := d.Index &^ noIndex
	if d.Index == 0 {
		var err error
		if e.Dev == nil {
			err = fmt.Errorf("no table of devices to find %q in", d.Name())
		} else {
			i, err = e.Dev(d.Name())
		}
		if err != nil {
			e.fail(f, err)
			return
		}
	}
	if f.id == 0 {
		binary.NativeEndian.PutUint32(e.place(f.head, 4), i)
		return
	}
	e.W.Uint32(f.id, i)
}

func putDev(_ *Put, f *Field, p unsafe.Pointer, v Value) error {
	switch {
	case v.Shape == Int && v.N > 0 && v.N < noIndex:
		*devAt(p) = Dev{Index: uint32(v.N)}
	case v.Shape == Text && v.S == "" && f.clears != nil: // "unset"
		*devAt(p) = NoDev
	case v.Shape == Text:
		if err := CheckReference(v.S); err != nil {
			return err
		}
		*devAt(p) = DevName(v.S)
	default:
		return fmt.Errorf("got %s, want the name of an interface", v)
	}
	return nil
}

// CheckReference says why no device can have s for a name or altname. What is
// there may be called what CheckName would refuse to call it.
func CheckReference(s string) error {
	switch {
	case s == "":
		return fmt.Errorf("the name of an interface is empty")
	case len(s) > maxAltName:
		return fmt.Errorf("%q is %d bytes long; an interface's further name has at most %d", s, len(s), maxAltName)
	case strings.Contains(s, "\x00"):
		return fmt.Errorf("%q has a NUL, which the name of an interface cannot have", s)
	}
	return nil
}

// ForgetName leaves of attribute i, a device, the index alone, if it is known:
// one of another namespace has no name in this one.
func (t *Table) ForgetName(p Ptr, i int) {
	f := &t.Fields()[i]
	if a := f.addr(p.p); a != nil && f.ops == devOps && devAt(a).Index != 0 {
		devAt(a).name = nil
	}
}

// IndexDevices gives each device that the struct at p only names the index that
// find tells. The error of find is a *PathError.
func (t *Table) IndexDevices(p Ptr, find func(name string) (uint32, error)) error {
	for i := range t.Fields() {
		f := &t.Fields()[i]
		if f.ops != devOps || !f.isSet(p.p) {
			continue
		}
		d := devAt(f.addr(p.p))
		if d.Index != 0 {
			continue
		}
		i, err := find(d.Name())
		if err != nil {
			return under(f.Name, err)
		}
		d.Index = i
	}
	return nil
}

// Device is an attribute that holds the index of a device.
//
//go:noinline
func Device(id uint16, name string, p *Dev, doc string) Field {
	return field(id, name, unsafe.Pointer(p), devOps, doc)
}

// HeadDevice is a device's index in the head.
//
//go:noinline
func HeadDevice(off int16, name string, p *Dev, doc string) Field {
	return headField(off, name, unsafe.Pointer(p), devOps, doc)
}
