package link

import (
	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// VRFPort is a port of a VRF; it has no options (IFLA_VRF_PORT_TABLE).
type VRFPort struct{ Table opt.Value[rt.Table] }

// PortName returns "vrf".
func (*VRFPort) PortName() string { return "vrf" }

var _ = port("vrf", "port of a VRF", func(v *VRFPort) []attr.Field {
	return []attr.Field{
		attr.Uint32(unix.IFLA_VRF_PORT_TABLE, "table", &v.Table, "routing table of the VRF").Words(rt.Tables).ReadOnly(),
	}
})
