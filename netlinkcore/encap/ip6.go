package encap

import (
	"net/netip"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/opt"
)

// IP6 tells an external tunnel device its outer IPv6 header (LWTUNNEL_IP6_*).
type IP6 struct {
	Tunnel
	Dst, Src               netip.Addr
	HopLimit, TrafficClass opt.Value[uint8]
}

// EncapName returns "ip6".
func (*IP6) EncapName() string { return "ip6" }

var _ = encap(unix.LWTUNNEL_ENCAP_IP6, "ip6", "outer IPv6 header of an external tunnel", func(v *IP6) []attr.Field {
	return append([]attr.Field{
		attr.InIP("ip6", "%|!"),
		attr.Addr(uapi.LWTUNNEL_IP6_DST, "dst", &v.Dst, "outer destination").Holding(unix.AF_INET6).Default("::"),
		attr.Addr(uapi.LWTUNNEL_IP6_SRC, "src", &v.Src, "outer source").Holding(unix.AF_INET6).Default("::"),
		attr.Uint8(uapi.LWTUNNEL_IP6_HOPLIMIT, "hoplimit", &v.HopLimit, "outer hop limit").Default(0),
		attr.Uint8(uapi.LWTUNNEL_IP6_TC, "tc", &v.TrafficClass, "outer traffic class").Default(0),
	}, v.fields()...)
})
