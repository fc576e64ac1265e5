package link

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// VF is a virtual function of a network card (SR-IOV), as its physical function
// sees it (IFLA_VF_*). What the driver does not know or do is unset.
type VF struct {
	attr.Extra
	Number                      opt.Value[uint32]
	Address, Broadcast          rt.MAC
	VLAN, QoS                   opt.Value[uint32]
	VLANProtocol                opt.Value[VLANProtocol]
	MaxRate, MinRate            opt.Value[uint32] // Mbit/s; 0 none
	SpoofCheck, QueryRSS, Trust opt.Value[bool]
	State                       opt.Value[uint32]
	NodeGUID, PortGUID          opt.Value[uint64]
	Stats                       *VFStats
}

// VFStats are counters of a virtual function (IFLA_VF_STATS_*).
type VFStats struct {
	attr.Extra
	RxPackets, TxPackets, RxBytes, TxBytes     opt.Value[uint64]
	Broadcast, Multicast, RxDropped, TxDropped opt.Value[uint64]
}

// VFPort is what a switch is told of a port by IEEE 802.1Qbh (IFLA_PORT_*).
type VFPort struct {
	attr.Extra
	VF                     opt.Value[uint32]
	Profile                opt.Value[string]
	InstanceUUID, HostUUID []byte
	Request                opt.Value[uint8]
	Response               opt.Value[uint16]
}

var (
	vfStates     = attr.Enum{{unix.IFLA_VF_LINK_STATE_AUTO, "auto"}, {unix.IFLA_VF_LINK_STATE_ENABLE, "enable"}, {unix.IFLA_VF_LINK_STATE_DISABLE, "disable"}}
	portRequests = attr.Enum{{0, "preassociate"}, {1, "preassociate_rr"}, {2, "associate"}, {3, "disassociate"}}
	portAnswers  = attr.Enum{{0, "success"}, {1, "invalid_format"}, {2, "insufficient_resources"}, {3, "unused_vtid"}, {4, "vtid_violation"},
		{5, "vtid_version_violation"}, {6, "out_of_sync"}, {0x100, "profile_success"}, {0x101, "profile_inprogress"}, {0x102, "profile_invalid"},
		{0x103, "profile_badstate"}, {0x104, "profile_insufficient_resources"}, {0x105, "profile_error"}}
)

// guids are written as ip does: eight pairs of digits.
var guids = &attr.Notation{Name: "a GUID such as \"00:11:22:33:44:55:66:77\"",
	Format: func(n uint64) string {
		m, _ := attr.MACFrom(binary.BigEndian.AppendUint64(nil, n))
		return m.String()
	},
	Parse: func(s string) (uint64, error) {
		b, err := hex.DecodeString(strings.ReplaceAll(s, ":", ""))
		if err != nil || len(b) != 8 || strings.Count(s, ":") != 7 {
			return 0, fmt.Errorf("%q is not a GUID such as \"00:11:22:33:44:55:66:77\"", s)
		}
		return binary.BigEndian.Uint64(b), nil
	}}

var vfStats = attr.Define("vf_stats", "counters of a virtual function", 0, func(v *VFStats) []attr.Field {
	n := func(id uint16, name string, p *opt.Value[uint64], doc string) attr.Field {
		return attr.Uint64(id, name, p, doc).Counter()
	}
	return []attr.Field{
		n(attr.NumberZero, "rx_packets", &v.RxPackets, "packets received"), // IFLA_VF_STATS_RX_PACKETS
		n(unix.IFLA_VF_STATS_TX_PACKETS, "tx_packets", &v.TxPackets, "packets sent"),
		n(unix.IFLA_VF_STATS_RX_BYTES, "rx_bytes", &v.RxBytes, "bytes received"),
		n(unix.IFLA_VF_STATS_TX_BYTES, "tx_bytes", &v.TxBytes, "bytes sent"),
		n(unix.IFLA_VF_STATS_BROADCAST, "broadcast", &v.Broadcast, "broadcast packets received"),
		n(unix.IFLA_VF_STATS_MULTICAST, "multicast", &v.Multicast, "multicast packets received"),
		n(unix.IFLA_VF_STATS_RX_DROPPED, "rx_dropped", &v.RxDropped, "packets received and dropped"),
		n(unix.IFLA_VF_STATS_TX_DROPPED, "tx_dropped", &v.TxDropped, "packets not sent"),
		attr.Ignored(unix.IFLA_VF_STATS_PAD), attr.Unknown(&v.Extra),
	}
})

// vf is IFLA_VF_INFO. Each struct begins with the function's number.
var vf = attr.Define("vf", "virtual function of a network card", 0, func(v *VF) []attr.Field {
	of := func(id uint16, size int, fields ...attr.Field) attr.Field {
		return attr.Nested(id, size, fields...).Repeating("vf")
	}
	setting := func(id uint16, name string, p *opt.Value[bool], doc string) attr.Field {
		return of(id, 8, attr.HeadBool32(4, name, p, doc))
	}
	guid := func(id uint16, name string, p *opt.Value[uint64], doc string) attr.Field {
		return of(id, 16, attr.Head64(8, name, p, doc).Written(guids))
	}
	return []attr.Field{
		attr.Head32(0, "vf", &v.Number, "number of the function").IsKey().Apart(),
		of(unix.IFLA_VF_MAC, 36, attr.HeadMAC(4, "mac", &v.Address, "link-layer address; zeros let the guest choose")),
		attr.Nested(unix.IFLA_VF_BROADCAST, 32, attr.HeadMAC(0, "broadcast", &v.Broadcast, "link-layer broadcast address").ReadOnly()),
		attr.Nested(unix.IFLA_VF_VLAN_LIST, 0, of(unix.IFLA_VF_VLAN_INFO, 16,
			attr.Head32(4, "vlan", &v.VLAN, "VLAN that the card tags with; 0 none").Range(0, 4095).ResendOnChange("qos", "vlan_protocol"),
			attr.Head32(8, "qos", &v.QoS, "priority in the tag").Range(0, 7).ResendOnChange("vlan", "vlan_protocol"),
			attr.HeadBE16(12, "vlan_protocol", &v.VLANProtocol, "EtherType of the tag").Words(vlanProtocols).ResendOnChange("vlan", "qos"))),
		of(unix.IFLA_VF_RATE, 12,
			attr.Head32(4, "min_tx_rate", &v.MinRate, "guaranteed rate of sending, Mbit/s; 0 none").ResendOnChange("max_tx_rate"),
			attr.Head32(8, "max_tx_rate", &v.MaxRate, "limit of the rate of sending, Mbit/s; 0 none").ResendOnChange("min_tx_rate")),
		setting(unix.IFLA_VF_SPOOFCHK, "spoofchk", &v.SpoofCheck, "drop what has another source address"),
		of(unix.IFLA_VF_LINK_STATE, 8, attr.Head32(4, "state", &v.State, "carrier that the guest sees").Words(vfStates)),
		setting(unix.IFLA_VF_RSS_QUERY_EN, "query_rss", &v.QueryRSS, "the guest may read its RSS configuration"),
		setting(unix.IFLA_VF_TRUST, "trust", &v.Trust, "the guest may do what concerns others"),
		guid(unix.IFLA_VF_IB_NODE_GUID, "node_guid", &v.NodeGUID, "InfiniBand GUID of the node"),
		guid(unix.IFLA_VF_IB_PORT_GUID, "port_guid", &v.PortGUID, "InfiniBand GUID of the port"),
		attr.Nest(unix.IFLA_VF_STATS, "stats", &v.Stats, vfStats, "counters").Counter(),
		attr.Ignored(unix.IFLA_VF_VLAN, unix.IFLA_VF_TX_RATE), // older forms of the list and of the rates
		attr.Unknown(&v.Extra),
	}
}).Made("link.vf", "vf").Hooks(func(v *VF) {
	if v.VLAN.IsSet() && v.VLANProtocol.Or(0) == 0 { // what was never set has no protocol; drivers refuse that
		v.VLANProtocol.Set(VLAN8021Q)
	}
}, nil)

var vfPort = attr.Define("vf_port", "port of IEEE 802.1Qbh", 0, func(v *VFPort) []attr.Field {
	return []attr.Field{
		attr.Uint32(unix.IFLA_PORT_VF, "vf", &v.VF, "number of the virtual function").IsKey(),
		attr.String(unix.IFLA_PORT_PROFILE, "profile", &v.Profile, "name of the port profile").Range(0, 39),
		attr.Binary(unix.IFLA_PORT_INSTANCE_UUID, "instance_uuid", &v.InstanceUUID, "UUID of the client, 16 bytes").Range(16, 16),
		attr.Binary(unix.IFLA_PORT_HOST_UUID, "host_uuid", &v.HostUUID, "UUID of the host, 16 bytes").Range(16, 16),
		attr.Uint8(unix.IFLA_PORT_REQUEST, "request", &v.Request, "what to ask of the switch").Words(portRequests),
		attr.Uint16(unix.IFLA_PORT_RESPONSE, "response", &v.Response, "what it answered").Words(portAnswers).ReadOnly(),
		attr.Ignored(unix.IFLA_PORT_VSI_TYPE), // no kernel reads or writes it
		attr.Unknown(&v.Extra),
	}
})
