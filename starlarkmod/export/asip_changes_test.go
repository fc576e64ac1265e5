package export_test

// changesAsIP are changes of labs, «before|after», by family.
var changesAsIP = []struct {
	name, requires string
	signs          string   // of steps that the plan has
	lacks          []string // what it has no commands for
	text           string
}{
	{name: "veth", signs: "~±-+", text: `
a.link.add("v0", link.veth(peer = "v1"), up = True, mtu = «1400|1300», alias = "«one|the other»")
a.link.set("v1", up = «True|False», txqueuelen = «50|60»)
a.link.add("w0", link.veth(peer = "«w1|w2»"), up = True)
«a.link.add("x0", link.veth(peer = "x1"))|»
«|a.link.add("y0", link.veth(peer = "y1"), address = "02:00:00:00:00:01")»
a.link.add("z0", link.veth(peer = "z1"), altnames = [«"one", "two"|"two", "three"»], arp = «True|False», multicast = «False|True»)
a.link.set("z1", address = "02:00:00:00:00:0«2|3»", group = «3|4», addrgenmode = "«none|eui64»")
`},
	{name: "unsaid", signs: "~", text: `
a.link.add("v0", link.veth(peer = "v1")«, alias = "one", txqueuelen = 50, altnames = ["x"]|»)
a.link.add("br0", link.bridge(«ageing_time = 5000, priority = 7, group_fwd_mask = 8|»))
a.link.set("v1"«, master = "br0", port = link.bridge_port(cost = 7, isolated = True)|»)
a.addr.add("10.0.0.1/24", dev = "v0"«, metric = 7|»)
`},
	{name: "bridge", signs: "~-", text: `
a.link.add("br0", link.bridge(forward_delay = «400|500», stp_state = "«off|kernel»", priority = «7|8», mcast_snooping = «True|False», mcast_router = "«auto|never»", ageing_time = «100|200»), up = True)
a.link.add("br1", link.bridge(), up = «True|False»)
a.link.add("v0", link.veth(peer = "v1"), master = "«br0|br1»", up = True)
a.link.set("v1", master = "br0", port = link.bridge_port(cost = «7|9», isolated = «True|False», learning = «False|True», priority = «5|6»))
a.link.add("w0", link.veth(peer = "w1"), master = "«br0|»", up = True)
«a.link.add("br2", link.bridge())
a.link.set("w1", master = "br2")|»
`},
	{name: "vxlan", requires: "kind:vxlan", signs: "~±-", text: `
a.link.add("v0", link.veth(peer = "v1"), up = True)
a.addr.add("10.0.0.1/24", dev = "v0")
a.link.add("vx0", link.vxlan(id = 7, local = "10.0.0.1", dstport = 4789, ageing = «70|80», learning = «True|False», ttl = «3|4», tos = «4|8»), up = True)
a.link.add("vx1", link.vxlan(id = «8|9», local = "10.0.0.1", remote = "10.0.0.9", dstport = 4789), up = True, mtu = 1400)
a.link.add("vx2", link.vxlan(id = 10, remote = "«239.0.0.1|239.0.0.2»", parent = "v0", dstport = «4790|4791»), up = True)
a.addr.add("10.1.0.1/24", dev = "vx1")
a.link.add("br0", link.bridge(), up = True)
a.link.set("vx0", master = "br0")
«a.link.add("vx3", link.vxlan(id = 10, dstport = 4799))|»
`},
	{name: "macvlan", requires: "kind:macvlan", signs: "~-", text: `
a.link.add("v0", link.veth(peer = "v1"), up = True)
a.link.add("mv0", link.macvlan(mode = "«bridge|private»"), parent = "v0", up = True)
a.link.add("mv1", link.macvlan(mode = "«vepa|private»"), parent = "v1", mtu = 1400, up = True)
a.link.add("mv2", link.macvlan(mode = "bridge"), parent = "v0", address = "02:00:00:00:00:0«1|2»", up = «True|False»)
«a.link.add("mv3", link.macvlan(mode = "bridge"), parent = "v0")|»
`},
	{name: "macvlan source", requires: "kind:macvlan", signs: "~", text: `
a.link.add("v0", link.veth(peer = "v1"), up = True)
a.link.add("mv0", link.macvlan(mode = "source", macaddr = ["02:00:00:00:00:01", "02:00:00:00:00:«02|03»"]), parent = "v0", up = True)
`},
	{name: "ifb", requires: "kind:ifb", signs: "~±-", text: `
a.link.add("if0", "ifb", up = «True|False», mtu = «1400|1300»)
a.link.add("if1", "ifb", numtxqueues = «2|3», up = True)
«a.link.add("if2", "ifb")|»
`},
	{name: "tun", requires: "kind:tun", signs: "~±-+", lacks: []string{"# iproute2 has no word for index of link tap0", "# iproute2 has no word for index of link tap1"}, text: `
a.link.add("tun0", link.tun(mode = "tun", owner = 1), up = True, mtu = «1400|1300»)
a.link.add("tap0", link.tun(mode = "«tap|tun»", group = 5))
a.link.add("tap1", link.tun(mode = "tap", pi = «True|False», vnet_hdr = True, multi_queue = True), up = True)
«a.link.add("tap2", link.tun(mode = "tap"))|»
«|a.link.add("tap3", link.tun(mode = "tap", owner = 7, group = 8), up = True)»
a.addr.add("10.0.0.1/24", dev = "tun0")
a.addr.add("10.0.1.1/24", dev = "tap1")
`},
	{name: "addr", signs: "~±-+", text: `
a.link.add("v0", link.veth(peer = "v1"), up = True)
a.link.set("v1", up = True)
a.addr.add("10.0.0.1/24", dev = "v0", label = "v0:«1|2»")
a.addr.add("10.0.0.2/24", dev = "v0", metric = «7|8»)
a.addr.add("10.0.1.1/«24|25»", dev = "v0")
a.addr.add("10.0.2.1/24", dev = "v0", broadcast = "«10.0.2.255|10.0.2.254»")
a.addr.add("10.0.3.1/32", peer = "10.0.3.«2|3»/32", dev = "v0")
a.addr.add("10.0.4.1/24", dev = "v0", scope = "«link|global»", noprefixroute = «True|False»)
a.addr.add("10.0.5.1/24", dev = "«v0|v1»")
a.addr.add("10.0.6.1/24", dev = "v0"«|, broadcast = "+"»)
a.addr.add("fd00:1::1/64", dev = "v0", nodad = «True|False», metric = «7|8»)
a.addr.add("fd00:2::1/64", dev = "v0", preferred_lft = "«forever|0s»", home = «True|False»)
«a.addr.add("fd00:3::1/64", dev = "v0")
a.addr.add("10.0.7.1/24", dev = "v0")
a.addr.add("10.0.7.2/24", dev = "v0")|»
a.addr.label.add("fd01::/48", «1|2»)
«a.addr.label.add("fd02::/48", 3)|»
«|a.addr.label.add("fd03::/48", 3, dev = "v0")»
`},
	{name: "route", requires: "route:table", signs: "~-+", text: `
a.link.add("v0", link.veth(peer = "v1"), up = True)
a.link.set("v1", up = True)
a.addr.add("10.0.0.1/24", dev = "v0")
a.addr.add("fd00::1/64", dev = "v0", nodad = True)
a.route.add("default", via = "10.0.0.«2|3»")
a.route.add("10.1.0.0/16", via = "10.0.0.2", metric = «7|8»)
a.route.add("10.2.0.0/16", via = "10.0.0.2", table = «100|1000», protocol = "static")
a.route.add("10.3.0.0/16", type = "«blackhole|unreachable»")
a.route.add("10.4.0.0/16", via = "10.0.0.2", metrics = {"mtu": «1400|1300», "advmss": 1200, «"initcwnd": 9|"hoplimit": 9»})
a.route.add("10.5.0.0/16", via = "10.0.0.2", dev = "v0", src = "10.0.0.1", onlink = «True|False»)
a.route.add("10.6.0.0/16", dev = "«v0|v1»", scope = "link")
a.route.add("10.7.0.0/16", nexthops = [route.hop(via = "10.0.0.2", weight = «1|3»), route.hop(via = "10.0.0.3")«|, route.hop(dev = "v1")»])
a.route.add("10.8.0.0/16", via = "10.0.0.2", tos = «4|8»)
«a.route.add("10.9.0.0/16", via = "10.0.0.2")
a.route.add("fd02::/48", via = "fd00::2")|»
a.route.add("fd03::/48", via = "fd00::«2|3»", metric = «7|8»)
a.route.add("fd04::/48", via = "fd00::2", metrics = {"mtu": «1400|1300»}, pref = "«low|high»")
a.route.add("fd05::/48", nexthops = [route.hop(via = "fd00::2"), route.hop(via = "fd00::«3|4»")])
a.route.add("10.10.0.0/16", via = "fd00::«2|3»", dev = "v0")
`},
	{name: "locked metrics", signs: "~+", text: `
a.link.add("v0", link.veth(peer = "v1"), up = True)
a.link.set("v1", up = True)
a.addr.add("10.0.0.1/24", dev = "v0")
a.route.add("10.1.0.0/16", via = "10.0.0.2", metrics = {"mtu": «1400|1300», "lock": ["mtu"]})
a.route.add("10.2.0.0/16", via = "10.0.0.2", metrics = {"mtu": 1400, "advmss": 1300, "rto_min": "50ms", "lock": [«"mtu"|"mtu", "advmss", "rto_min"»]})
a.route.add("10.3.0.0/16", via = "10.0.0.2", metrics = {"rtt": «64|80», "rttvar": «40|20», "rto_min": "«50ms|60ms»", "lock": ["rto_min", "rtt"]})
«|a.route.add("10.4.0.0/16", via = "10.0.0.2", metrics = {"mtu": 1400, "hoplimit": 7, "lock": ["hoplimit", "mtu"]})»
`},
	{name: "nexthop", signs: "~-+", text: `
a.link.add("v0", link.veth(peer = "v1"), up = True)
a.link.set("v1", up = True)
a.addr.add("10.0.0.1/24", dev = "v0")
a.nexthop.add(1, via = "10.0.0.«2|3»", dev = "v0")
a.nexthop.add(2, via = "10.0.0.4", dev = "v0", onlink = «True|False»)
a.nexthop.add(3, «via = "10.0.0.5", dev = "v0"|blackhole = True»)
a.nexthop.add(10, group = [(1, «1|2»), (2, 1)])
a.nexthop.add(11, group = [1«|, 2»])
«a.nexthop.add(4, dev = "v0")|»
a.route.add("10.1.0.0/16", nhid = «1|10»)
a.route.add("10.2.0.0/16", nhid = 3)
«|a.nexthop.add(5, blackhole = True, family = 6)»
`},
	{name: "rule", requires: "route:table", signs: "-+", text: `
a.link.add("v0", link.veth(peer = "v1"), up = True)
a.rule.add(priority = 100, src = "10.«1|2».0.0/16", table = 100)
a.rule.add(priority = 101, dst = "10.1.0.0/16", table = «100|1000», suppress_prefixlength = «1|2»)
a.rule.add(priority = «102|103», fwmark = "0x1/0xff", table = 100)
a.rule.add(priority = 104, iif = "«v0|v1»", action = "«table|blackhole»"«, table = 100|»)
a.rule.add(priority = 105, goto = «106|107», action = "goto")
a.rule.add(priority = 106, uidrange = "«5-9|6-9»", table = 100)
a.rule.add(priority = 107, src = "fd00::/48", table = «100|101»)
a.rule.add(priority = 108, tos = 4, ipproto = "tcp", dport = "«80|90-99»", table = 100, not_ = «True|False»)
«a.rule.add(priority = 109, table = 9)|»
a.rule.delete(priority = «32767|32766», family = 4)
`},
	{name: "neigh", signs: "~-+", text: `
a.link.add("v0", link.veth(peer = "v1"), up = True)
a.link.set("v1", up = True)
a.neigh.add("10.0.0.2", dev = "v0", lladdr = "02:00:00:00:00:0«1|2»")
a.neigh.add("10.0.0.3", dev = "v0", lladdr = "02:00:00:00:00:01", state = "«permanent|noarp»")
a.neigh.add("10.0.0.4", dev = "«v0|v1»", lladdr = "02:00:00:00:00:01")
a.neigh.add("fd00::2", dev = "v0", lladdr = "02:00:00:00:00:0«1|2»", router = «True|False»)
«a.neigh.add("10.0.0.5", dev = "v0", lladdr = "02:00:00:00:00:01")
a.neigh.add("10.0.0.6", dev = "v0", proxy = True)|»
«|a.neigh.add("10.0.0.7", dev = "v0", proxy = True)»
a.neigh.table.set("arp_cache", dev = "v0", ucast_probes = «4|5», base_reachable = "«20s|30s»")
`},
	{name: "fdb", requires: "kind:vxlan", signs: "~-+", text: `
a.link.add("br0", link.bridge(), up = True)
a.link.add("v0", link.veth(peer = "v1"), up = True, master = "br0")
a.addr.add("10.0.0.1/24", dev = "br0")
a.link.add("vx0", link.vxlan(id = 7, local = "10.0.0.1", dstport = 4789), up = True)
a.bridge.fdb.add("02:00:00:00:01:01", dev = "vx0", dst = "192.0.2.«1|2»")
a.bridge.fdb.add("02:00:00:00:01:02", dev = "vx0", dst = "192.0.2.1", vni = «1|2»)
a.bridge.fdb.append("00:00:00:00:00:00", dev = "vx0", dst = "192.0.2.1")
a.bridge.fdb.append("00:00:00:00:00:00", dev = "vx0", dst = "192.0.2.«2|3»")
«a.bridge.fdb.add("02:00:00:00:01:03", dev = "vx0", dst = "192.0.2.1")|»
`},
	{name: "tc", requires: "qdisc:htb qdisc:tbf", signs: "~±+", text: `
a.link.add("v0", link.veth(peer = "v1"), up = True)
a.link.set("v1", up = True)
a.tc.qdisc.add("v0", tc.qdisc.htb(default = "«10|11»"), handle = "1:")
a.tc.class_.add("v0", tc.class_.htb(rate = "«5|6»mbit", ceil = "10mbit"), parent = "1:", classid = "1:10")
a.tc.class_.add("v0", tc.class_.htb(rate = "5mbit", prio = «1|2», quantum = «1500|1600»), parent = "1:", classid = "1:11")
a.tc.class_.add("v0", tc.class_.htb(rate = "1mbit"), parent = "1:«10|11»", classid = "1:20")
«a.tc.class_.add("v0", tc.class_.htb(rate = "1mbit"), parent = "1:", classid = "1:12")|»
a.tc.qdisc.add("v0", tc.qdisc.pfifo(limit = «9|10»), parent = "1:20", handle = "20:")
a.tc.qdisc.add("v1", tc.qdisc.tbf(rate = "«3|4»mbit", burst = "20kb", limit = "50kb"), handle = "2:")
a.tc.qdisc.add("v1", tc.qdisc.bfifo(limit = «9000|8000»), parent = "2:1", handle = "21:")
`},
	{name: "tc anew", requires: "qdisc:htb qdisc:tbf", signs: "±-+", text: `
a.link.add("v0", link.veth(peer = "v1"), up = True)
a.link.set("v1", up = True)
a.link.add("w0", link.veth(peer = "w1"), up = True)
a.tc.qdisc.add("v0", tc.qdisc.«pfifo(limit = 9)|tbf(rate = "4mbit", burst = "20kb", limit = "50kb")»)
a.tc.qdisc.add("v1", tc.qdisc.htb(), handle = "«1|2»:")
a.tc.class_.add("v1", tc.class_.htb(rate = "5mbit"), parent = "«1|2»:", classid = "«1|2»:10")
«a.tc.qdisc.add("w0", tc.qdisc.pfifo(limit = 9))|»
«|a.tc.qdisc.add("w1", tc.qdisc.pfifo(limit = 9))»
`},
	{name: "filters", requires: "qdisc:htb qdisc:clsact filter:u32", signs: "±-", text: `
a.link.add("v0", link.veth(peer = "v1"), up = True)
a.link.set("v1", up = True)
a.tc.qdisc.add("v0", tc.qdisc.htb(), handle = "1:")
a.tc.class_.add("v0", tc.class_.htb(rate = "5mbit"), parent = "1:", classid = "1:10")
a.tc.qdisc.add("v0", tc.qdisc.clsact())
a.tc.filter.add("v0", tc.filter.u32(match = ["ip dst 10.«1|2».0.0/16"], classid = "1:10"), parent = "1:", prio = 5, protocol = "ip", handle = "800::800")
«a.tc.filter.add("v0", tc.filter.u32(match = ["ip src 10.1.0.0/16"], classid = "1:10"), parent = "1:", prio = 6, protocol = "ip", handle = "801::800")|»
a.tc.filter.add("v0", tc.filter.u32(match = ["ip dst 10.1.0.0/16"], classid = "1:«1|2»"), parent = "ingress", prio = 7, protocol = "ip", handle = "800::800")
«a.tc.qdisc.add("v1", tc.qdisc.ingress())|»
`},
	{name: "tc in place", requires: "qdisc:htb qdisc:tbf", signs: "~-+", text: `
a.link.add("v0", link.veth(peer = "v1"), up = True)
a.link.set("v1", up = True)
a.tc.qdisc.add("v0", tc.qdisc.htb(default = "10"), handle = "1:")
a.tc.class_.add("v0", tc.class_.htb(rate = "«5|6»mbit", ceil = "10mbit", prio = 3), parent = "1:", classid = "1:10")
a.tc.class_.add("v0", tc.class_.htb(rate = "5mbit", prio = «1|2», quantum = «1500|1600»), parent = "1:", classid = "1:11")
«a.tc.class_.add("v0", tc.class_.htb(rate = "1mbit"), parent = "1:", classid = "1:12")|»
a.tc.qdisc.add("v0", tc.qdisc.pfifo(limit = «9|10»), parent = "1:11", handle = "20:")
«|a.tc.qdisc.add("v0", tc.qdisc.bfifo(limit = 9000), parent = "1:10", handle = "21:")»
a.tc.qdisc.add("v1", tc.qdisc.tbf(rate = "«4|5»mbit", burst = "20kb", limit = "50kb"), handle = "2:")
`},
	{name: "policy", signs: "~-+", text: `
a.xfrm.policy.add(src = "10.1.0.0/16", dst = "10.2.0.0/16", dir = "out", priority = «1|2», tmpl = [xfrm.tmpl(src = "192.0.2.1", dst = "192.0.2.«2|3»", proto = "esp", mode = "tunnel", reqid = 1)])
a.xfrm.policy.add(src = "10.1.0.0/16", dst = "10.3.0.0/16", dir = "in", action = "«block|allow»", icmp = «True|False»)
a.xfrm.policy.add(src = "10.1.0.0/16", dst = "10.4.0.0/16", dir = "fwd", limit = xfrm.limit(byte_soft = «1000|2000», byte_hard = 5000, packet_hard = 7, time_hard = "«2h|3h»", time_use_soft = "9m"))
a.xfrm.policy.add(src = "10.1.0.0/16", dst = "10.5.0.0/16", dir = "out", limit = xfrm.limit(byte_hard = 10000«, packet_soft = 100|»))
«a.xfrm.policy.add(src = "10.1.0.0/16", dst = "10.6.0.0/16", dir = "out")|»
«|a.xfrm.policy.add(src = "fd01::/48", dst = "fd02::/48", dir = "out", proto = "tcp", dport = "80", mark = "1/0xff", if_id = 7)»
`},
	{name: "sysctl", signs: "~", text: `
a.link.add("v0", link.veth(peer = "v1"), up = True)
a.sysctl.set("net.ipv4.ip_forward", «0|1»)
a.sysctl.set("net.ipv4.conf.v0.rp_filter", «1|2»)
«a.sysctl.set("net.ipv4.conf.v1.rp_filter", 1)|»
a.sysctl.set("net.ipv4.ip_local_port_range", "«20000 30000|20000 40000»")
`},
	{name: "cables", signs: "~±-+", text: `
b = lab.node("b")
«c = lab.switch("c")|»
«|d = lab.switch("d")»
lab.cable("a:c0", "b:c0", subnet = "10.0.«0|1».0/24", mtu = «1400|1300»)
lab.cable("a:c1", "«b|a»:c2")
«lab.cable("b:c3", "c:c3")|lab.cable("b:c3", "d:c3")»
«lab.cable("a:c4", "c:c4")|»
`},
	{name: "vlan", requires: "kind:vlan", signs: "~±-+", text: `
a.link.add("v0", link.veth(peer = "v1"), up = True)
a.link.set("v1", up = True)
a.link.add("v0.7", link.vlan(id = 7, egress_qos_map = {1: «2|3»}, ingress_qos_map = {4: «5|6»}, loose_binding = «True|False»), parent = "v0", up = True, mtu = «1400|1300»)
a.link.add("v0.8", link.vlan(id = «8|9»), parent = "v0", up = True)
«a.link.add("v0.10", link.vlan(id = 10), parent = "v0")|»
«|a.link.add("v0.11", link.vlan(id = 11, protocol = "802.1ad"), parent = "v0")»
a.addr.add("10.0.0.1/24", dev = "v0.8")
`},
	{name: "vrf", requires: "kind:vrf", signs: "~±-", text: `
a.link.add("v0", link.veth(peer = "v1"), up = True, master = "«red|blue»")
a.link.set("v1", up = True«, master = "red"|»)
a.link.add("red", link.vrf(table = «50|51»), up = True)
a.link.add("blue", link.vrf(table = 60), up = True)
«a.link.add("green", link.vrf(table = 70), up = True)|»
a.addr.add("10.0.0.1/24", dev = "v0")
a.addr.add("10.0.1.1/24", dev = "red")
`},
	{name: "bond", requires: "kind:bond", signs: "~-+", text: `
a.link.add("v0", link.veth(peer = "v1"), up = True)
a.link.add("w0", link.veth(peer = "w1"), up = True)
a.link.set("v0", master = "bond5")
a.link.set("w0"«, master = "bond5"|»)
a.link.add("bond5", link.bond(mode = "active-backup", miimon = «50|60», primary_reselect = "«always|better»", resend_igmp = «3|4»), up = True)
a.link.add("bond6", link.bond(mode = "«802.3ad|balance-xor»", xmit_hash_policy = "«layer2|layer3+4»"), up = True)
«a.link.add("bond7", link.bond(mode = "802.3ad", lacp_rate = "fast"))|»
«|a.link.add("bond8", link.bond(mode = "active-backup", arp_interval = 100, arp_ip_target = ["10.0.0.2", "10.0.0.3"]))»
`},
	{name: "tunnels", requires: "kind:gre kind:gretap kind:ipip kind:ip6tnl kind:sit kind:geneve", signs: "~±-", text: `
a.link.add("gre5", link.gre(local = "10.0.0.1", remote = "10.0.0.«2|3»", ttl = «9|10», ikey = 5, okey = «5|6»), up = True)
a.link.add("tap5", link.gretap(local = "10.0.0.1", remote = "10.0.0.2", tos = «4|8», pmtudisc = «True|False»), up = True)
a.link.add("ipip5", link.ipip(local = "10.0.0.«1|4»", remote = "10.0.0.2", ttl = 7), up = True, mtu = «1400|1300»)
a.link.add("six5", link.ip6tnl(local = "fd00::1", remote = "fd00::«2|3»", hoplimit = «9|10», encaplimit = 4, mode = "any"), up = True)
a.link.add("sit5", link.sit(local = "10.0.0.1", remote = "10.0.0.2", ttl = «9|10»), up = True)
a.link.add("gen5", link.geneve(id = «5|6», remote = "10.0.0.2", dstport = 6081), up = True)
a.link.add("gen6", link.geneve(id = 7, remote = "10.0.0.«2|3»", ttl = «9|10»), up = True)
«a.link.add("gre6", link.gre(local = "10.0.0.1", remote = "10.0.0.9"))|»
`},
	{name: "more kinds", requires: "kind:dummy kind:ipvlan kind:macsec kind:vti kind:xfrm kind:netkit", signs: "±-", text: `
a.link.add("v0", link.veth(peer = "v1"), up = True)
a.link.add("d0", "dummy", mtu = «1400|1300», up = True)
a.link.add("ipv0", link.ipvlan(mode = "«l2|l3»"), parent = "v0", up = True)
a.link.add("vti5", link.vti(local = "10.0.0.1", remote = "10.0.0.«2|3»", ikey = 5, okey = 5), up = True)
a.link.add("x5", link.xfrm(if_id = «5|6»), up = True)
«a.link.add("d1", "dummy")|»
`},
	{name: "netem", requires: "qdisc:netem", signs: "~±-+", text: `
b = lab.node("b")
lab.cable("a:c0", "b:c0", delay = «("5ms", "2ms")|("6ms", "2ms")», loss = "«1|2»%")
lab.cable("a:c1", "b:c1"«, delay = "5ms"|»)
lab.cable("a:c2", "b:c2"«|, rate = "10mbit", limit = 50»)
a.link.add("v0", link.veth(peer = "v1"), up = True)
a.link.set("v1", up = True)
a.tc.qdisc.add("v0", tc.qdisc.netem(delay = "5ms", jitter = "«1ms|2ms»", loss = "1%", duplicate = "«2|3»%", reorder = "5%"), handle = "1:")
a.tc.qdisc.add("v1", tc.qdisc.netem(delay = "5ms", rate = "«1|2»mbit"), handle = "«1|2»:")
`},
	{name: "disciplines", requires: "qdisc:htb qdisc:fq_codel qdisc:prio", signs: "~±-", text: `
a.link.add("v0", link.veth(peer = "v1"), up = True)
a.link.set("v1", up = True)
a.link.add("w0", link.veth(peer = "w1"), up = True)
a.link.set("w1", up = True)
a.tc.qdisc.add("v1", tc.qdisc.fq_codel(limit = «1000|2000», target = "«5ms|6ms»", ecn = «True|False»), handle = "1:")
a.tc.qdisc.add("w0", tc.qdisc.prio(bands = «3|4»), handle = "1:")
a.tc.qdisc.add("w0", tc.qdisc.pfifo(limit = «5|6»), parent = "1:1", handle = "11:")
«a.tc.qdisc.add("w0", tc.qdisc.pfifo(limit = 7), parent = "1:2", handle = "12:")|»
a.tc.qdisc.add("w1", tc.qdisc.«pfifo(limit = 100)|prio(bands = 5)», handle = "3:")
`},
	{name: "flower", requires: "qdisc:htb qdisc:clsact filter:flower filter:matchall action:gact action:mirred action:police", signs: "±-+", text: `
a.link.add("v0", link.veth(peer = "v1"), up = True)
a.link.set("v1", up = True)
a.tc.qdisc.add("v0", tc.qdisc.htb(default = "«10|11»"), handle = "1:")
a.tc.class_.add("v0", tc.class_.htb(rate = "5mbit"), parent = "1:", classid = "1:10")
a.tc.filter.add("v0", tc.filter.flower(dst_ip = "10.«1|2».0.0/16", classid = "1:10"), parent = "1:", prio = 7, protocol = "ip", handle = 3)
a.tc.qdisc.add("v1", tc.qdisc.clsact())
a.tc.filter.add("v1", tc.filter.flower(ip_proto = "tcp", dst_port = «80|443»), parent = "ingress", prio = 5, protocol = "ip", handle = 1, actions = ["«drop|ok»"])
a.tc.filter.add("v1", tc.filter.matchall(), parent = "egress", prio = 6, protocol = "all", handle = 1, actions = [tc.action.mirred(dev = "v0", operation = "«mirror|redirect»", direction = "egress")])
«a.tc.filter.add("v1", tc.filter.flower(src_mac = "02:00:00:00:00:01"), parent = "ingress", prio = 8, protocol = "all", handle = 1, actions = ["drop"])|»
«|a.tc.filter.add("v1", tc.filter.flower(vlan_id = 5), parent = "ingress", prio = 9, protocol = "802.1Q", handle = 1, actions = ["drop"])»
`},
	{name: "vlan filtering", requires: "bridge:vlan", signs: "~-+", text: `
a.link.add("br0", link.bridge(vlan_filtering = «False|True»), up = True)
a.link.add("br1", link.bridge(vlan_filtering = True), up = True)
a.link.add("v0", link.veth(peer = "v1"), master = "br1", up = True)
a.link.add("w0", link.veth(peer = "w1"), master = "«br0|br1»", up = True)
a.bridge.vlan.add("v0", "10-«15|13»")
a.bridge.vlan.add("v0", 20, untagged = «True|False», pvid = «False|True»)
«a.bridge.vlan.add("v0", 30)|»
«|a.bridge.vlan.add("v0", 31)»
«|a.bridge.vlan.delete("v0", 1)»
«|a.bridge.vlan.add("w0", 40, pvid = True, untagged = True)
a.bridge.vlan.delete("w0", 1)»
«a.bridge.vlan.add("br1", 20)|a.bridge.vlan.add("br1", 21)»
a.bridge.fdb.add("02:00:00:00:02:01", dev = "v0", master = True, vlan = «20|10»)
a.bridge.fdb.add("02:00:00:00:02:02", dev = "v0", master = True, vlan = 10, state = "«permanent|static»")
«a.bridge.fdb.add("02:00:00:00:02:03", dev = "v0", master = True, vlan = 10)|»
`},
	{name: "new ports", requires: "bridge:vlan", signs: "+", text: `
a.link.add("br1", link.bridge(vlan_filtering = True), up = True)
«|a.link.add("br2", link.bridge(vlan_filtering = True, vlan_default_pvid = 5), up = True)
a.link.add("v0", link.veth(peer = "v1"), master = "br1", up = True)
a.bridge.vlan.add("v0", 10, pvid = True, untagged = True)
a.bridge.vlan.delete("v0", 1)
a.link.add("w0", link.veth(peer = "w1"), master = "br2", up = True)
a.bridge.vlan.add("w0", 10, pvid = True, untagged = True)
a.bridge.vlan.delete("w0", 5)
a.link.set("w1", master = "br1")
»
`},
	{name: "state", requires: "xfrm:esp", signs: "~±-+", text: `
a.xfrm.state.add(src = "192.0.2.1", dst = "192.0.2.2", proto = "esp", spi = 256, mode = "tunnel", reqid = 1, limit = xfrm.limit(byte_hard = «10000|20000», time_soft = "1h"), aead = xfrm.aead("rfc4106(gcm(aes))", secret("0x5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a"), 128))
a.xfrm.state.add(src = "192.0.2.1", dst = "192.0.2.2", proto = "esp", spi = 257, mode = "tunnel", reqid = «1|2», aead = xfrm.aead("rfc4106(gcm(aes))", secret("0x5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a"), 128))
«a.xfrm.state.add(src = "192.0.2.1", dst = "192.0.2.2", proto = "esp", spi = 258, mode = "tunnel", reqid = 1, aead = xfrm.aead("rfc4106(gcm(aes))", secret("0x5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a"), 128))|»
«|a.xfrm.state.add(src = "fd00::1", dst = "fd00::2", proto = "esp", spi = 259, mode = "transport", mark = "1/0xff", aead = xfrm.aead("rfc4106(gcm(aes))", secret("0x5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a"), 128))»
`},
}
