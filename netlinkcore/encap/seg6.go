package encap

import (
	"net/netip"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// SEG6 sends packets through segments (RFC 8754).
type SEG6 struct {
	attr.Extra
	Mode   opt.Value[SEG6Mode]
	Segs   []netip.Addr
	HMAC   opt.Value[uint32]
	Source netip.Addr
	Table  opt.Value[rt.Table]
	srh    []byte
}

// EncapName returns "seg6".
func (*SEG6) EncapName() string { return "seg6" }

// A SEG6Mode is how the header gets to the packet (SEG6_IPTUN_MODE_*).
type SEG6Mode uint32

// Modes.
const (
	Inline SEG6Mode = iota // into the packet
	Wrap                   // the packet goes into another
	WrapFrame
	WrapReduced // the first segment is in the outer destination alone
	WrapFrameReduced
)

var seg6Modes = attr.Enum{{uint64(Inline), "inline"}, {uint64(Wrap), "encap"}, {uint64(WrapFrame), "l2encap"},
	{uint64(WrapReduced), "encap.red"}, {uint64(WrapFrameReduced), "l2encap.red"}}

var _ = encap(unix.LWTUNNEL_ENCAP_SEG6, "seg6", "IPv6 segment routing", func(v *SEG6) []attr.Field {
	return []attr.Field{
		attr.InIP("seg6", ""),
		segments(&v.Segs, "segments, from the first to the last").IP("segs %,"),
		attr.Uint32(0, "hmac", &v.HMAC, "number of the key that signs the header").Apart(),
		attr.Nested(uapi.SEG6_IPTUNNEL_SRH, 4, // struct seg6_iptunnel_encap
			attr.Head32(0, "mode", &v.Mode, "how packets get the header").Words(seg6Modes).Default("encap").IP("=<mode"),
			attr.BytesBehind(-1, "srh", &v.srh, "").Only(attr.Inside)),
		attr.Addr(uapi.SEG6_IPTUNNEL_SRC, "tunsrc", &v.Source, "outer source").Holding(unix.AF_INET6).FromKernel("7.1"),
		attr.Uint32(uapi.SEG6_IPTUNNEL_TABLE, "lookup", &v.Table, "table in which the first segment is looked up").Words(rt.Tables).FromKernel("7.3"),
		attr.Unknown(&v.Extra),
	}
}).Hooks(func(v *SEG6) {
	if len(v.Segs) == 0 {
		return
	}
	mode := v.Mode.Or(Wrap)
	v.Mode.Set(mode)
	v.srh = packSRH(v.Segs, v.HMAC, mode == Inline)
}, func(v *SEG6) {
	v.Segs, v.HMAC = unpackSRH(v.srh, v.Mode.Or(Wrap) == Inline)
	v.srh = nil
})
