package tc

import (
	"strings"
	"testing"

	"github.com/netlark/netlark/netlinkcore/rt"
)

// offloads makes a filter of each kind that has the flags.
var offloads = []struct {
	name, command string
	kind          func(Offload) FilterKind
}{
	{"u32", "u32 match u32 0 0", func(o Offload) FilterKind { return &U32{Match: matches("u32 0 0 at 0"), Offload: o} }},
	{"flower", "flower", func(o Offload) FilterKind { return &Flower{Offload: o} }},
	{"matchall", "matchall", func(o Offload) FilterKind { return &MatchAll{Offload: o} }},
}

// offload is a filter with an action that host kernels have.
func (b *bench) offload(kind FilterKind) *Filter {
	return &Filter{Dev: v0, Parent: of(AtIngress), Priority: of[uint16](7), Kind: kind, Actions: []Action{&Mirred{Dev: rt.DevName("v1")}}}
}

// TestOffload: the devices here have no hardware for filters, so that one may be
// asked to leave it out.
func TestOffload(t *testing.T) {
	for _, c := range offloads {
		t.Run(c.name, func(t *testing.T) {
			b := ingressBench(t, "filter:"+c.name, "action:mirred")
			b.refused(FilterType.Add(t.Context(), b.s, b.offload(c.kind(Offload{SkipHW: of(true), SkipSW: of(true)}))), "invalid", "")
			b.must(FilterType.Add(t.Context(), b.s, b.offload(c.kind(Offload{SkipHW: of(true), Verbose: of(true)}))))
			at := &Filter{Dev: v0, Priority: of[uint16](7)}
			covers(b, FilterType, only(b, FilterType, at),
				&Filter{Kind: c.kind(Offload{SkipHW: of(true), SkipSW: of(false), Verbose: of(true), InHW: of(false), NotInHW: of(true)})})
			b.says(b.filterOptions("ingress"), js{"skip_hw": true, "not_in_hw": true})

			b.must(FilterType.Delete(t.Context(), b.s, at))
			b.sh("tc filter add dev v0 ingress prio 7 protocol all " + c.command + " skip_hw action mirred egress redirect dev v1")
			covers(b, FilterType, only(b, FilterType, at), &Filter{Kind: c.kind(Offload{SkipHW: of(true), Verbose: of(false), NotInHW: of(true)})})
		})
	}
}

// TestOffloadAlone: hardware that is not there cannot have a filter alone. The
// kernel does not say so of u32.
func TestOffloadAlone(t *testing.T) {
	for _, c := range offloads {
		t.Run(c.name, func(t *testing.T) {
			b := ingressBench(t, "filter:"+c.name, "action:mirred")
			err := FilterType.Add(t.Context(), b.s, b.offload(c.kind(Offload{SkipSW: of(true)})))
			said := b.sh("tc filter add dev v0 ingress prio 8 protocol all " + c.command + " skip_sw action mirred egress redirect dev v1 2>&1 || true")
			if c.name != "u32" {
				if b.refused(err, "unsupported", ""); !strings.Contains(said, "Operation not supported") {
					t.Errorf("tc says %q", said)
				}
				return
			}
			b.must(err)
			for _, prio := range []uint16{7, 8} {
				covers(b, FilterType, only(b, FilterType, &Filter{Dev: v0, Priority: of(prio)}), &Filter{Kind: c.kind(Offload{SkipSW: of(true), NotInHW: of(true)})})
			}
			if said != "" {
				t.Errorf("tc says %q", said)
			}
		})
	}
}

// TestOffloadKept: the kernel takes the flags of a change for all of them, and
// u32 refuses one with others.
func TestOffloadKept(t *testing.T) {
	for _, c := range offloads[:2] {
		t.Run(c.name, func(t *testing.T) {
			b := ingressBench(t, "filter:"+c.name)
			at := &Filter{Dev: v0, Parent: of(AtIngress), Priority: of[uint16](7)}
			f := *at
			f.Kind = c.kind(Offload{SkipHW: of(true), Verbose: of(true)})
			if k, ok := f.Kind.(*U32); ok {
				k.ClassID.Set(NewHandle(1, 1))
			}
			b.must(FilterType.Add(t.Context(), b.s, &f))
			change := *at
			change.Kind = &Flower{ClassID: of(NewHandle(1, 2))}
			if c.name == "u32" {
				change.Kind = &U32{ClassID: of(NewHandle(1, 2))}
			}
			b.must(FilterType.Set(t.Context(), b.s, &change))
			covers(b, FilterType, only(b, FilterType, at), &Filter{Kind: change.Kind})
			covers(b, FilterType, only(b, FilterType, at), &Filter{Kind: c.kind(Offload{SkipHW: of(true), Verbose: of(true)})})
		})
	}
}
