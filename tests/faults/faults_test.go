// Package faults_test applies a lab that uses every verb of every family, and
// lets it fail at each place: all is as it was before.
package faults_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/netlark/netlark/netlinkcore/all"
	"github.com/netlark/netlark/netlinkcore/lab"
	"github.com/netlark/netlark/netlinkcore/netns"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/state"
	"github.com/netlark/netlark/starlarkmod"
	"github.com/netlark/netlark/starlarkmod/export"
	"github.com/netlark/netlark/starlarkmod/module"
	"github.com/netlark/netlark/starlarkmod/script"
	"github.com/netlark/netlark/starlarkmod/topology"
	"github.com/netlark/netlark/tests/nstest"
)

// name is that of the lab in testdata/lab.star.
const name = "faults"

// A child process does what one of these variables says: what is killed, or
// looked at from outside, is no test.
const (
	applies  = "NETLARK_FAULTS_APPLY"   // "first" or "second", and what the kernel has
	recovers = "NETLARK_FAULTS_RECOVER" // "1"
	declares = "NETLARK_FAULTS_DECLARE" // as applies: the file is only evaluated
)

func TestMain(m *testing.M) {
	switch {
	case os.Getenv(applies) != "":
		stage, can, _ := strings.Cut(os.Getenv(applies), ":")
		l, err := evaluate(stage, can)
		if err == nil {
			_, err = (&lab.Apply{}).Apply(context.Background(), l)
		}
		end(err)
	case os.Getenv(declares) != "":
		stage, can, _ := strings.Cut(os.Getenv(declares), ":")
		_, err := evaluate(stage, can)
		end(err)
	case os.Getenv(recovers) != "":
		said, err := lab.Recover(context.Background(), name, all.Families())
		os.Stdout.WriteString(said)
		end(err)
	}
	nstest.Main(m)
}

func end(err error) {
	if err != nil {
		script.Render(os.Stderr, err, script.RenderOptions{})
		os.Exit(1)
	}
	os.Exit(0)
}

// evaluate declares the lab in its first or its second stage.
func evaluate(stage, can string) (*lab.Lab, error) {
	s := module.NewSession(module.NewTarget("", nil))
	defer s.Close()
	args := map[string]string{"second": "False", "can": can}
	if stage == "second" {
		args["second"] = "True"
	}
	in := script.New(script.Config{Predeclared: starlarkmod.Predeclared(), Mode: script.ModePlan, Session: s, Args: args})
	if err := in.File(context.Background(), filepath.Join("testdata", "lab.star")); err != nil {
		return nil, err
	}
	return s.Labs[0], nil
}

// wanted are the capabilities that lab.star asks for.
var wanted = []string{"xfrm:esp", "bridge:vlan"}

// A world is a machine with the namespace of others that the lab changes.
type world struct {
	*nstest.NS
	can string // of wanted, what the kernel has
}

func newWorld(t *testing.T) *world {
	t.Helper()
	nstest.Require(t, "kind:veth", "kind:vxlan", "kind:macvlan", "kind:ifb", "qdisc:htb", "qdisc:tbf", "filter:u32", "route:table")
	w := &world{NS: nstest.New(t)}
	var can []string
	for _, c := range wanted {
		if nstest.Has(t, c) {
			can = append(can, c)
		}
	}
	w.can = strings.Join(can, " ")
	w.Sh(t, shell(t, "theirs.sh"))
	return w
}

// shell reads a script of testdata.
func shell(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// lab declares the lab in a stage.
func (w *world) lab(t *testing.T, stage string) *lab.Lab {
	t.Helper()
	l, err := evaluate(stage, w.can)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// apply applies a stage.
func (w *world) apply(t *testing.T, stage string, a lab.Apply) {
	t.Helper()
	if _, err := a.Apply(t.Context(), w.lab(t, stage)); err != nil {
		fatal(t, topology.Explain(err))
	}
}

// fatal ends a test with an error and the script's line.
func fatal(t *testing.T, err error) {
	t.Helper()
	var said strings.Builder
	script.Render(&said, err, script.RenderOptions{})
	t.Fatal(said.String())
}

// A pair is a verb of a family.
type pair struct {
	family string
	verb   object.Verb
}

func (p pair) String() string { return p.family + "." + p.verb.String() }

// sendable are the pairs that an apply can send, by what the families say they
// can: objects are made, changed and removed; of what is always there values are
// set.
func sendable() (out []pair) {
	for _, f := range all.Families() {
		add := func(v object.Verb) { out = append(out, pair{f.Name(), v}) }
		switch {
		case f.Lasts():
			add(state.Creating(f.New()))
			add(object.Delete)
			if f.Can(object.Set) {
				add(object.Set)
			} else if f.Can(object.Replace) {
				add(object.Replace)
			}
		case f.Can(object.Set):
			add(object.Set)
		}
	}
	return out
}

// unsent are pairs that the lab does not send, and why.
var unsent = map[pair]string{
	{"xfrm.ae", object.Set}: "how far a state has come is no part of what a namespace is: an apply that named it would fight the traffic",
}

// lacking are pairs that take a capability.
var lacking = map[string]string{"xfrm.state": "xfrm:esp", "bridge.vlan": "bridge:vlan", "bridge.vlan_global": "bridge:vlan"}

// A tally counts the pairs of steps in namespaces that were there before: what
// happens in a new one is undone by taking it away.
type tally struct {
	sync.Mutex
	seen map[pair]int
}

func (c *tally) count(s *state.Step) {
	c.Lock()
	defer c.Unlock()
	if c.seen == nil {
		c.seen = map[pair]int{}
	}
	c.seen[pair{s.Object.Family.Name(), s.Verb}]++
}

// TestEveryPair: the lab sends every pair that an apply can send, from the first
// stage to the second; that is what the other tests let fail.
func TestEveryPair(t *testing.T) {
	w := newWorld(t)
	w.apply(t, "first", lab.Apply{})
	var c tally
	w.apply(t, "second", lab.Apply{Done: c.count})
	want := sendable()
	sent := 0
	for _, p := range want {
		why, excused := unsent[p]
		need := lacking[p.family]
		switch {
		case excused:
			t.Logf("%s is not sent: %s", p, why)
		case c.seen[p] > 0:
			sent++
		case need != "" && !slices.Contains(strings.Fields(w.can), need):
			t.Logf("%s is not sent: this kernel lacks %s", p, need)
		default:
			t.Errorf("%s is not sent", p)
		}
	}
	for p := range c.seen {
		if !slices.Contains(want, p) {
			t.Errorf("%s is sent, and was not thought to be", p)
		}
	}
	t.Logf("%d of %d pairs", sent, len(want))
}

// TestHung: what others hung on a device that is made anew in their namespace is
// there afterwards.
func TestHung(t *testing.T) {
	w := newWorld(t)
	const look = `ip -n theirs -o addr show vx9 | grep -o 'inet [0-9./]*'; ip -n theirs route show 10.57.0.0/16; bridge -n theirs fdb show dev vx9 | grep '09:0a'
ip -n theirs -o link show vx9 | grep -o 'mtu [0-9]*\|master [a-z0-9]*\|alias .*\|,UP'`
	before := w.Sh(t, look)
	for _, stage := range []string{"first", "second"} {
		w.apply(t, stage, lab.Apply{})
		if after := w.Sh(t, look); after != before {
			t.Errorf("the %s stage: it is\n%s\nwas\n%s", stage, after, before)
		}
	}
	if out := w.Sh(t, "ip -n theirs -d link show vx9"); !strings.Contains(out, "vxlan id 92 ") {
		t.Errorf("it is %s", out)
	}
}

// spaces are the names of all namespaces, the one at hand first, as "".
func (w *world) spaces(t *testing.T) []string {
	t.Helper()
	return append([]string{""}, strings.Fields(w.Sh(t, "ls /run/netns"))...)
}

// look says what the machine is, as other programs see it and as netlark does.
func (w *world) look(t *testing.T) string {
	t.Helper()
	var out strings.Builder
	spaces := w.spaces(t)
	out.WriteString(w.Sh(t, shell(t, "look.sh")))
	for _, name := range spaces {
		lines := strings.Split(exported(t, name), "\n")
		slices.Sort(lines) // what has an order shows elsewhere: ip tells which addresses are secondary
		out.WriteString(strings.Join(lines, "\n") + "\n")
	}
	return out.String()
}

// exported is what netlark says of a namespace.
func exported(t *testing.T, name string) string {
	t.Helper()
	open := func() (*netns.NS, error) { return netns.Open(name) }
	if name == "" {
		open = netns.Current
	}
	ns, err := open()
	if err != nil {
		t.Fatal(err)
	}
	s := object.NewScope(object.Config{Enter: ns.Do, Owned: ns})
	defer s.Close()
	text, err := export.Function(t.Context(), &state.Space{Name: name, Scope: s}, all.Families(), export.Options{Name: "of_" + name, Secrets: true})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// differ says in which lines two looks differ.
func differ(got, want string) string {
	var out []string
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
	if out == nil { // the same lines, in another order or number
		i := 0
		for i < min(len(a), len(b)) && a[i] == b[i] {
			i++
		}
		return fmt.Sprintf("from line %d on it is\n%s\nwas\n%s", i, strings.Join(a[i:min(len(a), i+8)], "\n"), strings.Join(b[i:min(len(b), i+8)], "\n"))
	}
	return strings.Join(out, "\n")
}

// expect fails unless the machine is as it was.
func (w *world) expect(t *testing.T, before, when string) {
	t.Helper()
	if after := w.look(t); after != before {
		t.Fatalf("%s:\n%s", when, differ(after, before))
	}
}
