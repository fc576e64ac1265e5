package state_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/netlark/netlark/netlinkcore/all"
	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/netns"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/state"
	"github.com/netlark/netlark/tests/nstest"
)

func TestMain(m *testing.M) { nstest.Main(m) }

// space is the test's namespace, and what opens others from it.
func space(t *testing.T) (*nstest.NS, *state.Space) {
	t.Helper()
	ns := nstest.New(t)
	s := object.NewScope(object.Config{Enter: ns.Do, Namespace: func(name string) (object.Namespace, error) {
		open := netns.Open
		if strings.HasPrefix(name, "/") {
			open = netns.OpenPath
		}
		n, err := open(name)
		if err != nil {
			return nil, err
		}
		return n, nil
	}})
	t.Cleanup(func() { s.Close() })
	return ns, &state.Space{Scope: s}
}

// furnish is a namespace with something of everything that this kernel knows.
const furnish = `
ip -batch - <<end
link set lo up
link add br0 address 02:00:00:00:00:0b type bridge forward_delay 700
link add v0 address 02:00:00:00:00:01 mtu 1400 type veth peer name v1 address 02:00:00:00:00:02
link set v1 alias "the other end"
link set v0 master br0
link add dummy0 address 02:00:00:00:00:03 type ifb
link add link v1 name mv0 address 02:00:00:00:00:04 type macvlan mode bridge
link add vx0 address 02:00:00:00:00:05 type vxlan id 7 dstport 4789 local 10.0.0.1
link set br0 up
link set v0 up
link set v1 up
link set mv0 up
link set dummy0 up
link set vx0 up
end
sleep 0.3
ip -batch - <<end
addr add 10.0.0.1/24 dev br0
addr add 10.0.0.2/24 dev br0
addr add 10.0.0.3/24 dev br0
addr add 10.1.0.1/24 dev v1 label v1:x
addr add fd00::1/64 dev br0 nodad
addr add fd00:1::1/64 dev v1 nodad
nexthop add id 1 via 10.0.0.9 dev br0
nexthop add id 2 via 10.0.0.8 dev br0
nexthop add id 10 group 1/2
route add 10.2.0.0/16 via 10.0.0.254
route add default via 10.0.0.254 metric 5
route add 10.3.0.0/16 nexthop via 10.0.0.7 weight 2 nexthop via 10.1.0.7
route add 10.4.0.0/16 nhid 10
route add 10.5.0.0/16 via 10.1.0.9 table 100 mtu 1300
route add blackhole 10.6.0.0/16
route add fd02::/64 via fd00::9
rule add priority 100 from 10.0.0.0/24 table 100
neigh add 10.0.0.9 lladdr 02:00:00:00:01:09 dev br0 nud permanent
xfrm policy add src 10.9.0.0/24 dst 10.8.0.0/24 dir out tmpl src 10.0.0.1 dst 10.0.0.9 proto esp mode tunnel reqid 3
end
bridge -batch - <<end
fdb add 02:00:00:00:02:01 dev v0 master static
fdb append 00:00:00:00:00:00 dev vx0 dst 10.0.0.200
fdb append 00:00:00:00:00:00 dev vx0 dst 10.0.0.202
end
tc -batch - <<end
qdisc add dev dummy0 root handle 1: htb default 0x10
class add dev dummy0 parent 1: classid 1:10 htb rate 10mbit ceil 20mbit
filter add dev dummy0 parent 1: prio 5 handle 800::800 protocol ip u32 match ip dport 80 0xffff flowid 1:10
end
`

// observe is what ip, bridge and tc say of the namespace, without what nobody
// can give back: indexes, counters, times, and what the kernel makes.
func observe(t *testing.T, ns *nstest.NS) string {
	t.Helper()
	addresses := ns.Sh(t, "ip -o addr show") // whose order means something
	others := ns.Sh(t, `
ip -d -o -batch - <<end
link show
route show table all
rule show
nexthop show
neigh show nud permanent
xfrm policy
end
ip -6 -o -batch - <<end
route show table all
rule show
end
bridge fdb
tc -batch - <<end
qdisc show dev dummy0
class show dev dummy0
filter show dev dummy0 parent 1:
end
cat /proc/sys/net/ipv4/ip_forward`)
	return strings.Join(settled(addresses), "\n") + "\n--\n" + strings.Join(slices.Sorted(slices.Values(settled(others))), "\n")
}

var (
	kernels = regexp.MustCompile(`proto kernel|^(unicast )?(local|broadcast|multicast|anycast|ff00)|fe80::?|dev \S+ self permanent`)
	unsaid  = regexp.MustCompile(`^\d+: |@if\d+| state [A-Z]+|[a-z_]+_timer +[0-9.]+|(bridge_id|designated_root|designated_bridge|root_id) [^ ]+|(NO-CARRIER|LOWER_UP|RUNNING),?|direct_packets_stat \d+| linkdown| tentative`)
	blanks  = regexp.MustCompile(` +`)
)

// settled are the lines that tell what somebody made.
func settled(text string) (out []string) {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		learned := strings.Contains(line, "master br0") && strings.Count(line, ":") == 5 && !strings.HasSuffix(line, "static") && !strings.HasSuffix(line, "permanent")
		if !learned && (!kernels.MatchString(line) || strings.Contains(line, "link/ether")) {
			out = append(out, blanks.ReplaceAllString(unsaid.ReplaceAllString(line, ""), " "))
		}
	}
	return out
}

// wrecks are scripts that spoil it.
var wrecks = []struct{ name, script string }{
	{"nothing", ``},
	{"an address", `ip addr del 10.0.0.2/24 dev br0; ip addr add 10.0.0.4/24 dev br0`},
	{"the primary address", `ip addr del 10.0.0.1/24 dev br0`},
	{"an attribute", `ip link set br0 mtu 1300; ip link set v1 alias other; ip link set br0 type bridge forward_delay 900; ip link set dummy0 txqueuelen 5`},
	{"a master", `ip link set v0 nomaster; ip link set mv0 master br0`},
	{"an end of a pair as a port", `ip link del mv0; ip link add br9 type bridge; ip link set v1 master br9`},
	{"down", `ip link set v1 down; ip link set br0 down`},
	{"a device", `ip link del mv0; ip link add x0 type bridge; ip addr add 10.7.0.1/24 dev x0; ip link set x0 up`},
	{"a pair", `ip link del v0`},
	{"the bridge", `ip link del br0`},
	{"a name", `ip link set br0 name br9`},
	{"the vxlan", `ip link del vx0; ip link add vx0 type vxlan id 8 dstport 4789`},
	{"remotes", `bridge fdb del 00:00:00:00:00:00 dev vx0 dst 10.0.0.200; bridge fdb append 00:00:00:00:00:00 dev vx0 dst 10.0.0.203`},
	{"routes", `ip route del 10.2.0.0/16; ip route replace 10.3.0.0/16 via 10.0.0.5; ip route add 10.7.0.0/16 via 10.0.0.6; ip route flush table 100; ip rule del priority 100; ip rule add priority 101 table 7`},
	{"nexthops", `ip nexthop del id 1; ip nexthop add id 3 via 10.0.0.4 dev br0`},
	{"neighbours", `ip neigh del 10.0.0.9 dev br0; ip neigh add 10.0.0.10 lladdr 02:00:00:00:01:10 dev br0; bridge fdb del 02:00:00:00:02:01 dev v0 master; bridge fdb append 00:00:00:00:00:00 dev vx0 dst 10.0.0.201`},
	{"xfrm", `ip xfrm policy flush; ip xfrm policy add src 10.9.0.0/24 dst 10.8.1.0/24 dir in`},
	{"queueing", `tc qdisc del dev dummy0 root; tc qdisc add dev dummy0 root tbf rate 1mbit burst 10k latency 50ms`},
	{"the filter", `tc filter del dev dummy0 parent 1: prio 5; tc class add dev dummy0 parent 1: classid 1:20 htb rate 1mbit`},
	{"everything", `ip link del br0; ip link del v0; ip link del dummy0; ip link del vx0; ip xfrm policy flush; ip rule del priority 100; ip route flush table 100; ip route flush all`},
}

func TestRestore(t *testing.T) {
	for _, w := range wrecks {
		t.Run(w.name, func(t *testing.T) {
			nstest.Require(t, "kind:macvlan", "kind:vxlan", "kind:ifb", "qdisc:htb")
			ns, sp := space(t)
			ns.Sh(t, furnish)
			before := observe(t, ns)
			sn := state.NewSnapshot(all.Families())
			defer sn.Close()
			forwarding := object.Of(family("sysctl"), setting(t, "net.ipv4.ip_forward", "1"))
			if err := sn.Touch(t.Context(), sp, object.Set, forwarding); err != nil {
				t.Fatal(err)
			}
			if _, err := forwarding.Family.Do(t.Context(), sp.Scope, object.Set, forwarding); err != nil {
				t.Fatal(err)
			}
			ns.Sh(t, w.script)
			done, left, err := sn.Restore(t.Context())
			for _, l := range left {
				t.Errorf("left: %s", l.String())
			}
			if after := observe(t, ns); err != nil || after != before {
				t.Errorf("%d steps, %v; differs:\n%s", done, err, diff(before, after))
			}
		})
	}
}

func diff(a, b string) string {
	var out []string
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	count := map[string]int{}
	for _, l := range x {
		count[l]++
	}
	for _, l := range y {
		count[l]--
	}
	for l, n := range count {
		switch {
		case n > 0:
			out = append(out, "before: "+shorten(l))
		case n < 0:
			out = append(out, "after:  "+shorten(l))
		}
	}
	if out == nil {
		return "the order of lines:\n" + a + "\n--\n" + b
	}
	return strings.Join(out, "\n")
}

func family(name string) object.Family {
	for _, f := range all.Families() {
		if f.Name() == name {
			return f
		}
	}
	panic("no family " + name)
}

func setting(t *testing.T, path, value string) attr.Ptr {
	t.Helper()
	f := family("sysctl")
	r := f.New()
	for name, text := range map[string]string{"path": path, "value": value} {
		if err := f.Table().Put(&attr.Put{}, r.Ptr(), f.Table().Lookup(name), attr.TextValue(text)); err != nil {
			t.Fatal(err)
		}
	}
	return r.Ptr()
}

func shorten(s string) string { return s[:min(len(s), 250)] }
