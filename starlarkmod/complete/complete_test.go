package complete_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/netlark/netlark/starlarkmod"
	"github.com/netlark/netlark/starlarkmod/complete"
	"github.com/netlark/netlark/starlarkmod/module"
	"github.com/netlark/netlark/starlarkmod/script"
	"github.com/netlark/netlark/tests/nstest"
)

func TestMain(m *testing.M) { nstest.Main(m) }

// TestComplete shows sources that end where TAB is pressed, what was typed of
// the word, some of the candidates, and some that must not be among them.
func TestComplete(t *testing.T) {
	nstest.New(t)
	s := module.NewSession(module.NewTarget("", nil))
	defer s.Close()
	in := script.New(script.Config{Predeclared: starlarkmod.Predeclared(), Mode: script.ModeREPL, Session: s})
	if _, err := in.Chunk(t.Context(), session); err != nil {
		t.Fatal(err)
	}
	names := in.Builtins()
	for n, v := range in.Globals() {
		names[n] = v
	}
	c := &complete.Completer{Names: names, Session: s, Files: func(label string) []string { return []string{"//x.star", "//y/"} }}
	for _, test := range []struct{ src, word, want, not string }{
		// Names, and what is in them.
		{"", "", "link. batch( print( for spine True", "link __mode__"},
		{"lin", "lin", "link.", "line"},
		{"__", "__", "__mode__", ""},
		{"link.", "", "add( vxlan( list( wait( watch( ensure(", "link."},
		{"link.vx", "vx", "vxlan(", "vlan("},
		{"tc.qdisc.ht", "ht", "htb(", ""},
		{"x = [li", "li", "link. list(", ""},
		{"def f():\n    return rou", "rou", "route.", ""},
		{"?link.add", "add", "add(", ""},
		{"nonsense.", "", "", "link. add("},
		// Attributes of values, also of what calls would give.
		{"lo.", "", "mtu kind name covers(", "lo"},
		{"lo.mt", "mt", "mtu", "mtu("},
		{"all[0].m", "m", "mtu master", ""},
		{"box[\"l\"].na", "na", "name", ""},
		{"(lo).na", "na", "name", ""},
		{"link.get(\"lo\").mt", "mt", "mtu", ""},
		{"link.list(kind = \"veth\")[3].up", "up", "up", ""},
		{"\"text\".up", "up", "upper(", ""},
		{"prefix(\"10.0.0.0/8\").", "", "", "add("},
		{"home.", "", "link. exec( dev( name", ""},
		{"home.link.a", "a", "add(", ""},
		// Arguments: of the call at hand, which may be a kind's.
		{"link.add(\"x\", mt", "mt", "mtu = ", "mtu"},
		{"link.add(\"x\", ", "", "link.vxlan( mtu = ", "name = "},
		{"link.vxlan(i", "i", "id = ", "int( if"},
		{"link.vxlan(spi", "spi", "spine", ""},
		{"link.add(\"x\", link.vxlan(", "", "id = | remote = ", "mtu = |name = "},
		{"link.add(\"x\", link.vxlan(id = 1, ", "", "remote = ", "id = "},
		{"link.add(\"x\", link.vxlan(id = 1), ", "", "mtu = ", "remote = "},
		{"link.add(\"x\",\n    link.vxlan(id = 1,\n        rem", "rem", "remote = ", "removes = "},
		{"route.add(\"default\", nexthops = [route.hop(w", "w", "weight = ", ""},
		{"batch(lambda: link.delete(\"x\", mis", "mis", "missing_ok = ", ""},
		{"xfrm.state.add(aead = ", "", "xfrm.aead(", "xfrm.auth("},
		{"home.link.add(\"x\", m", "m", "mtu = ", ""},
		{"link.wait(\"x\", ab", "ab", "absent = ", ""},
		{"link.ensure(\"x\", rec", "rec", "recreate = ", ""},
		// Values: words, booleans, what lives in the kernel, members.
		{"route.add(\"default\", scope = ", "", "\"link\" \"host\"", "link."},
		{"route.add(\"default\", scope = \"", "", "link host", "\"link\""},
		{"route.add(\"default\", scope = \"ho", "ho", "host", "link"},
		{"route.list(table = \"", "", "main local all", ""},
		{"route.list(table == \"", "", "", "main"},
		{"link.add(\"x\", up = ", "", "True False", "link."},
		{"link.add(\"x\", up = T", "T", "True", ""},
		{"link.add(\"x\", \"vx", "vx", "vxlan", ""},
		{"link.get(\"", "", "lo spine br0", ""},
		{"link.set(\"br", "br", "br0", "lo"},
		{"link.up(\"", "", "lo br0", ""},
		{"link.add(\"", "", "", "lo br0"},
		{"link.set(\"spine\", master = \"", "", "br0", ""},
		{"link.set('spine', master = 'b", "b", "br0", ""},
		{"addr.list(dev = \"", "", "lo br0", ""},
		{"addr.delete(\"", "", "10.9.0.1/24", ""},
		{"route.add(\"default\", metrics = {\"", "", "mtu advmss", ""},
		{"route.add(\"default\", metrics = {\"mtu\": 1, \"adv", "adv", "advmss", ""},
		{"route.add(\"default\", metrics = {\"mtu\": ", "", "", "\"mtu\" \"advmss\""},
		{"home.link.get(\"", "", "lo br0", ""},
		{"load(\"//", "//", "//x.star //y/", ""},
		{"read(\"//x", "//x", "//x.star", "//y/"},
		// Nothing in comments, and no surprises in halves.
		{"# lin", "", "", "link."},
		{"x = \"lin", "lin", "", "link."},
		{"link.add(1 + ", "", "", "mtu = "},
		{"((((", "", "link.", ""},
		{"}])", "", "", "mtu = "},
		{"r\"\\", "\\", "", ""},
		{"\"\\", "\\", "", ""},
		{".", "", "", "mtu = "},
		{"x.", "", "", "mtu = "},
	} {
		word, got := c.Complete(test.src)
		var texts []string
		for _, x := range got {
			texts = append(texts, x.Text)
			if !strings.HasPrefix(x.Text, word) {
				t.Errorf("%q: candidate %q does not begin with %q", test.src, x.Text, word)
			}
		}
		if word != test.word {
			t.Errorf("%q: the word is %q, not %q", test.src, word, test.word)
		}
		for _, want := range fields(test.want) {
			if !slices.Contains(texts, want) {
				t.Errorf("%q: no %q among %q", test.src, want, texts)
			}
		}
		for _, not := range fields(test.not) {
			if slices.Contains(texts, not) {
				t.Errorf("%q: %q is a candidate", test.src, not)
			}
		}
	}
}

// fields splits at spaces, or where something ends with one, at bars.
func fields(s string) []string {
	if !strings.HasSuffix(s, " ") && !strings.Contains(s, "= ") {
		return strings.Fields(s)
	}
	if strings.Contains(s, "|") {
		out := strings.Split(s, "|")
		for i := range out {
			out[i] = strings.TrimSpace(out[i]) + " "
		}
		return out
	}
	var out []string
	for _, f := range strings.Fields(strings.ReplaceAll(s, " = ", "_= ")) {
		out = append(out, strings.ReplaceAll(f, "_=", " = "))
	}
	return out
}

const session = `
link.add("br0", "bridge")
link.add("spine", "ifb")
link.up("br0")
addr.add("10.9.0.1/24", dev = "br0")
lo = link.get("lo")
all = link.list()
box = {"l": lo}
home = netns.current()
spine = 1
x = 5
`

// FuzzComplete wants neither a panic nor a candidate that is no continuation.
func FuzzComplete(f *testing.F) {
	c := &complete.Completer{Names: starlarkmod.Predeclared()}
	for _, src := range []string{session, "link.add(\"x\", link.vxlan(id = 1", "a[b.c({d: \"\"\"", "x.y[1](z=", "lambda: (", "r'\\"} {
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src string) {
		word, all := c.Complete(src)
		for _, x := range all {
			if !strings.HasPrefix(x.Text, word) {
				t.Errorf("%q: candidate %q does not begin with %q", src, x.Text, word)
			}
		}
	})
}
