package repl

import (
	"strings"
	"testing"

	"go.starlark.net/starlark"

	"github.com/netlark/netlark/starlarkmod"
	"github.com/netlark/netlark/starlarkmod/script"
)

// evaluate gives the value of an expression that touches no kernel.
func evaluate(t *testing.T, src string) starlark.Value {
	t.Helper()
	in := script.New(script.Config{Predeclared: starlarkmod.Predeclared()})
	v, err := in.Source(t.Context(), "test", src, true)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

const hops = `[route.hop(via = "10.0.0.2", dev = "eth0", weight = 2), route.hop(via = "2001:db8::ffff:ffff", dev = "a-long-name\x1b[31m"), route.hop(dev = "eth1", realms = 7)]`

func TestShow(t *testing.T) {
	for _, test := range []struct {
		name, src string
		width     int
		want      string
	}{
		{"a pipe", hops, 0, strings.Join([]string{
			`route.hop(via = "10.0.0.2", dev = "eth0", weight = 2)`,
			`route.hop(via = "2001:db8::ffff:ffff", dev = "a-long-name\x1b[31m")`,
			`route.hop(dev = "eth1", realms = 7)`}, "\n")},
		{"wide", hops, 80, strings.Join([]string{
			`via                  dev                  weight  realms`,
			`10.0.0.2             eth0                 2`,
			`2001:db8::ffff:ffff  a-long-name\x1b[31m`,
			`                     eth1                         7`}, "\n")},
		{"a column too many", hops, 50, strings.Join([]string{
			`via                  dev                  weight`,
			`10.0.0.2             eth0                 2`,
			`2001:db8::ffff:ffff  a-long-name\x1b[31m`,
			`                     eth1`,
			`not shown: realms`}, "\n")},
		{"a cell too wide", hops, 10, strings.Join([]string{
			`dev`,
			`eth0`,
			`a-long-na…`,
			`eth1`,
			`not shown:`,
			`  via,`,
			`  weight,`,
			`  realms`}, "\n")},
		{"a short object", `link.vxlan(id = 7)`, 80, `link.vxlan(id = 7)`},
		{"a long object", `link.vxlan(id = 7, remote = "192.0.2.1", dstport = 4789)`, 40,
			"link.vxlan(\n    id = 7,\n    remote = \"192.0.2.1\",\n    dstport = 4789,\n)"},
		{"objects of two kinds", `[link.vxlan(id = 7), link.vlan(id = 5)]`, 80, "link.vxlan(id = 7)\nlink.vlan(id = 5)"},
		{"no objects", `[1, 2]`, 10, `[1, 2]`},
		{"nothing", `[]`, 10, `[]`},
		{"a key", `[xfrm.enc("cbc(aes)", "0x5a5a")]`, 80, "name      key\ncbc(aes)  <redacted>"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, shown := Show(evaluate(t, test.src), ShowOptions{Width: test.width})
			if !shown || strings.ReplaceAll(got, "\x1b", "ESC") != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
			for line := range strings.Lines(got) {
				if n := cells(strings.TrimSuffix(line, "\n")); test.width > 0 && n > max(test.width, 10) && strings.Contains(got, "not shown") {
					t.Errorf("a line of %d cells on a screen of %d", n, test.width)
				}
			}
		})
	}
	if _, shown := Show(starlark.None, ShowOptions{Width: 80}); shown {
		t.Error("None is shown")
	}
}

func TestFit(t *testing.T) {
	for _, c := range []struct {
		text  string
		width int
		want  string
	}{
		{"ab", 4, "ab  "}, {"abcd", 4, "abcd"}, {"abcde", 4, "abc…"}, {"網路網路", 6, "網路… "}, {"", 2, "  "}, {"abc", 1, "…"},
	} {
		if got := fit(c.text, c.width); got != c.want {
			t.Errorf("fit(%q, %d) = %q, want %q", c.text, c.width, got, c.want)
		}
	}
}

func TestColor(t *testing.T) {
	got, _ := Show(evaluate(t, hops), ShowOptions{Width: 50, Color: true})
	if !strings.HasPrefix(got, "\x1b[1mvia") || !strings.HasSuffix(got, "\x1b[2mnot shown: realms\x1b[0m") {
		t.Errorf("%q", got)
	}
}
