package link

import (
	"net/netip"
	"slices"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/opt"
)

// GRE is a GRE tunnel for IP packets over IPv4 (RFC 2784, RFC 2890). The kernel
// resets what a change does not name, so a change sends all.
type GRE struct{ gre4 }

// GRETap is a GRE tunnel for Ethernet frames over IPv4 (IFLA_GRE_*).
type GRETap struct{ gre4 }

// KindName returns "gre".
func (*GRE) KindName() string { return "gre" }

// KindName returns "gretap".
func (*GRETap) KindName() string { return "gretap" }

// greOptions are the options that all GRE tunnels have.
type greOptions struct {
	attr.Extra
	ends
	InputKey, OutputKey                                opt.Value[uint32]
	inputKeyed, outputKeyed                            opt.Value[bool] // follow from the keys
	InputChecksum, OutputChecksum, InputSeq, OutputSeq opt.Value[bool]
	External                                           opt.Value[bool]
	udpWrap
}

// gre4 are the options of those over IPv4.
type gre4 struct {
	greOptions
	outer4
	IgnoreDF opt.Value[bool]
}

var (
	_ = kind("gre", "GRE tunnel over IPv4", func(v *GRE) []attr.Field { return v.fields() }).
		Hooks(func(v *GRE) { v.before() }, func(v *GRE) { v.after() })
	_ = kind("gretap", "GRE tunnel for Ethernet over IPv4", func(v *GRETap) []attr.Field { return v.fields() }).
		Hooks(func(v *GRETap) { v.beforeTap() }, func(v *GRETap) { v.after() })
)

// before says which keys count: the kernel wants a flag for each.
func (v *greOptions) before() {
	v.inputKeyed.Set(v.InputKey.IsSet())
	v.outputKeyed.Set(v.OutputKey.IsSet())
}

// beforeTap is before for tunnels of frames. For these the kernel takes no other end only
// if nothing is said of one.
func (v *greOptions) beforeTap() {
	v.before()
	if v.Remote.IsUnspecified() {
		v.Remote = netip.Addr{}
	}
}

// after drops the keys that do not count.
func (v *greOptions) after() {
	if !v.inputKeyed.Or(false) {
		v.InputKey.Unset()
	}
	if !v.outputKeyed.Or(false) {
		v.OutputKey.Unset()
	}
	v.inputKeyed.Unset()
	v.outputKeyed.Unset()
}

func (v *gre4) fields() []attr.Field {
	return slices.Concat(v.greOptions.fields(unix.AF_INET),
		v.outer4.fields(numbers4{uapi.IFLA_GRE_TTL, uapi.IFLA_GRE_TOS, uapi.IFLA_GRE_PMTUDISC, uapi.IFLA_GRE_FWMARK}, "inherit"), []attr.Field{
			attr.Bool8(uapi.IFLA_GRE_IGNORE_DF, "ignore_df", &v.IgnoreDF, "fragment packets that must not be").ResendOnChange().Default(false).IP("ignore-df|noignore-df"),
			attr.Unknown(&v.Extra),
		})
}

// fields are the attributes of all; family is that of the outer header.
func (v *greOptions) fields(family byte) []attr.Field {
	flag := func(bit uint16, name string, p *opt.Value[bool], doc string) attr.Field {
		return attr.HeadBit(0, -1, 2, uint64(attr.Swap16(bit)), name, p, doc).Default(false).ResendOnChange()
	}
	return slices.Concat(v.ends.fields(family, uapi.IFLA_GRE_LINK, uapi.IFLA_GRE_LOCAL, uapi.IFLA_GRE_REMOTE), []attr.Field{
		attr.BitWord(uapi.IFLA_GRE_IFLAGS, 2,
			flag(uapi.GRE_KEY, "ikeyed", &v.inputKeyed, "").Only(attr.Inside),
			flag(uapi.GRE_CSUM, "icsum", &v.InputChecksum, "packets received must have a checksum"),
			flag(uapi.GRE_SEQ, "iseq", &v.InputSeq, "packets received must be in sequence")),
		attr.BitWord(uapi.IFLA_GRE_OFLAGS, 2,
			flag(uapi.GRE_KEY, "okeyed", &v.outputKeyed, "").Only(attr.Inside),
			flag(uapi.GRE_CSUM, "ocsum", &v.OutputChecksum, "send checksums").BackAnew(),
			flag(uapi.GRE_SEQ, "oseq", &v.OutputSeq, "send sequence numbers").BackAnew()),
		attr.BE32(uapi.IFLA_GRE_IKEY, "ikey", &v.InputKey, "key of packets received").ResendOnChange(),
		attr.BE32(uapi.IFLA_GRE_OKEY, "okey", &v.OutputKey, "key of packets sent").ResendOnChange(),
		external(uapi.IFLA_GRE_COLLECT_METADATA, &v.External),
	}, v.udpWrap.fields(uapi.IFLA_GRE_ENCAP_TYPE))
}
