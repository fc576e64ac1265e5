package all_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/values"
	"github.com/netlark/netlark/netlinkcore/wire"
)

// computed lists the attributes that a table's hooks make of others, so that
// they do not come back as they were put alone.
var computed = map[string]string{
	"addr.peer":             "is the own address, where that is not given",
	"vf.vf":                 "stands in each struct, of which there is none",
	"vf.vlan_protocol":      "is 802.1Q, where that is not given",
	"link.parent_netns":     "is looked up before anything is sent",
	"rule.priority":         "the kernel does not say 0",
	"rule.table":            "0 is none",
	"xfrm.acquire.dst":      "has the family of the templates",
	"xfrm.acquire.src":      "has the family of the templates",
	"replay_esn.words":      "follows from the window",
	"replay_esn.bitmap":     "has the length that the window asks for",
	"bridge.fdb.master":     "follows from the bridge",
	"bridge.fdb.self":       "follows from the bridge",
	"*.tclass":              "shares a word with the flow label",
	"geneve.udp6zerocsumrx": "says nothing over IPv4",
	"stab.mtu":              "is not sent without a table",
	"stab.tsize":            "is not sent without a table",
	"stab.linklayer":        "is Ethernet, where that is not given",
	"loss_state.p31":        "follows from p13",
	"loss_state.p23":        "is all, where that is not given",
	"loss_gemodel.r":        "follows from p",
	"police.conform_exceed": "is in the head, where pass is 0",
	"u32.mark_success":      "comes with a mark, of which 0/0 is none",
	"tc.qdisc.handle":       "0 is none",
	"tc.class_.leaf":        "0 is none",
	"tc.class_.parent":      "is the discipline, where the kernel says root",
	"tc.filter.parent":      "has two names at ingress",
	"flower.eth_type":       "is the protocol of the filter, behind tags",
	"seg6local.packets":     "begins at zero, where packets are counted",
	"seg6local.bytes":       "begins at zero, where packets are counted",
	"seg6local.errors":      "begins at zero, where packets are counted",
	"neigh.table.default":   "follows from the device",
	"route.vrf":             "stands for its table",
	"program.name":          "is the program's, where that is not given",
}

func isComputed(table *attr.Table, name string) bool {
	return computed[table.Name+"."+name] != "" || computed["*."+name] != ""
}

// tables are all tables that one can get to, each once.
func tables(t *testing.T, each func(t *testing.T, table *attr.Table)) {
	seen := map[*attr.Table]bool{}
	for _, message := range messages() {
		message.Walk(func(table *attr.Table) {
			if !seen[table] {
				t.Run(message.Name+"/"+table.Name, func(t *testing.T) { each(t, table) })
			}
			seen[table] = true
		})
	}
}

// TestProperties puts generated values into every attribute of every table:
// what a definition says of one side holds for all sides.
func TestProperties(t *testing.T) {
	tables(t, func(t *testing.T, table *attr.Table) {
		for i := range table.Fields() {
			if f := &table.Fields()[i]; f.Type() != "unknown attributes" && f.Access&attr.Inside == 0 {
				t.Run(table.Fields()[i].Name, func(t *testing.T) { checkField(t, table, i) })
			}
		}
		for _, family := range families {
			g := newGenerator(uint64(family), family)
			for range 20 {
				checkWhole(t, g, table)
			}
		}
	})
}

var families = []byte{unix.AF_INET, unix.AF_INET6}

func checkField(t *testing.T, table *attr.Table, i int) {
	for _, family := range families {
		g := newGenerator(uint64(family), family)
		f := &table.Fields()[i]
		list := g.Values(f, 50)
		if len(list) == 0 {
			t.Errorf("no values are generated for %s", f.Type())
			return
		}
		for _, v := range list {
			checkValue(t, g, table, i, v)
		}
		checkCompare(t, g, table, i, list)
	}
	checkBlank(t, table, i)
	checkRefusals(t, table, i)
}

// checkValue puts one value alone.
func checkValue(t *testing.T, g *values.Generator, table *attr.Table, i int, v attr.Value) {
	t.Helper()
	p, f := table.New(), &table.Fields()[i]
	mustPut(t, g, table, p, i, v)
	got := table.Get(p, i)
	if v.Shape == attr.Int && f.Unit == nil && f.Enum == nil && f.Notation == nil && f.Shape() == attr.Int && (got.N != v.N || got.Neg != v.Neg) {
		t.Errorf("%s: put %s, got %s", f.Name, v, got)
	}
	for _, back := range append(texts(f, got), got) {
		again := table.New()
		mustPut(t, g, table, again, i, back)
		if x := table.Get(again, i); !sameValue(got, x) {
			t.Errorf("%s: %s, put back as %s, is %s", f.Name, show(got), show(back), show(x))
		}
	}
	if onWire(table) {
		checkWire(t, g, table, p, f.Name)
	}
}

// texts are the strings that a value may be written as.
func texts(f *attr.Field, v attr.Value) []attr.Value {
	switch {
	case v.Shape == attr.Bytes:
		return []attr.Value{attr.TextValue(fmt.Sprintf("0x%x", v.S))}
	case f.Unit != nil && (v.Shape == attr.Int || v.Shape == attr.Float) && !v.Neg && v.Float() < 1<<52:
		return []attr.Value{attr.TextValue(f.Unit.Format(v))}
	}
	return nil
}

// onWire reports whether a table describes a message: settings do not.
func onWire(table *attr.Table) bool {
	return !slices.ContainsFunc(table.Fields(), func(f attr.Field) bool { return f.Type() == "text or number" })
}

func encode(t *testing.T, g *values.Generator, table *attr.Table, p attr.Ptr) []byte {
	t.Helper()
	var w wire.Writer
	e := attr.Enc{W: &w, Family: g.Family, NS: func(string) (int, error) { return 5, nil },
		Prog: func(p attr.Prog) (int, error) { return int(p.ID), nil },
		Dev:  func(name string) (uint32, error) { return devIndex(name), nil }}
	if err := table.Encode(&e, p); err != nil {
		t.Fatalf("%s: %v", table.Name, err)
	}
	b, _ := w.Bytes()
	return b
}

// devIndex makes an index of a name: what is decoded has no names.
func devIndex(name string) uint32 {
	n := uint32(2166136261)
	for _, c := range []byte(name) {
		n = (n ^ uint32(c)) * 16777619
	}
	return n&(1<<30-1) | 1
}

// checkWire encodes the struct at p, decodes it, and compares all attributes.
// only names the one that is set, if it is one.
func checkWire(t *testing.T, g *values.Generator, table *attr.Table, p attr.Ptr, only string) {
	t.Helper()
	body := encode(t, g, table, p)
	q := table.New()
	if err := table.Decode(&attr.Dec{Family: g.Family}, q, body); err != nil {
		t.Fatalf("%s %s: decode %x: %v", table.Name, only, body, err)
	}
	for i := range table.Fields() {
		f := &table.Fields()[i]
		if isComputed(table, f.Name) || isComputed(table, only) {
			continue
		}
		want, got := table.Get(p, i), table.Get(q, i)
		switch {
		case !readable(f):
		case want.Shape == attr.None && got.Shape != attr.None:
			if !f.InHead() && (only == "" || sharesLevel(f, table.Fields()[table.Lookup(only)])) {
				t.Errorf("%s of %s: unset became %s", f.Name, only, show(got))
			}
		case !decodedAs(f, want, got):
			t.Errorf("%s: %s became %s in %x", f.Name, show(want), show(got), body)
		}
	}
	if only != "" && requested(table) {
		checkLocate(t, g, table, p, q, body, only)
	}
}

// readable reports whether a decoder takes the attribute.
func readable(f *attr.Field) bool {
	return f.Access&attr.Report != 0 || f.Access&attr.Filter != 0 && !f.InHead()
}

// sharesLevel reports whether setting other should leave f unset: one that is
// only written may share its number.
func sharesLevel(f *attr.Field, other attr.Field) bool {
	return f.Type() != "unknown attributes" && readable(&other)
}

// decodedAs compares what was set with what came back.
func decodedAs(f *attr.Field, want, got attr.Value) bool {
	switch {
	case f.Type() == "flag" && want.Shape == attr.Bool && want.N == 0:
		return got.Shape == attr.None // false is not sent
	case f.Type() == "device" && want.Shape == attr.Text:
		return got.Shape == attr.Int && got.N == uint64(devIndex(want.S))
	case want.Shape == attr.Object && got.Shape == attr.None && show(want) == want.T.Name+"()":
		return true // empty nests are not sent
	case want.Shape == attr.Object && (f.InHead() || f.IsQuiet()) && got.Shape == attr.None:
		return !strings.ContainsFunc(show(want), func(c rune) bool { return c > '0' && c <= '9' }) // zeros say nothing
	case want.Shape == attr.Object:
		return got.Shape == attr.Object && want.T == got.T && sameObject(want.T, want.P, got.P)
	case want.Shape == attr.Many:
		return slices.EqualFunc(want.L, got.L, func(a, b attr.Value) bool { return decodedAs(f, a, b) })
	}
	return sameValue(want, got)
}

func sameObject(table *attr.Table, want, got attr.Ptr) bool {
	for i := range table.Fields() {
		f := &table.Fields()[i]
		v := table.Get(want, i)
		if v.Shape == attr.None || !readable(f) || isComputed(table, f.Name) {
			continue
		}
		if !decodedAs(f, v, table.Get(got, i)) {
			return false
		}
	}
	return true
}

// sameValue compares two values as they were put: in depth, volatile
// attributes included.
func sameValue(a, b attr.Value) bool {
	if a.Shape == attr.Object {
		return b.Shape == attr.Object && a.T == b.T && a.P == b.P
	}
	return a.Shape == b.Shape && a.N == b.N && a.Neg == b.Neg && a.S == b.S &&
		slices.EqualFunc(a.L, b.L, func(a, b attr.Value) bool { return sameValue(a, b) || sameInside(a, b) })
}

// sameInside compares elements of lists, which are copied.
func sameInside(a, b attr.Value) bool {
	return a.Shape == attr.Object && b.Shape == attr.Object && a.T == b.T && a.T.Equal(a.P, b.P)
}

// show is a value with what is inside.
func show(v attr.Value) string {
	if v.Shape == attr.Many {
		var parts []string
		for _, e := range v.L {
			parts = append(parts, show(e))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	if v.Shape != attr.Object {
		return v.String()
	}
	var parts []string
	for i := range v.T.Fields() {
		if x := v.T.Get(v.P, i); x.Shape != attr.None {
			parts = append(parts, v.T.Fields()[i].Name+" = "+show(x))
		}
	}
	return v.T.Name + "(" + strings.Join(parts, ", ") + ")"
}

// checkWhole encodes a struct that has nearly everything set.
func checkWhole(t *testing.T, g *values.Generator, table *attr.Table) {
	t.Helper()
	p := table.New()
	g.Fill(table, p)
	if onWire(table) {
		checkWire(t, g, table, p, "")
	}
	if !table.Equal(p, table.Clone(p)) {
		t.Errorf("a clone differs")
	}
}

// newGenerator draws values, and leaves out what hooks make of others.
func newGenerator(seed uint64, family byte) *values.Generator {
	g := values.New(seed, family)
	g.Skip = isComputed
	return g
}

// mustPut puts a value that was generated, and so has to be taken.
func mustPut(t *testing.T, g *values.Generator, table *attr.Table, p attr.Ptr, i int, v attr.Value) {
	t.Helper()
	if err := table.Put(&attr.Put{Family: g.Family}, p, i, v); err != nil {
		t.Fatalf("%s.%s does not take %s: %v", table.Name, table.Fields()[i].Name, v, err)
	}
	values.Complete(table, p)
}
