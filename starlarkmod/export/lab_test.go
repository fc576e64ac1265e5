package export_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/netlark/netlark/netlinkcore/all"
	"github.com/netlark/netlark/netlinkcore/lab"
	"github.com/netlark/netlark/starlarkmod"
	"github.com/netlark/netlark/starlarkmod/export"
	"github.com/netlark/netlark/starlarkmod/module"
	"github.com/netlark/netlark/starlarkmod/script"
	"github.com/netlark/netlark/starlarkmod/topology"
	"github.com/netlark/netlark/tests/nstest"
)

// seedsVar says how many topologies are tried.
const seedsVar = "NETLARK_SEEDS"

func seeds(t *testing.T) uint64 {
	t.Helper()
	if s := os.Getenv(seedsVar); s != "" {
		n, err := strconv.ParseUint(s, 10, 32)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if nstest.Emulated() {
		return 3
	}
	return 8
}

// optional are the capabilities that the generator asks for.
var optional = []string{"qdisc:netem", "qdisc:prio", "kind:vlan", "kind:bond", "kind:vrf", "kind:gre", "filter:flower", "xfrm:esp", "bridge:vlan"}

// capable are those of them that this kernel has.
func capable(t *testing.T) (can []string) {
	t.Helper()
	for _, c := range optional {
		if nstest.Has(t, c) {
			can = append(can, c)
		}
	}
	return can
}

// declared evaluates a script that declares a lab.
func declared(t *testing.T, text, name string) *lab.Lab {
	t.Helper()
	file := filepath.Join(t.TempDir(), "lab.star")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	s := module.NewSession(module.NewTarget("", nil))
	defer s.Close()
	cfg := script.Config{Predeclared: starlarkmod.Predeclared(), Mode: script.ModePlan, Session: s}
	if strings.Contains(text, "arg(") {
		cfg.Args = map[string]string{"lab": name}
	}
	if err := script.New(cfg).File(t.Context(), file); err != nil {
		fatal(t, err, text)
	}
	return s.Labs[0]
}

func fatal(t *testing.T, err error, text string) {
	t.Helper()
	var said strings.Builder
	script.Render(&said, err, script.RenderOptions{})
	t.Fatalf("%s\n%s", said.String(), text)
}

// applied applies a script and returns the lab as it is exported.
func applied(t *testing.T, text, name string) string {
	t.Helper()
	if _, err := (&lab.Apply{}).Apply(t.Context(), declared(t, text, name)); err != nil {
		fatal(t, errors.Unwrap(err), text)
	}
	c, err := lab.Status(t.Context(), name, all.Families())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if p := topology.NewPlan(c); len(p.Steps) > 0 {
		t.Errorf("status tells of a lab that was applied just now: %s\n%s", p, text)
	}
	out, err := export.Lab(t.Context(), c, all.Families(), export.Options{Secrets: true})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestLabs: what is exported of a lab that was drawn by lot is that lab: there is
// nothing to be done for it, and applied under another name it is exported alike.
func TestLabs(t *testing.T) {
	nstest.Require(t, "kind:veth", "kind:vxlan", "kind:macvlan", "qdisc:htb", "filter:u32", "route:table")
	can := capable(t)
	for seed := range seeds(t) {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			nstest.New(t)
			text := newGenerator(seed, can).topology()
			first := applied(t, text, "one")
			c, err := declared(t, first, "one").Compare(t.Context())
			if err != nil {
				fatal(t, err, first)
			}
			if !c.Empty() {
				t.Errorf("what was exported differs from the lab: %s\n%s", topology.NewPlan(c), first)
			}
			c.Close()
			second := applied(t, strings.Replace(first, `topology("one"`, `topology("two"`, 1), "two")
			if again := strings.Replace(second, `topology("two"`, `topology("one"`, 1); !sameLines(again, first) {
				t.Errorf("exported again:\n%s\nfirst:\n%s", changes(again, first), first)
			}
		})
	}
}

// sameLines compares declarations: their order means nothing.
func sameLines(a, b string) bool {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	slices.Sort(x)
	slices.Sort(y)
	return slices.Equal(x, y)
}

// changes are the lines that two texts do not have both.
func changes(got, want string) string {
	out := []string{}
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	for _, line := range a {
		if !slices.Contains(b, line) {
			out = append(out, "+ "+line)
		}
	}
	for _, line := range b {
		if !slices.Contains(a, line) {
			out = append(out, "- "+line)
		}
	}
	return strings.Join(out, "\n")
}
