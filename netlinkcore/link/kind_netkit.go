package link

import (
	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/opt"
)

// Netkit is one end of a pair whose packets BPF programs see (IFLA_NETKIT_*).
// Peer describes the other end when the pair is made; the kernel does not
// report it. Policies are changed by way of the primary end.
type Netkit struct {
	attr.Extra
	Peer                      *Link
	Primary                   opt.Value[bool]
	Mode                      opt.Value[uint32]
	Policy, PeerPolicy        opt.Value[uint32]
	Scrub, PeerScrub, Pairing opt.Value[uint32]
	Headroom, Tailroom        opt.Value[uint16]
}

// KindName returns "netkit".
func (*Netkit) KindName() string { return "netkit" }

func (v *Netkit) peer() *Link { return v.Peer }

func (v *Netkit) with(peer *Link) Kind { w := *v; w.Peer = peer; return &w }

const netkitL3 = 1

var (
	netkitModes    = attr.Enum{{0, "l2"}, {netkitL3, "l3"}}
	netkitPolicies = attr.Enum{{0, "forward"}, {2, "blackhole"}}
	netkitScrubs   = attr.Enum{{0, "none"}, {1, "default"}}
	netkitPairings = attr.Enum{{0, "pair"}, {1, "single"}}
)

var _ = kind("netkit", "one end of a pair, for BPF programs", func(v *Netkit) []attr.Field {
	policy := func(id uint16, name string, p *opt.Value[uint32], doc string) attr.Field {
		return attr.Uint32(id, name, p, doc).Words(netkitPolicies).Default("forward")
	}
	scrub := func(id uint16, name string, p *opt.Value[uint32], doc string) attr.Field {
		return attr.Uint32(id, name, p, doc).Words(netkitScrubs).CreateOnly().Default("default").FromKernel("6.13")
	}
	room := func(id uint16, name string, p *opt.Value[uint16], doc string) attr.Field {
		return attr.Uint16(id, name, p, doc).CreateOnly().Default(0).FromKernel("6.14")
	}
	return []attr.Field{
		attr.Nest(unix.IFLA_NETKIT_PEER_INFO, "peer", &v.Peer, schema, "the other end: its name, or link.peer(…)").CreateOnly().WriteOnly(),
		attr.Uint32(unix.IFLA_NETKIT_MODE, "mode", &v.Mode, "layer of the packets").Words(netkitModes).Range(0, 1).CreateOnly().Default("l3"),
		policy(unix.IFLA_NETKIT_POLICY, "policy", &v.Policy, "what becomes of packets without a program"),
		policy(unix.IFLA_NETKIT_PEER_POLICY, "peer_policy", &v.PeerPolicy, "what becomes of the other end's packets without a program"),
		scrub(uapi.IFLA_NETKIT_SCRUB, "scrub", &v.Scrub, "whether packets lose mark and priority"),
		scrub(uapi.IFLA_NETKIT_PEER_SCRUB, "peer_scrub", &v.PeerScrub, "whether the other end's packets lose mark and priority"),
		room(uapi.IFLA_NETKIT_HEADROOM, "headroom", &v.Headroom, "room for headers, bytes"),
		room(uapi.IFLA_NETKIT_TAILROOM, "tailroom", &v.Tailroom, "room behind the packet, bytes"),
		attr.Uint32(uapi.IFLA_NETKIT_PAIRING, "pairing", &v.Pairing, "a pair, or one device alone").Words(netkitPairings).Range(0, 1).CreateOnly().Default("pair").FromKernel("7.1"),
		attr.Bool8(unix.IFLA_NETKIT_PRIMARY, "primary", &v.Primary, "is the end that was named first").ReadOnly(),
		attr.Unknown(&v.Extra),
	}
})
