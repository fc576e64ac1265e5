package xfrm

import (
	"net/netip"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/opt"
)

// Encap wraps ESP in UDP or TCP (struct xfrm_encap_tmpl).
type Encap struct {
	Type             opt.Value[uint16]
	SrcPort, DstPort opt.Value[uint16]
	OriginalAddress  netip.Addr
}

var encapTypes = attr.Enum{{1, "espinudp_nonike"}, {2, "espinudp"}, {7, "espintcp"}}

var encapSchema = attr.Define("encap", "ESP in UDP or TCP", 24, func(v *Encap) []attr.Field {
	return []attr.Field{
		attr.InIP("encap", ""),
		attr.Head16(0, "type", &v.Type, "what it is wrapped in").Words(encapTypes).ResendOnChange().IP("%"),
		attr.HeadBE16(2, "sport", &v.SrcPort, "source port").ResendOnChange().IP("%"),
		attr.HeadBE16(4, "dport", &v.DstPort, "destination port").ResendOnChange().IP("%"),
		attr.HeadAddr(8, -1, "oa", &v.OriginalAddress, "original address, for checksums in transport mode").ResendOnChange().IP("=%"),
	}
}).Made("xfrm.encap", "type", "sport", "dport", "oa")

func encap(p **Encap) attr.Field {
	return attr.Nest(uapi.XFRMA_ENCAP, "encap", p, encapSchema, "ESP in UDP or TCP")
}
