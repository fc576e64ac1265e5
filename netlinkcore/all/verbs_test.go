package all

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/netlark/netlark/netlinkcore/object"
)

// nouns are what the functions of a family have in their names: nothing where a
// package has one kind of object, else the noun of one and of several.
var nouns = map[string]struct{ pkg, one, many string }{
	"addr.anycast":        {"addr", "Anycast", "Anycasts"},
	"addr.label":          {"addr", "Label", "Labels"},
	"addr.multicast":      {"addr", "Multicast", "Multicasts"},
	"bridge.fdb":          {"bridge", "FDB", "FDBs"},
	"bridge.mdb":          {"bridge", "MDB", "MDBs"},
	"bridge.vlan":         {"bridge", "VLAN", "VLANs"},
	"bridge.vlan_global":  {"bridge", "VLANGlobal", "VLANGlobals"},
	"neigh.table":         {"neigh", "Table", "Tables"},
	"nexthop.bucket":      {"nexthop", "Bucket", "Buckets"},
	"tc.class_":           {"tc", "Class", "Classes"},
	"tc.filter":           {"tc", "Filter", "Filters"},
	"tc.qdisc":            {"tc", "Qdisc", "Qdiscs"},
	"xfrm.acquire":        {"xfrm", "", "Acquires"},
	"xfrm.ae":             {"xfrm", "Progress", ""},
	"xfrm.default":        {"xfrm", "Default", ""},
	"xfrm.expire":         {"xfrm", "", "Expiries"},
	"xfrm.mapping":        {"xfrm", "", "Mappings"},
	"xfrm.polexpire":      {"xfrm", "", "PolicyExpiries"},
	"xfrm.policy":         {"xfrm", "Policy", "Policies"},
	"xfrm.report":         {"xfrm", "", "Reports"},
	"xfrm.sad":            {"xfrm", "SAD", ""},
	"xfrm.spd":            {"xfrm", "SPD", ""},
	"xfrm.state":          {"xfrm", "State", "States"},
	"xfrm.migrate":        {"xfrm", "Migrate", ""},
	"xfrm.state.migrate":  {"xfrm", "MigrateState", ""},
	"xfrm.state.allocspi": {"xfrm", "AllocSPI", ""},
}

// TestVerbs compares the functions of the packages with what the families can
// do: neither more nor less.
func TestVerbs(t *testing.T) {
	want := map[string][]string{}
	for _, f := range Families() {
		n, ok := nouns[f.Name()]
		if !ok {
			n.pkg = f.Name()
		}
		want[n.pkg] = append(want[n.pkg], functionsOf(f, n.one, n.many)...)
	}
	for _, pkg := range slices.Sorted(maps.Keys(want)) {
		have := functionsIn(t, "../"+pkg+"/verbs.go")
		slices.Sort(want[pkg])
		slices.Sort(have)
		if !slices.Equal(have, want[pkg]) {
			t.Errorf("%s/verbs.go has %s, and the kernel %s", pkg, strings.Join(have, " "), strings.Join(want[pkg], " "))
		}
	}
}

func functionsOf(f object.Family, one, many string) (out []string) {
	if f.Can(object.Call) {
		return []string{one}
	}
	names := map[object.Verb][]string{
		object.Add: {"Add" + one}, object.Append: {"Append" + one}, object.Replace: {"Replace" + one},
		object.Set: {"Set" + one}, object.Delete: {"Delete" + one}, object.Get: {"Get" + one},
		object.List: {"List" + many, "Collect" + many}, object.Flush: {"Flush" + many}, object.Lookup: {"Lookup" + one},
	}
	for v, functions := range names {
		if f.Can(v) {
			out = append(out, functions...)
		}
	}
	if f.CanWatch() {
		out = append(out, "Watch"+many)
	}
	if f.Lasts() || f.Can(object.Set) && f.Can(object.Get) {
		out = append(out, "Ensure"+one)
	}
	return out
}

func functionsIn(t *testing.T, path string) (out []string) {
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Name.IsExported() {
			out = append(out, f.Name.Name)
		}
	}
	return out
}
