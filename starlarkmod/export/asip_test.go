package export_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/netlark/netlark/netlinkcore/all"
	"github.com/netlark/netlark/netlinkcore/lab"
	"github.com/netlark/netlark/netlinkcore/netns"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/state"
	"github.com/netlark/netlark/netlinkcore/xfrm"
	"github.com/netlark/netlark/starlarkmod/export"
	"github.com/netlark/netlark/starlarkmod/topology"
	"github.com/netlark/netlark/tests/nstest"
)

// asExported is what the namespaces of a lab are, each as a function.
func asExported(t *testing.T, l *lab.Lab) string {
	t.Helper()
	var out strings.Builder
	for _, n := range l.Nodes() {
		ns, err := netns.Open(n.NetNS)
		if err != nil {
			t.Fatal(err)
		}
		s := object.NewScope(object.Config{Enter: ns.Do})
		text, err := export.Function(t.Context(), &state.Space{Name: n.NetNS, Scope: s}, all.Families(), export.Options{Name: export.Identifier(n.Name), Secrets: true})
		if err != nil {
			t.Fatal(err)
		}
		out.WriteString(text)
		s.Close()
		ns.Close()
	}
	return out.String()
}

var noWord = regexp.MustCompile(`(?m)^# .*iproute2.*$`)

// asShell runs the commands of a lab's plan with sh.
func asShell(t *testing.T, n *nstest.NS, l *lab.Lab) (script string) {
	t.Helper()
	c, err := l.Compare(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	script, err = topology.AsIP(t.Context(), c, nil)
	if err = errors.Join(err, c.Close()); err != nil {
		t.Fatal(err)
	}
	keys := ""
	for _, node := range l.Nodes() {
		for _, w := range node.Wants() {
			if s, ok := xfrm.StateType.As(w.Object); ok && s.AEAD != nil {
				key := fmt.Sprintf("%x", s.AEAD.Key)
				keys += export.Variable("xfrm.state "+xfrm.StateType.Identity(w.Object)+"_key") + "=0x" + key + "\n"
				if strings.Contains(script, key) {
					t.Errorf("a key is shown:\n%s", script)
				}
			}
		}
	}
	n.Sh(t, keys+"set -x\n"+script)
	return script
}

// What differs and means the same: handles and addresses that the kernel draws; bursts, which tc
// rounds down where netlark rounds up; what bridge adds to the state of entries.
var (
	handle    = regexp.MustCompile(`handle = "[89a-f][0-9a-f]{3}:"`)
	drawn     = regexp.MustCompile(`, address = "[^"]*"`)
	burst     = regexp.MustCompile(`(c?burst) = "(?:15[0-9]{2}|1600)b"`)
	permanent = regexp.MustCompile(`state = 192\b`)
	seed      = regexp.MustCompile(`,? ?seed = \d+`)     // of netem: the kernel draws it
	number    = regexp.MustCompile(`,? ?index = \d+\),`) // of an action
)

func inEssence(text, script string) string {
	text = drawn.ReplaceAllStringFunc(text, func(s string) string {
		if strings.Contains(script, strings.Split(s, `"`)[1]) {
			return s
		}
		return ""
	})
	text = burst.ReplaceAllString(handle.ReplaceAllString(text, "handle"), "$1")
	text = number.ReplaceAllString(seed.ReplaceAllString(text, ""), "),")
	return permanent.ReplaceAllString(text, `state = "permanent"`)
}

// sameAsIP has a lab made by apply, and by the commands that its plan is, and compares the
// namespaces.
func sameAsIP(t *testing.T, text string) (script string) {
	t.Helper()
	nstest.New(t)
	l := declared(t, text, "one")
	if _, err := (&lab.Apply{}).Apply(t.Context(), l); err != nil {
		fatal(t, err, text)
	}
	want := asExported(t, l)
	n := nstest.New(t)
	l = declared(t, text, "one")
	script = asShell(t, n, l)
	got, want := inEssence(asExported(t, l), script), inEssence(want, script)
	if !sameLines(got, want) {
		t.Errorf("by iproute2 it is another lab:\n%s\n%s", changes(got, want), script)
	}
	return script
}

// TestAsIP: the commands that a plan is make the same lab of one that was drawn by lot.
func TestAsIP(t *testing.T) {
	nstest.Require(t, "kind:veth", "kind:vxlan", "kind:macvlan", "qdisc:htb", "filter:u32", "route:table")
	can := capable(t)
	for seed := range seeds(t) {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			script := sameAsIP(t, newGenerator(seed, can).topology())
			if lacks := noWord.FindAllString(script, -1); lacks != nil {
				t.Errorf("there are no words for %s", strings.Join(lacks, "\n"))
			}
		})
	}
}

// TestExamplesAsIP does the same with the examples.
func TestExamplesAsIP(t *testing.T) {
	for name, requires := range map[string][]string{
		"triangle": nil, "dual-uplink": nil, "vxlan-fabric": {"kind:vxlan"},
		"vlan-bridge": {"bridge:vlan", "kind:vlan"}, "ipsec-mesh": {"xfrm:esp"},
	} {
		t.Run(name, func(t *testing.T) {
			nstest.Require(t, append(requires, "kind:veth", "kind:bridge")...)
			text, err := os.ReadFile(filepath.Join("../../examples", name+".star"))
			if err != nil {
				t.Fatal(err)
			}
			sameAsIP(t, strings.ReplaceAll(string(text), "arg(", "(lambda name, default, doc = \"\": default)("))
		})
	}
}
