package link_test

import (
	"net/netip"
	"testing"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/verbtest"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
)

func n8(n uint8) opt.Value[uint8]    { return opt.Of(n) }
func n16(n uint16) opt.Value[uint16] { return opt.Of(n) }
func n32(n uint32) opt.Value[uint32] { return opt.Of(n) }
func n64(n uint64) opt.Value[uint64] { return opt.Of(n) }

// info looks at the options of a link with ip.
func options(p *verbtest.Place, name string, want map[string]any) {
	p.Helper()
	inside := map[string]any{}
	for k, v := range want {
		inside["linkinfo.info_data."+k] = v
	}
	links(p, name, inside)
}

func TestBridge(t *testing.T) {
	p := verbtest.New(t, "kind:bridge", "bridge:vlan", "bridge:mcast")
	b := &link.Bridge{ForwardDelay: n32(400), HelloTime: n32(150), MaxAge: n32(700), AgeingTime: n32(9000), STP: n32(1), Priority: n16(4096),
		GroupForwardMask: n16(0x4008), VLANFiltering: yes, VLANProtocol: opt.Of(link.VLAN8021AD), VLANDefaultPVID: n16(5), VLANStats: yes, VLANStatsPerPort: yes,
		NoLinkLocalLearn: yes, GroupAddress: mac("01:80:c2:00:00:0d"), CallIPTables: yes, CallIP6Tables: yes, CallARPTables: yes,
		Multicast: &link.BridgeMulticast{Router: n8(2), QueryUseIfAddr: yes, Querier: yes, Stats: yes, HashMax: n32(1024), LastCount: n32(3), StartupCount: n32(4),
			LastInterval: n64(150), Membership: n64(30000), QuerierInterval: n64(26000), QueryInterval: n64(13000), QueryResponse: n64(900),
			StartupInterval: n64(3000), IGMPVersion: n8(3), MLDVersion: n8(2)}}
	p.Must(object.Add, ref(called("b0", b)))
	p.Same(ref(called("b0", b)))
	options(p, "b0", map[string]any{"forward_delay": 400, "hello_time": 150, "max_age": 700, "ageing_time": 9000, "stp_state": 1, "priority": 4096,
		"group_fwd_mask": "0x4008", "vlan_filtering": 1, "vlan_protocol": "802.1ad", "vlan_default_pvid": 5, "vlan_stats_enabled": 1,
		"vlan_stats_per_port": 1, "no_linklocal_learn": 1, "group_addr": "01:80:c2:00:00:0d", "mcast_router": 2, "mcast_query_use_ifaddr": 1,
		"mcast_querier": 1, "mcast_stats_enabled": 1, "mcast_hash_max": 1024, "mcast_last_member_cnt": 3, "mcast_startup_query_cnt": 4,
		"mcast_last_member_intvl": 150, "mcast_membership_intvl": 30000, "mcast_querier_intvl": 26000, "mcast_query_intvl": 13000,
		"mcast_query_response_intvl": 900, "mcast_startup_query_intvl": 3000, "mcast_igmp_version": 3, "mcast_mld_version": 2,
		"nf_call_iptables": 1, "nf_call_ip6tables": 1, "nf_call_arptables": 1})
	change := called("b0", &link.Bridge{AgeingTime: n32(5000), NoLinkLocalLearn: no, MulticastVLANSnooping: yes, STP: n32(0), FlushFDB: yes})
	p.Must(object.Set, ref(change))
	options(p, "b0", map[string]any{"ageing_time": 5000, "no_linklocal_learn": 0, "mcast_vlan_snooping": 1, "stp_state": 0, "priority": 4096})
}

func TestVLANOptions(t *testing.T) {
	p := verbtest.New(t, "kind:vlan", "kind:dummy")
	p.Must(object.Add, ref(called("d0", &link.Dummy{})))
	v := &link.Link{Name: "vl", Parent: rt.DevName("d0"), Kind: &link.VLAN{ID: n16(4094), Protocol: opt.Of(link.VLAN8021AD),
		ReorderHeader: no, LooseBinding: yes, GVRP: yes, MVRP: yes, EgressQoS: []link.QoS{{From: n32(1), To: n32(2)}, {From: n32(5), To: n32(6)}},
		IngressQoS: []link.QoS{{From: n32(3), To: n32(4)}}}}
	p.Must(object.Add, ref(v))
	p.Same(ref(v))
	options(p, "vl", map[string]any{"id": 4094, "protocol": "802.1ad", "flags": "[GVRP MVRP LOOSE_BINDING]",
		"ingress_qos": "[map[from:3 to:4]]", "egress_qos": "[map[from:1 to:2] map[from:5 to:6]]"})
	p.Must(object.Set, ref(called("vl", &link.VLAN{GVRP: no, ReorderHeader: yes})))
	options(p, "vl", map[string]any{"flags": "[REORDER_HDR MVRP LOOSE_BINDING]"})
}

func TestVXLAN(t *testing.T) {
	p := verbtest.New(t, "kind:vxlan", "kind:dummy")
	p.Must(object.Add, ref(&link.Link{Name: "d0", Kind: &link.Dummy{}, Up: yes}))
	v := &link.VXLAN{ID: n32(42), Remote: netip.MustParseAddr("192.0.2.9"), Local: netip.MustParseAddr("192.0.2.1"), TTL: n8(33), TOS: n8(4), DF: n8(1),
		Port: n16(4789), PortMin: n16(4000), PortMax: n16(5000), Learning: no, Proxy: yes, RSC: yes, L2Miss: yes, L3Miss: yes, Ageing: n32(100),
		Limit: n32(50), UDPChecksum: no, GBP: yes, RemoteChecksumTx: yes, RemoteChecksumRx: yes}
	p.Must(object.Add, ref(&link.Link{Name: "vx", Parent: rt.DevName("d0"), Kind: v}))
	p.Same(ref(called("vx", v)))
	options(p, "vx", map[string]any{"id": 42, "remote": "192.0.2.9", "local": "192.0.2.1", "ttl": 33, "tos": "0x4", "df": "set", "port": 4789,
		"port_range.low": 4000, "port_range.high": 5000, "learning": false, "proxy": true, "rsc": true, "l2miss": true, "l3miss": true,
		"ageing": 100, "limit": 50, "udp_csum": false, "gbp": true, "link": "d0", "remcsum_tx": true, "remcsum_rx": true})
	p.Must(object.Set, ref(called("vx", &link.VXLAN{TTL: n8(44), Remote: netip.MustParseAddr("192.0.2.10")})))
	options(p, "vx", map[string]any{"ttl": 44, "remote": "192.0.2.10", "local": "192.0.2.1", "ageing": 100})
	p.Refused(object.Set, ref(called("vx", &link.VXLAN{ID: n32(43)})), "immutable", "kind.id")
	p.Refused(object.Set, ref(called("vx", &link.VXLAN{Remote: netip.MustParseAddr("2001:db8::1")})), "unsupported", "")
	six := &link.VXLAN{ID: n32(43), Remote: netip.MustParseAddr("ff05::1"), Local: netip.MustParseAddr("2001:db8::1"), Label: n32(0x12345),
		UDP6ZeroTx: yes, UDP6ZeroRx: yes, TOS: n8(1), TTLInherit: yes, Parent: rt.DevName("d0")}
	p.Must(object.Add, ref(called("vx6", six)))
	p.Same(ref(called("vx6", six)))
	options(p, "vx6", map[string]any{"group6": "ff05::1", "local6": "2001:db8::1", "label": "0x12345", "udp_zero_csum6_tx": true, "tos": "0x1"})
}

func TestBridgePort(t *testing.T) {
	p := verbtest.New(t, "kind:bridge", "kind:dummy", "bridge:mcast")
	p.Must(object.Add, ref(&link.Link{Name: "b0", Kind: &link.Bridge{STP: n32(1)}, Up: yes}))
	p.Must(object.Add, ref(called("p1", &link.Dummy{})))
	p.Must(object.Set, ref(&link.Link{Name: "p1", Master: rt.DevName("b0")}))
	port := &link.BridgePort{Priority: n16(7), Cost: n32(55), Hairpin: yes, Guard: yes, RootBlock: yes, FastLeave: yes, Learning: no, Flood: no,
		MulticastFlood: no, MulticastToUnicast: yes, BroadcastFlood: no, VLANTunnel: yes, NeighSuppress: yes, Isolated: yes, Locked: yes,
		MulticastRouter: n8(2), GroupForwardMask: n16(8), BackupPort: rt.DevName("p1")}
	v := &link.Link{Name: "p0", Kind: &link.Dummy{}, Master: rt.DevName("b0"), Up: yes, Port: port}
	p.Must(object.Add, ref(v))
	p.Same(ref(&link.Link{Name: "p0", Master: rt.DevName("b0"), Up: yes, Port: port}))
	want := map[string]any{"master": "b0"}
	for k, v := range map[string]any{"priority": 7, "cost": 55, "hairpin": true, "guard": true, "root_block": true, "fastleave": true, "learning": false,
		"flood": false, "mcast_flood": false, "mcast_to_unicast": true, "bcast_flood": false, "vlan_tunnel": true, "neigh_suppress": true,
		"isolated": true, "locked": true, "multicast_router": 2, "group_fwd_mask": "0x8", "backup_port": "p1"} {
		want["linkinfo.info_slave_data."+k] = v
	}
	links(p, "p0", want)
	p.Must(object.Set, ref(&link.Link{Name: "p0", Port: &link.BridgePort{Hairpin: no, BackupPort: attr.NoDev}}))
	links(p, "p0", map[string]any{"linkinfo.info_slave_data.hairpin": false, "linkinfo.info_slave_data.backup_port": nil})
	p.Must(object.Set, ref(&link.Link{Name: "p0", Master: attr.NoDev}))
	links(p, "p0", map[string]any{"master": nil, "linkinfo.info_slave_kind": nil})
	bad := &link.Link{Name: "p0", Port: &link.BridgePort{Hairpin: yes}}
	p.Refused(object.Set, ref(bad), "unsupported", "")
}

// A bond takes ports that are down, and a VRF takes its ports down: master
// comes before up.
func TestMasterBeforeUp(t *testing.T) {
	p := verbtest.New(t, "kind:bond", "kind:vrf", "kind:dummy")
	p.Must(object.Add, ref(&link.Link{Name: "bo", Kind: &link.Bond{Mode: n8(1), MIIMonitor: n32(100)}, Up: yes}))
	p.Must(object.Add, ref(&link.Link{Name: "vr", Kind: &link.VRF{Table: opt.Of(rt.Table(77))}, Up: yes}))
	p.Must(object.Add, ref(&link.Link{Name: "p0", Kind: &link.Dummy{}, Master: rt.DevName("bo"), Up: yes}))
	links(p, "p0", map[string]any{"master": "bo", "linkinfo.info_slave_kind": "bond"})
	p.Must(object.Add, ref(&link.Link{Name: "p1", Kind: &link.Dummy{}, Master: rt.DevName("vr"), Up: yes}))
	links(p, "p1", map[string]any{"master": "vr", "linkinfo.info_slave_kind": "vrf", "linkinfo.info_slave_data.table": 77})
	p.Must(object.Add, ref(&link.Link{Name: "p2", Kind: &link.Dummy{}, Up: yes}))
	p.Must(object.Set, ref(&link.Link{Name: "p2", Up: no}))
	p.Must(object.Set, ref(&link.Link{Name: "p2", Master: rt.DevName("bo"), Up: yes, Port: &link.BondPort{QueueID: n16(3), Priority: opt.Of[int32](-5)}}))
	links(p, "p2", map[string]any{"linkinfo.info_slave_data.queue_id": 3, "linkinfo.info_slave_data.prio": -5, "flags": "[BROADCAST NOARP SLAVE UP LOWER_UP]"})
}
