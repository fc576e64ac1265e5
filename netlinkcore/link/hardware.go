package link

import (
	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// Hardware is what a driver tells of its device (IFLA_PHYS_*,
// IFLA_PARENT_DEV_*, struct rtnl_link_ifmap).
type Hardware struct {
	PortID, SwitchID      []byte
	PortName, Device, Bus opt.Value[string]
	NumVFs                opt.Value[uint32]
	VFs                   []VF     // in a change: those to change
	VFPorts               []VFPort // in a change: those to change
	PortSelf              *VFPort
	PermanentAddress      rt.MAC
	DevlinkBus            opt.Value[string]
	DevlinkDevice         opt.Value[string]
	DevlinkPort, DPLLPin  opt.Value[uint32]
}

// Facts are limits of a device, and what changes by itself. NewIndex is for a
// change that moves it: the index to have there. NewNSID is told when it has
// moved, in a Change that says that it is gone: the id of the other namespace.
type Facts struct {
	NewIndex                                 opt.Value[uint32]
	NewNSID                                  opt.Value[int32]
	MinMTU, MaxMTU, TSOMaxSize, TSOMaxSegs   opt.Value[uint32]
	PacingHorizon                            opt.Value[uint32]
	Headroom, Tailroom                       opt.Value[uint16]
	Immutable                                opt.Value[bool]
	Promiscuity, AllMulti                    opt.Value[uint32]
	CarrierChanges, CarrierUps, CarrierDowns opt.Value[uint32]
}

// XDP is the program that sees packets first (IFLA_XDP_*). FD attaches one, or
// none if it is -1.
type XDP struct {
	attr.Extra
	FD, ExpectedFD                             opt.Value[int32]
	Flags                                      opt.Value[uint32]
	Attached                                   opt.Value[uint8]
	Program, DriverProgram, GenericProgram, HW opt.Value[uint32]
}

// Map is where old hardware lies (struct rtnl_link_ifmap).
type Map struct {
	MemStart, MemEnd, Base opt.Value[uint64]
	IRQ                    opt.Value[uint16]
	DMA, Port              opt.Value[uint8]
}

var xdpModes = attr.Enum{{0, "none"}, {1, "driver"}, {2, "generic"}, {3, "hardware"}, {4, "multi"}}

var xdp = attr.Define("xdp", "XDP program", 0, func(v *XDP) []attr.Field {
	return []attr.Field{
		attr.Uint32(unix.IFLA_XDP_FD, "fd", &v.FD, "descriptor of the program to attach; -1 detaches").WriteOnly(),
		attr.Uint32(unix.IFLA_XDP_FLAGS, "flags", &v.Flags, "how to attach it, XDP_FLAGS_*").WriteOnly(),
		attr.Uint32(unix.IFLA_XDP_EXPECTED_FD, "expected_fd", &v.ExpectedFD, "attach only in place of this program").WriteOnly(),
		attr.Uint8(unix.IFLA_XDP_ATTACHED, "attached", &v.Attached, "how it is attached").Words(xdpModes).ReadOnly(),
		attr.Uint32(unix.IFLA_XDP_PROG_ID, "prog_id", &v.Program, "id of the program").ReadOnly(),
		attr.Uint32(unix.IFLA_XDP_DRV_PROG_ID, "drv_prog_id", &v.DriverProgram, "id of the program in the driver").ReadOnly(),
		attr.Uint32(unix.IFLA_XDP_SKB_PROG_ID, "skb_prog_id", &v.GenericProgram, "id of the generic program").ReadOnly(),
		attr.Uint32(unix.IFLA_XDP_HW_PROG_ID, "hw_prog_id", &v.HW, "id of the program in hardware").ReadOnly(),
		attr.Unknown(&v.Extra),
	}
})

var ifMap = attr.Define("map", "addresses of old hardware", 32, func(v *Map) []attr.Field {
	return []attr.Field{
		attr.Head64(0, "mem_start", &v.MemStart, "begin of shared memory").Default(0), attr.Head64(8, "mem_end", &v.MemEnd, "end of shared memory").Default(0),
		attr.Head64(16, "base_addr", &v.Base, "I/O address").Default(0), attr.Head16(24, "irq", &v.IRQ, "interrupt").Default(0),
		attr.Head8(26, "dma", &v.DMA, "DMA channel").Default(0), attr.Head8(27, "port", &v.Port, "media port").Default(0),
	}
})

func hardware(p **Hardware) attr.Field {
	return attr.Group(p, func(v *Hardware) []attr.Field {
		return []attr.Field{
			attr.Binary(unix.IFLA_PHYS_PORT_ID, "phys_port_id", &v.PortID, "id of the physical port").ReadOnly(),
			attr.Binary(unix.IFLA_PHYS_SWITCH_ID, "phys_switch_id", &v.SwitchID, "id of the switch").ReadOnly(),
			attr.String(unix.IFLA_PHYS_PORT_NAME, "phys_port_name", &v.PortName, "name of the physical port").ReadOnly(),
			attr.String(unix.IFLA_PARENT_DEV_NAME, "parentdev", &v.Device, "name on the parent's bus").ReadOnly(),
			attr.String(unix.IFLA_PARENT_DEV_BUS_NAME, "parentbus", &v.Bus, "bus of the parent").ReadOnly(),
			attr.Uint32(unix.IFLA_NUM_VF, "num_vf", &v.NumVFs, "number of virtual functions").ReadOnly(),
			attr.List(unix.IFLA_VFINFO_LIST, unix.IFLA_VF_INFO, attr.Items, "vfs", &v.VFs, vf, "virtual functions; a change names those to change").ChangeOnly().AnyOrder(),
			attr.List(unix.IFLA_VF_PORTS, unix.IFLA_VF_PORT, attr.Items, "vf_ports", &v.VFPorts, vfPort, "ports of virtual functions, IEEE 802.1Qbh").ChangeOnly().AnyOrder(),
			attr.Nest(unix.IFLA_PORT_SELF, "port_self", &v.PortSelf, vfPort, "port of the device itself, IEEE 802.1Qbh").ChangeOnly(),
			attr.LinkAddr(unix.IFLA_PERM_ADDRESS, "permaddr", &v.PermanentAddress, "permanent link-layer address").ReadOnly(),
		}
	})
}

// hardwareOfOthers are handles by which other families of netlink know the
// device.
func hardwareOfOthers(p **Hardware) []attr.Field {
	return []attr.Field{
		attr.Nested(unix.IFLA_DEVLINK_PORT, 0, attr.Group(p, func(v *Hardware) []attr.Field {
			return []attr.Field{
				attr.String(unix.DEVLINK_ATTR_BUS_NAME, "devlink_bus", &v.DevlinkBus, "bus of the devlink instance").ReadOnly(),
				attr.String(unix.DEVLINK_ATTR_DEV_NAME, "devlink_dev", &v.DevlinkDevice, "name of the devlink instance on its bus").ReadOnly(),
				attr.Uint32(unix.DEVLINK_ATTR_PORT_INDEX, "devlink_port", &v.DevlinkPort, "number of the devlink port").ReadOnly(),
			}
		})),
		attr.Nested(unix.IFLA_DPLL_PIN, 0, attr.Group(p, func(v *Hardware) []attr.Field {
			return []attr.Field{attr.Uint32(uapi.DPLL_A_PIN_ID, "dpll_pin", &v.DPLLPin, "id of the pin that its clock comes from").ReadOnly().FromKernel("6.7")}
		})),
	}
}

func facts(p **Details) attr.Field {
	return attr.Group(p, func(v *Details) []attr.Field {
		return []attr.Field{
			attr.Uint32(unix.IFLA_NEW_IFINDEX, "new_index", &v.NewIndex, "interface index in the namespace that it moves to; the kernel chooses unless given").ChangeOnly().WriteOnly().IP("index"),
			attr.Uint32(unix.IFLA_NEW_NETNSID, "new_nsid", &v.NewNSID, "id of the namespace that it has moved to, as monitor and watch tell").WhenGone(),
			attr.Uint32(unix.IFLA_MIN_MTU, "min_mtu", &v.MinMTU, "smallest MTU that the device takes, bytes").ReadOnly(),
			attr.Uint32(unix.IFLA_MAX_MTU, "max_mtu", &v.MaxMTU, "largest MTU that the device takes, bytes; 0 no limit").ReadOnly(),
			attr.Uint32(unix.IFLA_TSO_MAX_SIZE, "tso_max_size", &v.TSOMaxSize, "hardware's limit of a segmented packet, bytes").ReadOnly(),
			attr.Uint32(unix.IFLA_TSO_MAX_SEGS, "tso_max_segs", &v.TSOMaxSegs, "hardware's limit of segments").ReadOnly(),
			attr.Uint16(uapi.IFLA_HEADROOM, "headroom", &v.Headroom, "room for headers, bytes").ReadOnly().FromKernel("6.18"),
			attr.Uint16(uapi.IFLA_TAILROOM, "tailroom", &v.Tailroom, "room behind the packet, bytes").ReadOnly().FromKernel("6.18"),
			attr.Uint32(uapi.IFLA_MAX_PACING_OFFLOAD_HORIZON, "max_pacing_offload_horizon", &v.PacingHorizon, "furthest departure time that the hardware paces, ns").ReadOnly().FromKernel("6.13"),
			attr.Bool8(uapi.IFLA_NETNS_IMMUTABLE, "netns_immutable", &v.Immutable, "cannot move to another namespace").ReadOnly().FromKernel("6.15"),
			attr.Uint32(unix.IFLA_PROMISCUITY, "promiscuity", &v.Promiscuity, "users of promiscuous mode").Counter(),
			attr.Uint32(unix.IFLA_ALLMULTI, "allmulti", &v.AllMulti, "users of all-multicast mode").Counter(),
			attr.Uint32(unix.IFLA_CARRIER_CHANGES, "carrier_changes", &v.CarrierChanges, "how often carrier changed").Counter(),
			attr.Uint32(unix.IFLA_CARRIER_UP_COUNT, "carrier_up_count", &v.CarrierUps, "how often carrier came").Counter(),
			attr.Uint32(unix.IFLA_CARRIER_DOWN_COUNT, "carrier_down_count", &v.CarrierDowns, "how often carrier went").Counter(),
		}
	})
}
