package giveback_test

import (
	"fmt"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/all"
	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/object"
)

// A bed is where an attribute is tried: an object with nothing but what it cannot do
// without, and what has to be there for it.
type bed struct {
	around []object.Ref
	object object.Ref
}

// A site is a place whose attributes are all tried, each on a bed of its own.
type site struct {
	name   string
	needs  []string // capabilities, see nstest
	at     []string // where in the object the attributes are; none: at its top
	family byte     // of addresses; 0: IPv4
	// apart: beds do not go into one namespace.
	apart bool
	skips []string // attributes that cannot go with what is there
	// sets: the object is there by itself, and is given attributes.
	sets bool
	bed  func(n int) bed
}

func alone(r object.Ref) bed { return bed{object: r} }

func on(r object.Ref, around ...object.Ref) bed { return bed{around, r} }

// x names the device of a bed, q one that it needs.
func x(n int) string { return fmt.Sprintf("x%d", n) }
func q(n int) string { return fmt.Sprintf("q%d", n) }

// ip is an address that all nodes have a network for, of n.
func ip(n int) string { return fmt.Sprintf("192.0.%d.%d", 10+n/200, 1+n%200) }

func ip6(n int) string { return fmt.Sprintf("2001:db8::10:%x", 1+n) }

// common is what every node has: a pair that is up, with networks.
func common() []object.Ref {
	return []object.Ref{
		a("link", "name", "p0", "kind", of("veth", "peer", of("", "name", "p1")), "up", true),
		a("link", "name", "p1", "up", true),
		a("link", "name", "br0", "kind", of("bridge")),
		a("addr", "address", "192.0.0.1/16", "dev", "p0"),
		a("addr", "address", "2001:db8::1/32", "dev", "p0"),
	}
}

// kinds are what devices of a kind cannot do without; of kinds that are not here,
// nothing.
var kinds = map[string]func(n int) bed{
	"amt": func(n int) bed {
		return device(n, of("amt", "mode", "gateway", "local", "192.0.0.1", "discovery", ip(n), "parent", "p0"))
	},
	"bareudp": func(n int) bed { return device(n, of("bareudp", "dstport", 6000+n, "ethertype", "ip")) },
	"geneve":  func(n int) bed { return sized(n, of("geneve", "remote", ip(n))) },
	"gtp":     func(n int) bed { return device(n, of("gtp", "role", "ggsn")) },
	"hsr": func(n int) bed {
		return on(a("link", "name", x(n), "kind", of("hsr", "slave1", q(n), "slave2", "r"+q(n))), pair(q(n), "r"+q(n))...)
	},
	"ipvlan": stacked("ipvlan"),
	"ipvtap": stacked("ipvtap"),
	"macsec": stacked("macsec"),
	"macvlan": func(n int) bed {
		return alone(a("link", "name", x(n), "kind", of("macvlan"), "parent", "p0"))
	},
	"macvtap": func(n int) bed {
		return alone(a("link", "name", x(n), "kind", of("macvtap"), "parent", "p0"))
	},
	"netkit": func(n int) bed { return device(n, of("netkit", "peer", of("", "name", "y"+x(n)))) },
	"rmnet": func(n int) bed {
		return alone(a("link", "name", x(n), "kind", of("rmnet", "mux_id", 1+n), "parent", "p0"))
	},
	"tun": func(n int) bed { return device(n, of("tun", "mode", "tap")) },
	"vlan": func(n int) bed {
		return alone(a("link", "name", x(n), "kind", of("vlan", "id", 1+n), "parent", "p0"))
	},
	"vrf":    func(n int) bed { return device(n, of("vrf", "table", 100+n)) },
	"vti":    func(n int) bed { return device(n, of("vti", "remote", ip(n))) },
	"vti6":   func(n int) bed { return device(n, of("vti6", "remote", ip6(n))) },
	"vxlan":  func(n int) bed { return device(n, of("vxlan", "id", 1+n, "dstport", 4789)) },
	"xfrm":   func(n int) bed { return device(n, of("xfrm", "if_id", 1+n)) },
	"gre":    func(n int) bed { return device(n, of("gre", "remote", ip(n))) },
	"gretap": func(n int) bed { return device(n, of("gretap", "remote", ip(n))) },
	"erspan": func(n int) bed {
		return sized(n, of("erspan", "remote", ip(n), "ikey", 1+n, "okey", 1+n, "iseq", true, "oseq", true, "erspan_ver", 1))
	},
	"ipip":      func(n int) bed { return device(n, of("ipip", "remote", ip(n))) },
	"sit":       func(n int) bed { return device(n, of("sit", "remote", ip(n))) },
	"ip6gre":    func(n int) bed { return device(n, of("ip6gre", "remote", ip6(n))) },
	"ip6gretap": func(n int) bed { return device(n, of("ip6gretap", "remote", ip6(n))) },
	"ip6erspan": func(n int) bed {
		return device(n, of("ip6erspan", "remote", ip6(n), "ikey", 1+n, "okey", 1+n, "iseq", true, "oseq", true, "erspan_ver", 1))
	},
	"ip6tnl": func(n int) bed { return device(n, of("ip6tnl", "remote", ip6(n))) },
}

// others are second beds of kinds: for what the first ones cannot do without.
var others = map[string]func(n int) bed{
	"vti":    func(n int) bed { return device(n, of("vti", "local", ip(n))) },
	"vti6":   func(n int) bed { return device(n, of("vti6", "local", ip6(n))) },
	"gre":    func(n int) bed { return device(n, of("gre", "local", ip(n))) },
	"gretap": func(n int) bed { return device(n, of("gretap", "local", ip(n))) },
	"erspan": func(n int) bed {
		return sized(n, of("erspan", "local", ip(n), "ikey", 1+n, "okey", 1+n, "iseq", true, "oseq", true, "erspan_ver", 2))
	},
	"ipip":      func(n int) bed { return device(n, of("ipip", "local", ip(n))) },
	"sit":       func(n int) bed { return device(n, of("sit", "local", ip(n))) },
	"ip6gre":    func(n int) bed { return device(n, of("ip6gre", "local", ip6(n))) },
	"ip6gretap": func(n int) bed { return device(n, of("ip6gretap", "local", ip6(n))) },
	"ip6erspan": func(n int) bed {
		return device(n, of("ip6erspan", "local", ip6(n), "ikey", 1+n, "okey", 1+n, "iseq", true, "oseq", true, "erspan_ver", 2))
	},
	"ip6tnl": func(n int) bed { return device(n, of("ip6tnl", "local", ip6(n))) },
	"geneve": func(n int) bed { return sized(n, of("geneve", "external", true, "dstport", 7000+n)) },
	"vxlan": func(n int) bed {
		return device(n, of("vxlan", "id", 1+n, "dstport", 4789, "remote", ip(n), "local", "192.0.0.1"))
	},
	"xfrm": func(n int) bed { return device(n, of("xfrm", "external", true)) },
}

func device(n int, kind part) bed { return alone(a("link", "name", x(n), "kind", kind)) }

// stacked is a bed whose device has a parent of its own.
func stacked(kind string) func(n int) bed {
	return func(n int) bed {
		return on(a("link", "name", x(n), "kind", of(kind), "parent", q(n)), pair(q(n), "r"+q(n))...)
	}
}

// sized is device for kinds whose MTU depends on the routes that are there when one is made.
func sized(n int, kind any) bed { return alone(a("link", "name", x(n), "mtu", 1400, "kind", kind)) }

func pair(one, other string) []object.Ref {
	return []object.Ref{a("link", "name", one, "kind", of("veth", "peer", of("", "name", other)))}
}

// port is a bed of a bridge's or bond's port.
func port(master, of_ part) func(n int) bed {
	return func(n int) bed {
		return on(a("link", "name", x(n), "kind", of("veth", "peer", of("", "name", "y"+x(n))), "master", q(n), "port", of_),
			a("link", "name", q(n), "kind", master))
	}
}

// cases are the sites of the kinds that an attribute chooses among.
func cases(family, attribute, prefix string, bed func(kind string) func(n int) bed) (sites []site) {
	t := a(family).Table()
	for _, c := range t.Fields()[t.Lookup(attribute)].Cases() {
		if b := bed(c.Name); b != nil {
			sites = append(sites, site{name: family + " " + c.Name, needs: needs(prefix + c.Name), at: []string{attribute}, bed: b})
		}
	}
	return sites
}

// needs is the capability that a case takes, if it takes any of its own.
func needs(capability string) []string {
	switch capability {
	case "qdisc:pfifo", "qdisc:bfifo", "qdisc:pfifo_head_drop":
		return nil
	case "encap:ip6":
		return []string{"encap:ip"}
	}
	return []string{capability}
}

// sites are all places that attributes can be at.
func sites() []site {
	all := []site{
		{name: "link", bed: func(n int) bed { return device(n, of("bridge")) }},
		{name: "link/ifb", needs: []string{"kind:ifb"}, bed: func(n int) bed { return device(n, of("ifb")) }},
		{name: "link/vxlan", bed: kinds["vxlan"]},
		{name: "link/macvlan", bed: kinds["macvlan"]},
		{name: "link/tun", needs: []string{"kind:tun"}, bed: kinds["tun"]},
		{name: "link port bridge", at: []string{"port"}, bed: port(of("bridge"), of("bridge"))},
		{name: "link port bond", needs: []string{"kind:bond"}, at: []string{"port"}, bed: port(of("bond"), of("bond"))},
		{name: "link port bond/802.3ad", needs: []string{"kind:bond"}, at: []string{"port"}, bed: port(of("bond", "mode", "802.3ad"), of("bond"))},
		{name: "neigh.table", sets: true, bed: func(n int) bed {
			return on(a("neigh.table", "name", "arp_cache", "family", 4, "dev", q(n)), a("link", "name", q(n), "kind", of("bridge")))
		}},
	}
	all = append(all, cases("link", "kind", "kind:", func(kind string) func(n int) bed {
		if b := kinds[kind]; b != nil || unmakeable[kind] != "" {
			return b
		}
		return func(n int) bed { return device(n, of(kind)) }
	})...)
	second := cases("link", "kind", "kind:", func(kind string) func(n int) bed { return others[kind] })
	for i := range second {
		second[i].name += "/other"
	}
	all = append(append(all, second...), switching()...)
	all = append(append(append(all, addressing()...), routing()...), protecting()...)
	for i := range all {
		all[i].apart = all[i].name == "link gtp" // one of a namespace has the port
	}
	return all
}

// switching are the sites of bridges and traffic control.
func switching() []site {
	w := a("link", "name", "br6", "kind", of("bridge", "vlan_filtering", true), "up", true)
	ports := []object.Ref{w, a("link", "name", "w0", "kind", of("veth", "peer", of("", "name", "w1")), "master", "br6", "up", true)}
	vx := a("link", "name", "vx", "kind", of("vxlan", "id", 7, "dstport", 4789, "local", "192.0.0.1"))
	mac := func(n int) string { return fmt.Sprintf("02:00:00:00:01:%02x", n) }
	all := []site{
		{name: "bridge.vlan", needs: []string{"bridge:vlan"}, bed: func(n int) bed { return on(a("bridge.vlan", "dev", "w0", "vid", 10+n), ports...) }},
		{name: "bridge.vlan_global", sets: true, needs: []string{"bridge:vlan"}, bed: func(n int) bed {
			return on(a("bridge.vlan_global", "dev", "br6", "vid", 10+n), append(ports, a("bridge.vlan", "dev", "br6", "vid", 10+n))...)
		}},
		{name: "bridge.fdb/master", bed: func(n int) bed {
			return on(a("bridge.fdb", "lladdr", mac(n), "dev", "v0", "master", true),
				a("link", "name", "v0", "kind", of("veth", "peer", of("", "name", "v1")), "master", "br0"))
		}},
		{name: "bridge.mdb/port", bed: func(n int) bed {
			return on(a("bridge.mdb", "grp", fmt.Sprintf("239.1.1.%d", n), "dev", "br7", "port", "v0"),
				a("link", "name", "br7", "kind", of("bridge", "mcast_igmp_version", 3), "up", true),
				a("link", "name", "v0", "kind", of("veth", "peer", of("", "name", "v1", "up", true)), "master", "br7", "up", true))
		}},
		{name: "bridge.mdb/vxlan", needs: []string{"kernel:6.4"}, bed: func(n int) bed {
			return on(a("bridge.mdb", "grp", fmt.Sprintf("239.1.1.%d", n), "dev", "vxm", "port", "vxm", "dst", ip(n), "state", "permanent"),
				a("link", "name", "vxm", "kind", of("vxlan", "id", 8, "dstport", 4790, "local", "192.0.0.1"), "up", true))
		}},
		{name: "bridge.fdb/vxlan", bed: func(n int) bed {
			return on(a("bridge.fdb", "lladdr", mac(n), "dev", "vx", "dst", ip(n)), vx)
		}},
	}
	all = append(all, cases("tc.qdisc", "kind", "qdisc:", func(kind string) func(n int) bed {
		var args []any
		switch kind {
		case "tbf":
			args = []any{"rate", "1mbit", "burst", "10kb", "limit", "20kb"}
		case "ingress", "clsact", "noqueue":
			return nil
		}
		return func(n int) bed {
			return on(a("tc.qdisc", "dev", q(n), "parent", "root", "handle", "1:", "kind", of(kind, args...)), carrier(n))
		}
	})...)
	htb := func(n int) []object.Ref {
		return []object.Ref{carrier(n), a("tc.qdisc", "dev", q(n), "parent", "root", "handle", "1:", "kind", of("htb"))}
	}
	clsact := func(n int) []object.Ref {
		return []object.Ref{carrier(n), a("tc.qdisc", "dev", q(n), "kind", of("clsact"))}
	}
	filter := func(n int, kind part, more ...any) bed {
		return on(a("tc.filter", append([]any{"dev", q(n), "parent", "ingress", "prio", 5, "protocol", "ip", "handle", "1", "kind", kind}, more...)...), clsact(n)...)
	}
	all = append(all,
		site{name: "tc.qdisc", bed: func(n int) bed {
			return on(a("tc.qdisc", "dev", q(n), "parent", "root", "handle", "1:", "kind", of("tbf", "rate", "1mbit", "burst", "10kb", "limit", "20kb")), carrier(n))
		}},
		site{name: "tc.qdisc stab", at: []string{"stab"}, bed: func(n int) bed {
			return on(a("tc.qdisc", "dev", q(n), "parent", "root", "handle", "1:", "kind", of("htb"), "stab", of("", "overhead", 4)), carrier(n))
		}},
		site{name: "tc.qdisc loss_gemodel", needs: []string{"qdisc:netem"}, at: []string{"kind", "loss_gemodel"}, bed: func(n int) bed {
			return on(a("tc.qdisc", "dev", q(n), "parent", "root", "handle", "1:", "kind", of("netem", "loss_gemodel", of("", "p", "1%"))), carrier(n))
		}},
		site{name: "tc.qdisc loss_state", needs: []string{"qdisc:netem"}, at: []string{"kind", "loss_state"}, bed: func(n int) bed {
			return on(a("tc.qdisc", "dev", q(n), "parent", "root", "handle", "1:", "kind", of("netem", "loss_state", of("", "p13", "1%"))), carrier(n))
		}},
		site{name: "tc.qdisc slot", needs: []string{"qdisc:netem"}, at: []string{"kind", "slot"}, bed: func(n int) bed {
			return on(a("tc.qdisc", "dev", q(n), "parent", "root", "handle", "1:", "kind", of("netem", "slot", of("", "min_delay", "1ms", "max_delay", "9ms"))), carrier(n))
		}},
		site{name: "tc.class_ htb", at: []string{"kind"}, bed: func(n int) bed {
			return on(a("tc.class_", "dev", q(n), "classid", "1:10", "parent", "1:", "kind", of("htb", "rate", "1mbit")), htb(n)...)
		}},
		site{name: "tc.filter u32", needs: []string{"filter:u32"}, at: []string{"kind"}, bed: func(n int) bed {
			return on(a("tc.filter", "dev", q(n), "parent", "ingress", "prio", 5, "protocol", "ip", "handle", "800::800", "kind",
				of("u32", "match", []any{"u32 0xa000000 0xff000000 at 12"})), clsact(n)...)
		}},
		site{name: "tc.filter flower", needs: []string{"filter:flower"}, at: []string{"kind"}, bed: func(n int) bed { return filter(n, of("flower")) }},
		site{name: "tc.filter matchall", needs: []string{"filter:matchall"}, at: []string{"kind"}, bed: func(n int) bed { return filter(n, of("matchall")) }},
	)
	actions := map[string]part{"gact": of("gact", "control", "drop"), "mirred": of("mirred", "dev", "p0", "operation", "redirect", "direction", "egress"),
		"police": of("police", "rate", "1mbit", "burst", "10kb"), "vlan": of("vlan", "operation", "push", "id", 5)}
	return append(all, cases("tc.filter", "actions", "action:", func(kind string) func(n int) bed {
		return func(n int) bed {
			return on(a("tc.filter", "dev", q(n), "parent", "ingress", "prio", 5, "protocol", "ip", "handle", "800::800", "kind",
				of("u32", "match", []any{"u32 0xa000000 0xff000000 at 12"}), "actions", []any{actions[kind]}), clsact(n)...)
		}
	})...)
}

// carrier is a device that disciplines are on.
func carrier(n int) object.Ref { return a("link", "name", q(n), "kind", of("bridge")) }

// addressing are the sites of addresses and neighbours.
func addressing() []site {
	return []site{
		{name: "addr", bed: func(n int) bed { return alone(a("addr", "address", fmt.Sprintf("10.%d.0.1/24", n), "dev", "p0")) }},
		{name: "addr/6", family: unix.AF_INET6, bed: func(n int) bed { return alone(a("addr", "address", fmt.Sprintf("fd00:%x::1/64", n), "dev", "p0")) }},
		{name: "addr/multicast", bed: func(n int) bed { return alone(a("addr", "address", fmt.Sprintf("239.1.1.%d/32", n), "dev", "p0")) }},
		{name: "addr.label", family: unix.AF_INET6, bed: func(n int) bed {
			return alone(a("addr.label", "prefix", fmt.Sprintf("fd00:%x::/48", n), "label", 99))
		}},
		{name: "neigh", skips: []string{"managed"}, bed: func(n int) bed {
			return alone(a("neigh", "dst", ip(n), "dev", "p0", "lladdr", "02:00:00:00:00:09"))
		}},
		{name: "neigh/6", skips: []string{"managed"}, family: unix.AF_INET6, bed: func(n int) bed {
			return alone(a("neigh", "dst", ip6(n), "dev", "p0", "lladdr", "02:00:00:00:00:09"))
		}},
		{name: "neigh/none", bed: func(n int) bed { return alone(a("neigh", "dst", ip(n), "dev", "p0", "state", "none")) }},
		{name: "neigh/proxy", bed: func(n int) bed { return alone(a("neigh", "dst", ip(n), "dev", "p0", "proxy", true)) }},
		{name: "rule", bed: func(n int) bed { return alone(a("rule", "priority", 100+n, "table", 7)) }},
		{name: "rule/6", family: unix.AF_INET6, bed: func(n int) bed {
			return alone(a("rule", "family", 6, "priority", 100+n, "table", 7))
		}},
	}
}

// routing are the sites of routes and next hops.
func routing() []site {
	dst := func(n int) string { return fmt.Sprintf("10.%d.0.0/16", n) }
	dst6 := func(n int) string { return fmt.Sprintf("2001:dba:%x::/48", n) }
	hops := func(n int) []any { return []any{of("", "via", ip(n)), of("", "via", "192.0.3.1")} }
	all := []site{
		{name: "route", bed: func(n int) bed { return alone(a("route", "dst", dst(n), "via", ip(n))) }},
		{name: "route/dev", bed: func(n int) bed { return alone(a("route", "dst", dst(n), "dev", "p0")) }},
		{name: "route/6", family: unix.AF_INET6, bed: func(n int) bed { return alone(a("route", "dst", dst6(n), "via", ip6(n))) }},
		{name: "route/6 dev", family: unix.AF_INET6, bed: func(n int) bed { return alone(a("route", "dst", dst6(n), "dev", "p0")) }},
		{name: "route metrics", at: []string{"metrics"}, bed: func(n int) bed {
			return alone(a("route", "dst", dst(n), "via", ip(n), "metrics", of("", "mtu", 1400)))
		}},
		{name: "route metrics/6", at: []string{"metrics"}, family: unix.AF_INET6, bed: func(n int) bed {
			return alone(a("route", "dst", dst6(n), "via", ip6(n), "metrics", of("", "mtu", 1400)))
		}},
		{name: "route metrics/other", at: []string{"metrics"}, bed: func(n int) bed {
			return alone(a("route", "dst", dst(n), "via", ip(n), "metrics", of("", "window", 1400)))
		}},
		{name: "route nexthops", needs: []string{"route:multipath"}, at: []string{"nexthops"}, bed: func(n int) bed {
			return alone(a("route", "dst", dst(n), "nexthops", hops(n)))
		}},
		{name: "nexthop", bed: func(n int) bed { return alone(a("nexthop", "id", 10+n, "via", ip(n), "dev", "p0")) }},
		{name: "nexthop/6", family: unix.AF_INET6, bed: func(n int) bed { return alone(a("nexthop", "id", 10+n, "via", ip6(n), "dev", "p0")) }},
		{name: "nexthop/group", bed: func(n int) bed {
			return on(a("nexthop", "id", 10+n, "group", []any{of("", "id", 1), of("", "id", 2)}), members()...)
		}},
		{name: "nexthop/resilient", bed: func(n int) bed {
			return on(a("nexthop", "id", 10+n, "type", "resilient", "buckets", 8, "group", []any{of("", "id", 1), of("", "id", 2)}), members()...)
		}},
		{name: "nexthop group", at: []string{"group"}, bed: func(n int) bed {
			return on(a("nexthop", "id", 10+n, "group", []any{of("", "id", 1), of("", "id", 2)}), members()...)
		}},
	}
	return append(all, cases("route", "encap", "encap:", func(kind string) func(n int) bed {
		e, ok := encaps[kind]
		if !ok {
			return nil
		}
		return func(n int) bed {
			if fourth[kind] {
				return alone(a("route", "dst", dst(n), "via", ip(n), "encap", e))
			}
			return alone(a("route", "dst", dst6(n), "dev", "p0", "encap", e))
		}
	})...)
}

func members() []object.Ref {
	return []object.Ref{a("nexthop", "id", 1, "via", "192.0.4.1", "dev", "p0"), a("nexthop", "id", 2, "via", "192.0.4.2", "dev", "p0")}
}

// encaps are what encapsulations cannot do without; fourth are those that IPv4 has.
var (
	encaps = map[string]part{
		"ila": of("ila", "locator", "2001:db8:1:2", "csum_mode", "no-action", "ident_type", "luid"), "mpls": of("mpls", "labels", []any{100}),
		"rpl": of("rpl", "segs", []any{of("", "address", "2001:db8::9")}), "seg6": of("seg6", "segs", []any{of("", "address", "2001:db8::9")}),
		"seg6local": of("seg6local", "action", "End"), "ip": of("ip", "id", 5, "dst", "192.0.2.9"), "ip6": of("ip6", "id", 5, "dst", "2001:db8::9"),
		"xfrm": of("xfrm", "if_id", 5), "ioam6": of("ioam6", "trace", of("", "type", 0x800000, "ns", 1, "size", 12)),
	}
	fourth = map[string]bool{"mpls": true, "ip": true, "xfrm": true}
)

// protecting are the sites of transforms.
func protecting() []site {
	esp := []string{"xfrm:esp"}
	key := attr.Value{Shape: attr.Bytes, S: "0123456789abcdef0123"}
	state := func(more ...any) func(n int) bed {
		return func(n int) bed {
			return alone(a("xfrm.state", append([]any{"src", "192.0.2.1", "dst", "192.0.2.2", "proto", "esp", "spi", 256 + n,
				"aead", of("", "name", "rfc4106(gcm(aes))", "key", key, "icv", 128)}, more...)...))
		}
	}
	policy := func(more ...any) func(n int) bed {
		return func(n int) bed {
			return alone(a("xfrm.policy", append([]any{"src", fmt.Sprintf("10.%d.0.0/16", n), "dst", "10.255.0.0/16", "dir", "out"}, more...)...))
		}
	}
	tmpl := []any{of("", "src", "192.0.2.1", "dst", "192.0.2.2", "proto", "esp")}
	return []site{
		{name: "xfrm.state", needs: esp, bed: state()},
		{name: "xfrm.state/tunnel", needs: esp, bed: state("mode", "tunnel")},
		{name: "xfrm.state sel", needs: esp, at: []string{"sel"}, bed: state("sel", of("", "src", "10.0.0.0/8"))},
		{name: "xfrm.state sel/udp", needs: esp, at: []string{"sel"}, bed: state("sel", of("", "proto", "udp"))},
		{name: "xfrm.state limit", needs: esp, at: []string{"limit"}, bed: state("limit", of("", "byte_soft", 99))},
		{name: "xfrm.state limit/other", needs: esp, at: []string{"limit"}, bed: state("limit", of("", "byte_hard", 99))},
		{name: "xfrm.policy", bed: policy()},
		{name: "xfrm.policy limit", at: []string{"limit"}, bed: policy("limit", of("", "byte_soft", 99))},
		{name: "xfrm.policy limit/other", at: []string{"limit"}, bed: policy("limit", of("", "byte_hard", 99))},
		{name: "xfrm.policy tmpl", at: []string{"tmpl"}, bed: policy("tmpl", tmpl)},
		{name: "xfrm.policy/tmpl", bed: policy("tmpl", tmpl)},
	}
}

var _ = all.Families
