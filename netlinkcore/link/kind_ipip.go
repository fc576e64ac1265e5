package link

import (
	"slices"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/opt"
)

// IPIP is a tunnel over IPv4 for IPv4 (RFC 2003) or MPLS. The kernel resets what
// a change does not name, so a change sends all.
type IPIP struct {
	attr.Extra
	ends
	outer4
	Mode     opt.Value[uint8] // IPPROTO_*
	External opt.Value[bool]
	udpWrap
}

// KindName returns "ipip".
func (*IPIP) KindName() string { return "ipip" }

var ipipModes = attr.Enum{{unix.IPPROTO_IPIP, "ipip"}, {unix.IPPROTO_MPLS, "mplsip"}, {0, "any"}}

var _ = kind("ipip", "tunnel over IPv4", func(v *IPIP) []attr.Field {
	return slices.Concat(v.ends.fields(unix.AF_INET, uapi.IFLA_IPTUN_LINK, uapi.IFLA_IPTUN_LOCAL, uapi.IFLA_IPTUN_REMOTE),
		v.outer4.fields(numbers4{uapi.IFLA_IPTUN_TTL, uapi.IFLA_IPTUN_TOS, uapi.IFLA_IPTUN_PMTUDISC, uapi.IFLA_IPTUN_FWMARK}, "inherit"), []attr.Field{
			tunnelMode(&v.Mode, ipipModes).CreateOnly().Default("ipip"),
			external(uapi.IFLA_IPTUN_COLLECT_METADATA, &v.External),
		}, v.udpWrap.fields(uapi.IFLA_IPTUN_ENCAP_TYPE), []attr.Field{attr.Unknown(&v.Extra)})
})

func tunnelMode(p *opt.Value[uint8], modes attr.Enum) attr.Field {
	return attr.Uint8(uapi.IFLA_IPTUN_PROTO, "mode", p, "what it carries").Words(modes).ResendOnChange().IP("=mode")
}
