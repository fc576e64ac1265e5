package link

import (
	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/opt"
)

// IPVLAN is a device that has IP addresses of its own on Link.Parent, and its
// link-layer address (IFLA_IPVLAN_*). All on one parent have one mode and flag:
// a change is one of all.
type IPVLAN struct{ ipvlan }

// IPVTap is an IPVLAN whose other end is a character device (IFLA_IPVLAN_*).
type IPVTap struct{ ipvlan }

// KindName returns "ipvlan".
func (*IPVLAN) KindName() string { return "ipvlan" }

// KindName returns "ipvtap".
func (*IPVTap) KindName() string { return "ipvtap" }

// ipvlan are the options that both have.
type ipvlan struct {
	attr.Extra
	Mode, Isolation opt.Value[uint16]
}

var (
	ipvlanModes = attr.Enum{{0, "l2"}, {1, "l3"}, {2, "l3s"}}
	ipvlanFlags = attr.Enum{{0, "bridge"}, {1, "private"}, {2, "vepa"}}
)

var (
	_ = kind("ipvlan", "device with IP addresses of its own on another", func(v *IPVLAN) []attr.Field { return v.fields() })
	_ = kind("ipvtap", "ipvlan whose other end is a character device", func(v *IPVTap) []attr.Field { return v.fields() })
)

func (v *ipvlan) fields() []attr.Field {
	return []attr.Field{
		attr.InIP("", ""),
		attr.Uint16(unix.IFLA_IPVLAN_MODE, "mode", &v.Mode, "layer at which the parent hands packets on; one for all on it").Words(ipvlanModes).Range(0, 2).Default("l3").BackAnew(),
		attr.Uint16(unix.IFLA_IPVLAN_FLAGS, "flags", &v.Isolation, "whether siblings reach each other; one for all on the parent").Words(ipvlanFlags).Range(0, 2).Default("bridge").IP("%"),
		attr.Unknown(&v.Extra),
	}
}
