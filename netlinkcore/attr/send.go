package attr

import (
	"math"
	"net/netip"
	"unsafe"

	"golang.org/x/sys/unix"
)

// A struct has many attributes and sets few. Between two messages the kernel
// uses the processor's caches, so what encoding costs is what it has to look
// at: for most attributes that is a gate of four bytes, for others one slot, no
// Field and no ops. Nothing here says anything that ops does not; what is odd
// goes there.

// A gate tells where to see that a struct does not set an attribute.
type gate struct {
	at   uint16 // in the struct
	kind gateKind
}

type gateKind uint8

const (
	gateNone  gateKind = iota // it does not tell
	gateFlag                  // a byte that is 0
	gateGroup                 // a pointer that is nil
)

// gated is a field that is looked at before each message.
type gated struct {
	gate gate
	f    *Field
}

// isSet is Field.isSet.
func (g *gated) isSet(p unsafe.Pointer) bool { return !g.gate.shut(p) && g.f.isSet(p) }

// gateOf is the gate of a field; nil is a level.
func gateOf(f *Field) gate {
	var at uintptr
	var kind gateKind
	switch {
	case f == nil:
	case f.group != nil:
		at, kind = f.group.off, gateGroup
	case f.ops.flag != 0 && !f.ops.always:
		at, kind = f.off+f.ops.flag, gateFlag
	}
	if at > math.MaxUint16 {
		return gate{}
	}
	return gate{uint16(at), kind}
}

// sending is the place of a field in the order of encoding.
func sending(f *Field) slot {
	s := slot{f: f, family: f.family, off: uint16(f.off), id: f.id, head: f.head, access: f.Access}
	if f.group == nil && f.again == 0 && f.Access&Inside == 0 {
		s.code = sendCode(f)
	}
	return s
}

func sendCode(f *Field) code {
	attribute := f.id != 0 && f.head < 0
	switch f.ops {
	case words.u8:
		if f.id == 0 {
			return codeU8
		}
	case words.u32:
		if f.id != 0 && f.head >= 0 {
			return codeTwin32
		}
		if attribute {
			return codeU32
		}
	case familyOps:
		return codeFamily
	case devOps:
		if attribute {
			return codeDev
		}
	case prefixOps, prefixOrLabelOps:
		if f.id != 0 {
			return codePrefix
		}
	case addrOps, viaOps:
		if attribute {
			return codeAddr
		}
	}
	return codeNone
}

// shut reports whether the struct at p certainly has nothing for the field.
func (g gate) shut(p unsafe.Pointer) bool {
	a := unsafe.Add(p, g.at)
	return g.kind == gateFlag && !*(*bool)(a) || g.kind == gateGroup && *(*unsafe.Pointer)(a) == nil
}

// send encodes a field that is set, if it belongs into the message, or reports
// false where that is left to ops.
func (s *slot) send(e *Enc, p unsafe.Pointer) bool {
	if s.code == codeNone || e.deep || e.Skip != nil {
		return false
	}
	if s.family != 0 && s.family != e.Family || e.Only != 0 && s.access&e.Only == 0 {
		return true
	}
	a := unsafe.Add(p, s.off)
	switch s.code {
	case codeU8:
		e.place(s.head, 1)[0] = *(*byte)(a)
	case codeU32:
		e.W.Uint32(s.id, *(*uint32)(a))
	case codeFamily:
		e.place(s.head, 1)[0] = e.Family
	case codeTwin32:
		n := *(*uint32)(a)
		if n > 255 || e.Family == unix.AF_MPLS {
			return false
		}
		e.place(s.head, 1)[0] = byte(n)
		e.W.Uint32(s.id, n)
	case codeDev:
		return s.sendDev(e, *devAt(a))
	case codePrefix:
		return s.sendPrefix(e, *prefixAt(a))
	case codeAddr:
		return s.sendAddr(e, *addrAt(a))
	}
	return true
}

// sendDev leaves names to ops.
func (s *slot) sendDev(e *Enc, d Dev) bool {
	if d.Index != 0 {
		e.W.Uint32(s.id, d.Index&^noIndex)
	}
	return d.Index != 0 || d.name == nil
}

// sendPrefix leaves prefixes of another family than the message's to ops.
func (s *slot) sendPrefix(e *Enc, v netip.Prefix) bool {
	if a := v.Addr(); a.Is4() && v.Bits() > 0 && e.Family == unix.AF_INET {
		e.place(s.head, 1)[0] = byte(v.Bits())
		putAddr(e.W, s.id, a)
		return true
	}
	return !v.IsValid() && s.f.beside == 0
}

// sendAddr leaves addresses of another family than the message's to ops.
func (s *slot) sendAddr(e *Enc, a netip.Addr) bool {
	if a.Is4() && e.Family == unix.AF_INET {
		putAddr(e.W, s.id, a)
		return true
	}
	return !a.IsValid() && s.f.beside == 0
}

// optFlag is where an opt.Value says that it is set: right behind the value.
func optFlag[T any]() uintptr {
	var v T
	return unsafe.Sizeof(v)
}
