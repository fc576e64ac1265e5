package netval

import (
	"encoding/json"
	"fmt"
	"net/netip"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// A Prefix is an IP address with the length of its network's prefix. It keeps
// its host bits.
type Prefix struct{ netip.Prefix }

var (
	_ starlark.Comparable = Prefix{}
	_ starlark.HasAttrs   = Prefix{}
	_ starlark.Container  = Prefix{}
)

// ParsePrefix reads "10.0.0.1/24", an address alone as the prefix of all its
// bits, or "default" as 0.0.0.0/0.
func ParsePrefix(s string) (Prefix, error) {
	if s == "default" {
		return Prefix{netip.PrefixFrom(netip.IPv4Unspecified(), 0)}, nil
	}
	if p, err := netip.ParsePrefix(s); err == nil {
		return Prefix{p}, nil
	}
	addr, err := netip.ParseAddr(s)
	if err != nil || addr.Zone() != "" {
		return Prefix{}, fmt.Errorf("got %q, want a prefix such as 10.0.0.1/24", s)
	}
	return Prefix{netip.PrefixFrom(addr, addr.BitLen())}, nil
}

// AsPrefix returns v, a prefix value or a string, as a Prefix.
func AsPrefix(v starlark.Value) (Prefix, error) {
	if p, ok := v.(Prefix); ok {
		return p, nil
	}
	s, ok := starlark.AsString(v)
	if !ok {
		return Prefix{}, fmt.Errorf("got %s, want a prefix", v.Type())
	}
	return ParsePrefix(s)
}

// Unpack makes *Prefix an argument of builtins: a prefix value or a string.
func (p *Prefix) Unpack(v starlark.Value) (err error) {
	*p, err = AsPrefix(v)
	return err
}

// ParseArg reads the text of a command line argument.
func (p Prefix) ParseArg(text string) (starlark.Value, error) { return ParsePrefix(text) }

// makePrefix is the builtin prefix(text).
func makePrefix(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var p Prefix
	if err := starlark.UnpackArgs(b.Name(), args, kwargs, "text", &p); err != nil {
		return nil, err
	}
	return p, nil
}

// Type returns "prefix".
func (p Prefix) Type() string { return "prefix" }

// Freeze does nothing.
func (p Prefix) Freeze() {}

// Truth returns True.
func (p Prefix) Truth() starlark.Bool { return true }

// Hash returns a hash of the address and the length.
func (p Prefix) Hash() (uint32, error) { return starlark.String(p.String()).Hash() }

// MarshalJSON returns the text of the prefix.
func (p Prefix) MarshalJSON() ([]byte, error) { return json.Marshal(p.String()) }

// CompareSameType orders by family (IPv4 first), address, and length.
func (p Prefix) CompareSameType(op syntax.Token, y starlark.Value, _ int) (bool, error) {
	return threeWay(op, p.compare(y.(Prefix)))
}

func (p Prefix) compare(q Prefix) int {
	if c := p.Addr().Compare(q.Addr()); c != 0 {
		return c
	}
	return p.Bits() - q.Bits()
}

// threeWay applies op to the sign of a comparison.
func threeWay(op syntax.Token, c int) (bool, error) {
	switch op {
	case syntax.EQL:
		return c == 0, nil
	case syntax.NEQ:
		return c != 0, nil
	case syntax.LT:
		return c < 0, nil
	case syntax.LE:
		return c <= 0, nil
	case syntax.GT:
		return c > 0, nil
	case syntax.GE:
		return c >= 0, nil
	}
	return false, fmt.Errorf("unexpected comparison %s", op)
}

// Has reports whether x, an address or a prefix, lies in p's network.
func (p Prefix) Has(x starlark.Value) (bool, error) {
	q, err := AsPrefix(x)
	if err != nil {
		return false, err
	}
	return p.Contains(q), nil
}

// Contains reports whether all addresses of q's network are of p's.
func (p Prefix) Contains(q Prefix) bool {
	return p.Bits() <= q.Bits() && p.Prefix.Contains(q.Addr())
}

// AttrNames returns the names of a prefix's attributes and methods.
func (p Prefix) AttrNames() []string {
	return []string{
		"address", "broadcast", "contains", "count", "family", "host", "len",
		"netmask", "network", "subnet", "subnets",
	}
}

// Attr returns an attribute or a method.
func (p Prefix) Attr(name string) (starlark.Value, error) {
	switch name {
	case "address":
		return starlark.String(p.Addr().String()), nil
	case "broadcast":
		return p.broadcast(), nil
	case "family":
		return starlark.MakeInt(p.family()), nil
	case "len":
		return starlark.MakeInt(p.Bits()), nil
	case "netmask":
		return starlark.String(p.netmask().String()), nil
	case "network":
		return Prefix{p.Masked()}, nil
	case "contains":
		return method(p, name, p.containsMethod), nil
	case "count":
		return method(p, name, p.countMethod), nil
	case "host":
		return method(p, name, p.hostMethod), nil
	case "subnet":
		return method(p, name, p.subnetMethod), nil
	case "subnets":
		return method(p, name, p.subnetsMethod), nil
	}
	return nil, nil
}

func (p Prefix) family() int {
	if p.Addr().Is4() {
		return 4
	}
	return 6
}

// netmask returns the mask as an address.
func (p Prefix) netmask() netip.Addr {
	ones := make([]byte, p.Addr().BitLen()/8)
	for i := range ones {
		ones[i] = 0xff
	}
	all, _ := netip.AddrFromSlice(ones)
	return netip.PrefixFrom(all, p.Bits()).Masked().Addr()
}

// broadcast returns the last address of an IPv4 network; IPv6 and networks of
// one or two addresses have no broadcast address (RFC 3021).
func (p Prefix) broadcast() starlark.Value {
	if p.family() == 6 || p.Bits() > 30 {
		return starlark.None
	}
	return starlark.String(lastAddr(p).String())
}
