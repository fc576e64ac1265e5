package encap

import (
	"net/netip"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/opt"
)

// IP tells an external tunnel device its outer IPv4 header (LWTUNNEL_IP_*).
type IP struct {
	Tunnel
	Dst, Src netip.Addr
	TTL, TOS opt.Value[uint8]
}

// EncapName returns "ip".
func (*IP) EncapName() string { return "ip" }

var _ = encap(unix.LWTUNNEL_ENCAP_IP, "ip", "outer IPv4 header of an external tunnel", func(v *IP) []attr.Field {
	return append([]attr.Field{
		attr.InIP("ip", "%|!"),
		attr.Addr(uapi.LWTUNNEL_IP_DST, "dst", &v.Dst, "outer destination").Holding(unix.AF_INET).Default("0.0.0.0"),
		attr.Addr(uapi.LWTUNNEL_IP_SRC, "src", &v.Src, "outer source").Holding(unix.AF_INET).Default("0.0.0.0"),
		attr.Uint8(uapi.LWTUNNEL_IP_TTL, "ttl", &v.TTL, "outer TTL").Default(0),
		attr.Uint8(uapi.LWTUNNEL_IP_TOS, "tos", &v.TOS, "outer TOS").Default(0),
	}, v.fields()...)
})
