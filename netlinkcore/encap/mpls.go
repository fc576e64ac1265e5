package encap

import (
	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/opt"
)

// MPLS pushes labels on packets (RFC 3032).
type MPLS struct {
	attr.Extra
	Labels []uint32
	TTL    opt.Value[uint8]
}

// EncapName returns "mpls".
func (*MPLS) EncapName() string { return "mpls" }

var _ = encap(unix.LWTUNNEL_ENCAP_MPLS, "mpls", "MPLS labels", func(v *MPLS) []attr.Field {
	return []attr.Field{
		attr.InIP("mpls", ""),
		attr.Labels(unix.MPLS_IPTUNNEL_DST, "labels", &v.Labels, "labels to push, the outermost first").IP("%/"),
		attr.Uint8(unix.MPLS_IPTUNNEL_TTL, "ttl", &v.TTL, "TTL of the labels; that of the packet unless given").Range(1, 255),
		attr.Unknown(&v.Extra),
	}
}, "labels")
