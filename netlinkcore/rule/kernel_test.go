package rule_test

import (
	"net/netip"
	"testing"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/verbtest"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
	"github.com/netlark/netlark/netlinkcore/rule"
)

func ref(v rule.Rule) object.Ref         { return rule.Type.Ref(&v) }
func prefix(s string) netip.Prefix       { return netip.MustParsePrefix(s) }
func n32(n uint32) opt.Value[uint32]     { return opt.Of(n) }
func table(n uint32) opt.Value[rt.Table] { return opt.Of(rt.Table(n)) }

var (
	on  = opt.Of(true)
	six = opt.Of[uint8](10)
)

func TestNewSelectors(t *testing.T) {
	p := verbtest.New(t, "route:table", "kernel:6.18")
	p.Must(object.Add, ref(rule.Rule{Priority: n32(100), DSCP: opt.Of(attr.Masked[uint8]{Value: 10, Mask: 0xff}), Table: table(8)}))
	p.Must(object.Add, ref(rule.Rule{Priority: n32(101), DSCP: opt.Of(attr.Masked[uint8]{Value: 8, Mask: 0x38}), Table: table(8)}))
	p.Must(object.Add, ref(rule.Rule{Priority: n32(102), Family: six, FlowLabel: opt.Of(attr.Masked[uint32]{Value: 5, Mask: 0xfffff}), Table: table(8)}))
	v, _ := rule.Type.As(p.One(ref(rule.Rule{Priority: n32(101)})))
	if m, _ := v.DSCP.Get(); m.Value != 8 || m.Mask != 0x38 {
		t.Errorf("%+v", m)
	}
	for _, priority := range []uint32{100, 101, 102} {
		p.Must(object.Delete, p.One(ref(rule.Rule{Priority: n32(priority)})))
	}
}

// A rule with another mask of ports is another rule.
func TestPortMask(t *testing.T) {
	p := verbtest.New(t, "route:table", "kernel:6.15")
	ports := func(mask uint16) opt.Value[attr.Span[uint16]] {
		return opt.Of(attr.Span[uint16]{From: 0x1000, To: 0x1000, Mask: mask})
	}
	for _, mask := range []uint16{0xf000, 0xff00, 0} {
		v := rule.Rule{Priority: n32(100), Table: table(8), SrcPorts: ports(mask), DstPorts: ports(0xf000)}
		p.Must(object.Add, ref(v))
		p.Same(ref(v))
		p.Refused(object.Add, ref(v), "exists", "")
		p.Count(1, ref(rule.Rule{SrcPorts: ports(mask)}))
	}
	if out := at(t, p.NS, 100); len(out) != 3 || out[0]["sport"] != 0x1000 || out[0]["dport"] != 0x1000 {
		t.Errorf("ip shows %v", out) // an ip without masks shows the numbers
	}
	p.Must(object.Delete, ref(rule.Rule{Priority: n32(100), SrcPorts: ports(0xff00)}))
	p.Count(0, ref(rule.Rule{Priority: n32(100), SrcPorts: ports(0xff00)}))
	p.Must(object.Delete, ref(rule.Rule{Priority: n32(100), SrcPorts: ports(0)}))
	p.Count(1, ref(rule.Rule{Priority: n32(100), SrcPorts: ports(0xf000), DstPorts: ports(0xf000)}))
	p.Refused(object.Add, ref(rule.Rule{Priority: n32(101), Table: table(8), SrcPorts: opt.Of(attr.Span[uint16]{From: 3, To: 3, Mask: 0xf000})}),
		"invalid", "sport")
}

// The inversion is no part of the kernel's key.
func TestNot(t *testing.T) {
	p := verbtest.New(t, "route:table")
	plain := rule.Rule{Priority: n32(100), Src: prefix("10.0.0.0/8"), Table: table(7)}
	not := plain
	not.Not = on
	p.Must(object.Add, ref(plain))
	p.Must(object.Add, ref(not))
	p.Count(2, ref(rule.Rule{Priority: n32(100)}))
	for range 2 {
		list := p.List(ref(rule.Rule{Priority: n32(100)}))
		if _, err := p.Try(object.Delete, list[0]); err != nil {
			t.Fatal(err)
		}
	}
	p.Count(0, ref(rule.Rule{Priority: n32(100)}))
}

func TestChosenPriority(t *testing.T) {
	p := verbtest.New(t, "route:table", "route:table6")
	key := p.Must(object.Add, ref(rule.Rule{Src: prefix("10.0.0.0/8"), Table: table(7)}))
	if v, _ := rule.Type.As(key); v.Priority.Or(0) != 32765 {
		t.Errorf("%+v", v)
	}
	p.Must(object.Delete, key)
	p.Must(object.Add, ref(rule.Rule{Priority: n32(0), Src: prefix("10.0.0.0/8"), Table: table(7)}))
	p.Count(2, ref(rule.Rule{Priority: n32(0), Family: opt.Of[uint8](2)}))
	before := len(p.List(ref(rule.Rule{})))
	n, err := rule.Type.Flush(t.Context(), p.Scope, &rule.Rule{})
	if err != nil || n != 1 || before != 6 {
		t.Errorf("%d of %d flushed, %v", n, before, err)
	}
	p.Refused(object.Add, ref(rule.Rule{Priority: n32(9), Src: prefix("10.0.0.0/8"), Dst: prefix("2001:db8::/32")}), "invalid", "dst")
	p.Refused(object.Add, ref(rule.Rule{Priority: n32(9), Goto: n32(5)}), "invalid", "")
}

// A rule that looks up in no table has none, and is found as any other.
func TestNoTable(t *testing.T) {
	p := verbtest.New(t)
	v := rule.Rule{Priority: n32(100), Src: prefix("10.0.0.0/8"), Action: opt.Of(rule.Prohibit)}
	p.Must(object.Add, ref(v))
	e := p.One(ref(rule.Rule{Priority: n32(100)}))
	if got, _ := rule.Type.As(e); got.Table.IsSet() {
		t.Errorf("it has table %d", got.Table.Or(0))
	}
	p.Observe(map[string]any{"priority": 100, "action": "prohibit", "table": nil}, p.NS.IP, "rule", "show", "priority", "100")
	p.Count(1, ref(rule.Rule{Priority: n32(100), Table: table(0)})) // "all"
	p.Must(object.Delete, e)
	p.Must(object.Add, e)
	p.Must(object.Delete, ref(v))
	p.Count(0, ref(rule.Rule{Priority: n32(100)}))
}
