package link

import "github.com/netlark/netlark/netlinkcore/attr"

// Kinds that have no options.
type (
	// Dummy is a device that drops what it is given (drivers/net/dummy.c).
	Dummy struct{}
	// IFB is a device that packets are redirected to, so that its disciplines
	// see them (drivers/net/ifb.c).
	IFB struct{}
	// Team joins devices into one. Its options are those of teamd(8).
	Team struct{}
	// NLMon sees the netlink messages of its namespace (drivers/net/nlmon.c).
	NLMon struct{}
	// VCAN is a CAN bus without hardware (drivers/net/can/vcan.c).
	VCAN struct{}
	// VirtWiFi is a wireless device on Link.Parent
	// (drivers/net/wireless/virtual/virt_wifi.c).
	VirtWiFi struct{}
	// LoWPAN is 6LoWPAN on Link.Parent, a device of IEEE 802.15.4
	// (net/ieee802154/6lowpan).
	LoWPAN struct{}
	// PFCP is a device for the packet forwarding control protocol
	// (drivers/net/pfcp.c).
	PFCP struct{}
	// Netdevsim is a simulated network card, which /sys/bus/netdevsim makes
	// (drivers/net/netdevsim).
	Netdevsim struct{}
)

// KindName returns "dummy".
func (*Dummy) KindName() string { return "dummy" }

// KindName returns "ifb".
func (*IFB) KindName() string { return "ifb" }

// KindName returns "team".
func (*Team) KindName() string { return "team" }

// KindName returns "nlmon".
func (*NLMon) KindName() string { return "nlmon" }

// KindName returns "vcan".
func (*VCAN) KindName() string { return "vcan" }

// KindName returns "virt_wifi".
func (*VirtWiFi) KindName() string { return "virt_wifi" }

// KindName returns "lowpan".
func (*LoWPAN) KindName() string { return "lowpan" }

// KindName returns "pfcp".
func (*PFCP) KindName() string { return "pfcp" }

// KindName returns "netdevsim".
func (*Netdevsim) KindName() string { return "netdevsim" }

var (
	_ = kind("dummy", "device that drops what it is given", func(*Dummy) []attr.Field { return plainSaid() })
	_ = kind("ifb", "device that packets are redirected to, for queueing", func(*IFB) []attr.Field { return plainSaid() })
	_ = kind("team", "several devices as one; options are set by other means", func(*Team) []attr.Field { return nil }).
		Lost("its options are set by other means")
	_ = kind("nlmon", "sees the machine's netlink messages", func(*NLMon) []attr.Field { return plainSaid() })
	_ = kind("vcan", "CAN bus without hardware", func(*VCAN) []attr.Field { return plainSaid() })
	_ = kind("virt_wifi", "wireless device on an Ethernet one", func(*VirtWiFi) []attr.Field { return nil })
	_ = kind("lowpan", "6LoWPAN on an IEEE 802.15.4 device", func(*LoWPAN) []attr.Field { return nil })
	_ = kind("pfcp", "device for the packet forwarding control protocol", func(*PFCP) []attr.Field { return nil })
	_ = kind("netdevsim", "simulated card; made by /sys/bus/netdevsim", func(*Netdevsim) []attr.Field { return nil })
)

// plainSaid is the definition of a kind that iproute2 knows by its name alone.
func plainSaid() []attr.Field { return []attr.Field{attr.InIP("", "")} }
