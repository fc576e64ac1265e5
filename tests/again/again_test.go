// Package again_test makes objects with ip, reads and prints them with netlark,
// runs what was printed elsewhere, and compares: what is missing or different
// is a fault of the definitions.
package again_test

import (
	"bytes"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/netlark/netlark/netlinkcore/netns"
	"github.com/netlark/netlark/starlarkmod"
	"github.com/netlark/netlark/starlarkmod/module"
	"github.com/netlark/netlark/starlarkmod/script"
	"github.com/netlark/netlark/tests/nstest"
)

func TestMain(m *testing.M) { nstest.Main(m) }

// run runs a script in a namespace and returns what it prints.
func run(t *testing.T, ns *nstest.NS, code string) (string, error) {
	t.Helper()
	in, err := netns.OpenPath(ns.Path())
	if err != nil {
		t.Fatal(err)
	}
	s := module.NewSession(module.NewTarget("", in))
	defer s.Close()
	var out bytes.Buffer
	i := script.New(script.Config{Predeclared: starlarkmod.Predeclared(), Mode: script.ModeRun, Secrets: starlarkmod.Secrets, Session: s, Stdout: &out})
	_, err = i.Source(t.Context(), "again", code, false)
	return out.String(), err
}

// commands reads a file of commands that ip may not know, or the kernel; those
// are left out.
func commands(t *testing.T, ns *nstest.NS, file string) (done int) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		if said := ns.Sh(t, line+" 2>&1 || echo failed"); said != "" {
			t.Logf("left out: %s: %s", line, strings.ReplaceAll(said, "\n", " "))
			continue
		}
		done++
	}
	return done
}

// volatile is what ip shows of a link that differs by nature: what the kernel
// counts, draws by lot, or made of a link-layer address that was drawn.
var volatile = []string{"ifindex", "link_index", "operstate", "promiscuity", "permaddr", "root_id", "bridge_id", "gc_timer", "hello_timer"}

// TestLinks: what ip made is printed as calls that make it again.
func TestLinks(t *testing.T) {
	nstest.Require(t, "kind:veth", "kind:bond", "kind:geneve", "kind:macsec", "kind:vlan")
	first := nstest.New(t)
	second := first.Another(t)
	if made := commands(t, first, "testdata/links.sh"); made < 60 {
		t.Errorf("only %d commands were carried out", made)
	}
	// Who was numbered by its own command comes first; the other end of a pair
	// is there by then.
	out, err := run(t, first, `
for l in sorted(link.list(), key = lambda l: (l.index < 1000, l.index)):
    print(l.name, l)
`)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for line := range strings.Lines(out) {
		name, call, _ := strings.Cut(strings.TrimSpace(line), " ")
		if there, _ := run(t, second, fmt.Sprintf("print(link.get(%q) != None)", name)); strings.TrimSpace(there) == "True" {
			continue
		}
		if _, err := run(t, second, call); err != nil {
			t.Errorf("%v, of\n%s", err, call)
			continue
		}
		names = append(names, name)
	}
	if len(names) < 50 {
		t.Errorf("only %d links: %v", len(names), names)
	}
	want, have := shown(t, first), shown(t, second)
	for _, name := range names {
		compare(t, name, want[name], have[name])
	}
}

// shown is what ip shows of each link.
func shown(t *testing.T, ns *nstest.NS) map[string]map[string]any {
	t.Helper()
	out := map[string]map[string]any{}
	for _, l := range ns.IP(t, "link", "show") {
		forget(l)
		flags, _ := l["flags"].([]any)
		l["flags"] = slices.DeleteFunc(flags, func(f any) bool { return f == "M-DOWN" || f == "LOWER_UP" || f == "NO-CARRIER" })
		out[fmt.Sprint(l["ifname"])] = l
	}
	return out
}

// forget drops what is volatile, at any depth.
func forget(m map[string]any) {
	for _, key := range volatile {
		delete(m, key)
	}
	for _, v := range m {
		if inner, ok := v.(map[string]any); ok {
			forget(inner)
		}
	}
}

// compare tells of each difference inside.
func compare(t *testing.T, path string, want, have any) {
	t.Helper()
	a, isMap := want.(map[string]any)
	b, both := have.(map[string]any)
	if !isMap || !both {
		if !reflect.DeepEqual(want, have) {
			t.Errorf("%s: was %v, became %v", path, want, have)
		}
		return
	}
	for key := range a {
		compare(t, path+"."+key, a[key], b[key])
	}
	for key := range b {
		if _, ok := a[key]; !ok {
			t.Errorf("%s.%s: became %v", path, key, b[key])
		}
	}
}
