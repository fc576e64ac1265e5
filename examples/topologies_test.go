package examples

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/netlark/netlark/netlinkcore/all"
	"github.com/netlark/netlark/netlinkcore/lab"
	"github.com/netlark/netlark/starlarkmod/script"
	"github.com/netlark/netlark/starlarkmod/topology"
	"github.com/netlark/netlark/tests/nstest"
)

// workOn does with the topology of a script what commands do: "apply" or "plan"
// with arguments name=value, "ask" with lines of Starlark about up, "destroy".
func workOn(ctx context.Context, file, verb string, words []string) error {
	args := map[string]string{}
	if verb == "apply" || verb == "plan" {
		for _, w := range words {
			name, value, _ := strings.Cut(w, "=")
			args[name] = value
		}
	}
	in, s := interpreter(script.ModePlan, args)
	defer s.Close()
	if err := in.File(ctx, file); err != nil {
		return err
	}
	l := s.Labs[0]
	switch verb {
	case "plan":
		c, err := l.Compare(ctx)
		if err != nil {
			return err
		}
		fmt.Println(topology.NewPlan(c))
		return c.Close()
	case "apply":
		show := func(c *lab.Change) error { fmt.Println(topology.NewPlan(c)); return nil }
		_, err := (&lab.Apply{Show: show}).Apply(ctx, l)
		return topology.Explain(err)
	case "ask":
		in, s := interpreter(script.ModeRun, nil)
		defer s.Close()
		code := fmt.Sprintf("up = running(%q)\n%s\n", l.Name, strings.Join(words, "\n"))
		_, err := in.Source(ctx, "ask", code, false)
		return err
	case "destroy":
		_, err := lab.Destroy(ctx, l.Name, all.Families())
		return err
	}
	return fmt.Errorf("%q is nothing to do", verb)
}

// topologies are the scripts that declare one: what they require of a kernel, how
// to see that it works, an argument that changes something and words of the plan
// then, what somebody breaks by hand and words of the plan that repairs it.
var topologies = []struct{ file, requires, works, arg, changes, breaks, repairs string }{
	{"triangle.star", "kind:veth", everybody, "mtu=1400", "~ link eth0: mtu 1500 → 1400",
		"ip -n triangle.r1 link del eth0; ip -n triangle.r3 route add 10.9.0.0/16 via 10.0.0.5", "- route 10.9.0.0/16"},
	{"dual-uplink.star", "kind:veth route:table", pings("staff 203.0.113.1", "guests 203.0.113.1", "guests 10.1.0.2"),
		"guests=isp1", `+ rule.add(201, src = "10.2.0.0/24", table = 101)`,
		"ip -n dual-uplink.router rule del priority 200; ip -n dual-uplink.router route flush table 101", `+ route.add("0.0.0.0/0", table = 101, via = "192.0.2.1")`},
	{"vlan-bridge.star", "bridge:vlan kind:veth kind:vlan", everybody, "blue=30", `+ bridge.vlan.add("trunk", 30)`,
		"bridge -n vlan-bridge.sw1 vlan del dev trunk vid 10; bridge -n vlan-bridge.sw2 vlan add dev red2 vid 77", "- bridge.vlan"},
	{"vxlan-fabric.star", "kind:bridge kind:veth kind:vxlan route:multipath", pings("host1 10.0.0.2", "host3 10.0.0.1", "leaf2 10.255.0.3"),
		"leaves=3", "- namespace fabric.leaf4",
		"bridge -n fabric.leaf1 fdb del 00:00:00:00:00:00 dev vx0 dst 10.255.0.3; ip -n fabric.leaf2 link del vx0",
		`+ bridge.fdb.append("00:00:00:00:00:00", dev = "vx0", dst = "10.255.0.3")`},
	{"ipsec-mesh.star", "kind:bridge kind:veth xfrm:esp", everybody, "secret=FILE", "± xfrm.state",
		"for n in paris oslo rome; do ip -n ipsec-mesh.$n xfrm state flush; done; ip -n ipsec-mesh.oslo xfrm policy deleteall", "+ xfrm.policy"},
}

// everybody asks whether all nodes reach each other.
const everybody = "r = up.ping_all()\nif not r.ok: fail(r.failed)"

// pings asks whether nodes reach addresses, each "NODE ADDRESS".
func pings(pairs ...string) string {
	var lines []string
	for _, p := range pairs {
		node, dst, _ := strings.Cut(p, " ")
		lines = append(lines, fmt.Sprintf("if not up[%q].probe.ping(%q).ok: fail(%q)", node, dst, p))
	}
	return strings.Join(lines, "\n")
}

const nothing = "no changes\n"

// TestTopologies leads each topology through a life: applied, applied again,
// changed, broken, repaired, destroyed.
func TestTopologies(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("another secret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, x := range topologies {
		t.Run(strings.TrimSuffix(x.file, ".star"), func(t *testing.T) {
			nstest.Require(t, strings.Fields(x.requires)...)
			l := &life{t: t, ns: nstest.New(t), file: x.file}
			arg := strings.ReplaceAll(x.arg, "FILE", secret)
			before := l.machine()
			l.says("apply", "+ namespace")
			l.do("ask", x.works)
			l.settled()
			l.says("apply", x.changes, arg)
			l.do("ask", x.works)
			l.settled(arg)
			l.ns.Sh(t, x.breaks)
			l.says("plan", x.repairs, arg)
			l.says("apply", x.repairs, arg)
			l.do("ask", x.works)
			l.settled(arg)
			l.noKeys()
			l.do("destroy")
			if after := l.machine(); after != before {
				t.Errorf("before:\n%s\nafter:\n%s", before, after)
			}
		})
	}
}

// A life is that of one topology.
type life struct {
	t    *testing.T
	ns   *nstest.NS
	file string
	said strings.Builder
}

func (l *life) do(verb string, words ...string) string {
	l.t.Helper()
	out := example(l.t, l.file, append([]string{verb}, words...)...)
	l.said.WriteString(out)
	return out
}

// says does something that has to print some words.
func (l *life) says(verb, want string, words ...string) {
	l.t.Helper()
	if out := l.do(verb, words...); !strings.Contains(out, want) {
		l.t.Errorf("%s %s does not say %q:\n%s", verb, strings.Join(words, " "), want, out)
	}
}

// settled plans and applies where there is nothing to do.
func (l *life) settled(args ...string) {
	l.t.Helper()
	for _, verb := range []string{"plan", "apply"} {
		if out := l.do(verb, args...); out != nothing {
			l.t.Errorf("%s again:\n%s", verb, out)
		}
	}
}

// machine is what others see of the namespace in which netlark runs.
func (l *life) machine() string {
	l.t.Helper()
	return l.ns.Sh(l.t, "ip link; ip addr; ip rule; ip route show table all; ip netns; ls /run/netlark 2>/dev/null || true")
}

var hexKey = regexp.MustCompile(`0x[0-9a-f]{40}`)

// noKeys looks for the keys that the kernel has in all that was printed.
func (l *life) noKeys() {
	l.t.Helper()
	for _, key := range hexKey.FindAllString(l.ns.Sh(l.t, "for n in $(ip netns list | cut -d' ' -f1); do ip -n $n xfrm state; done"), -1) {
		if strings.Contains(l.said.String(), key[2:]) {
			l.t.Errorf("the key %s is printed", key)
		}
	}
}
