package link

import (
	"slices"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
)

// IP6GRE is a GRE tunnel for IP packets over IPv6 (RFC 7676). The kernel resets
// what a change does not name, so a change sends all.
type IP6GRE struct{ gre6 }

// IP6GRETap is a GRE tunnel for Ethernet frames over IPv6 (IFLA_GRE_*).
type IP6GRETap struct{ gre6 }

// KindName returns "ip6gre".
func (*IP6GRE) KindName() string { return "ip6gre" }

// KindName returns "ip6gretap".
func (*IP6GRETap) KindName() string { return "ip6gretap" }

// gre6 are the options of GRE tunnels over IPv6.
type gre6 struct {
	greOptions
	outer6
}

var (
	_ = kind("ip6gre", "GRE tunnel over IPv6", func(v *IP6GRE) []attr.Field { return v.fields() }).
		Hooks(func(v *IP6GRE) { v.before() }, func(v *IP6GRE) { v.after() })
	_ = kind("ip6gretap", "GRE tunnel for Ethernet over IPv6", func(v *IP6GRETap) []attr.Field { return v.fields() }).
		Hooks(func(v *IP6GRETap) { v.beforeTap() }, func(v *IP6GRETap) { v.after() })
)

func (v *gre6) before() { v.greOptions.before(); v.outer6.before() }

func (v *gre6) beforeTap() { v.greOptions.beforeTap(); v.outer6.before() }

func (v *gre6) after() { v.greOptions.after(); v.outer6.after() }

func (v *gre6) fields() []attr.Field {
	return slices.Concat(v.greOptions.fields(unix.AF_INET6),
		v.outer6.fields(numbers6{uapi.IFLA_GRE_TTL, uapi.IFLA_GRE_ENCAP_LIMIT, uapi.IFLA_GRE_FLOWINFO, uapi.IFLA_GRE_FLAGS, uapi.IFLA_GRE_FWMARK}),
		[]attr.Field{attr.Unknown(&v.Extra)})
}
