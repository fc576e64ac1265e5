package attr

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"strings"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/internal/jsontext"
)

// linkWord stands before a next hop's link-layer address in text, as in the
// commands of iproute2: some have as many digits as an address of IPv6.
const linkWord = "link "

// Via is a next hop: the number gateway when it is of the message's family,
// otherwise via, which carries its own family (RFC 5549). In place of its address
// link has that of its device, which only MPLS can use.
//
//go:noinline
func Via(gateway, via uint16, name string, p *netip.Addr, link **MAC, doc string) Field {
	f := field(gateway, name, unsafe.Pointer(p), viaOps, doc)
	f.id2 = via
	f.beside = uintptr(unsafe.Pointer(link)) - uintptr(unsafe.Pointer(p))
	return f
}

// linkBeside is where a next hop has its link-layer address, which several structs
// may share.
func linkBeside(f *Field, p unsafe.Pointer) **MAC { return (**MAC)(unsafe.Add(p, f.beside)) }

var viaOps = func() *ops {
	o := *addrOps
	o.name = "next hop"
	o.dec, o.enc = decodeVia, encodeVia
	o.set = func(f *Field, p unsafe.Pointer) bool { return addrAt(p).IsValid() || *linkBeside(f, p) != nil }
	o.clear = func(f *Field, p unsafe.Pointer) { *addrAt(p), *linkBeside(f, p) = netip.Addr{}, nil }
	o.eq = func(_ compare, f *Field, a, b unsafe.Pointer) bool {
		x, y := *linkBeside(f, a), *linkBeside(f, b)
		return *addrAt(a) == *addrAt(b) && (x == y || x != nil && y != nil && *x == *y)
	}
	o.get = func(f *Field, p unsafe.Pointer) Value {
		if link := *linkBeside(f, p); link != nil {
			return TextValue(linkWord + link.pairs())
		}
		return addrOps.get(f, p)
	}
	o.put = putVia
	o.save = func(buf []byte, f *Field, p unsafe.Pointer) ([]byte, error) {
		if link := *linkBeside(f, p); link != nil {
			return jsontext.AppendQuoted(buf, linkWord+link.pairs()), nil
		}
		return saveAddr(buf, f, p)
	}
	o.load = func(s scanner, f *Field, p unsafe.Pointer) error {
		return f.loadOr(s, p, func() error {
			text, err := s.Text()
			if err != nil {
				return err
			}
			if link, found := strings.CutPrefix(string(text), linkWord); found {
				return putLink(f, p, link)
			}
			*addrAt(p), err = netip.ParseAddr(string(text))
			return err
		})
	}
	return &o
}()

func decodeVia(d *Dec, f *Field, p unsafe.Pointer, b []byte) error {
	*linkBeside(f, p) = nil
	if d.id != f.id2 {
		return addrOps.dec(d, f, p, b)
	}
	if len(b) < 2 {
		return errShort(len(b), 6)
	}
	family := binary.NativeEndian.Uint16(b)
	if b = b[2:]; family != unix.AF_PACKET {
		return addrOps.dec(d, f, p, b)
	}
	m, ok := MACFrom(b)
	if !ok || m.n < 2 {
		return fmt.Errorf("%d bytes are no link-layer address", len(b))
	}
	*addrAt(p), *linkBeside(f, p) = netip.Addr{}, &m
	return nil
}

func encodeVia(e *Enc, f *Field, p unsafe.Pointer) {
	family, to := unix.AF_PACKET, []byte(nil)
	switch a, link := *addrAt(p), *linkBeside(f, p); {
	case link != nil:
		to = link.Bytes()
	case !a.IsValid():
		return
	case familyOf(a) == e.Family:
		putAddr(e.W, f.id, a)
		return
	default:
		family, to = int(familyOf(a)), a.AsSlice()
	}
	out := e.W.Open(f.id2, 2+len(to))
	binary.NativeEndian.PutUint16(out, uint16(family))
	copy(out[2:], to)
}

// putVia takes a link-layer address without its word, too, where it is none of IP.
func putVia(c *Put, f *Field, p unsafe.Pointer, v Value) error {
	link, found := strings.CutPrefix(v.S, linkWord)
	if m, pairs := parsePairs(link); v.Shape == Text && (found || pairs && m.n == 6) {
		return putLink(f, p, link)
	}
	err := addrOps.put(c, f, p, v)
	if err == nil {
		*linkBeside(f, p) = nil
	}
	return err
}

func putLink(f *Field, p unsafe.Pointer, text string) error {
	m, ok := parsePairs(text)
	if !ok {
		return fmt.Errorf("%q is not a link-layer address such as \"link 02:00:00:00:00:01\"", text)
	}
	*addrAt(p), *linkBeside(f, p) = netip.Addr{}, &m
	return nil
}
