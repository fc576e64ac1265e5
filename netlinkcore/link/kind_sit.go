package link

import (
	"net/netip"
	"slices"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/opt"
)

// SIT is a tunnel over IPv4 for IPv6 (RFC 4213), also by 6to4, 6rd (RFC 5969) or
// ISATAP (RFC 5214). The kernel resets what a change does not name, so a change
// sends all.
type SIT struct {
	attr.Extra
	ends
	outer4
	Mode                opt.Value[uint8] // IPPROTO_*
	ISATAP              opt.Value[bool]
	Prefix6RD, Relay6RD netip.Prefix
	udpWrap
}

// KindName returns "sit".
func (*SIT) KindName() string { return "sit" }

var sitModes = attr.Enum{{unix.IPPROTO_IPV6, "ip6ip"}, {unix.IPPROTO_IPIP, "ipip"}, {unix.IPPROTO_MPLS, "mplsip"}, {0, "any"}}

var _ = kind("sit", "tunnel for IPv6 over IPv4", func(v *SIT) []attr.Field {
	return slices.Concat(v.ends.fields(unix.AF_INET, uapi.IFLA_IPTUN_LINK, uapi.IFLA_IPTUN_LOCAL, uapi.IFLA_IPTUN_REMOTE),
		v.outer4.fields(numbers4{uapi.IFLA_IPTUN_TTL, uapi.IFLA_IPTUN_TOS, uapi.IFLA_IPTUN_PMTUDISC, uapi.IFLA_IPTUN_FWMARK}, 64), []attr.Field{
			tunnelMode(&v.Mode, sitModes).CreateOnly().Default("ip6ip"),
			attr.BitWord(uapi.IFLA_IPTUN_FLAGS, 2,
				attr.HeadBit(0, -1, 2, uapi.SIT_ISATAP, "isatap", &v.ISATAP, "ends are found by ISATAP").CreateOnly().Default(false)),
			attr.PrefixWithLength(uapi.IFLA_IPTUN_6RD_PREFIX, uapi.IFLA_IPTUN_6RD_PREFIXLEN, "prefix_6rd", &v.Prefix6RD, "IPv6 prefix that holds IPv4 addresses of ends").Holding(unix.AF_INET6).ResendOnChange().Default("2002::/16").IP("6rd-prefix"),
			attr.PrefixWithLength(uapi.IFLA_IPTUN_6RD_RELAY_PREFIX, uapi.IFLA_IPTUN_6RD_RELAY_PREFIXLEN, "relay_prefix_6rd", &v.Relay6RD, "IPv4 prefix that all ends have, which addresses lack").Holding(unix.AF_INET).ResendOnChange().Default("0.0.0.0/0").BackAnew().IP("6rd-relay_prefix"),
		}, v.udpWrap.fields(uapi.IFLA_IPTUN_ENCAP_TYPE), []attr.Field{attr.Unknown(&v.Extra)})
})
