package link

import (
	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
)

// Veth is one end of a pair (VETH_INFO_*, veth(4)). Peer describes the other
// end when the pair is made; the kernel does not report it.
type Veth struct{ Peer *Link }

// KindName returns "veth".
func (*Veth) KindName() string { return "veth" }

func (v *Veth) peer() *Link { return v.Peer }

func (*Veth) with(peer *Link) Kind { return &Veth{peer} }

var _ = kind("veth", "one end of a pair", func(v *Veth) []attr.Field {
	return []attr.Field{
		attr.InIP("veth", ""),
		attr.Nest(uapi.VETH_INFO_PEER, "peer", &v.Peer, schema, "the other end: its name, or link.peer(…)").CreateOnly().WriteOnly(),
	}
})
