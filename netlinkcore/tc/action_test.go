package tc

import (
	"testing"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// actionKinds are actions with all their attributes: the tc command that makes
// the same, and what tc reports.
var actionKinds = []struct {
	name, requires string
	action         Action
	command        string
	reported       js
}{
	{"gact", "action:gact",
		&Gact{Common: Common{Control: of(Drop), Index: of[uint32](9), Cookie: []byte{1, 2}, NoPerCPU: of(true), HWStats: of(HWStats(1))},
			Random: of(NetRand), OtherVerdict: of(Pass), OneIn: of[uint16](10)},
		"gact drop random netrand ok 10 index 9 cookie 0102 hw_stats immediate no_percpu",
		js{"control_action": js{"type": "drop"}, "prob": js{"random_type": "netrand", "control_action": js{"type": "pass"}, "val": 10}, "index": 9, "cookie": "0102",
			"no_percpu": true, "hw_stats": []any{"immediate"}}},
	{"gact in turn", "action:gact", &Gact{Common: Common{Control: of(Pipe)}, Random: of(Determ), OtherVerdict: of(Drop), OneIn: of[uint16](3)},
		"gact pipe random determ drop 3", js{"control_action": js{"type": "pipe"}, "prob": js{"random_type": "determ", "control_action": js{"type": "drop"}, "val": 3}}},
	{"gact to a chain", "action:gact", &Gact{Common: Common{Control: of(GotoChain(4))}}, "gact goto chain 4",
		js{"control_action": js{"type": "goto", "chain": 4}}},
	{"gact that jumps", "action:gact", &Gact{Common: Common{Control: of(Jump(1))}}, "gact jump 1", js{"control_action": js{"type": "jump", "jump": 1}}},
	{"redirect", "action:mirred", &Mirred{Common: Common{Control: of(Stolen), Index: of[uint32](7)}, Direction: of(EgressSide), Operation: of(Redirect), Dev: rt.DevName("v1")},
		"mirred egress redirect dev v1 index 7",
		js{"mirred_action": "redirect", "direction": "egress", "to_dev": "v1", "control_action": js{"type": "stolen"}, "index": 7}},
	{"mirror", "action:mirred", &Mirred{Common: Common{Control: of(Pipe)}, Direction: of(IngressSide), Operation: of(Mirror), Dev: rt.DevName("v1")},
		"mirred ingress mirror dev v1", js{"mirred_action": "mirror", "direction": "ingress", "to_dev": "v1", "control_action": js{"type": "pipe"}}},
	{"push a tag", "action:vlan", &VLAN{Common: Common{Control: of(Pipe), Index: of[uint32](8)}, Operation: of(VLANPush), ID: of[uint16](5), Protocol: of(rt.EtherQinQ), Priority: of[uint8](3)},
		"vlan push id 5 protocol 802.1ad priority 3 index 8",
		js{"vlan_action": "push", "id": 5, "protocol": "802.1ad", "priority": 3, "control_action": js{"type": "pipe"}, "index": 8}},
	{"modify a tag", "action:vlan", &VLAN{Common: Common{Control: of(Pipe)}, Operation: of(VLANModify), ID: of[uint16](7), Priority: of[uint8](1)},
		"vlan modify id 7 priority 1", js{"vlan_action": "modify", "id": 7, "priority": 1}},
	{"pop a tag", "action:vlan", &VLAN{Common: Common{Control: of(Continue)}, Operation: of(VLANPop)}, "vlan pop continue",
		js{"vlan_action": "pop", "control_action": js{"type": "continue"}}},
	{"push a header", "action:vlan", &VLAN{Common: Common{Control: of(Pipe)}, Operation: of(VLANPushEth), Dst: mac(1), Src: mac(2)},
		"vlan push_eth dst_mac 02:00:00:00:00:01 src_mac 02:00:00:00:00:02",
		js{"vlan_action": "push_eth", "dst_mac": "02:00:00:00:00:01", "src_mac": "02:00:00:00:00:02"}},
	{"pop a header", "action:vlan", &VLAN{Common: Common{Control: of(Pipe)}, Operation: of(VLANPopEth)}, "vlan pop_eth", js{"vlan_action": "pop_eth"}},
	{"police", "action:police",
		&Police{Common: Common{Index: of[uint32](5)}, Rate: of[uint64](125_000), PeakRate: of[uint64](250_000), Burst: of[uint32](20_480), MTU: of[uint32](2000),
			Overhead: of[uint16](7), MPU: of[uint16](64), LinkLayer: of(ATM), ConformExceed: of(ConformExceed{Drop, Pipe})},
		"police rate 1mbit burst 20k mtu 2000 peakrate 2mbit overhead 7 mpu 64 linklayer atm index 5 conform-exceed drop/pipe",
		js{"index": 5, "overhead": 7, "linklayer": "atm"}},
	{"police at a high rate", "action:police", &Police{Rate: of[uint64](6_250_000_000), Burst: of[uint32](1_250_000), ConformExceed: of(ConformExceed{Reclassify, Pass})},
		"police rate 50gbit burst 1250000", js{}},
	{"police packets", "action:police", &Police{PacketRate: of[uint64](1000), PacketBurst: of[uint64](100), ConformExceed: of(ConformExceed{Drop, Pass})},
		"police pkts_rate 1000 pkts_burst 100 conform-exceed drop", js{"pkts_rate": 1000, "pkts_burst": 100}},
}

func mac(last byte) rt.MAC {
	m, _ := attr.MACFrom([]byte{2, 0, 0, 0, 0, last}) // is six bytes
	return m
}

// TestActionKinds has each action twice: made by us, and made by tc.
func TestActionKinds(t *testing.T) {
	for _, c := range actionKinds {
		t.Run(c.name, func(t *testing.T) {
			b := ingressBench(t, "filter:u32", "action:mirred", c.requires)
			list := []Action{c.action, &Mirred{Operation: of(Mirror), Dev: v0}, &Mirred{Dev: rt.DevName("v1")}}
			want := &Filter{Dev: v0, Parent: of(AtEgress), Kind: &U32{Match: matches("u32 0 0 at 0")}, Actions: list}
			b.must(FilterType.Add(t.Context(), b.s, want))
			covers(b, FilterType, only(b, FilterType, &Filter{Dev: v0}), want)
			seen, _ := b.filterOptions("egress")["actions"].([]any)
			if len(seen) != 3 {
				t.Fatalf("tc reports %d actions, want 3", len(seen))
			}
			got, _ := seen[0].(js)
			b.says(got, c.reported)

			b.must(FilterType.Delete(t.Context(), b.s, &Filter{Dev: v0}))
			b.sh("tc filter add dev v0 egress protocol all u32 match u32 0 0 at 0 action " + c.command + " action mirred egress mirror dev v0 action mirred egress redirect dev v1")
			covers(b, FilterType, only(b, FilterType, &Filter{Dev: v0}), want)
		})
	}
}

// TestSharedAction: filters share an action by its index, and a change does not
// take the copy that was read for one to share.
func TestSharedAction(t *testing.T) {
	b := ingressBench(t, "filter:u32", "action:gact")
	ctx := t.Context()
	filter := func(prio uint16, a Action) *Filter {
		return &Filter{Dev: v0, Parent: of(AtIngress), Priority: of(prio), Kind: &U32{Match: matches("u32 0 0 at 0")}, Actions: []Action{a}}
	}
	b.must(FilterType.Add(ctx, b.s, filter(1, &Gact{Common: Common{Control: of(Drop), Index: of[uint32](7)}})))
	b.must(FilterType.Add(ctx, b.s, filter(2, &Gact{Common: Common{Control: of(Drop), Index: of[uint32](7)}})))
	list, err := FilterType.Collect(ctx, b.s, &Filter{Dev: v0})
	b.must(err)
	for i := range list {
		if a := list[i].Actions[0].(*Gact); a.Index.Or(0) != 7 || a.Bindings.Or(0) != 2 {
			t.Errorf("index is %s, bound %s times; want 7, 2", a.Index, a.Bindings)
		}
	}
	b.must(FilterType.Add(ctx, b.s, filter(3, &Gact{Common: Common{Control: of(Pass)}})))
	own := only(b, FilterType, &Filter{Dev: v0, Priority: of[uint16](3)})
	own.Priority.Set(4)
	own.Handle.Unset() // and with it the table, which is of one priority
	own.Kind.(*U32).Table.Unset()
	b.must(FilterType.Add(ctx, b.s, own))
	if a := only(b, FilterType, &Filter{Dev: v0, Priority: of[uint16](4)}).Actions[0].(*Gact); a.Bindings.Or(0) != 1 {
		t.Errorf("the copy of a filter shares its action: %s bindings", a.Bindings)
	}
}

// TestActionDefaults: what is not given is what tc sends.
func TestActionDefaults(t *testing.T) {
	b := ingressBench(t, "filter:u32", "action:mirred", "action:gact")
	for i, c := range []struct {
		given, want Action
		command     string
	}{
		{&Mirred{Dev: rt.DevName("v1")}, &Mirred{Common: Common{Control: of(Stolen)}, Direction: of(EgressSide), Operation: of(Redirect), Dev: rt.DevName("v1")}, "mirred egress redirect dev v1"},
		{&Mirred{Operation: of(Mirror), Dev: rt.DevName("v1")}, &Mirred{Common: Common{Control: of(Pipe)}, Direction: of(EgressSide), Operation: of(Mirror)}, "mirred egress mirror dev v1"},
		{&Gact{}, &Gact{Common: Common{Control: of(Pass)}}, "pass"},
	} {
		at := &Filter{Dev: v0, Parent: of(AtIngress), Priority: of(uint16(i + 1))}
		f := *at
		f.Kind, f.Actions = &U32{Match: matches("u32 0 0 at 0")}, []Action{c.given}
		b.must(FilterType.Add(t.Context(), b.s, &f))
		covers(b, FilterType, only(b, FilterType, at), &Filter{Actions: []Action{c.want}})
		b.must(FilterType.Delete(t.Context(), b.s, at))
		b.sh("tc filter add dev v0 ingress prio " + at.Priority.String() + " protocol all u32 match u32 0 0 at 0 action " + c.command)
		covers(b, FilterType, only(b, FilterType, at), &Filter{Actions: []Action{c.want}})
	}
}

// TestOtherKinds keeps what has no definition, and refuses to send it.
func TestOtherKinds(t *testing.T) {
	b := ingressBench(t, "filter:basic", "action:skbedit", "qdisc:codel")
	b.sh("tc filter add dev v0 ingress prio 3 protocol ip basic action skbedit mark 7")
	f := only(b, FilterType, &Filter{Dev: v0})
	k, ok := f.Kind.(*OtherFilter)
	if !ok || k.Name != "basic" || len(k.Data) == 0 || len(f.Actions) != 0 {
		t.Errorf("the filter is %+v", f)
	}
	f.Priority.Set(4)
	b.refused(FilterType.Add(t.Context(), b.s, f), "invalid", "")
	b.sh("tc filter add dev v0 egress prio 3 protocol ip u32 match u32 0 0 action skbedit mark 7")
	f = only(b, FilterType, &Filter{Dev: v0, Kind: &U32{}})
	if a, ok := f.Actions[0].(*OtherAction); !ok || a.Name != "skbedit" || len(a.Data) == 0 {
		t.Errorf("the action is %+v", f.Actions[0])
	}
	b.sh("tc qdisc add dev v0 root handle 7: codel limit 77")
	q := only(b, QdiscType, &Qdisc{Dev: v0, Handle: of(NewHandle(7, 0))})
	if k, ok := q.Kind.(*OtherQdisc); !ok || k.Name != "codel" || len(k.Data) == 0 {
		t.Errorf("the discipline is %+v", q.Kind)
	}
	if object.Code(QdiscType.Replace(t.Context(), b.s, q)) == "" {
		t.Error("a discipline without a definition was sent")
	}
}
