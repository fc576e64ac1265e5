package link

import (
	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
)

// VXCAN is one end of a pair of CAN devices (VXCAN_INFO_*). Peer describes the
// other end when the pair is made; the kernel does not report it.
type VXCAN struct{ Peer *Link }

// KindName returns "vxcan".
func (*VXCAN) KindName() string { return "vxcan" }

func (v *VXCAN) peer() *Link { return v.Peer }

func (*VXCAN) with(peer *Link) Kind { return &VXCAN{peer} }

var _ = kind("vxcan", "one end of a pair of CAN devices", func(v *VXCAN) []attr.Field {
	return []attr.Field{
		attr.Nest(uapi.VXCAN_INFO_PEER, "peer", &v.Peer, schema, "the other end: its name, or link.peer(…)").CreateOnly().WriteOnly(),
	}
})
