package all_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/values"
)

// checkCompare holds two structs against each other that differ in attribute i.
func checkCompare(t *testing.T, g *values.Generator, table *attr.Table, i int, list []attr.Value) {
	t.Helper()
	f := &table.Fields()[i]
	same := aliases(g, table, i, list[0])
	for _, v := range list[1:min(len(list), 12)] {
		p, q := table.New(), table.New()
		mustPut(t, g, table, p, i, list[0])
		mustPut(t, g, table, q, i, v)
		c := table.Clone(p)
		if !table.Equal(p, c) || !table.Covers(c, p) || len(diff(table, p, c)) > 0 {
			t.Errorf("%s: a clone differs", f.Name)
		}
		table.Unset(c, i)
		if table.IsSet(c, i) != f.AlwaysSet() || !table.IsSet(p, i) {
			t.Errorf("%s: unset in a clone: %t, in the original: %t", f.Name, table.IsSet(c, i), table.IsSet(p, i))
		}
		// What is not there may be what nobody looks at, or what the kernel is silent about.
		volatile := f.Access&attr.Volatile != 0
		may := volatile || f.IsDefault(table.Get(p, i)) || f.TakesAway(list[0])
		if table.Covers(c, p) != may || !table.Covers(p, c) {
			t.Errorf("%s = %s: what lacks it covers it, or the other way round", f.Name, show(list[0]))
		}
		if sameValue(table.Get(p, i), table.Get(q, i)) || f.Shape() == attr.Object || f.Shape() == attr.Many {
			continue // objects may differ in what is volatile only
		}
		if table.Equal(p, q) != volatile || table.Covers(q, p) != volatile && !f.MeansEach() {
			t.Errorf("%s: %s and %s: equal %t", f.Name, show(list[0]), show(v), !volatile)
		}
		for _, name := range diff(table, p, q) {
			if !slices.Contains(same, name) {
				t.Errorf("%s: %s and %s differ in %s", f.Name, show(list[0]), show(v), name)
			}
		}
	}
}

// checkBlank compares with unset what may be sent as nothing: an empty list, and
// a prefix that is everything, where that is not the default route.
func checkBlank(t *testing.T, table *attr.Table, i int) {
	t.Helper()
	f := &table.Fields()[i]
	blank := map[string][]attr.Value{"list": {{Shape: attr.Many}}, "prefix": {attr.TextValue("0.0.0.0/0"), attr.TextValue("::/0")}}
	for _, v := range blank[f.Type()] {
		p, decoded := table.New(), table.New()
		g := newGenerator(1, families[0])
		mustPut(t, g, table, p, i, v)
		equal, covers := table.Equal(p, table.New()), table.Covers(table.New(), p) // before a hook adds to p
		if err := table.Decode(&attr.Dec{Family: table.FamilyOf(p)}, decoded, encode(t, g, table, p)); err != nil {
			t.Fatal(err)
		}
		if silent := !table.IsSet(decoded, i); equal != silent || covers != silent {
			t.Errorf("%s is sent as nothing: %t; it equals unset: %t, is covered: %t", show(v), silent, equal, covers)
		}
	}
}

func diff(table *attr.Table, want, have attr.Ptr) (out []string) {
	for _, d := range table.Difference(want, have, false).Deltas {
		name, _, _ := strings.Cut(d.Path, ".")
		out = append(out, name)
	}
	return slices.Compact(out)
}

// aliases are the attributes that are set together with i: they are bound to
// the same Go field.
func aliases(g *values.Generator, table *attr.Table, i int, v attr.Value) (out []string) {
	p := table.New()
	_ = table.Put(&attr.Put{Family: g.Family}, p, i, v)
	for j := range table.Fields() {
		if table.IsSet(p, j) {
			out = append(out, table.Fields()[j].Name)
		}
	}
	return out
}

// checkLocate looks at every place of an encoded message: all belong to what the
// message says, which is one attribute and what a hook makes of it, and each
// attribute of a struct inside is found.
func checkLocate(t *testing.T, g *values.Generator, table *attr.Table, p, decoded attr.Ptr, body []byte, only string) {
	t.Helper()
	empty := len(encode(t, g, table, table.New()))
	found := map[string]bool{}
	for off := empty; off < len(body); off += 4 {
		path := table.Locate(body, g.Family, off)
		found[path] = true
		if root := firstName(path); path != "" && root != only && !zeroIsUnset[table.Name+"."+root] && !table.IsSet(decoded, table.Lookup(root)) {
			t.Errorf("%s is at %d of %x, where only %s is", path, off, body, only)
		}
	}
	i := table.Lookup(only)
	for _, want := range paths(table, i, table.Get(p, i)) {
		if len(body) > empty && !found[want] && !found[strings.Replace(want, only, sharers[table.Name+"."+only], 1)] {
			t.Errorf("%s is nowhere in %x, only %v", want, body, found)
		}
	}
}

// zeroIsUnset are members of structs that say nothing when they are zero.
var zeroIsUnset = map[string]bool{"mirred.dev": true, "u32.mark": true, "bridge.mdb.port": true}

func firstName(path string) string {
	if i := strings.IndexAny(path, ".["); i >= 0 {
		return path[:i]
	}
	return path
}

// sharers are pairs that have one number: a message has one of them.
var sharers = map[string]string{
	"link.rename":      "name",
	"neigh.filter_dev": "dev",
}

// paths are what Locate can tell of an attribute: itself, and what has a place
// of its own inside. Lists of bare values have their elements' places.
func paths(table *attr.Table, i int, v attr.Value) []string {
	f := &table.Fields()[i]
	if f.InHead() && f.Type() != "prefix" || f.IsApart() && v.Shape != attr.Many || f.Type() == "bit" || f.Type() == "flag" && v.N == 0 {
		return nil // inside the fixed part
	}
	if v.Shape != attr.Object || f.Type() == "kind" && !onWire(v.T) {
		return []string{f.Name}
	}
	out := []string{f.Name}
	for j := range v.T.Fields() {
		in := &v.T.Fields()[j]
		x := v.T.Get(v.P, j)
		if x.Shape == attr.None || in.InHead() || in.Type() == "bit" || in.Type() == "bytes to the end" || in.Type() == "string to the end" || x.Shape == attr.Object || x.Shape == attr.Many {
			continue
		}
		if in.Type() == "flag" && x.N == 0 || in.IsApart() || isComputed(v.T, in.Name) {
			continue
		}
		out = append(out, f.Name+"."+in.Name)
	}
	return out
}

// checkRefusals offers attribute i what it cannot be.
func checkRefusals(t *testing.T, table *attr.Table, i int) {
	t.Helper()
	f := &table.Fields()[i]
	for _, v := range wrong(f) {
		p := table.New()
		err := table.Put(&attr.Put{Family: unix.AF_INET}, p, i, v)
		if err == nil {
			t.Errorf("%s (%s) takes %s", f.Name, f.Type(), show(v))
		} else if table.IsSet(p, i) && !f.AlwaysSet() {
			t.Errorf("%s is set to %s by %s, which it refused", f.Name, show(table.Get(p, i)), show(v))
		}
	}
	for _, v := range odd() { // may be right or wrong, and must not panic
		p := table.New()
		if table.Put(&attr.Put{}, p, i, v) == nil && onWire(table) {
			values.Complete(table, p)
			encode(t, newGenerator(1, unix.AF_INET), table, p)
		}
	}
}

// stranger is of a table that no attribute takes.
var stranger = attr.Define("stranger", "for tests", 0, func(*struct{}) []attr.Field { return nil })

func wrong(f *attr.Field) []attr.Value {
	object := attr.ObjectValue(stranger.Table, stranger.New())
	out := []attr.Value{{}, object, {Shape: attr.Many, L: []attr.Value{object}}}
	text, number := attr.TextValue("no such word"), attr.UintValue(77)
	switch f.Shape() {
	case attr.Bool:
		return append(out, text, attr.UintValue(2), attr.FloatValue(1), attr.IntValue(-1))
	case attr.Int:
		return append(append(out, text, attr.Value{Shape: attr.Bytes, S: "x"}), outside(f)...)
	case attr.Bits:
		return append(out, text, number, attr.Value{Shape: attr.Many, L: []attr.Value{text}})
	case attr.Bytes:
		return append(out, number, attr.TextValue("0x1"), attr.TextValue("0xgg"))
	case attr.Many:
		return append(out, number, text)
	case attr.Object:
		if f.Type() != "kind" { // a kind may have a name that netlark does not know
			return append(out, attr.FloatValue(1))
		}
	}
	return out
}

// outside are numbers beyond the wire type, or beyond the limits.
func outside(f *attr.Field) (out []attr.Value) {
	bits := values.Widths[f.Type()]
	lo, hi, ranged := f.Limits()
	named := func(n uint64) bool { return f.Enum.Name(n) != "" }
	switch {
	case values.Scale[f.Unit] != 0 || f.Type() == "address family":
		return nil
	case ranged && lo > 0 && !named(lo-1):
		out = append(out, attr.UintValue(lo-1))
	case !ranged && bits > 0:
		hi, ranged = math.MaxUint64>>(64-bits), true
	case !ranged && bits < 0:
		hi, ranged = math.MaxUint64>>(65+bits), true
		out = append(out, attr.IntValue(-1<<(-bits-1)-1))
	}
	if bits == -64 {
		out = nil
	}
	if bits > 0 {
		out = append(out, attr.IntValue(-1))
	}
	if ranged && hi < math.MaxUint64 && !named(hi+1) {
		out = append(out, attr.UintValue(hi+1))
	}
	return out
}

// odd is one of everything.
func odd() []attr.Value {
	long := strings.Repeat("x", 70000)
	return []attr.Value{attr.BoolValue(true), attr.IntValue(math.MinInt64), attr.UintValue(math.MaxUint64), attr.FloatValue(math.NaN()),
		attr.FloatValue(math.Inf(1)), attr.FloatValue(-1), attr.TextValue(""), attr.TextValue("\x00"), attr.TextValue("1e400ms"),
		attr.TextValue("-1s"), attr.TextValue("/"), attr.TextValue("1-"), attr.TextValue("0x/"), attr.TextValue("::ffff:1.2.3.4/200"),
		attr.TextValue("fe80::1%lo"), attr.TextValue("any"), attr.TextValue("default"), attr.TextValue(long[:300]),
		{Shape: attr.Bytes, S: long[:2000]}, {Shape: attr.Many}, {Shape: attr.Bits},
		{Shape: attr.Many, L: []attr.Value{{}, attr.UintValue(1 << 40)}}, {Shape: attr.Many, L: []attr.Value{attr.UintValue(5), attr.UintValue(3)}}}
}
