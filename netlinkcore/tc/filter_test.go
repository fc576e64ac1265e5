package tc

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// ingressBench has a clsact at v0.
func ingressBench(t *testing.T, capabilities ...string) *bench {
	t.Helper()
	b := newBench(t, append(capabilities, "qdisc:clsact")...)
	b.must(QdiscType.Add(t.Context(), b.s, &Qdisc{Dev: v0, Kind: &Clsact{}}))
	return b
}

func prefix(s string) IPMatch { return InPrefix(netip.MustParsePrefix(s)) }

func masked8(v, m uint8) attr.Masked[uint8]    { return attr.Masked[uint8]{Value: v, Mask: m} }
func masked16(v, m uint16) attr.Masked[uint16] { return attr.Masked[uint16]{Value: v, Mask: m} }
func masked32(v, m uint32) attr.Masked[uint32] { return attr.Masked[uint32]{Value: v, Mask: m} }

func macs(addr, mask string) MACMatch {
	m, err := parseMACMatch(addr + "/" + mask)
	if err != nil {
		panic(err)
	}
	return m
}

func matches(texts ...string) (out []Match) {
	for _, s := range texts {
		words, err := ParseMatch(s)
		if err != nil {
			panic(err)
		}
		for _, w := range words {
			out = append(out, Match{of(w)})
		}
	}
	return out
}

// filters are kinds with their attributes set: the tc command that makes the
// same, and what tc reports.
var filters = []struct {
	name, requires string
	protocol       rt.EtherType
	kind           FilterKind
	command        string
	options        js
}{
	{"u32", "filter:u32", rt.EtherIPv4,
		&U32{Match: matches("ip dport 80 0xffff", "ip dst 10.0.0.0/8", "tcp src 7 0xffff", "u8 0x10 0xf0 at 9"), ClassID: of(NewHandle(1, 0x10)),
			OffsetPlus: of[uint16](4), OffsetAt: of[int16](2), OffsetMask: of[uint16](0x0f00), OffsetShift: of[uint8](6), Eat: of(true),
			HashKeyAt: of[int16](12), HashKeyMask: of[uint32](0xff00)},
		"u32 match ip dport 80 0xffff match ip dst 10.0.0.0/8 match tcp src 7 0xffff match u8 0x10 0xf0 at 9 flowid 1:10 offset plus 4 at 2 mask 0f00 shift 6 eat hashkey mask 0x0000ff00 at 12",
		nil}, // what tc prints of offsets is no JSON
	{"u32 of IPv6", "filter:u32", rt.EtherIPv6, &U32{Match: matches("ip6 dst 2001:db8:0:1::/64", "ip6 protocol 6 0xff")},
		"u32 match ip6 dst 2001:db8:0:1::/64 match ip6 protocol 6 0xff action ok", js{}},
	{"flower", "filter:flower", rt.EtherIPv4,
		&Flower{EtherType: of(rt.EtherIPv4), DstMAC: of(macs("02:00:00:00:00:01", "ff:ff:ff:00:00:00")), SrcMAC: of(macs("02:00:00:00:00:02", "48")),
			IPProto: of[uint8](6), Src: of(prefix("192.0.2.0/24")), Dst: of(prefix("10.0.0.7/32")),
			SrcPort: of(Port(7)), DstPort: of(Ports{From: 80, To: 80, Mask: 0xfff0}), TOS: of(masked8(0x10, 0xfc)), TTL: of(masked8(64, 0xff)),
			TCPFlags: of(masked16(2, 0x17)), Fragment: of(true), FirstFragment: of(false), ClassID: of(NewHandle(1, 0x10)), Offload: Offload{SkipHW: of(true)}},
		"flower dst_mac 02:00:00:00:00:01/ff:ff:ff:00:00:00 src_mac 02:00:00:00:00:02 ip_proto tcp src_ip 192.0.2.0/24 dst_ip 10.0.0.7 src_port 7 dst_port 80/0xfff0 ip_tos 0x10/0xfc ip_ttl 64 tcp_flags 0x2/0x17 ip_flags frag/nofirstfrag classid 1:10 skip_hw",
		js{"keys": js{"eth_type": "ipv4", "ip_proto": "tcp", "dst_mac": "02:00:00:00:00:01/24", "src_mac": "02:00:00:00:00:02", "src_ip": "192.0.2.0/24", "src_port": 7, "tcp_flags": "0x2/17", "dst_ip": "10.0.0.7", "ip_tos": 16, "ip_tos_mask": "fc", "ip_ttl": 64},
			"skip_hw": true, "classid": "1:10"}},
	{"flower of IPv6 and UDP", "filter:flower", rt.EtherIPv6,
		&Flower{EtherType: of(rt.EtherIPv6), IPProto: of[uint8](17), Src: of(prefix("2001:db8::/32")), Dst: of(prefix("2001:db8::7/128")), SrcPort: of(Ports{From: 1000, To: 2000, Mask: 0xffff}), DstPort: of(Port(53))},
		"flower ip_proto udp src_ip 2001:db8::/32 dst_ip 2001:db8::7 src_port 1000-2000 dst_port 53",
		js{"keys": js{"src_ip": "2001:db8::/32", "dst_ip": "2001:db8::7", "src_port": js{"start": 1000, "end": 2000}, "dst_port": 53}}},
	{"flower of ICMP", "filter:flower", rt.EtherIPv4,
		&Flower{EtherType: of(rt.EtherIPv4), IPProto: of[uint8](1), ICMPType: of(ICMPMatch{Value: 8, Mask: 0xff}), ICMPCode: of(ICMPMatch{Value: 0, Mask: 0xff})},
		"flower ip_proto icmp type 8 code 0", js{"keys": js{"ip_proto": "icmp"}}},
	{"flower of ICMPv6", "filter:flower", rt.EtherIPv6,
		&Flower{EtherType: of(rt.EtherIPv6), IPProto: of[uint8](58), ICMPType: of(ICMPMatch{Value: 128, Mask: 0xff})},
		"flower ip_proto icmpv6 type 128", js{"keys": js{"ip_proto": "icmpv6"}}},
	{"flower of VLANs", "filter:flower", rt.EtherVLAN,
		&Flower{EtherType: of(rt.EtherVLAN), VLAN: VLANMatch{of[uint16](5), of[uint8](3), of(rt.EtherQinQ)}, CVLAN: VLANMatch{of[uint16](7), of[uint8](1), of(rt.EtherIPv4)}, Dst: of(prefix("10.0.0.0/8"))},
		"flower vlan_id 5 vlan_prio 3 vlan_ethtype 802.1ad cvlan_id 7 cvlan_prio 1 cvlan_ethtype ipv4 dst_ip 10.0.0.0/8",
		js{"keys": js{"vlan_id": 5, "vlan_prio": 3, "vlan_ethtype": "802.1ad", "cvlan_id": 7, "cvlan_prio": 1, "cvlan_ethtype": "ip", "dst_ip": "10.0.0.0/8"}}},
	{"flower of ARP", "filter:flower", rt.EtherARP,
		&Flower{EtherType: of(rt.EtherARP), ARP: &ARPMatch{SenderIP: of(prefix("192.0.2.0/24")), TargetIP: of(prefix("192.0.2.7/32")), Operation: of(masked8(2, 0xff)),
			SenderMAC: of(macs("02:00:00:00:00:01", "48")), TargetMAC: of(macs("02:00:00:00:00:02", "ff:ff:ff:ff:00:00"))}},
		"flower arp_sip 192.0.2.0/24 arp_tip 192.0.2.7 arp_op reply arp_sha 02:00:00:00:00:01 arp_tha 02:00:00:00:00:02/ff:ff:ff:ff:00:00",
		js{"keys": js{"eth_type": "arp", "arp_sip": "192.0.2.0/24", "arp_tip": "192.0.2.7", "arp_op": "reply"}}},
	{"flower of MPLS", "filter:flower", rt.EtherMPLS,
		&Flower{EtherType: of(rt.EtherMPLS), MPLS: &MPLSMatch{Label: of[uint32](100), TC: of[uint8](3), BOS: of[uint8](1), TTL: of[uint8](9)}},
		"flower mpls_label 100 mpls_tc 3 mpls_bos 1 mpls_ttl 9", js{"keys": js{"mpls_label": 100, "mpls_tc": "3", "mpls_bos": "1", "mpls_ttl": "9"}}},
	{"flower of a label stack", "filter:flower", rt.EtherMPLS,
		&Flower{EtherType: of(rt.EtherMPLS), MPLS: &MPLSMatch{Stack: []LabelStackEntry{{Depth: of[uint8](1), Label: of[uint32](100)}, {Depth: of[uint8](2), Label: of[uint32](200), TTL: of[uint8](7)}}}},
		"flower mpls lse depth 1 label 100 lse depth 2 label 200 ttl 7", js{}},
	{"flower of connections", "filter:flower", rt.EtherIPv4,
		&Flower{EtherType: of(rt.EtherIPv4), Conn: &ConnMatch{State: of(CTState{0x8, 0x9}), Zone: of(masked16(7, 0xffff)), Mark: of(masked32(5, 0xff)),
			Label: of(LabelMatch{Value: [16]byte{15: 1}, Mask: [16]byte{15: 3}})}},
		"flower ct_state +trk-new ct_zone 7 ct_mark 5/0xff ct_label 00000000000000000000000000000001/00000000000000000000000000000003",
		js{"keys": js{"ct_state": "+trk-new", "ct_zone": 7, "ct_mark": 5, "ct_mark_mask": "ff"}}},
	{"flower of tunnels", "filter:flower", rt.EtherIPv4,
		&Flower{EtherType: of(rt.EtherIPv4), Tunnel: &TunnelMatch{KeyID: of[uint32](77), Src: of(prefix("192.0.2.1/32")), Dst: of(prefix("192.0.2.0/24")), DstPort: of(masked16(4789, 0xffff)),
			TOS: of(masked8(0x10, 0xff)), TTL: of(masked8(64, 0xff))}},
		"flower enc_key_id 77 enc_src_ip 192.0.2.1 enc_dst_ip 192.0.2.0/24 enc_dst_port 4789 enc_tos 0x10/0xff enc_ttl 64/0xff",
		js{"keys": js{"enc_key_id": 77, "enc_src_ip": "192.0.2.1", "enc_dst_ip": "192.0.2.0/24", "enc_dst_port": 4789}}},
	{"flower of IPv6 tunnels", "filter:flower", rt.EtherIPv4,
		&Flower{EtherType: of(rt.EtherIPv4), Tunnel: &TunnelMatch{KeyID: of[uint32](77), Dst: of(prefix("2001:db8::/32"))}},
		"flower enc_key_id 77 enc_dst_ip 2001:db8::/32", js{"keys": js{"enc_dst_ip": "2001:db8::/32"}}},
	{"flower of PPPoE", "filter:flower", rt.EtherPPPoE,
		&Flower{EtherType: of(rt.EtherPPPoE), Other: &OtherMatch{PPPoESession: of[uint16](7), PPPProtocol: of[uint16](0x21)}},
		"flower pppoe_sid 7 ppp_proto ip", js{}},
	{"flower of tags", "filter:flower", rt.EtherVLAN, &Flower{EtherType: of(rt.EtherVLAN), VLANs: of[uint8](2)}, "flower num_of_vlans 2", js{"keys": js{"num_of_vlans": 2}}},
	{"matchall", "filter:matchall", rt.EtherAll, &MatchAll{ClassID: of(NewHandle(1, 0x10)), Offload: Offload{SkipHW: of(true)}}, "matchall classid 1:10 skip_hw", js{"flowid": "1:10", "skip_hw": true}},
}

func TestFilterKinds(t *testing.T) {
	for _, c := range filters {
		t.Run(c.name, func(t *testing.T) {
			b := ingressBench(t, c.requires, "action:gact")
			want := &Filter{Dev: v0, Parent: of(AtIngress), Priority: of[uint16](7), Protocol: of(c.protocol), Kind: c.kind, Actions: []Action{&Gact{Common: Common{Control: of(Pass)}}}}
			b.must(FilterType.Add(t.Context(), b.s, want))
			at := &Filter{Dev: v0, Parent: of(AtIngress), Priority: of[uint16](7)}
			covers(b, FilterType, only(b, FilterType, at), want)
			if c.options != nil {
				b.says(b.filterOptions("ingress"), c.options)
			}
			b.must(FilterType.Delete(t.Context(), b.s, at))
			protocol := rt.EtherTypes.Name(uint64(c.protocol))
			b.sh("tc filter add dev v0 ingress prio 7 protocol " + protocol + " " + strings.TrimSuffix(c.command, " action ok") + " action ok")
			covers(b, FilterType, only(b, FilterType, at), want)
		})
	}
}

// filterOptions are what tc reports of the only filter that has actions.
func (b *bench) filterOptions(place string) (found js) {
	b.T.Helper()
	for _, got := range b.tc("filter", "show", "dev", "v0", place) {
		if options, ok := got["options"].(js); ok && options["actions"] != nil {
			if found != nil {
				b.T.Error("tc reports more than one filter")
			}
			found = options
		}
	}
	if found == nil {
		b.T.Fatal("tc reports no filter")
	}
	return found
}

// TestFlowerMasks has masks that the tc of all distributions cannot set.
func TestFlowerMasks(t *testing.T) {
	b := ingressBench(t, "filter:flower")
	want := &Filter{Dev: v0, Parent: of(AtIngress), Kind: &Flower{Dst: of(IPMatch{netip.MustParseAddr("10.0.0.7"), netip.MustParseAddr("255.0.0.255")}),
		IPProto: of[uint8](1), ICMPType: of(ICMPMatch{Value: 8, Mask: 0xf8})}}
	b.must(FilterType.Add(t.Context(), b.s, want))
	covers(b, FilterType, only(b, FilterType, &Filter{Dev: v0}), want)
	_, err := FilterType.Get(t.Context(), b.s, &Filter{Dev: v0, Kind: &Flower{ICMPType: of(ICMPMatch{Value: 8, Mask: 0xff})}})
	b.refused(err, "not_found", "")
}

// TestFlowerTellsProtocol: what is matched says which packets are meant.
func TestFlowerTellsProtocol(t *testing.T) {
	b := ingressBench(t, "filter:flower")
	for i, c := range []struct {
		kind  *Flower
		given rt.EtherType
		want  *Filter
	}{
		{&Flower{Dst: of(prefix("10.0.0.0/8"))}, 0, &Filter{Protocol: of(rt.EtherIPv4), Kind: &Flower{EtherType: of(rt.EtherIPv4)}}},
		{&Flower{Src: of(prefix("2001:db8::/32")), IPProto: of[uint8](17)}, 0, &Filter{Protocol: of(rt.EtherIPv6), Kind: &Flower{EtherType: of(rt.EtherIPv6), IPProto: of[uint8](17)}}},
		{&Flower{VLAN: VLANMatch{ID: of[uint16](5)}, Dst: of(prefix("10.0.0.0/8"))}, 0, &Filter{Protocol: of(rt.EtherVLAN), Kind: &Flower{EtherType: of(rt.EtherVLAN), VLAN: VLANMatch{EtherType: of(rt.EtherIPv4)}}}},
		{&Flower{CVLAN: VLANMatch{ID: of[uint16](6)}, Dst: of(prefix("10.0.0.0/8"))}, 0, &Filter{Protocol: of(rt.EtherVLAN), Kind: &Flower{VLAN: VLANMatch{EtherType: of(rt.EtherVLAN)}, CVLAN: VLANMatch{EtherType: of(rt.EtherIPv4)}}}},
		{&Flower{IPProto: of[uint8](1)}, rt.EtherIPv4, &Filter{Kind: &Flower{EtherType: of(rt.EtherIPv4), IPProto: of[uint8](1)}}},
		{&Flower{}, 0, &Filter{Protocol: of(rt.EtherAll)}},
	} {
		f := &Filter{Dev: v0, Parent: of(AtIngress), Priority: of(uint16(i + 1)), Kind: c.kind}
		if c.given != 0 {
			f.Protocol.Set(c.given)
		}
		b.must(FilterType.Add(t.Context(), b.s, f))
		covers(b, FilterType, only(b, FilterType, &Filter{Dev: v0, Priority: f.Priority}), c.want)
	}
	for _, c := range []struct {
		kind *Flower
		path string
	}{
		{&Flower{IPProto: of[uint8](1)}, "kind.ip_proto"}, {&Flower{TTL: of(masked8(1, 1))}, "kind.ip_tos"},
		{&Flower{Dst: of(prefix("10.0.0.0/8")), DstPort: of(Port(1))}, "kind.dst_port"}, {&Flower{Dst: of(prefix("10.0.0.0/8")), SrcPort: of(Port(1))}, "kind.src_port"},
		{&Flower{Dst: of(prefix("10.0.0.0/8")), IPProto: of[uint8](17), TCPFlags: of(masked16(1, 1))}, "kind.tcp_flags"},
		{&Flower{Dst: of(prefix("10.0.0.0/8")), IPProto: of[uint8](17), ICMPCode: of(ICMPMatch{Mask: 0xff})}, "kind.type"},
	} {
		b.refused(FilterType.Add(t.Context(), b.s, &Filter{Dev: v0, Parent: of(AtIngress), Kind: c.kind}), "invalid", c.path)
	}
}

func TestFilterVerbs(t *testing.T) {
	b := ingressBench(t, "filter:u32", "action:mirred")
	ctx := t.Context()
	mirror := []Action{&Mirred{Operation: of(Mirror), Dev: rt.DevName("v1")}}
	u32 := func(prio uint16, handle uint32, match string) *Filter {
		f := &Filter{Dev: v0, Parent: of(AtEgress), Priority: of(prio), Protocol: of(rt.EtherIPv4), Kind: &U32{Match: matches(match)}, Actions: mirror}
		if handle != 0 {
			f.Handle.Set(handle)
		}
		return f
	}
	key, err := FilterType.Do(ctx, b.s, object.Add, FilterType.Ref(&Filter{Dev: v0, Parent: of(AtEgress), Kind: &U32{Match: matches("ip dst 10.0.0.0/8")}, Actions: mirror}))
	b.must(err)
	if f, _ := FilterType.As(key); f.Priority.Or(0) != 49152 || f.Handle.Or(0) != 0x80000800 {
		t.Errorf("the kernel chose priority %s and handle %s, and the key says otherwise", f.Priority, f.Handle)
	}
	b.must(FilterType.Add(ctx, b.s, u32(5, 0x801, "ip dst 10.0.0.0/8")))
	b.must(FilterType.Add(ctx, b.s, u32(5, 0x802, "ip dst 11.0.0.0/8")))
	list, err := FilterType.Collect(ctx, b.s, nil)
	if b.must(err); len(list) != 3 {
		t.Fatalf("%d filters, want 3, without tables and headings", len(list))
	}
	if list[0].Priority.Or(0) != 5 || list[1].Handle.Or(0) != 0x80100802 {
		t.Errorf("order is %s, %s", FilterType.Ref(list[0]), FilterType.Ref(list[1]))
	}
	b.refused(FilterType.Add(ctx, b.s, list[0]), "exists", "")

	// A change keeps the match and, unless told, the actions.
	b.must(FilterType.Set(ctx, b.s, &Filter{Dev: v0, Parent: of(AtEgress), Priority: of[uint16](5), Handle: list[0].Handle, Kind: &U32{ClassID: of(NewHandle(1, 7))}}))
	changed := only(b, FilterType, &Filter{Dev: v0, Handle: list[0].Handle})
	covers(b, FilterType, changed, &Filter{Actions: mirror, Kind: &U32{ClassID: of(NewHandle(1, 7)), Match: matches("ip dst 10.0.0.0/8")}})
	b.refused(FilterType.Set(ctx, b.s, &Filter{Dev: v0, Kind: &U32{Match: matches("ip dst 1.0.0.0/8")}, Handle: list[0].Handle}), "immutable", "kind.match")
	other := u32(5, list[0].Handle.Or(0), "ip dst 12.0.0.0/8")
	b.refused(FilterType.Replace(ctx, b.s, other), "immutable", "kind.match")
	other.Kind = &U32{Match: matches("ip dst 10.0.0.0/8"), ClassID: of(NewHandle(1, 8))}
	b.must(FilterType.Replace(ctx, b.s, other))
	covers(b, FilterType, only(b, FilterType, &Filter{Dev: v0, Handle: list[0].Handle}), other)

	// A deletion takes one, not all of the priority.
	b.must(FilterType.Delete(ctx, b.s, &Filter{Dev: v0, Parent: of(AtEgress), Priority: of[uint16](5)}))
	left, err := FilterType.Collect(ctx, b.s, &Filter{Dev: v0, Priority: of[uint16](5)})
	if b.must(err); len(left) != 1 || left[0].Handle.Or(0) != 0x80100802 {
		t.Errorf("left are %v, want the second", left)
	}
	if n, err := FilterType.Flush(ctx, b.s, &Filter{Dev: v0}); err != nil || n != 2 {
		t.Errorf("flush: %d, %v; want 2", n, err)
	}
	b.refused(FilterType.Delete(ctx, b.s, &Filter{Dev: v0, Priority: of[uint16](5)}), "not_found", "")
	b.refused(FilterType.Add(ctx, b.s, &Filter{Dev: v0}), "invalid", "kind")
	b.refused(FilterType.Add(ctx, b.s, &Filter{Dev: v0, Parent: of(AtIngress), Kind: &OtherFilter{Name: "nosuch"}}), "unsupported", "")
	b.refused(FilterType.Add(ctx, b.s, &Filter{Dev: v0, Kind: &U32{}}), "invalid", "kind.match")
	b.refused(FilterType.Add(ctx, b.s, &Filter{Dev: v0, Kind: &MatchAll{}, Actions: make([]Action, 33)}), "invalid", "actions")
}

// TestFlowerChange: values may change, the set of what is matched may not.
func TestFlowerChange(t *testing.T) {
	b := ingressBench(t, "filter:flower")
	ctx := t.Context()
	at := &Filter{Dev: v0, Parent: of(AtIngress), Priority: of[uint16](3), Handle: of[uint32](9)}
	f := *at
	f.Kind = &Flower{Dst: of(prefix("10.0.0.0/8")), IPProto: of[uint8](6), DstPort: of(Port(80)), Offload: Offload{SkipHW: of(true)}}
	f.Actions = []Action{&Gact{Common: Common{Control: of(Drop)}}}
	b.must(FilterType.Add(ctx, b.s, &f))
	change := *at
	change.Kind = &Flower{DstPort: of(Port(81))}
	b.must(FilterType.Set(ctx, b.s, &change))
	covers(b, FilterType, only(b, FilterType, at), &Filter{Actions: f.Actions, Kind: &Flower{Dst: of(prefix("10.0.0.0/8")), IPProto: of[uint8](6), DstPort: of(Port(81)), Offload: Offload{SkipHW: of(true)}}})
	change.Kind = &Flower{Src: of(prefix("10.0.0.0/8"))}
	b.refused(FilterType.Set(ctx, b.s, &change), "immutable", "kind.src_ip")
	change.Kind, change.Actions = nil, []Action{&Gact{Common: Common{Control: of(Pass)}}}
	b.must(FilterType.Set(ctx, b.s, &change))
	covers(b, FilterType, only(b, FilterType, at), &Filter{Actions: change.Actions, Kind: &Flower{DstPort: of(Port(81))}})
	f.Kind = &Flower{Src: of(prefix("2001:db8::/32"))}
	f.Priority.Set(4)
	b.must(FilterType.Replace(ctx, b.s, &f))
	covers(b, FilterType, only(b, FilterType, &Filter{Dev: v0, Priority: of[uint16](4)}), &f)
}

// TestFilterPlaces lists the filters of all places of a device.
func TestFilterPlaces(t *testing.T) {
	b := htbBench(t, "filter:u32", "qdisc:ingress")
	ctx := t.Context()
	b.must(QdiscType.Add(ctx, b.s, &Qdisc{Dev: v0, Kind: &Ingress{}}))
	all := &U32{Match: matches("u32 0 0 at 0"), ClassID: of(NewHandle(1, 1))}
	// Some kernels list what u32 has at one priority for all places of a discipline.
	for i, parent := range []Handle{Root, NewHandle(1, 1), ingressMajor} {
		b.must(FilterType.Add(ctx, b.s, &Filter{Dev: v0, Parent: of(parent), Priority: of(uint16(i + 1)), Kind: all}))
	}
	b.must(FilterType.Add(ctx, b.s, &Filter{Dev: v0, Parent: of(NewHandle(1, 0)), Priority: of[uint16](9), Chain: of[uint32](7), Kind: all}))
	list, err := FilterType.Collect(ctx, b.s, &Filter{Dev: v0})
	b.must(err)
	var got []string
	for _, f := range list {
		got = append(got, f.Parent.Or(0).String()+" "+f.Chain.String())
	}
	if want := "1: 0, 1: 7, ffff:fff2 0, 1:1 0"; strings.Join(got, ", ") != want {
		t.Errorf("filters are at %s, want %s", strings.Join(got, ", "), want)
	}
	for _, c := range []struct {
		filter Filter
		want   int
	}{
		{Filter{Parent: of(Root)}, 2}, {Filter{Parent: of(ingressMajor)}, 1}, {Filter{Parent: of(AtIngress)}, 1}, {Filter{Parent: of(NewHandle(1, 1))}, 1},
		{Filter{Chain: of[uint32](7)}, 1}, {Filter{Kind: &U32{}}, 4}, {Filter{Kind: &Flower{}}, 0}, {Filter{Dev: rt.DevName("v1")}, 0},
	} {
		list, err := FilterType.Collect(ctx, b.s, &c.filter)
		if b.must(err); len(list) != c.want {
			t.Errorf("%s: %d, want %d", FilterType.Ref(&c.filter), len(list), c.want)
		}
	}
}

// TestHashTables makes a table of u32, links to it, and hides the kernel's own.
func TestHashTables(t *testing.T) {
	b := ingressBench(t, "filter:u32")
	ctx := t.Context()
	base := Filter{Dev: v0, Parent: of(AtIngress), Priority: of[uint16](5), Protocol: of(rt.EtherIPv4)}
	table, link, item := base, base, base
	table.Handle, table.Kind = of[uint32](7<<20), &U32{Divisor: of[uint32](16)}
	link.Kind = &U32{Match: matches("ip protocol 6 0xff"), Link: of[uint32](7 << 20), HashKeyMask: of[uint32](0xf), HashKeyAt: of[int16](12)}
	item.Kind = &U32{Match: matches("ip sport 7 0xffff"), Table: of[uint32](7<<20 | 3<<12), ClassID: of(NewHandle(1, 1))}
	for _, f := range []*Filter{&table, &link, &item} {
		b.must(FilterType.Add(ctx, b.s, f))
	}
	list, err := FilterType.Collect(ctx, b.s, &Filter{Dev: v0})
	if b.must(err); len(list) != 3 {
		t.Errorf("%d filters, want the three that were made: %v", len(list), list)
	}
	for _, f := range []*Filter{&table, &link, &item} {
		found := false
		for i := range list {
			found = found || filterSchema.Covers(attr.To(list[i]), attr.To(f))
		}
		if !found {
			t.Errorf("missing: %s", show(FilterType.Ref(f).Value()))
		}
	}
	root := only(b, FilterType, &Filter{Dev: v0, Handle: of[uint32](0x80000000)})
	if FilterType.Origin(root) != object.Kernel {
		t.Error("the root table is a user's")
	}
}
