package link

import (
	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// VRF is a routing domain (IFLA_VRF_*): its ports look up routes in its table.
type VRF struct {
	attr.Extra
	Table opt.Value[rt.Table]
}

// KindName returns "vrf".
func (*VRF) KindName() string { return "vrf" }

var _ = kind("vrf", "routing domain", func(v *VRF) []attr.Field {
	return []attr.Field{
		attr.InIP("vrf", ""),
		attr.Uint32(unix.IFLA_VRF_TABLE, "table", &v.Table, "routing table of the ports").Words(rt.Tables).CreateOnly(),
		attr.Unknown(&v.Extra),
	}
})
