package link

import (
	"slices"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/opt"
)

// IP6Tunnel is a tunnel over IPv6 for IPv6 or IPv4 (RFC 2473). The kernel resets
// what a change does not name, so a change sends all.
type IP6Tunnel struct {
	attr.Extra
	ends
	outer6
	Mode     opt.Value[uint8] // IPPROTO_*
	External opt.Value[bool]
	udpWrap
}

// KindName returns "ip6tnl".
func (*IP6Tunnel) KindName() string { return "ip6tnl" }

var ip6Modes = attr.Enum{{unix.IPPROTO_IPV6, "ip6ip6"}, {unix.IPPROTO_IPIP, "ipip6"}, {0, "any"}}

var _ = kind("ip6tnl", "tunnel over IPv6", func(v *IP6Tunnel) []attr.Field {
	return slices.Concat(v.ends.fields(unix.AF_INET6, uapi.IFLA_IPTUN_LINK, uapi.IFLA_IPTUN_LOCAL, uapi.IFLA_IPTUN_REMOTE),
		v.outer6.fields(numbers6{uapi.IFLA_IPTUN_TTL, uapi.IFLA_IPTUN_ENCAP_LIMIT, uapi.IFLA_IPTUN_FLOWINFO, uapi.IFLA_IPTUN_FLAGS, uapi.IFLA_IPTUN_FWMARK}), []attr.Field{
			tunnelMode(&v.Mode, ip6Modes).Default("any"),
			external(uapi.IFLA_IPTUN_COLLECT_METADATA, &v.External),
		}, v.udpWrap.fields(uapi.IFLA_IPTUN_ENCAP_TYPE), []attr.Field{attr.Unknown(&v.Extra)})
}).Hooks(func(v *IP6Tunnel) { v.before() }, func(v *IP6Tunnel) { v.after() })
