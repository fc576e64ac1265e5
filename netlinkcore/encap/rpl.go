package encap

import (
	"net/netip"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
)

// RPL adds the source route of a low-power network (RFC 6554).
type RPL struct {
	attr.Extra
	Segs []netip.Addr
	srh  []byte
}

// EncapName returns "rpl".
func (*RPL) EncapName() string { return "rpl" }

var _ = encap(unix.LWTUNNEL_ENCAP_RPL, "rpl", "source route of a low-power network", func(v *RPL) []attr.Field {
	return []attr.Field{
		segments(&v.Segs, "addresses on the way, from the first to the last"),
		attr.Binary(uapi.RPL_IPTUNNEL_SRH, "srh", &v.srh, "").Only(attr.Inside),
		attr.Unknown(&v.Extra),
	}
}, "segs").Hooks(func(v *RPL) { v.srh = packRPL(v.Segs) }, func(v *RPL) { v.Segs, v.srh = unpackRPL(v.srh), nil })

// packRPL makes a header whose addresses are not compressed (struct
// ipv6_rpl_sr_hdr): they lie in it from the last to the first.
func packRPL(segs []netip.Addr) []byte {
	if len(segs) == 0 {
		return nil
	}
	b := make([]byte, srhHead, srhHead+len(segs)*segmentLen)
	b[2], b[3] = rplType, byte(len(segs))
	b = appendBackwards(b, segs)
	b[1] = byte(len(b)/8 - 1)
	return b
}

func unpackRPL(b []byte) []netip.Addr {
	if len(b) < srhHead {
		return nil
	}
	return backwards(b[srhHead:])
}
