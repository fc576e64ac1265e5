package values

import (
	"fmt"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
)

// own generates values of the wire types that one family has for itself.
var own = map[string]func(g *Generator) attr.Value{
	"distribution": func(g *Generator) attr.Value { return g.oneOf("normal", "pareto", "paretonormal") },
	"bands of 16 priorities": func(g *Generator) attr.Value {
		v := attr.Value{Shape: attr.Many}
		for range 16 {
			v.L = append(v.L, attr.UintValue(g.Uint64N(16)))
		}
		return v
	},
	"direction":           func(g *Generator) attr.Value { return g.oneOf("egress", "ingress") },
	"operation":           func(g *Generator) attr.Value { return g.oneOf("redirect", "mirror") },
	"hardware statistics": func(g *Generator) attr.Value { return g.oneOf("disabled", "immediate", "delayed", "any") },
	"verdicts above a rate and within it": func(g *Generator) attr.Value {
		return g.oneOf("drop/pass", "reclassify/pipe", "pass/pass", "goto chain 7/drop", "continue/jump 2")
	},
	"estimator": func(g *Generator) attr.Value {
		return g.oneOf("250ms 1s", "500ms 15.749s", "1s 8s", "4s 10h", "8s 1m4s")
	},
	"match of u32": func(g *Generator) attr.Value {
		next := []string{"", "nexthdr+"}[g.IntN(2)]
		return attr.TextValue(fmt.Sprintf("u32 %#x %#x at %s%d", g.Uint32(), g.Uint32(), next, 4*g.IntN(100)))
	},
	"address with a mask": func(g *Generator) attr.Value { return attr.TextValue(g.address() + "/24") },
	"IPv4 address with a mask": func(g *Generator) attr.Value {
		return attr.TextValue(fmt.Sprintf("192.0.%d.0/255.0.%d.0", g.IntN(256), g.IntN(256)))
	},
	"Ethernet address with a mask": func(g *Generator) attr.Value {
		return attr.TextValue(fmt.Sprintf("02:00:00:00:00:%02x/ff:ff:ff:00:ff:%02x", g.IntN(256), 1+g.IntN(254)))
	},
	"ports": func(g *Generator) attr.Value {
		from := 1 + g.IntN(60000)
		return []attr.Value{attr.UintValue(uint64(from)), attr.TextValue(fmt.Sprintf("%d-%d", from, from+1+g.IntN(5000))),
			attr.TextValue(fmt.Sprintf("%d/%#x", from, 1+g.IntN(0xfffe)))}[g.IntN(3)]
	},
	"number with a mask": func(g *Generator) attr.Value {
		return attr.TextValue(fmt.Sprintf("%d/%#x", g.IntN(256), 1+g.IntN(254)))
	},
	"connection tracking state": func(g *Generator) attr.Value { return g.oneOf("+trk", "-new", "+trk+est-inv", "+new-rpl", "+rel") },
	"label stack": func(g *Generator) attr.Value {
		return attr.Value{Shape: attr.Many, L: repeat(1+g.IntN(3), func() attr.Value { return attr.UintValue(g.Uint64N(1 << 20)) })}
	},
	"program": func(g *Generator) attr.Value { return attr.UintValue(1 + g.Uint64N(1000)) }, // by its id, as the kernel reports it
	"frequency": func(g *Generator) attr.Value {
		k := 1 + g.IntN(1000)
		return attr.TextValue(fmt.Sprintf("%d/%d", k, k+g.IntN(1000)))
	},
	"24 bits":       func(g *Generator) attr.Value { return attr.UintValue(g.Uint64N(1 << 24)) },
	"size in words": func(g *Generator) attr.Value { return attr.UintValue(4 * g.Uint64N(62)) },
	"group": func(g *Generator) attr.Value {
		texts := []string{"239.1.2.3", "ff05::1:3", "01:02:03:04:05:06", "0.0.0.0", "::"}
		return attr.TextValue(texts[g.IntN(len(texts))])
	},
	"locator": func(g *Generator) attr.Value {
		return attr.TextValue(fmt.Sprintf("2001:db8:%x:%x", g.IntN(0xffff), g.IntN(0xffff)))
	},
	"label with a mask": func(g *Generator) attr.Value {
		return attr.TextValue(fmt.Sprintf("%032x/%032x", g.Uint64(), g.Uint64()))
	},
}

func (g *Generator) oneOf(words ...string) attr.Value {
	return attr.TextValue(words[g.IntN(len(words))])
}

// needs are what an attribute is not sent without, or not understood.
var needs = map[string]map[string]attr.Value{
	"htb.burst":         {"rate": bytesPerTick},
	"htb.cburst":        {"ceil": bytesPerTick},
	"tbf.burst":         {"rate": bytesPerTick},
	"tbf.mtu":           {"peakrate": bytesPerTick},
	"police.burst":      {"rate": bytesPerTick},
	"police.pkts_burst": {"pkts_rate": attr.UintValue(15_625_000)},
	"flower.src_port":   {"ip_proto": attr.UintValue(unix.IPPROTO_UDP)},
	"flower.dst_port":   {"ip_proto": attr.UintValue(unix.IPPROTO_UDP)},
	"flower.type":       {"ip_proto": attr.UintValue(unix.IPPROTO_ICMP)},
	"flower.code":       {"ip_proto": attr.UintValue(unix.IPPROTO_ICMP)},
	"tc.filter.actions": {"kind": attr.TextValue("matchall")},
	"seg6.hmac":         {"segs": oneSegment},
	"seg6local.hmac":    {"segs": oneSegment},
}

// bytesPerTick is the rate at which a tick of the packet scheduler is a byte:
// no bucket is rounded, and none takes too long to fill.
var bytesPerTick = attr.UintValue(125_000_000)

var oneSegment = attr.Value{Shape: attr.Many, L: []attr.Value{attr.TextValue("2001:db8::1")}}

// alone are attributes that do not go with others.
var alone = map[string]bool{"flower.type": true, "flower.code": true}

// Complete sets what the attributes that are set need.
func Complete(table *attr.Table, p attr.Ptr) {
	for i := range table.Fields() {
		name := table.Name + "." + table.Fields()[i].Name
		if !table.IsSet(p, i) {
			continue
		}
		for need, v := range needs[name] {
			if at := table.Lookup(need); table.IsSet(p, at) && table.Fields()[at].Shape() == attr.Object {
				continue // any object does
			}
			if err := table.Put(&attr.Put{}, p, table.Lookup(need), v); err != nil {
				panic(fmt.Sprintf("%s needs %s: %v", name, need, err))
			}
		}
	}
}
