// Package xfrm defines the IPsec databases of the kernel: ip-xfrm(8). States
// hold keys, policies say which packets they are for.
package xfrm

import (
	"net/netip"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// Proto is the IP protocol of a transform.
type Proto uint8

// Transforms.
const (
	ESP  Proto = unix.IPPROTO_ESP
	AH   Proto = unix.IPPROTO_AH
	Comp Proto = unix.IPPROTO_COMP
)

// Mode is how a transform wraps packets.
type Mode uint8

// Modes.
const (
	Transport Mode = iota
	Tunnel
	RouteOptimization
	InTrigger
	BEET
	IPTFS
)

var (
	protos = attr.Enum{{unix.IPPROTO_ESP, "esp"}, {unix.IPPROTO_AH, "ah"}, {unix.IPPROTO_COMP, "comp"},
		{unix.IPPROTO_ROUTING, "route2"}, {unix.IPPROTO_DSTOPTS, "hao"}}
	modes = attr.Enum{{0, "transport"}, {1, "tunnel"}, {2, "ro"}, {3, "in_trigger"}, {4, "beet"}, {5, "iptfs"}}
)

// A Selector says which packets are meant (struct xfrm_selector). What is not
// set is any.
type Selector struct {
	Family           opt.Value[uint8] // told by Src and Dst
	Src, Dst         netip.Prefix
	SrcPort, DstPort opt.Value[attr.Masked[uint16]]
	IPProto          opt.Value[uint8]
	Dev              rt.Dev
	User             opt.Value[uint32]
}

// selector binds the members of a Selector, which is the beginning of a policy
// and of a state. all adds to each what the object around needs.
func selector(v *Selector, all func(attr.Field) attr.Field) []attr.Field {
	fields := []attr.Field{
		attr.HeadPrefix(16, 43, 40, "src", &v.Src, "source; any unless given"),
		attr.HeadPrefix(0, 42, 40, "dst", &v.Dst, "destination; any unless given"),
		attr.HeadMaskedBE(36, 38, "sport", &v.SrcPort, "source port, or ICMP type"),
		attr.HeadMaskedBE(32, 34, "dport", &v.DstPort, "destination port, or ICMP code"),
		attr.Head8(44, "proto", &v.IPProto, "IP protocol; 0 any").Words(rt.IPProtos).Default(0),
		attr.HeadDevice(48, "dev", &v.Dev, "device"),
		attr.Head32(52, "user", &v.User, "user").Default(0).IP("-"),
	}
	for i := range fields {
		fields[i] = all(fields[i])
	}
	return fields
}

var selectorSchema = attr.Define("selector", "packets that are meant", 56, func(v *Selector) []attr.Field {
	return append([]attr.Field{attr.InIP("", ""), attr.Family16(40, "family", &v.Family, "4 or 6")}, selector(v, func(f attr.Field) attr.Field { return f })...)
}).Made("xfrm.sel").Hooks(func(v *Selector) {
	if !v.Family.IsSet() && (v.Src.IsValid() || v.Dst.IsValid()) {
		v.Family.Set(unix.AF_INET6)
		if v.Src.Addr().Is4() || v.Dst.Addr().Is4() {
			v.Family.Set(unix.AF_INET)
		}
	}
}, nil)

// Limits bound the life of a state or policy (struct xfrm_lifetime_cfg). At a
// soft one the kernel tells, at a hard one the object goes.
type Limits struct {
	ByteSoft, ByteHard, PacketSoft, PacketHard   opt.Value[uint64]
	TimeSoft, TimeHard, TimeUseSoft, TimeUseHard opt.Value[uint64] // seconds
}

// infinite is XFRM_INF: no limit by bytes or packets. Times use 0.
const infinite = 1<<64 - 1

var limitSchema = attr.Define("limit", "limits of life", 64, func(v *Limits) []attr.Field {
	none := attr.Enum{{infinite, "none"}}
	n := func(off int16, name string, p *opt.Value[uint64], doc string) attr.Field {
		return attr.Head64(off, name, p, doc).Words(none).Default("none").ResendOnChange().IP(limited(name) + " %#")
	}
	t := func(off int16, name string, p *opt.Value[uint64], doc string) attr.Field {
		return attr.Head64(off, name, p, doc).In(attr.Seconds).Default(0).ResendOnChange().IP(limited(name))
	}
	return []attr.Field{
		attr.InIP("", ""),
		n(0, "byte_soft", &v.ByteSoft, "bytes until the kernel tells"), n(8, "byte_hard", &v.ByteHard, "bytes until it goes"),
		n(16, "packet_soft", &v.PacketSoft, "packets until the kernel tells"), n(24, "packet_hard", &v.PacketHard, "packets until it goes"),
		t(32, "time_soft", &v.TimeSoft, "age at which the kernel tells; 0 none"), t(40, "time_hard", &v.TimeHard, "age at which it goes; 0 none"),
		t(48, "time_use_soft", &v.TimeUseSoft, "time since the first use until the kernel tells; 0 none"),
		t(56, "time_use_hard", &v.TimeUseHard, "time since the first use until it goes; 0 none"),
	}
}).Made("xfrm.limit")

// limited is how ip calls a limit.
func limited(name string) string { return "limit " + strings.ReplaceAll(name, "_", "-") }

// boundless is what limits are that nobody gave. It is only ever encoded.
var boundless = Limits{ByteSoft: opt.Of[uint64](infinite), ByteHard: opt.Of[uint64](infinite), PacketSoft: opt.Of[uint64](infinite), PacketHard: opt.Of[uint64](infinite)}

// unlimited completes limits: on the wire 0 would mean "at once".
func unlimited(l *Limits) *Limits {
	if l == nil {
		return &boundless
	}
	out := *l
	for _, p := range []*opt.Value[uint64]{&out.ByteSoft, &out.ByteHard, &out.PacketSoft, &out.PacketHard} {
		if !p.IsSet() {
			p.Set(infinite)
		}
	}
	return &out
}

// Use is how much a state or policy has been used (struct xfrm_lifetime_cur).
// Times are seconds since 1970.
type Use struct{ Bytes, Packets, Added, Used opt.Value[uint64] }

var useSchema = attr.Define("use", "use so far", 32, func(v *Use) []attr.Field {
	n := func(off int16, name string, p *opt.Value[uint64], doc string) attr.Field {
		return attr.Head64(off, name, p, doc).Also(attr.Volatile).ResendOnChange()
	}
	return []attr.Field{
		n(0, "bytes", &v.Bytes, "bytes"), n(8, "packets", &v.Packets, "packets"),
		n(16, "add_time", &v.Added, "when it was made, seconds since 1970"),
		n(24, "use_time", &v.Used, "when it was used first, seconds since 1970"),
	}
})

// mark is struct xfrm_mark.
func mark(p *opt.Value[rt.Mark]) attr.Field {
	return attr.Nested(uapi.XFRMA_MARK, 8, maskedMark(p))
}

func maskedMark(p *opt.Value[rt.Mark]) attr.Field {
	return attr.HeadMasked(0, 4, "mark", p, "mark of packets, with a mask").IsKey().IP("mark %/mask")
}

func ifID(p *opt.Value[uint32]) attr.Field {
	return attr.Uint32(uapi.XFRMA_IF_ID, "if_id", p, "id of the xfrm interface")
}

func policyType(p *opt.Value[uint8]) attr.Field {
	return attr.Nested(uapi.XFRMA_POLICY_TYPE, 6, attr.Head8(0, "ptype", p, "which of two databases").Words(types).IsKey().Default("main"))
}

func saDir(p *opt.Value[uint8]) attr.Field {
	return attr.Uint8(uapi.XFRMA_SA_DIR, "dir", p, "direction").Words(attr.Enum{{1, "in"}, {2, "out"}}).FromKernel("6.10")
}

func cpu(p *opt.Value[uint32]) attr.Field {
	return attr.Uint32(uapi.XFRMA_SA_PCPU, "pcpu_num", p, "CPU that the state is for").FromKernel("6.13")
}
