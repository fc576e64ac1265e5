package encap

import (
	"encoding/binary"
	"net/netip"
	"slices"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/opt"
)

// Sizes of a segment routing header (struct ipv6_sr_hdr, RFC 8754).
const (
	srhHead    = 8
	segmentLen = 16
	hmacLen    = 40 // struct sr6_tlv_hmac
)

const (
	srhType = 4 // of the routing header, IPV6_SRCRT_TYPE_4
	rplType = 3 // IPV6_SRCRT_TYPE_3
)

// segment is an address in the list of a header.
var segment = attr.Define("segment", "address of a segment", 0, func(v *netip.Addr) []attr.Field {
	return []attr.Field{attr.Addr(1, "address", v, "IPv6 address").Holding(unix.AF_INET6)}
}).Scalar()

// segments are the addresses of a header, which a hook packs and unpacks.
func segments(p *[]netip.Addr, doc string) attr.Field {
	return attr.List(0, 0, attr.Items, "segs", p, segment, doc).Apart()
}

// packSRH makes a header of its segments, which lie in it from the last to the
// first. One that is put into a packet has room for its destination.
func packSRH(segs []netip.Addr, key opt.Value[uint32], inline bool) []byte {
	if len(segs) == 0 {
		return nil
	}
	n := len(segs)
	if inline {
		n++
	}
	b := make([]byte, srhHead, srhHead+n*segmentLen+hmacLen)
	b[2], b[3], b[4] = srhType, byte(n-1), byte(n-1) // segments left, last entry
	if inline {
		b = append(b, make([]byte, segmentLen)...)
	}
	b = appendBackwards(b, segs)
	if id, ok := key.Get(); ok {
		b[5] |= uapi.SR6_FLAG1_HMAC
		tlv := make([]byte, hmacLen)
		tlv[0], tlv[1] = uapi.SR6_TLV_HMAC, hmacLen-2
		binary.BigEndian.PutUint32(tlv[4:], id)
		b = append(b, tlv...)
	}
	b[1] = byte(len(b)/8 - 1)
	return b
}

// unpackSRH is the contrary of packSRH. Of a header that is none it makes
// nothing.
func unpackSRH(b []byte, inline bool) (segs []netip.Addr, key opt.Value[uint32]) {
	if len(b) < srhHead {
		return nil, key
	}
	n := int(b[4]) + 1
	list, rest := b[srhHead:], []byte(nil)
	if len(list) < n*segmentLen {
		return nil, key
	}
	list, rest = list[:n*segmentLen], list[n*segmentLen:]
	if inline {
		list = list[segmentLen:]
	}
	if b[5]&uapi.SR6_FLAG1_HMAC != 0 && len(rest) >= hmacLen && rest[0] == uapi.SR6_TLV_HMAC {
		key.Set(binary.BigEndian.Uint32(rest[4:]))
	}
	return backwards(list), key
}

func appendBackwards(b []byte, segs []netip.Addr) []byte {
	for _, a := range slices.Backward(segs) {
		a16 := a.As16()
		b = append(b, a16[:]...)
	}
	return b
}

func backwards(b []byte) []netip.Addr {
	segs := make([]netip.Addr, 0, len(b)/segmentLen)
	for ; len(b) >= segmentLen; b = b[segmentLen:] {
		segs = append(segs, netip.AddrFrom16([segmentLen]byte(b)))
	}
	slices.Reverse(segs)
	return segs
}
