package tc

import (
	"strings"
	"testing"

	"github.com/netlark/netlark/netlinkcore/object"
)

// htbBench has an htb at the root of v0, and the class 1:1 in it.
func htbBench(t *testing.T, capabilities ...string) *bench {
	t.Helper()
	b := newBench(t, append(capabilities, "qdisc:htb")...)
	b.must(QdiscType.Add(t.Context(), b.s, &Qdisc{Dev: v0, Kind: &HTB{Default: of[uint32](0x10)}, Handle: of(NewHandle(1, 0))}))
	b.must(ClassType.Add(t.Context(), b.s, &Class{Dev: v0, ID: of(NewHandle(1, 1)), Parent: of(Root), Kind: &HTBClass{Rate: of[uint64](12_500_000)}}))
	return b
}

var htbClasses = []struct {
	name    string
	kind    *HTBClass
	command string
	says    string // by tc, which has no JSON here in older releases
	coarse  bool   // older tc counts whole microseconds, and loses the bursts
}{
	{"all attributes",
		&HTBClass{Rate: of[uint64](1_250_000), Ceil: of[uint64](2_500_000), Burst: of[uint32](20_000), CBurst: of[uint32](30_000), Priority: of[uint32](5),
			Quantum: of[uint32](4000), Overhead: of[uint16](18), MPU: of[uint16](64), LinkLayer: of(ATM)},
		"htb rate 10mbit ceil 20mbit burst 20000 cburst 30000 prio 5 quantum 4000 overhead 18 mpu 64 linklayer atm",
		"prio 5 quantum 4000 rate 10Mbit overhead 18 ceil 20Mbit linklayer atm burst 20000b/1 mpu 64b cburst 30000b/1 mpu 64b", false},
	{"what tc computes", &HTBClass{Rate: of[uint64](1_250_000), Ceil: of[uint64](1_250_000), Burst: of[uint32](1600), CBurst: of[uint32](1600)},
		"htb rate 10mbit", "prio 0 quantum 125000 rate 10Mbit ceil 10Mbit linklayer ethernet burst 1600b/1 mpu 0b cburst 1600b/1 mpu 0b", false},
	{"rates of 64 bits", &HTBClass{Rate: of[uint64](6_250_000_000), Ceil: of[uint64](12_500_000_000), Burst: of[uint32](1606), CBurst: of[uint32](1612)},
		"htb rate 50gbit ceil 100gbit", "prio 0 quantum 200000 rate 50Gbit ceil 100Gbit", true},
	{"a rate that fits and a ceiling that does not", &HTBClass{Rate: of[uint64](1000), Ceil: of[uint64](5_000_000_000)},
		"htb rate 8kbit ceil 40gbit", "prio 0 quantum 1000 rate 8Kbit ceil 40Gbit", false},
}

func TestHTBClasses(t *testing.T) {
	for _, c := range htbClasses {
		t.Run(c.name, func(t *testing.T) {
			b := htbBench(t)
			id := NewHandle(1, 0x10)
			given := *c.kind
			if c.name != "all attributes" { // left to compute
				given.Burst.Unset()
				given.CBurst.Unset()
			}
			b.must(ClassType.Add(t.Context(), b.s, &Class{Dev: v0, ID: of(id), Parent: of(NewHandle(1, 1)), Kind: &given}))
			want := &Class{Dev: v0, ID: of(id), Parent: of(NewHandle(1, 1)), Kind: c.kind}
			have := only(b, ClassType, &Class{Dev: v0, ID: of(id)})
			covers(b, ClassType, have, want)
			if got := b.sh("tc -d class show dev v0 classid 1:10"); !strings.Contains(got, "class htb 1:10 parent 1:1 "+c.says) {
				t.Errorf("tc says %q, want %q", got, c.says)
			}
			b.must(ClassType.Delete(t.Context(), b.s, &Class{Dev: v0, ID: of(id)}))
			b.sh("tc class add dev v0 parent 1:1 classid 1:10 " + c.command)
			if c.coarse {
				want.Kind = &HTBClass{Rate: c.kind.Rate, Ceil: c.kind.Ceil}
			}
			covers(b, ClassType, only(b, ClassType, &Class{Dev: v0, ID: of(id)}), want)
		})
	}
}

// TestHTBTables: no tables of rates are sent, and the kernel shapes all the
// same.
func TestHTBTables(t *testing.T) {
	b := htbBench(t)
	k := only(b, ClassType, &Class{Dev: v0, ID: of(NewHandle(1, 1))}).Kind.(*HTBClass)
	if k.Quantum.Or(0) == 0 || k.LinkLayer.Or(0) != Ethernet {
		t.Errorf("the kernel has %+v", k)
	}
}

func TestClassVerbs(t *testing.T) {
	b := htbBench(t)
	ctx := t.Context()
	class := func(minor uint16, k *HTBClass) *Class {
		return &Class{Dev: v0, ID: of(NewHandle(1, minor)), Parent: of(NewHandle(1, 1)), Kind: k}
	}
	b.must(ClassType.Add(ctx, b.s, class(0x10, &HTBClass{Rate: of[uint64](1_000_000), Burst: of[uint32](5000), Priority: of[uint32](3)})))
	b.refused(ClassType.Add(ctx, b.s, class(0x10, &HTBClass{Rate: of[uint64](1000)})), "exists", "")
	b.refused(ClassType.Add(ctx, b.s, class(0x11, &HTBClass{})), "invalid", "kind.rate")
	b.refused(ClassType.Add(ctx, b.s, &Class{Dev: v0, Kind: &HTBClass{Rate: of[uint64](1000)}}), "invalid", "classid")
	b.refused(ClassType.Add(ctx, b.s, &Class{Dev: v0, ID: of(NewHandle(1, 0x11))}), "invalid", "kind")
	b.refused(ClassType.Set(ctx, b.s, class(0x12, &HTBClass{Rate: of[uint64](1000)})), "immutable", "parent")

	// A change keeps what it does not name, but for a ceiling below the rate.
	change := class(0x10, &HTBClass{Rate: of[uint64](2_000_000)})
	change.Parent.Unset()
	b.must(ClassType.Set(ctx, b.s, change))
	covers(b, ClassType, only(b, ClassType, &Class{Dev: v0, ID: of(NewHandle(1, 0x10))}),
		class(0x10, &HTBClass{Rate: of[uint64](2_000_000), Ceil: of[uint64](2_000_000), Burst: of[uint32](5000), Priority: of[uint32](3)}))
	change.Kind = &HTBClass{Burst: of[uint32](6000)}
	b.must(ClassType.Set(ctx, b.s, change))
	covers(b, ClassType, only(b, ClassType, &Class{Dev: v0, ID: of(NewHandle(1, 0x10))}), class(0x10, &HTBClass{Rate: of[uint64](2_000_000), Burst: of[uint32](6000)}))
	b.must(ClassType.Replace(ctx, b.s, class(0x10, &HTBClass{Rate: of[uint64](3_000_000)})))
	covers(b, ClassType, only(b, ClassType, &Class{Dev: v0, ID: of(NewHandle(1, 0x10))}), class(0x10, &HTBClass{Ceil: of[uint64](3_000_000), Burst: of[uint32](1600), Priority: of[uint32](0)}))

	// Lists are of all devices.
	b.sh("tc qdisc add dev v1 root handle 7: htb && tc class add dev v1 parent 7: classid 7:1 htb rate 1mbit")
	list, err := ClassType.Collect(ctx, b.s, nil)
	if b.must(err); len(list) != 3 {
		t.Errorf("%d classes, want 3: %v", len(list), list)
	}
	if c := only(b, ClassType, &Class{ID: of(NewHandle(7, 1))}); c.Dev.Name() != "v1" || c.Parent.Or(0) != NewHandle(7, 0) {
		t.Errorf("7:1 is on %s below %s, want v1, 7:", c.Dev, c.Parent)
	}
	b.must(ClassType.Delete(ctx, b.s, &Class{Dev: v0, ID: of(NewHandle(1, 0x10))}))
	b.refused(ClassType.Delete(ctx, b.s, &Class{Dev: v0, ID: of(NewHandle(1, 0x10))}), "not_found", "")
}

// TestKernelsClasses: those that come with a discipline are the kernel's.
func TestKernelsClasses(t *testing.T) {
	b := newBench(t, "qdisc:tbf")
	b.must(QdiscType.Add(t.Context(), b.s, &Qdisc{Dev: v0, Kind: &TBF{Rate: of[uint64](1000), Burst: of[uint32](5000), Limit: of[uint32](5000)}}))
	list, err := ClassType.Collect(t.Context(), b.s, &Class{Dev: v0})
	if b.must(err); len(list) != 1 || ClassType.Origin(list[0]) != object.Kernel {
		t.Errorf("classes are %v, want one of the kernel's", list)
	}
	if _, other := list[0].Kind.(*OtherClass); !other || list[0].Kind.ClassKind() != "tbf" {
		t.Errorf("its kind is %T", list[0].Kind)
	}
}

// TestClassless: the kernel shows no classes of the kinds that lists of classes leave out.
func TestClassless(t *testing.T) {
	b := newBench(t)
	for kind := range classless {
		if said := b.sh("tc qdisc replace dev v0 root " + kind + "; tc qdisc show dev v0"); !strings.Contains(said, kind) {
			t.Errorf("v0 has %s, want %s", said, kind)
		}
		if classes := b.sh("tc class show dev v0"); strings.TrimSpace(classes) != "" {
			t.Errorf("%s has classes: %s", kind, classes)
		}
	}
}
