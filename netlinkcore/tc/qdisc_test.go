package tc

import (
	"errors"
	"testing"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
)

func percent(x float64) Chance { return opt.Of(uint32(x/100*(1<<32-1) + .5)) }

func of[T any](v T) opt.Value[T] { return opt.Of(v) }

// qdiscs are kinds with all their attributes set: what tc makes of them, and
// the tc command that makes the same.
var qdiscs = []struct {
	name, requires string
	kind           QdiscKind
	where, command string // where tc makes it, and its options
	options        js     // as tc reports them
	written        []string
	rounded        []string // where tc asks the kernel otherwise, and it answers otherwise
}{
	{"htb", "qdisc:htb",
		&HTB{Default: of[uint32](0x1f), RateToQuantum: of[uint32](20), DirectQueueLength: of[uint32](77)},
		"root handle 5:", "htb default 1f r2q 20 direct_qlen 77",
		js{"r2q": 20, "default": "0x1f", "direct_qlen": 77, "ver": "3.17"}, nil, nil},
	{"tbf", "qdisc:tbf",
		&TBF{Rate: of[uint64](1_250_000), Burst: of[uint32](20_000), Limit: of[uint32](100_000), PeakRate: of[uint64](2_500_000), MinBurst: of[uint32](2000),
			Overhead: of[uint16](7), MPU: of[uint16](64), LinkLayer: of(ATM)},
		"root handle 5:", "tbf rate 10mbit burst 20000 limit 100000 peakrate 20mbit minburst 2000 overhead 7 mpu 64 linklayer atm",
		js{"rate": 1250000, "burst": "20000b/1", "overhead": 7, "linklayer": "atm"}, nil, []string{"burst", "mtu"}},
	{"tbf at a high rate", "qdisc:tbf",
		&TBF{Rate: of[uint64](6_250_000_000), Burst: of[uint32](1 << 20), Limit: of[uint32](4 << 20)},
		"root handle 5:", "tbf rate 50gbit burst 1mb limit 4mb", js{"rate": 6250000000}, nil, []string{"burst"}},
	{"pfifo", "", &PFIFO{Limit: of[uint32](77)}, "root handle 5:", "pfifo limit 77", js{"limit": 77}, nil, nil},
	{"bfifo", "", &BFIFO{Limit: of[uint32](7777)}, "root handle 5:", "bfifo limit 7777", js{"limit": 7777}, nil, nil},
	{"pfifo_head_drop", "", &HeadDrop{Limit: of[uint32](77)}, "root handle 5:", "pfifo_head_drop limit 77", js{"limit": 77}, nil, nil},
	{"prio", "qdisc:prio",
		&Prio{Bands: of[uint32](4), Map: of(PrioMap{3, 2, 2, 2, 1, 2, 0, 0, 1, 1, 1, 1, 1, 1, 1, 0})},
		"root handle 5:", "prio bands 4 priomap 3 2 2 2 1 2 0 0 1 1 1 1 1 1 1 0",
		js{"bands": 4, "priomap": []any{3, 2, 2, 2, 1, 2, 0, 0, 1, 1, 1, 1, 1, 1, 1, 0}}, nil, nil},
	{"fq_codel", "qdisc:fq_codel",
		&FQCoDel{Limit: of[uint32](1000), Flows: of[uint32](64), Quantum: of[uint32](300), Target: of[uint32](4000), Interval: of[uint32](50_000),
			CEThreshold: of[uint32](2000), ECN: of(false), DropBatch: of[uint32](32), MemoryLimit: of[uint32](1 << 20), CEValue: of[uint8](4), CEMask: of[uint8](0xf0)},
		"root handle 5:", "fq_codel limit 1000 flows 64 quantum 300 target 4ms interval 50ms ce_threshold 2ms noecn drop_batch 32 memory_limit 1mb ce_threshold_selector 0x4/0xf0",
		js{"limit": 1000, "flows": 64, "quantum": 300, "target": 3999, "interval": 49999, "ce_threshold": 1999, "drop_batch": 32, "memory_limit": 1048576}, nil, nil},
	{"netem", "qdisc:netem",
		&Netem{Delay: of[uint64](10_000_000), Jitter: of[uint64](2_000_000), DelayCorr: percent(25), Limit: of[uint32](500), Loss: percent(1), LossCorr: percent(10),
			Duplicate: percent(2), DuplicateCorr: percent(5), Reorder: percent(25), ReorderCorr: percent(50), Gap: of[uint32](5), Corrupt: percent(.5), CorruptCorr: percent(20),
			ECN: of(true), Rate: of[uint64](125_000), PacketOverhead: of[int32](-20), CellSize: of[uint32](100), CellOverhead: of[int32](5),
			Slot: &Slot{MinDelay: of[uint64](1_000_000), MaxDelay: of[uint64](2_000_000), Packets: of[int32](10), Bytes: of[int32](1000)}},
		"root handle 5:", "netem delay 10ms 2ms 25% limit 500 loss random 1% 10% duplicate 2% 5% reorder 25% 50% gap 5 corrupt 0.5% 20% ecn rate 1mbit -20 100 5 slot 1ms 2ms packets 10 bytes 1000",
		js{"limit": 500, "gap": 5, "ecn": true, "delay": js{"delay": .01, "jitter": .002, "correlation": .25}, "loss-random": js{"loss": .01, "correlation": .1},
			"duplicate": js{"duplicate": .02, "correlation": .05}, "reorder": js{"reorder": .25, "correlation": .5}, "corrupt": js{"corrupt": .005, "correlation": .2},
			"rate": js{"rate": 125000, "packetoverhead": -20, "cellsize": 100, "celloverhead": 5},
			"slot": js{"min-delay": .001, "max-delay": .002, "packets": 10, "bytes": 1000}}, nil, nil},
	{"netem with states", "qdisc:netem",
		&Netem{Delay: of[uint64](1_000_000), Jitter: of[uint64](512_000), Distribution: of(ParetoNormal), Rate: of[uint64](5_000_000_000), SlotDistribution: of(Normal),
			LossState: &LossState{P13: percent(10), P31: percent(80), P32: percent(5), P23: percent(90), P14: percent(1)},
			Slot:      &Slot{Delay: of[uint64](3_000_000), Jitter: of[uint64](1_000_000)}},
		"root handle 5:", "netem delay 1ms 512us distribution paretonormal rate 40gbit slot distribution normal 3ms 1ms loss state 10% 80% 5% 90% 1%",
		js{"rate": js{"rate": 5000000000}, "loss-state": js{"p13": .1, "p31": .8, "p32": .05, "p23": .9, "p14": .01}, "slot": js{"distribution": .003, "jitter": .001}},
		[]string{"distribution", "slot_distribution"}, nil},
	{"netem with Gilbert-Elliott", "qdisc:netem",
		&Netem{LossGE: &LossGE{P: percent(5), R: percent(60), H: percent(30), K1: percent(1)}},
		"root handle 5:", "netem loss gemodel 5% 60% 70% 1%", js{"loss-gemodel": js{"p": .05, "r": .6, "1-h": .7, "1-k": .01}}, nil, nil},
	{"clsact", "qdisc:clsact", &Clsact{}, "clsact", "", nil, nil, nil},
	{"ingress", "qdisc:ingress", &Ingress{}, "ingress", "", nil, nil, nil},
}

// TestQdiscKinds makes each kind with all of its attributes, and looks at it
// with tc and with its own eyes; then tc makes it.
func TestQdiscKinds(t *testing.T) {
	for _, c := range qdiscs {
		t.Run(c.name, func(t *testing.T) {
			var needs []string
			if c.requires != "" {
				needs = append(needs, c.requires)
			}
			b := newBench(t, needs...)
			want := &Qdisc{Dev: v0, Kind: c.kind}
			if c.where == "root handle 5:" {
				want.Handle.Set(NewHandle(5, 0))
			}
			b.must(QdiscType.Add(t.Context(), b.s, want))
			filter := &Qdisc{Dev: v0, Kind: emptied(c.kind)}
			reported := without(want, c.written)
			covers(b, QdiscType, only(b, QdiscType, filter), reported)
			got := b.tc("qdisc", "show", "dev", "v0")[0]
			for _, q := range b.tc("qdisc", "show", "dev", "v0") {
				if q["kind"] == c.kind.QdiscKind() {
					got = q
				}
			}
			options, _ := got["options"].(map[string]any)
			b.says(options, c.options)

			b.must(QdiscType.Delete(t.Context(), b.s, &Qdisc{Dev: v0, Kind: emptied(c.kind)}))
			b.sh("tc qdisc add dev v0 " + c.where + " " + c.command)
			covers(b, QdiscType, only(b, QdiscType, filter), without(reported, c.rounded))
		})
	}
}

// emptied is the same kind without attributes.
func emptied(k QdiscKind) QdiscKind {
	v := &Qdisc{}
	i := qdiscSchema.Lookup("kind")
	_ = qdiscSchema.Put(&attr.Put{}, attr.To(v), i, attr.TextValue(k.QdiscKind())) // its name is known
	return v.Kind
}

// without is a discipline without some attributes of its kind: those that are
// never reported.
func without(q *Qdisc, names []string) *Qdisc {
	v := *q
	k := qdiscSchema.Get(attr.To(q), qdiscSchema.Lookup("kind"))
	p := k.T.Clone(k.P)
	for _, name := range names {
		k.T.Unset(p, k.T.Lookup(name))
	}
	_ = qdiscSchema.Put(&attr.Put{}, attr.To(&v), qdiscSchema.Lookup("kind"), attr.ObjectValue(k.T, p)) // it was one
	return &v
}

// The default of htb means what tc(8) makes of the same text, and comes out as
// tc prints it.
func TestDefaultClass(t *testing.T) {
	b := newBench(t, "qdisc:htb")
	for _, text := range []string{"30", "0x30", ":30", "1:30"} {
		v := &Qdisc{Dev: v0, Handle: of(NewHandle(1, 0)), Kind: &HTB{}}
		k := qdiscSchema.Get(attr.To(v), qdiscSchema.Lookup("kind"))
		at := k.T.Lookup("default")
		b.must(k.T.Put(&attr.Put{}, k.P, at, attr.TextValue(text)))
		b.must(QdiscType.Add(t.Context(), b.s, v))
		options, _ := b.tc("qdisc", "show", "dev", "v0", "root")[0]["options"].(map[string]any)
		b.says(options, js{"default": "0x30"})
		have := qdiscSchema.Get(attr.To(only(b, QdiscType, &Qdisc{Dev: v0, Handle: v.Handle})), qdiscSchema.Lookup("kind"))
		if out := have.T.Get(have.P, at); out.S != "0x30" {
			t.Errorf("%s came out as %s", text, out)
		}
		b.must(QdiscType.Delete(t.Context(), b.s, v))
	}
}

func TestQdiscPlaces(t *testing.T) {
	b := newBench(t, "qdisc:htb", "qdisc:clsact")
	add := func(q *Qdisc) { t.Helper(); b.must(QdiscType.Add(t.Context(), b.s, q)) }
	add(&Qdisc{Dev: v0, Kind: &HTB{}, Handle: of(Handle(1))}) // as "handle 1" with tc
	b.must(ClassType.Add(t.Context(), b.s, &Class{Dev: v0, ID: of(NewHandle(1, 0x10)), Parent: of(NewHandle(1, 0)), Kind: &HTBClass{Rate: of[uint64](1000)}}))
	add(&Qdisc{Dev: v0, Kind: &PFIFO{Limit: of[uint32](7)}, Parent: of(NewHandle(1, 0x10)), Handle: of(NewHandle(0x10, 0))})
	add(&Qdisc{Dev: v0, Kind: &Clsact{}})
	want := map[Handle]string{Root: "htb", NewHandle(1, 0x10): "pfifo", IngressSlot: "clsact"}
	list, err := QdiscType.Collect(t.Context(), b.s, &Qdisc{Dev: v0})
	b.must(err)
	for _, q := range list {
		if p := q.Parent.Or(0); want[p] != q.Kind.QdiscKind() {
			t.Errorf("%s is at %s, want %s", q.Kind.QdiscKind(), p, want[p])
		}
		delete(want, q.Parent.Or(0))
	}
	if len(want) > 0 {
		t.Errorf("missing: %v", want)
	}
	if c := only(b, ClassType, &Class{Dev: v0}); c.Leaf.Or(0) != NewHandle(0x10, 0) {
		t.Errorf("the class's discipline is %s, want 10:", c.Leaf)
	}

	// Named by the handle alone; then flushed, without the kernel's own.
	b.must(QdiscType.Set(t.Context(), b.s, &Qdisc{Dev: v0, Handle: of(NewHandle(0x10, 0)), Kind: &PFIFO{Limit: of[uint32](8)}}))
	if q := only(b, QdiscType, &Qdisc{Dev: v0, Handle: of(NewHandle(0x10, 0))}); q.Kind.(*PFIFO).Limit.Or(0) != 8 {
		t.Errorf("limit is %s, want 8", q.Kind.(*PFIFO).Limit)
	}
	if n, err := QdiscType.Flush(t.Context(), b.s, &Qdisc{Dev: v0}); err != nil || n != 2 && n != 3 {
		t.Errorf("flush: %d, %v; want 2, or 3 if the leaf came first", n, err)
	}
	left, err := QdiscType.Collect(t.Context(), b.s, &Qdisc{Dev: v0})
	b.must(err)
	for i := range left {
		if QdiscType.Origin(left[i]) != object.Kernel {
			t.Errorf("%s is left", QdiscType.Ref(left[i]))
		}
	}
}

func TestQdiscErrors(t *testing.T) {
	b := newBench(t, "qdisc:htb")
	ctx := t.Context()
	q := &Qdisc{Dev: v0, Kind: &HTB{}, Handle: of(NewHandle(1, 0))}
	b.refused(QdiscType.Add(ctx, b.s, &Qdisc{Dev: v0}), "invalid", "kind")
	b.refused(QdiscType.Delete(ctx, b.s, &Qdisc{Dev: v0}), "not_found", "")
	b.refused(QdiscType.Add(ctx, b.s, &Qdisc{Dev: v0, Kind: &OtherQdisc{Name: "nosuch"}}), "unsupported", "")
	b.must(QdiscType.Add(ctx, b.s, q))
	b.refused(QdiscType.Add(ctx, b.s, q), "exists", "")
	b.refused(QdiscType.Set(ctx, b.s, &Qdisc{Dev: v0, Kind: &HTB{Default: of[uint32](5)}}), "immutable", "kind.default")
	if _, err := QdiscType.Get(ctx, b.s, &Qdisc{Dev: v0, Kind: &TBF{}}); !errors.Is(err, object.ErrNotFound) {
		t.Errorf("error is %v, want not found", err)
	}
	// Another kind in the slot is swapped.
	b.must(QdiscType.Replace(ctx, b.s, &Qdisc{Dev: v0, Kind: &PFIFO{Limit: of[uint32](9)}}))
	if k := only(b, QdiscType, &Qdisc{Dev: v0, Parent: of(Root)}).Kind.QdiscKind(); k != "pfifo" {
		t.Errorf("the root is %s, want pfifo", k)
	}
	for _, c := range []struct {
		kind QdiscKind
		path string
	}{
		{&TBF{Burst: of[uint32](1)}, "kind.rate"}, {&TBF{Rate: of[uint64](1)}, "kind.burst"},
		{&TBF{Rate: of[uint64](1), Burst: of[uint32](1)}, "kind.limit"},
		{&Netem{Reorder: percent(1)}, "kind.reorder"}, {&Netem{Gap: of[uint32](1)}, "kind.gap"}, {&Netem{ECN: of(true)}, "kind.ecn"},
		{&Netem{Distribution: of(Normal), Delay: of[uint64](1)}, "kind.distribution"},
	} {
		b.refused(QdiscType.Add(ctx, b.s, &Qdisc{Dev: v0, Kind: c.kind}), "invalid", c.path)
	}
}

// TestChosenHandle: the kernel tells the handle that it has chosen.
func TestChosenHandle(t *testing.T) {
	b := newBench(t, "qdisc:htb")
	key, err := QdiscType.Do(t.Context(), b.s, object.Add, QdiscType.Ref(&Qdisc{Dev: v0, Kind: &HTB{}}))
	b.must(err)
	q, _ := QdiscType.As(key)
	if h := only(b, QdiscType, &Qdisc{Dev: v0, Parent: of(Root)}).Handle; !h.IsSet() || q.Handle != h {
		t.Errorf("the key has handle %s, the discipline %s", q.Handle, h)
	}
}

// TestNetemChange: a change keeps what it does not name, a replacement does not.
func TestNetemChange(t *testing.T) {
	b := newBench(t, "qdisc:netem")
	ctx := t.Context()
	b.must(QdiscType.Add(ctx, b.s, &Qdisc{Dev: v0, Kind: &Netem{Delay: of[uint64](10_000_000), Loss: percent(.1), Corrupt: percent(1), CorruptCorr: percent(2),
		Rate: of[uint64](1_000_000), PacketOverhead: of[int32](9), LossGE: &LossGE{P: percent(5)}}}))
	b.must(QdiscType.Set(ctx, b.s, &Qdisc{Dev: v0, Kind: &Netem{Jitter: of[uint64](1_000_000), Corrupt: percent(3), Rate: of[uint64](2_000_000)}}))
	covers(b, QdiscType, only(b, QdiscType, &Qdisc{Dev: v0}), &Qdisc{Kind: &Netem{Delay: of[uint64](10_000_000), Jitter: of[uint64](1_000_000), Loss: percent(.1),
		Corrupt: percent(3), CorruptCorr: percent(2), Rate: of[uint64](2_000_000), PacketOverhead: of[int32](9), Limit: of[uint32](netemLimit),
		LossGE: &LossGE{P: percent(5), R: percent(95)}}})
	b.must(QdiscType.Replace(ctx, b.s, &Qdisc{Dev: v0, Kind: &Netem{Delay: of[uint64](5_000_000)}}))
	k := only(b, QdiscType, &Qdisc{Dev: v0}).Kind.(*Netem)
	covers(b, QdiscType, &Qdisc{Kind: k}, &Qdisc{Kind: &Netem{Delay: of[uint64](5_000_000), Loss: percent(0), Corrupt: percent(0), CorruptCorr: percent(0), Rate: of[uint64](0)}})
	if k.LossGE != nil || k.Slot != nil || k.ECN.IsSet() {
		t.Errorf("the replacement kept %+v", k)
	}
}

// TestTBFLatency: a limit follows from the rate and how long a packet may wait.
func TestTBFLatency(t *testing.T) {
	b := newBench(t, "qdisc:tbf")
	b.must(QdiscType.Add(t.Context(), b.s, &Qdisc{Dev: v0, Kind: &TBF{Rate: of[uint64](1_250_000), Burst: of[uint32](10_000), Latency: of[uint32](50_000)}}))
	ours := only(b, QdiscType, &Qdisc{Dev: v0}).Kind.(*TBF).Limit
	b.sh("tc qdisc replace dev v0 root handle 9: tbf rate 10mbit burst 10000 latency 50ms")
	if theirs := only(b, QdiscType, &Qdisc{Dev: v0}).Kind.(*TBF).Limit; ours != theirs || ours.Or(0) != 72_500 {
		t.Errorf("limit is %s, with tc %s, want 72500", ours, theirs)
	}
}

// TestSizeTable compares our table with tc's by what the kernel says of both.
func TestSizeTable(t *testing.T) {
	b := newBench(t, "qdisc:htb")
	want := &Qdisc{Dev: v0, Handle: of(NewHandle(5, 0)), Kind: &HTB{}, SizeTable: &SizeTable{Overhead: of[int32](-4), LinkLayer: of(uint32(ATM)), MPU: of[uint32](64), MTU: of[uint32](1600), Size: of[uint32](128)}}
	b.must(QdiscType.Add(t.Context(), b.s, want))
	ours := only(b, QdiscType, &Qdisc{Dev: v0})
	covers(b, QdiscType, ours, want)
	b.must(QdiscType.Delete(t.Context(), b.s, want))
	b.sh("tc qdisc add dev v0 root handle 5: stab overhead -4 linklayer atm mpu 64 mtu 1600 tsize 128 htb")
	covers(b, QdiscType, only(b, QdiscType, &Qdisc{Dev: v0}), &Qdisc{SizeTable: ours.SizeTable})
	b.must(QdiscType.Delete(t.Context(), b.s, want))
	b.must(QdiscType.Add(t.Context(), b.s, &Qdisc{Dev: v0, Kind: &HTB{}, SizeTable: &SizeTable{Overhead: of[int32](20)}}))
	covers(b, QdiscType, only(b, QdiscType, &Qdisc{Dev: v0}), &Qdisc{SizeTable: &SizeTable{Overhead: of[int32](20), LinkLayer: of(uint32(Ethernet))}})
}

// TestSeed: who makes a discipline like one that is there says a seed that somebody chose,
// and none that the kernel drew.
func TestSeed(t *testing.T) {
	for seed, stays := range map[uint64]bool{7: true, 1<<32 - 1: true, 1 << 32: false, 8633298304845942882: false} {
		kind := &Netem{Limit: of[uint32](9), Seed: of(seed)}
		bare, _ := QdiscType.As(QdiscType.Bare(QdiscType.Ref(&Qdisc{Kind: kind})))
		got := bare.Kind.(*Netem)
		if got.Seed.IsSet() != stays || got.Limit != kind.Limit || kind.Seed != of(seed) {
			t.Errorf("%d: %+v of %+v", seed, got, kind)
		}
	}
}
