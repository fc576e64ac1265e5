package link_test

import (
	"strings"
	"testing"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/verbtest"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
)

func alt(names ...string) []link.AltName {
	out := []link.AltName{}
	for _, n := range names {
		out = append(out, link.AltName{Name: n})
	}
	return out
}

// TestAltNames: to set the further names makes them those, no more and no
// fewer.
func TestAltNames(t *testing.T) {
	p := verbtest.New(t, "kind:bridge")
	long := strings.Repeat("n", 127)
	p.Must(object.Add, ref(&link.Link{Name: "b0", Kind: &link.Bridge{}, AltNames: alt("one", long)}))
	for _, want := range [][]string{{"one", long}, {"one", "two"}, {"two", "three"}, {"three", "two"}, {}, {"one"}} {
		p.Must(object.Set, ref(&link.Link{Name: "b0", AltNames: alt(want...)}))
		altNames(p, want)
	}
	cleared := &link.Link{Name: "b0"}
	if err := link.Type.Schema.Clear(attr.To(cleared), link.Type.Schema.Lookup("altnames")); err != nil {
		t.Fatal(err)
	}
	p.Must(object.Set, ref(cleared))
	altNames(p, nil)
}

// altNames looks at the further names of b0 with ip.
func altNames(p *verbtest.Place, want []string) {
	p.Helper()
	got := map[string]bool{}
	if list, ok := p.NS.IP(p, "link", "show", "dev", "b0")[0]["altnames"].([]any); ok {
		for _, n := range list {
			got[n.(string)] = true
		}
	}
	for _, n := range want {
		if !got[n] {
			p.Errorf("%q is missing: %v", n, got)
		}
	}
	if len(got) != len(want) {
		p.Errorf("the names are %v, want %q", got, want)
	}
}

// TestAltNamesUndone: a name that is taken leaves all as it was.
func TestAltNamesUndone(t *testing.T) {
	p := verbtest.New(t, "kind:bridge")
	p.Must(object.Add, ref(&link.Link{Name: "b0", Kind: &link.Bridge{}, AltNames: alt("one"), Alias: opt.Of("before")}))
	v := &link.Link{Name: "b0", AltNames: alt("two", "lo"), Alias: opt.Of("after"), MTU: opt.Of[uint32](1400)}
	if _, err := p.Try(object.Set, ref(v)); object.Code(err) != "exists" {
		t.Fatalf("a name that is taken: %v", err)
	}
	altNames(p, []string{"one"})
	links(p, "b0", map[string]any{"mtu": 1500, "ifalias": "before"})
}

// TestAltNameLimits: scripts cannot give names that a terminal would act on, or
// that ip would not take, but find by them what others called so.
func TestAltNameLimits(t *testing.T) {
	p := verbtest.New(t, "kind:bridge")
	table, i := link.Type.Table(), link.Type.Table().Lookup("altnames")
	for _, bad := range []string{"", "a/b", "x y", "e\x1b[31m", strings.Repeat("n", 128)} {
		list := attr.Value{Shape: attr.Many, L: []attr.Value{attr.TextValue(bad)}}
		if err := table.Put(&attr.Put{}, attr.To(new(link.Link)), i, list); err == nil {
			t.Errorf("%q can be a name", bad)
		}
	}
	for _, odd := range []string{"a/b", "e\x1b[31m"} {
		p.Must(object.Add, ref(&link.Link{Name: "b0", Kind: &link.Bridge{}, AltNames: alt(odd)}))
		v := new(link.Link)
		if err := table.Put(&attr.Put{}, attr.To(v), table.Lookup("name"), attr.TextValue(odd)); err != nil {
			t.Errorf("%q: %v", odd, err)
		}
		if got, err := link.Type.Get(t.Context(), p.Scope, v); err != nil || got.Name != "b0" {
			t.Errorf("%q is %v, %v", odd, got, err)
		}
		p.Must(object.Delete, ref(v))
	}
}
