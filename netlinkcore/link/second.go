package link

import (
	"slices"
	"strings"

	"github.com/netlark/netlark/netlinkcore/attr"
)

// secondKeys are attributes of kinds that only one device of a namespace may have
// alike (drivers/net, net/ipv4/ip_tunnel.c, net/ipv6/ip6_tunnel.c).
var secondKeys = map[string][]string{
	"vlan":      {"parent", "protocol", "id"},
	"vxlan":     {"id", "dstport"},
	"geneve":    {"id", "remote", "dstport"},
	"gre":       {"local", "remote", "key", "ikey", "okey"},
	"gretap":    {"local", "remote", "key", "ikey", "okey"},
	"ipip":      {"local", "remote"},
	"sit":       {"local", "remote"},
	"vti":       {"local", "remote", "key", "ikey", "okey"},
	"vti6":      {"local", "remote", "key", "ikey", "okey"},
	"ip6tnl":    {"local", "remote"},
	"ip6gre":    {"local", "remote", "key", "ikey", "okey"},
	"ip6gretap": {"local", "remote", "key", "ikey", "okey"},
	"xfrm":      {"if_id"},
	"macsec":    {"parent", "sci", "port"},
}

// SecondKey is what only one device of a kind may have in the namespace, besides
// its name: "vlan parent eth0, id 5"; "" if the kind has no such key, or l does
// not name it.
func SecondKey(l *Link) string {
	if l.Kind == nil {
		return ""
	}
	kind := kinds.Value(l.Kind)
	names := secondKeys[l.Kind.KindName()]
	if kind.Shape != attr.Object || names == nil {
		return ""
	}
	var parts []string
	for _, name := range names {
		switch i := kind.T.Lookup(name); {
		case i < 0 && name == "parent":
			parts = append(parts, "parent "+l.Parent.Name())
		case i >= 0:
			if v, _ := Option(l.Kind, name); v.Shape != attr.None {
				parts = append(parts, name+" "+v.String())
			}
		}
	}
	if m, ok := l.Kind.(*MACsec); ok && l.Address.Len() > 0 && !m.SCI.IsSet() { // its channel is told by that
		return ""
	}
	if external := kind.T.Lookup("external"); external >= 0 && kind.T.Get(kind.P, external).N != 0 {
		return ""
	}
	if len(parts) == 0 {
		return ""
	}
	for _, end := range []string{"local", "remote"} { // what carries a VXLAN is part of its key
		if i := kind.T.Lookup(end); i >= 0 && !slices.Contains(names, end) && strings.Contains(kind.T.Get(kind.P, i).S, ":") {
			parts = append(parts, "over IPv6")
			break
		}
	}
	return l.Kind.KindName() + " " + strings.Join(parts, ", ")
}

// Option is what an option of a kind is to be: what is named, or else what the kernel makes
// of it. It has no value where the kind has no such option, or that is not known.
func Option(k Kind, name string) (v attr.Value, named bool) {
	if k == nil {
		return attr.Value{}, false
	}
	kind := kinds.Value(k)
	if kind.Shape != attr.Object {
		return attr.Value{}, false
	}
	i := kind.T.Lookup(name)
	if i < 0 {
		return attr.Value{}, false
	}
	if v = kind.T.Get(kind.P, i); v.Shape != attr.None {
		return v, true
	}
	v, _ = kind.T.Fields()[i].HasDefault()
	return v, false
}
