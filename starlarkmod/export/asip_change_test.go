package export_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/netlark/netlark/netlinkcore/lab"
	"github.com/netlark/netlark/starlarkmod/topology"
	"github.com/netlark/netlark/tests/nstest"
)

// either is a place of a text where two scripts differ: «before|after».
var either = regexp.MustCompile(`(?s)«(.*?)\|(.*?)»`)

// twice are the two scripts of a text, the second of which changes the lab of the first.
func twice(text string) (before, after string) {
	return either.ReplaceAllString(text, "$1"), either.ReplaceAllString(text, "$2")
}

// changedAsIP has a lab changed by apply, and another one by the commands that the plan of
// the change is, and compares the namespaces as netlark and as iproute2 show them.
func changedAsIP(t *testing.T, before, after string) (script, signs string) {
	t.Helper()
	n, l := made(t, before, after)
	if _, err := (&lab.Apply{}).Apply(t.Context(), l); err != nil {
		fatal(t, err, after)
	}
	want, seen := asExported(t, l), observed(t, n, l)

	n, l = made(t, before, after)
	signs = signsOf(t, l)
	script = asShell(t, n, l)
	got, want := inEssence(asExported(t, l), script), inEssence(want, script)
	if !sameLines(got, want) {
		t.Errorf("by iproute2 it is another lab:\n%s\n%s", changes(got, want), script)
	}
	if look := observed(t, n, l); !sameLines(look, seen) {
		t.Errorf("iproute2 shows another lab:\n%s\n%s", changes(look, seen), script)
	}
	if strings.Contains(script, "ip netns ") { // what is made by others is no namespace of the lab
		return script, signs
	}
	left := planOf(t, l)
	left.Steps = slices.DeleteFunc(left.Steps, unknowable)
	if len(left.Steps) > 0 {
		t.Errorf("after the commands this is left to do: %s\n%s", left, script)
	}
	return script, signs
}

// unknowable reports whether a step only takes away what was declared of an object before it
// was made anew: netlark did not see that.
func unknowable(s topology.Step) bool {
	return s.Sign == "±" && !slices.ContainsFunc(s.Changes, func(c topology.Change) bool { return c.New != "None" })
}

// made has the lab of a script in a namespace of its own, and the one that it is to become.
func made(t *testing.T, before, after string) (*nstest.NS, *lab.Lab) {
	t.Helper()
	n := nstest.New(t)
	if _, err := (&lab.Apply{}).Apply(t.Context(), declared(t, before, "one")); err != nil {
		fatal(t, err, before)
	}
	return n, declared(t, after, "one")
}

func planOf(t *testing.T, l *lab.Lab) *topology.Plan {
	t.Helper()
	c, err := l.Compare(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	return topology.NewPlan(c)
}

// signsOf are the sorts of steps that a plan has.
func signsOf(t *testing.T, l *lab.Lab) (signs string) {
	t.Helper()
	for _, s := range planOf(t, l).Steps {
		if !strings.Contains(signs, s.Sign) {
			signs += s.Sign
		}
	}
	return signs
}

// What iproute2 shows, and differs from one lab to the same again: numbers of devices and
// namespaces, ages, timers and counters.
var (
	passing = []string{"ifindex", "link_index", "link_netnsid", "gc_timer", "hello_timer", "tcn_timer", "topology_change_timer",
		"root_path_cost", "updated", "used", "confirmed", "refcnt", "probes", "hold_timer", "message_age_timer", "forward_delay_timer", "operstate", "permaddr"}
	passes  = regexp.MustCompile(`add \d\S+ \S+ use \S.*|\(.*?\) uptime.*|index \d+|refcnt \d+|direct_packets_stat \d+|installed \d+ sec|used \d+ sec|expires in \d+sec| \[[0-9a-f]+\]|seed \d+|on_link`)
	numbers = regexp.MustCompile(`\b[89a-f][0-9a-f]{3}:`) // handles that the kernel chose
	rounded = regexp.MustCompile(`(c?burst)(?: 15[0-9]{2}b| 1600b|)/`)
)

// observed is what iproute2 shows of a lab's namespaces.
func observed(t *testing.T, n *nstest.NS, l *lab.Lab) string {
	t.Helper()
	var out strings.Builder
	for _, node := range l.Nodes() {
		in := node.NetNS
		for _, look := range []string{"ip link", "ip addr", "ip -4 route show table all", "ip -6 route show table all", "ip -4 rule", "ip -6 rule",
			"ip neigh show nud permanent", "ip nexthop", "ip addrlabel", "bridge fdb", "bridge vlan"} {
			tool, words, _ := strings.Cut(look, " ")
			objects(t, &out, in+" "+look, n.Sh(t, tool+" -n "+in+" -j -d "+words+" || echo ']'"))
		}
		text := n.Sh(t, `exec 2>/dev/null; ns=`+in+`
tc -n $ns -d qdisc
for dev in $(ip netns exec $ns ls /proc/sys/net/ipv4/conf); do
	tc -n $ns -d class show dev $dev || continue
	for of in root ingress egress; do tc -n $ns -d filter show dev $dev $of || true; done
done
ip -n $ns -d xfrm policy
ip -n $ns -d xfrm state`)
		text = rounded.ReplaceAllString(numbers.ReplaceAllString(passes.ReplaceAllString(text, ""), "handle"), "$1")
		for line := range strings.Lines(text) {
			fmt.Fprintf(&out, "%s %s\n", in, strings.TrimSpace(line))
		}
	}
	return out.String()
}

// objects writes a list of objects, each as a line.
func objects(t *testing.T, out *strings.Builder, head, text string) {
	t.Helper()
	var list []any
	if err := json.Unmarshal([]byte(text), &list); err != nil && text != "" {
		t.Fatalf("%s: %v\n%s", head, err, text)
	}
	list, _ = lasting(list).([]any)
	for _, o := range list {
		if m, ok := o.(map[string]any); !ok || len(m) > 0 {
			line, _ := json.Marshal(o) // it was JSON before
			fmt.Fprintf(out, "%s %s\n", head, line)
		}
	}
}

// lasting is a value without what passes.
func lasting(v any) any {
	switch v := v.(type) {
	case map[string]any:
		if port, ok := v["info_slave_data"].(map[string]any); ok { // numbered as they came
			delete(port, "no")
			delete(port, "id")
			delete(port, "designated_port")
		}
		for key := range v {
			_, word := v[key].(string) // of a bridge's port
			if v[key] = lasting(v[key]); slices.Contains(passing, key) || key == "state" && word && v["mac"] == nil {
				delete(v, key)
			}
		}
	case []any:
		for i := range v {
			v[i] = lasting(v[i])
		}
		return slices.DeleteFunc(v, sudden)
	}
	return v
}

// sudden reports whether something comes and goes with the carrier of a device and with what
// is received.
func sudden(v any) bool {
	if v == "NO-CARRIER" || v == "LOWER_UP" || v == "linkdown" {
		return true
	}
	m, _ := v.(map[string]any)
	if m["state"] == "" { // a forwarding entry that the kernel learned
		return true
	}
	return slices.ContainsFunc([]string{"local", "dst", "mac"}, func(key string) bool {
		text, _ := m[key].(string)
		return strings.HasPrefix(text, "fe80:") || strings.HasPrefix(text, "ff00:") || strings.HasPrefix(text, "33:33:")
	})
}

// TestChangesAsIP: the commands that the plan of a change is do to a lab what apply does.
func TestChangesAsIP(t *testing.T) {
	for _, c := range changesAsIP {
		if c.requires == "" && nstest.Emulated() {
			continue // any machine can, and this one is slow
		}
		t.Run(c.name, func(t *testing.T) {
			nstest.Require(t, append(strings.Fields(c.requires), "kind:veth", "kind:bridge")...)
			before, after := twice("lab = topology(\"one\")\na = lab.node(\"a\")\n" + c.text)
			script, signs := changedAsIP(t, before, after)
			for _, sign := range c.signs {
				if !strings.ContainsRune(signs, sign) {
					t.Errorf("the plan has no step of %c", sign)
				}
			}
			if lacks := noWord.FindAllString(script, -1); !slices.Equal(lacks, c.lacks) {
				t.Errorf("there are no words for %s\nwant %s", strings.Join(lacks, "\n"), strings.Join(c.lacks, "\n"))
			}
		})
	}
}

// TestLotsChangeAsIP: a lab that was drawn by lot becomes another one.
func TestLotsChangeAsIP(t *testing.T) {
	nstest.Require(t, "kind:veth", "kind:vxlan", "kind:macvlan", "qdisc:htb", "filter:u32", "route:table")
	can := capable(t)
	for seed := range seeds(t) {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			before, after := newGenerator(seed, can).topology(), newGenerator(seed+1000, can).topology()
			script, _ := changedAsIP(t, before, after)
			if lacks := noWord.FindAllString(script, -1); lacks != nil {
				t.Errorf("there are no words for %s", strings.Join(lacks, "\n"))
			}
		})
	}
}

// TestWordless: what iproute2 has no words for is a comment.
func TestWordless(t *testing.T) {
	nstest.Require(t, "kind:veth", "kind:tun")
	before, after := twice(`
lab = topology("one")
a = lab.node("a")
a.link.add("tun0", link.tun(mode = "tun", owner = «0|1»), up = True, mtu = «1400|1300»)
a.addr.add("10.0.0.1/24", dev = "tun0")
a.route.add("10.1.0.0/16", dev = "tun0", metrics = {"rto_min": "«50ms|60ms»"})
`)
	n, l := made(t, before, after)
	want := []string{"# iproute2 has no word for kind.owner of link tun0", "# iproute2 has no word for metrics.rto_min without lock of route 10.1.0.0/16"}
	var got []string
	for line := range strings.Lines(asShell(t, n, l)) {
		if strings.HasPrefix(line, "# iproute2") {
			got = append(got, strings.TrimSpace(line))
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("the comments are %q, want %q", got, want)
	}
}
