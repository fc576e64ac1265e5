package topology

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"go.starlark.net/starlark"
	"go.starlark.net/starlarkstruct"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/lab"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/tc"
	"github.com/netlark/netlark/starlarkmod/module"
	"github.com/netlark/netlark/starlarkmod/netval"
	"github.com/netlark/netlark/starlarkmod/script"
	"github.com/netlark/netlark/starlarkmod/value"
)

// impairments are the options of netem that cables take, for both directions or,
// as a pair, for each.
var impairments = []string{"delay", "jitter", "loss", "rate", "limit", "duplicate", "corrupt", "reorder"}

var cableParams = []module.Param{
	{Name: "a", Type: "node", Doc: `a node, or "node:device"`},
	{Name: "b", Type: "node", Doc: `a node, or "node:device"`},
	{Name: "subnet", Type: "prefix", Default: "None", Doc: "one or several: a gets the first address of each, b the second"},
	{Name: "addrs", Type: "tuple", Default: "None", Doc: "addresses of a and of b, each one, a list or None"},
	{Name: "mtu", Type: "number", Default: "None", Doc: "largest packet, bytes"},
	{Name: "delay", Type: "time", Default: "None", Doc: "of each direction; a pair is (a to b, b to a), as for those that follow"},
	{Name: "jitter", Type: "time", Default: "None", Doc: "how much the delay varies"},
	{Name: "loss", Type: "percentage", Default: "None", Doc: "of packets"},
	{Name: "rate", Type: "rate", Default: "None", Doc: "bits/s at most"},
	{Name: "limit", Type: "number", Default: "None", Doc: "packets that wait at most"},
	{Name: "duplicate", Type: "percentage", Default: "None", Doc: "of packets"},
	{Name: "corrupt", Type: "percentage", Default: "None", Doc: "of packets"},
	{Name: "reorder", Type: "percentage", Default: "None", Doc: "of packets, which go at once"},
	{Name: "port_a", Type: "port", Default: "None", Doc: "options of the end at a switch a, link.bridge_port(…)"},
	{Name: "port_b", Type: "port", Default: "None", Doc: "options of the end at a switch b"},
}

func (t *Topology) cable(th *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	u := &cabling{t: t, op: b.Name(), impair: [2]map[string]starlark.Value{{}, {}}}
	var own []starlark.Tuple
	for _, kw := range kwargs {
		name, _ := starlark.AsString(kw[0])
		if !slices.Contains(impairments, name) {
			own = append(own, kw)
		} else if err := u.direction(name, kw[1]); err != nil {
			return nil, err
		}
	}
	var x, y, subnet, addrs, portA, portB starlark.Value
	mtu := 0
	if err := starlark.UnpackArgs(b.Name(), args, own, "a", &x, "b", &y, "subnet??", &subnet, "addrs??", &addrs, "mtu??", &mtu,
		"port_a??", &portA, "port_b??", &portB); err != nil {
		return nil, err
	}
	by := module.Asking(th, b.Name())
	u.cable.Note = by
	if mtu < 0 || mtu > 65535 {
		return nil, u.wrong("mtu", 0, "%d is out of range 0 to 65535", mtu)
	}
	if mtu != 0 {
		u.cable.MTU = opt.Of(uint32(mtu))
	}
	err := errors.Join(u.end(0, "a", x, portA), u.end(1, "b", y, portB), u.subnets(subnet), u.addresses(addrs), u.impairments())
	if err != nil {
		return nil, err
	}
	if err := t.lab.Cable(&u.cable); err != nil {
		return nil, by.Refuse(err)
	}
	return t.newCable(&u.cable), nil
}

// A cabling is a cable on its way.
type cabling struct {
	t      *Topology
	op     string
	cable  lab.Cable
	impair [2]map[string]starlark.Value // of what each end sends
}

func (u *cabling) wrong(name string, index int, format string, args ...any) error {
	return &script.Problem{Class: "invalid", Path: name, Index: index, Message: u.op + ": " + name + ": " + fmt.Sprintf(format, args...)}
}

func (u *cabling) of(i int) *lab.End { return []*lab.End{&u.cable.A, &u.cable.B}[i] }

// end reads which node an end is at, and the name of its device.
func (u *cabling) end(i int, name string, x, port starlark.Value) error {
	e := u.of(i)
	n, ok := x.(*Node)
	if text, isText := starlark.AsString(x); isText {
		node, device, _ := strings.Cut(text, ":")
		found := u.t.lab.Find(node)
		if found == nil {
			var names []string
			for _, n := range u.t.lab.Nodes() {
				names = append(names, n.Name)
			}
			p := u.wrong(name, i+1, "there is no node %q", node).(*script.Problem)
			if near := script.Nearest(node, names); near != "" {
				p.Advice = fmt.Sprintf("did you mean %q?", near)
			}
			return p
		}
		n, ok, e.Name = u.t.of(found), true, device
	}
	if !ok {
		return u.wrong(name, i+1, "got %s, want a node or \"node:device\"", x.Type())
	}
	if n.t != u.t {
		return u.wrong(name, i+1, "%s is of another topology", n)
	}
	e.Node, e.Master = n.node, n.bridge
	if port == nil || port == starlark.None {
		return nil
	}
	if e.Master == "" {
		return u.wrong("port_"+name, 0, "%s is no switch", n)
	}
	return u.port(e, "port_"+name, port)
}

// port reads options of a port.
func (u *cabling) port(e *lab.End, name string, x starlark.Value) error {
	r := link.Type.New()
	b := &value.Builder{Name: u.op, Table: r.Table(), Takes: attr.Change}
	p, err := b.Build(nil, []starlark.Tuple{{starlark.String("port"), x}})
	if err != nil {
		return u.wrong(name, 0, "%v", err)
	}
	e.Port = attr.From[link.Link](p).Port
	return nil
}

// subnets gives both ends addresses of networks.
func (u *cabling) subnets(x starlark.Value) error {
	all, err := prefixes(x)
	if err != nil {
		return u.wrong("subnet", 0, "%v", err)
	}
	for _, p := range all {
		network := p.Masked()
		first := network.Addr()
		if p.Bits() == p.Addr().BitLen() {
			return u.wrong("subnet", 0, "%s has room for one address, not two", p)
		}
		if p.Bits() < p.Addr().BitLen()-1 { // of a /31 and a /127 all can be used
			first = first.Next()
		}
		for i, a := range []netip.Addr{first, first.Next()} {
			u.of(i).Addrs = append(u.of(i).Addrs, netip.PrefixFrom(a, p.Bits()))
		}
	}
	return nil
}

// addresses gives each end its own.
func (u *cabling) addresses(x starlark.Value) error {
	if x == nil || x == starlark.None {
		return nil
	}
	pair, ok := x.(starlark.Tuple)
	if !ok || len(pair) != 2 {
		return u.wrong("addrs", 0, "got %s, want a pair: those of a, and those of b", x)
	}
	for i := range pair {
		all, err := prefixes(pair[i])
		if err != nil {
			return u.wrong("addrs", 0, "%v", err)
		}
		u.of(i).Addrs = append(u.of(i).Addrs, all...)
	}
	return nil
}

// prefixes reads one, several or none.
func prefixes(x starlark.Value) (out []netip.Prefix, err error) {
	if x == nil || x == starlark.None {
		return nil, nil
	}
	several, ok := x.(starlark.Iterable)
	if !ok {
		p, err := netval.AsPrefix(x)
		return []netip.Prefix{p.Prefix}, err
	}
	for e := range starlark.Elements(several) {
		p, err := netval.AsPrefix(e)
		if err != nil {
			return nil, err
		}
		out = append(out, p.Prefix)
	}
	return out, nil
}

// direction takes an impairment for both directions, or a pair.
func (u *cabling) direction(name string, x starlark.Value) error {
	both := [2]starlark.Value{x, x}
	if pair, ok := x.(starlark.Tuple); ok {
		if len(pair) != 2 {
			return u.wrong(name, 0, "got %s, want one value, or a pair: a to b, and b to a", x)
		}
		both = [2]starlark.Value{pair[0], pair[1]}
	}
	for i, v := range both {
		if v != starlark.None {
			u.impair[i][name] = v
		}
	}
	return nil
}

// impairments makes disciplines of them.
func (u *cabling) impairments() error {
	for i, all := range u.impair {
		if len(all) == 0 {
			continue
		}
		q := tc.QdiscType.Ref(&tc.Qdisc{Kind: &tc.Netem{}})
		netem := q.Table().Get(q.Ptr(), q.Table().Lookup("kind")).T
		b := &value.Builder{Name: u.op, Table: netem, Takes: attr.Create | attr.Change}
		var kwargs []starlark.Tuple
		for _, name := range impairments {
			if v, ok := all[name]; ok {
				kwargs = append(kwargs, starlark.Tuple{starlark.String(name), v})
			}
		}
		p, err := b.Build(nil, kwargs)
		if err != nil {
			return err
		}
		u.of(i).Impair = attr.From[tc.Netem](p)
	}
	return nil
}

// newCable is the value of a cable.
func (t *Topology) newCable(c *lab.Cable) starlark.Value {
	end := func(e *lab.End) starlark.Value {
		addrs := make(starlark.Tuple, len(e.Addrs))
		ip := starlark.Value(starlark.None)
		for i, p := range e.Addrs {
			addrs[i] = netval.Prefix{Prefix: p}
			if i == 0 {
				ip = starlark.String(p.Addr().String())
			}
		}
		mac := e.MAC()
		return starlarkstruct.FromStringDict(starlark.String("end"), starlark.StringDict{"node": t.of(e.Node), "name": starlark.String(e.Name),
			"mac": netval.MAC(mac.Bytes()), "addrs": addrs, "ip": ip})
	}
	return starlarkstruct.FromStringDict(starlark.String("cable"), starlark.StringDict{"a": end(&c.A), "b": end(&c.B)})
}
