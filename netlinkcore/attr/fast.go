package attr

import (
	"encoding/binary"
	"net/netip"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/opt"
)

// The commonest wire types are decoded without a call through ops: a table of a
// million routes is read at the speed of receiving it. Nothing here says
// anything that ops does not; what is odd goes there.

// A code names a wire type that this file decodes.
type code uint8

const (
	codeNone code = iota
	codeU8
	codeU32
	codeU64
	codeCount
	codeDev
	codeBit32
	codeBool // a byte
	codeMAC
	codeFamily
	codePrefix // as an attribute; its length stands in the head
	codeAddr
	codeTwin32 // a head's byte for an attribute of 32 bits
	codeLength // a head's byte for a prefix that may be the default route
	codeUnread // a member that is only ever sent
)

// A head is a member of a fixed head, with what decoding it needs in one place.
type head struct {
	code   code
	invert bool
	sure   bool  // it is set, whatever the head says
	at     int16 // offset in the head
	off    uint32
	bit    uint32
	f      *Field
	reads  uint64 // words that it looks at, see memo
}

func headOf(f *Field) head {
	h := head{code: codeOf(f), invert: f.invert, at: f.head, off: uint32(f.off), bit: uint32(f.bit), f: f}
	switch {
	case f.Access&(Report|Inside) == 0:
		h.code = codeUnread
	case f.group != nil || f.family != 0:
		h.code = codeNone
	case f.id != 0 && f.ops == words.u32:
		h.code = codeTwin32
	case f.whole && h.code == codePrefix:
		h.code = codeLength
	case f.id != 0 && f.isPrefix(): // only its length stands here
		h.code = codeUnread
	case f.id != 0 || h.code == codePrefix || h.code == codeAddr || h.code == codeMAC:
		h.code = codeNone
	}
	h.sure = h.code.isSure()
	return h
}

// isSure reports whether a member of a head is set by whatever stands there.
func (c code) isSure() bool {
	switch c {
	case codeNone, codeDev, codeLength, codeUnread:
		return false
	}
	return true
}

func codeOf(f *Field) code {
	if f.family != 0 {
		return codeNone
	}
	switch f.ops.name {
	case "u8":
		return codeU8
	case "u32":
		return codeU32
	case "u64":
		return codeU64
	case "count":
		return codeCount
	case "device":
		return codeDev
	case "u8 boolean":
		return codeBool
	case "link-layer address":
		return codeMAC
	case "address family":
		if f.ops == familyOps {
			return codeFamily
		}
	case "prefix":
		return codePrefix
	case "address", "next hop":
		if f.id2 == 0 || f.ops.name == "address" {
			return codeAddr
		}
	case "bit":
		if f.size == 4 {
			return codeBit32
		}
	}
	return codeNone
}

// decodeHead reads the members of a fixed head; its size was checked.
func (l *level) decodeHead(d *Dec, p unsafe.Pointer) error {
	b := d.head
	if err := l.decodeAgain(d, p); err != nil {
		return err
	}
	for i := range l.heads {
		h := &l.heads[i]
		if l.grows && int(h.at)+h.f.ops.width > len(b) {
			continue
		}
		at := p
		if h.f.group == nil { // else the offset is one in the group, and fast leaves it alone
			at = unsafe.Add(p, h.off)
		}
		if d.Trace != nil && h.code != codeUnread {
			d.Trace(h.f)
		} else if h.fast(d, at, b) {
			continue
		}
		if err := h.f.fromHead(d, p, b[h.at:]); err != nil {
			return under(h.f.Name, err)
		}
	}
	return nil
}

// silent reports whether the head says nothing of a field that stands in it:
// only its attribute does.
func (f *Field) silent() bool { return f.id != 0 && (f.ops.head == nil || f.group != nil) }

// fromHead decodes a member of the head by its ops.
func (f *Field) fromHead(d *Dec, p unsafe.Pointer, b []byte) error {
	switch {
	case f.silent():
		return nil
	case f.id != 0: // the attribute, if it comes, wins
		f.ops.head(d, f, unsafe.Add(p, f.off), b)
		return nil
	case f.family != 0 && f.family != d.Family:
		return nil
	}
	return f.ops.dec(d, f, f.make(p), b)
}

// fast decodes a member of the head, or reports false where that is left to
// ops.
func (h *head) fast(d *Dec, a unsafe.Pointer, b []byte) bool {
	switch h.code {
	case codeBit32:
		(*opt.Value[bool])(a).Set(binary.NativeEndian.Uint32(b[h.at:])&h.bit != 0 != h.invert)
	case codeU8:
		(*opt.Value[uint8])(a).Set(b[h.at])
	case codeFamily:
		d.Family = b[h.at]
		(*opt.Value[uint8])(a).Set(b[h.at])
	case codeTwin32:
		(*opt.Value[uint32])(a).Set(uint32(b[h.at]))
	case codeLength:
		if b[h.at] == 0 && (d.Family == unix.AF_INET || d.Family == unix.AF_INET6) {
			*prefixAt(a) = netip.PrefixFrom(anyAddr(d.Family), 0)
		}
	case codeU32:
		(*opt.Value[uint32])(a).Set(binary.NativeEndian.Uint32(b[h.at:]))
	case codeU64:
		(*opt.Value[uint64])(a).Set(binary.NativeEndian.Uint64(b[h.at:]))
	case codeCount:
		*countAt(a) = binary.NativeEndian.Uint64(b[h.at:])
	case codeDev:
		setDev(d, a, binary.NativeEndian.Uint32(b[h.at:]))
	case codeBool:
		boolAt(a).Set(b[h.at] != 0)
	case codeUnread:
	default:
		return false
	}
	return true
}

func setDev(d *Dec, a unsafe.Pointer, i uint32) {
	dev := devAt(a)
	dev.Index = i
	if i != 0 && d.DevName != nil {
		dev.name = d.DevName(i)
	}
}

// place is where the field lies in the struct at p, whose group is made if it is
// not there.
func (s *slot) place(d *Dec, p unsafe.Pointer) unsafe.Pointer {
	if s.group != 0 {
		return s.inGroup(d, p)
	}
	return unsafe.Add(p, s.off)
}

func (s *slot) inGroup(d *Dec, p unsafe.Pointer) unsafe.Pointer {
	if g := *ptrAt(unsafe.Add(p, s.group-1)); g != nil {
		return unsafe.Add(g, s.off)
	}
	return d.place(s.f, p)
}

// fast decodes an attribute, or reports false where the payload is odd.
func (s *slot) fast(d *Dec, a unsafe.Pointer, b []byte) bool {
	switch s.code {
	case codeU32:
		if len(b) != 4 {
			return false
		}
		(*opt.Value[uint32])(a).Set(binary.NativeEndian.Uint32(b))
	case codeDev:
		if len(b) != 4 {
			return false
		}
		setDev(d, a, binary.NativeEndian.Uint32(b))
	case codePrefix:
		n := int(d.head[s.f.head])
		if len(b) != 4 || n > 32 || d.Family == unix.AF_MPLS {
			return false
		}
		*prefixAt(a) = netip.PrefixFrom(netip.AddrFrom4([4]byte(b)), n)
	case codeAddr:
		if len(b) != 4 {
			return false
		}
		*addrAt(a) = netip.AddrFrom4([4]byte(b))
	case codeU8:
		if len(b) != 1 {
			return false
		}
		(*opt.Value[uint8])(a).Set(b[0])
	case codeBool:
		if len(b) != 1 {
			return false
		}
		boolAt(a).Set(b[0] != 0)
	case codeMAC:
		if len(b) != 6 {
			return false
		}
		*macAt(a) = MAC{n: 6}
		copy(macAt(a).b[:6], b)
	default:
		return false
	}
	return true
}
