package link

import (
	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// MACVLAN is a device with a link-layer address of its own on Link.Parent
// (IFLA_MACVLAN_*).
type MACVLAN struct{ macvlan }

// MACVTap is a MACVLAN whose other end is a character device (IFLA_MACVLAN_*).
type MACVTap struct{ macvlan }

// KindName returns "macvlan".
func (*MACVLAN) KindName() string { return "macvlan" }

// KindName returns "macvtap".
func (*MACVTap) KindName() string { return "macvtap" }

// macvlan are the options that both have.
type macvlan struct {
	attr.Extra
	Mode                         opt.Value[uint32]
	NoPromiscuity, NoDestination opt.Value[bool]
	Sources                      []SourceAddress
	QueueLength, QueueLengthUsed opt.Value[uint32]
	Cutoff                       opt.Value[int32]
	replace                      opt.Value[uint32]
}

// A SourceAddress is one that frames come from, for the mode source
// (IFLA_MACVLAN_MACADDR).
type SourceAddress struct{ Addr rt.MAC }

var macvlanModes = attr.Enum{{1, "private"}, {2, "vepa"}, {4, "bridge"}, {8, "passthru"}, {16, "source"}}

var sourceAddress = attr.Define("macaddr", "address that frames come from", 0, func(v *SourceAddress) []attr.Field {
	return []attr.Field{attr.LinkAddr(unix.IFLA_MACVLAN_MACADDR, "address", &v.Addr, "link-layer address")}
}).Scalar()

var (
	_ = kind("macvlan", "device with a link-layer address of its own on another", func(v *MACVLAN) []attr.Field { return v.fields() }).
		Hooks(func(v *MACVLAN) { v.before() }, nil)
	_ = kind("macvtap", "macvlan whose other end is a character device", func(v *MACVTap) []attr.Field { return v.fields() }).
		Hooks(func(v *MACVTap) { v.before() }, nil)
)

// before says that a list of sources takes the place of the one that is there.
func (v *macvlan) before() {
	if v.Sources != nil {
		v.replace.Set(uapi.MACVLAN_MACADDR_SET)
	}
}

func (v *macvlan) fields() []attr.Field {
	return []attr.Field{
		attr.InIP("", "-|-"),
		attr.Uint32(unix.IFLA_MACVLAN_MODE, "mode", &v.Mode, "which siblings frames reach; not to or from passthru later").Words(macvlanModes).Default("vepa"),
		attr.BitWord(unix.IFLA_MACVLAN_FLAGS, 2,
			attr.HeadBit(0, -1, 2, 1, "nopromisc", &v.NoPromiscuity, "passthru leaves the parent out of promiscuous mode").ResendOnChange("nodst").Default(false).IP("nopromisc|-;-"),
			attr.HeadBit(0, -1, 2, 2, "nodst", &v.NoDestination, "source leaves out the device that has the frame's destination").ResendOnChange("nopromisc").Default(false).IP("nodst|-;-")),
		attr.Uint32(unix.IFLA_MACVLAN_MACADDR_MODE, "macaddr_mode", &v.replace, "").Only(attr.Inside),
		attr.List(unix.IFLA_MACVLAN_MACADDR_DATA, unix.IFLA_MACVLAN_MACADDR, attr.Items, "macaddr", &v.Sources, sourceAddress, "addresses that frames come from; only mode source").AnyOrder().Clears(attr.Value{Shape: attr.Many}).IP(">macaddr set % |macaddr flush"),
		attr.Uint32(unix.IFLA_MACVLAN_BC_QUEUE_LEN, "bcqueuelen", &v.QueueLength, "length of the queue of broadcasts to ask for, packets").Default(1000),
		attr.Uint32(unix.IFLA_MACVLAN_BC_QUEUE_LEN_USED, "bcqueuelen_used", &v.QueueLengthUsed, "length that all on the parent get").ReadOnly(),
		attr.Uint32(unix.IFLA_MACVLAN_BC_CUTOFF, "bclim", &v.Cutoff, "how many receivers put multicast into the queue; -1 never").Default(1).FromKernel("6.4"),
		attr.Ignored(unix.IFLA_MACVLAN_MACADDR, unix.IFLA_MACVLAN_MACADDR_COUNT),
		attr.Unknown(&v.Extra),
	}
}
