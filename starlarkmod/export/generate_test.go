package export_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// A generator writes topologies by chance, of all families that a kernel has. The
// same seed gives the same.
type generator struct {
	*rand.Rand
	can   []string // what the kernel has
	lines []string
	nets  int // networks so far
}

func newGenerator(seed uint64, can []string) *generator {
	return &generator{Rand: rand.New(rand.NewPCG(seed, 2)), can: can}
}

func (g *generator) say(format string, args ...any) {
	g.lines = append(g.lines, fmt.Sprintf(format, args...))
}

// maybe is true once in n times.
func (g *generator) maybe(n int) bool { return g.IntN(n) == 0 }

func (g *generator) has(capability string) bool { return slices.Contains(g.can, capability) }

func (g *generator) pick(all ...string) string { return all[g.IntN(len(all))] }

// option is a keyword argument, or nothing.
func (g *generator) option(format string, args ...any) string {
	if g.maybe(2) {
		return ""
	}
	return ", " + fmt.Sprintf(format, args...)
}

// topology is the whole script.
func (g *generator) topology() string {
	g.say("lab = topology(arg(\"lab\", \"one\")%s)", g.option("seed = %d", 1+g.IntN(9)))
	nodes := 2 + g.IntN(2)
	for i := range nodes {
		if i > 0 && g.maybe(3) {
			g.say("n%d = lab.switch(\"n%d\"%s)", i, i, g.option("ageing_time = %d", 5000+g.IntN(9)))
		} else {
			g.say("n%d = lab.node(\"n%d\")", i, i)
		}
	}
	for i := range nodes {
		for range 1 + g.IntN(2) {
			g.cable(i, (i+1)%nodes)
		}
	}
	for i := range nodes {
		g.node(i)
	}
	return strings.Join(g.lines, "\n") + "\n"
}

func (g *generator) cable(a, b int) {
	g.nets++
	addrs := g.option("subnet = [\"10.%d.0.0/24\", \"fd%02x::/64\"]", g.nets, g.nets)
	if g.maybe(3) {
		addrs = fmt.Sprintf(", addrs = (\"10.%d.0.9/24\", None)", g.nets)
	}
	impaired := ""
	if g.has("qdisc:netem") {
		impaired = g.option("delay = (\"%dms\", \"2ms\")", 1+g.IntN(20))
	}
	g.say("c%d = lab.cable(n%d, n%d%s%s%s)", g.nets, a, b, addrs, g.option("mtu = %d", 1300+g.IntN(200)), impaired)
	if g.maybe(3) {
		g.say("n%d.link.set(c%d.a.name, %s)", a, g.nets, g.pick(`alias = "the first"`, `up = False`, `txqueuelen = 77`, fmt.Sprintf(`altnames = ["wan%[1]d", "uplink%[1]d"]`, g.nets)))
	}
}

// node furnishes a node with what stands on a pair of its own.
func (g *generator) node(i int) {
	n := fmt.Sprintf("n%d", i)
	g.say("%s.link.add(\"d0\", link.veth(peer = \"d1\"), up = True%s)", n, g.option("mtu = %d", 1400+g.IntN(90)))
	g.say("%s.link.set(\"d1\", up = True%s)", n, g.option("alias = \"a b\""))
	g.say("%s.addr.add(\"192.168.%d.1/24\", dev = \"d0\"%s)", n, i, g.option("metric = %d", 1+g.IntN(99)))
	g.say("%s.addr.add(\"fdaa:%d::1/64\", dev = \"d0\")", n, i)
	for _, part := range []func(n string, i int){g.devices, g.addresses, g.routes, g.rules, g.control, g.forwarding, g.protection, g.vlans} {
		if !g.maybe(4) {
			part(n, i)
		}
	}
}

func (g *generator) devices(n string, i int) {
	if g.maybe(2) {
		g.say("%s.link.add(\"br5\", link.bridge(forward_delay = %d%s), up = True%s)", n, 200+4*g.IntN(300), g.option("priority = %d", g.IntN(60000)), g.option("group = 7"))
		g.say("%s.link.set(\"d1\", master = \"br5\"%s)", n, g.option("port = link.bridge_port(%s)", g.pick("isolated = True", "cost = 9", "learning = False", "priority = 5")))
	}
	if g.maybe(2) {
		g.say("%s.link.add(\"mv0\", link.macvlan(mode = \"%s\"), parent = \"d0\"%s%s)", n, g.pick("bridge", "private", "vepa"), g.option("up = True"), g.option("address = \"02:00:00:00:00:%02x\"", g.IntN(99)))
	}
	if g.maybe(2) {
		g.say("%s.link.add(\"if0\", \"ifb\"%s)", n, g.option("up = True"))
	}
	if g.has("kind:vlan") {
		g.say("%s.link.add(\"d0.7\", link.vlan(id = 7%s), parent = \"d0\"%s)", n, g.option("egress_qos_map = {1: 2}"), g.option("up = True"))
	}
	if g.has("kind:bond") && g.maybe(2) {
		g.say("%s.link.add(\"bond5\", link.bond(mode = \"%s\"%s), up = True)", n, g.pick("active-backup", "802.3ad", "balance-xor"), g.option("miimon = %d", 50+g.IntN(50)))
	}
	if g.has("kind:vrf") && g.maybe(2) {
		g.say("%s.link.add(\"red\", link.vrf(table = 55), up = True)", n)
	}
	if g.has("kind:gre") && g.maybe(2) {
		g.say("%s.link.add(\"gre5\", link.gre(local = \"192.168.%d.1\", remote = \"192.168.%d.9\"%s), up = True)", n, i, i, g.option("ttl = 9"))
	}
}

func (g *generator) addresses(n string, i int) {
	for j := range 1 + g.IntN(3) {
		g.say("%s.addr.add(\"192.168.%d.%d/24\", dev = \"d0\"%s)", n, i, 100+j, g.option("label = \"d0:%d\"", j))
	}
	g.say("%s.addr.add(\"172.16.%d.1/32\", dev = \"lo\")", n, i)
	if g.maybe(2) {
		g.say("%s.addr.label.add(\"fd%02x:%d::/48\", %d)", n, g.IntN(99), i, g.IntN(1000))
	}
	if g.maybe(2) {
		g.say("%s.addr.add(\"10.200.%d.1/32\", dev = \"d0\", peer = \"10.200.%d.2/32\")", n, i, i)
	}
}

func (g *generator) routes(n string, i int) {
	via := fmt.Sprintf("192.168.%d.%d", i, 2+g.IntN(9))
	g.say("%s.route.add(\"%s\", via = \"%s\"%s%s)", n, g.pick("default", "10.100.0.0/16"), via, g.option("metric = %d", g.IntN(500)), g.option("metrics = {\"mtu\": %d}", 1300+g.IntN(99)))
	g.say("%s.route.add(\"10.101.0.0/16\", type = \"%s\"%s)", n, g.pick("blackhole", "unreachable", "prohibit"), g.option("table = 100"))
	g.say("%s.route.add(\"fd77::/48\", via = \"fdaa:%d::%x\"%s)", n, i, 2+g.IntN(9), g.option("metric = %d", 1+g.IntN(500)))
	g.say("%s.nexthop.add(1, via = \"%s\", dev = \"d0\")", n, via)
	g.say("%s.nexthop.add(2, via = \"192.168.%d.99\", dev = \"d0\"%s)", n, i, g.option("onlink = True"))
	g.say("%s.nexthop.add(10, group = [(1, %d), (2, 1)])", n, 1+g.IntN(5))
	g.say("%s.route.add(\"10.102.0.0/16\", nhid = %s)", n, g.pick("1", "10"))
	if g.maybe(2) {
		g.say("%s.route.add(\"10.103.0.0/16\", nexthops = [route.hop(via = \"%s\", weight = %d), route.hop(dev = \"d0\")], protocol = \"static\")", n, via, 1+g.IntN(9))
	}
	g.say("%s.neigh.add(\"192.168.%d.77\", dev = \"d0\", lladdr = \"02:00:00:00:00:77\"%s)", n, i, g.option("state = \"%s\"", g.pick("permanent", "noarp")))
}

func (g *generator) rules(n string, _ int) {
	for j := range 1 + g.IntN(3) {
		g.say("%s.rule.add(priority = %d, %s, table = %d%s)", n, 100+j, g.pick(`src = "10.7.0.0/16"`, `dst = "fd88::/32"`, `fwmark = "0x1/0xff"`, `iif = "d0"`, `uidrange = "5-9"`), 100+j, g.option("suppress_prefixlength = %d", g.IntN(24)))
	}
	g.say("%s.sysctl.set(\"net.ipv4.ip_forward\", %d)", n, g.IntN(2))
	if g.maybe(2) {
		g.say("%s.sysctl.set(\"net.ipv4.conf.d0.rp_filter\", %d)", n, g.IntN(3))
		g.say("%s.neigh.table.set(\"arp_cache\", dev = \"d0\", ucast_probes = %d)", n, 1+g.IntN(9))
	}
	if g.maybe(3) {
		g.say("%s.rule.delete(priority = 32767)", n)
	}
}

func (g *generator) control(n string, _ int) {
	if g.maybe(2) {
		g.say("%s.tc.qdisc.add(\"d1\", tc.qdisc.%s)", n, g.pick("pfifo(limit = 9)", "bfifo(limit = 9000)", `tbf(rate = "4mbit", burst = "20kb", limit = "50kb")`, g.band()))
	}
	g.say("%s.tc.qdisc.add(\"d0\", tc.qdisc.htb(%s), handle = \"1:\")", n, g.pick("", "default = \"10\"", "r2q = 20"))
	for j := range 1 + g.IntN(3) {
		g.say("%s.tc.class_.add(\"d0\", tc.class_.htb(rate = \"%dmbit\"%s), parent = \"1:\", classid = \"1:1%d\")", n, 1+g.IntN(90), g.option("ceil = \"100mbit\""), j)
	}
	if g.maybe(2) {
		g.say("%s.tc.qdisc.add(\"d0\", tc.qdisc.pfifo(limit = %d), parent = \"1:10\", handle = \"20:\")", n, 1+g.IntN(99))
	}
	if g.maybe(2) {
		g.say("%s.tc.filter.add(\"d0\", tc.filter.u32(match = [\"ip dst 10.%d.0.0/16\"], classid = \"1:10\"), parent = \"1:\", prio = 5, protocol = \"ip\", handle = \"800::800\")", n, g.IntN(250))
	}
	if g.has("filter:flower") {
		g.say("%s.tc.filter.add(\"d0\", tc.filter.flower(dst_ip = \"10.9.0.0/16\", classid = \"1:10\"), parent = \"1:\", prio = 7, protocol = \"ip\", handle = 3)", n)
	}
}

func (g *generator) band() string {
	if g.has("qdisc:prio") {
		return "prio(bands = 4)"
	}
	return "pfifo(limit = 3)"
}

func (g *generator) forwarding(n string, i int) {
	g.say("%s.link.add(\"vx0\", link.vxlan(id = %d, local = \"192.168.%d.1\", dstport = 4789%s), up = True)", n, 1+g.IntN(1000), i, g.option("%s", g.pick("learning = False", "ttl = 9", "ageing = 77")))
	for j := range 1 + g.IntN(3) {
		g.say("%s.bridge.fdb.add(\"02:00:00:00:01:%02x\", dev = \"vx0\", dst = \"192.0.2.%d\"%s)", n, j, 1+g.IntN(200), g.option("vni = %d", 1+g.IntN(99)))
	}
	g.say("%s.bridge.fdb.append(\"00:00:00:00:00:00\", dev = \"vx0\", dst = \"192.0.2.201\")", n)
	if g.maybe(2) {
		g.say("%s.addr.add(\"192.168.%d.1/24\", dev = \"vx0\")", n, 100+i)
	}
}

func (g *generator) protection(n string, _ int) {
	for j := range 1 + g.IntN(2) {
		g.say("%s.xfrm.policy.add(src = \"10.%d.0.0/16\", dst = \"10.%d.0.0/16\", dir = \"%s\"%s, tmpl = [xfrm.tmpl(src = \"192.0.2.1\", dst = \"192.0.2.2\", proto = \"esp\", mode = \"tunnel\", reqid = %d)])",
			n, j, 100+j, g.pick("in", "out", "fwd"), g.option("priority = %d", g.IntN(100)), 1+j)
	}
	if g.has("xfrm:esp") {
		g.say("%s.xfrm.state.add(src = \"192.0.2.1\", dst = \"192.0.2.2\", proto = \"esp\", spi = %d, mode = \"tunnel\", reqid = 1, aead = xfrm.aead(\"rfc4106(gcm(aes))\", secret(\"0x%s\"), 128))", n, 256+g.IntN(999), strings.Repeat("5a", 20))
	}
}

func (g *generator) vlans(n string, _ int) {
	if !g.has("bridge:vlan") {
		return
	}
	g.say("%s.link.add(\"br6\", link.bridge(vlan_filtering = True), up = True)", n)
	g.say("%s.link.add(\"w0\", link.veth(peer = \"w1\"), master = \"br6\", up = True)", n)
	g.say("%s.bridge.vlan.add(\"w0\", \"10-1%d\"%s)", n, g.IntN(9), g.option("untagged = True"))
	if g.maybe(2) {
		g.say("%s.bridge.vlan.delete(\"w0\", 1)", n)
	}
}
