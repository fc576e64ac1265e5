package netval

import (
	"encoding/json"
	"fmt"
	"math/big"
	"net"
	"net/netip"
	"strings"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// A MAC is a link-layer address: the bytes themselves, usually six.
type MAC string

var (
	_ starlark.Comparable = MAC("")
	_ starlark.HasAttrs   = MAC("")
)

// ParseMAC reads a MAC address of 6, 8 or 20 bytes with colons, dashes or dots.
func ParseMAC(s string) (MAC, error) {
	hw, err := net.ParseMAC(s)
	if err != nil {
		return "", fmt.Errorf("got %q, want a MAC address such as 02:00:00:00:00:01", s)
	}
	return MAC(hw), nil
}

// AsMAC returns v, a mac value or a string, as a MAC.
func AsMAC(v starlark.Value) (MAC, error) {
	if m, ok := v.(MAC); ok {
		return m, nil
	}
	s, ok := starlark.AsString(v)
	if !ok {
		return "", fmt.Errorf("got %s, want a MAC address", v.Type())
	}
	return ParseMAC(s)
}

// Unpack makes *MAC an argument of builtins: a mac value or a string.
func (m *MAC) Unpack(v starlark.Value) (err error) {
	*m, err = AsMAC(v)
	return err
}

// ParseArg reads the text of a command line argument.
func (m MAC) ParseArg(text string) (starlark.Value, error) { return ParseMAC(text) }

// makeMAC is the builtin mac(text).
func makeMAC(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var m MAC
	if err := starlark.UnpackArgs(b.Name(), args, kwargs, "text", &m); err != nil {
		return nil, err
	}
	return m, nil
}

// Bytes returns the address.
func (m MAC) Bytes() []byte { return []byte(m) }

// String returns the address with colons.
func (m MAC) String() string { return net.HardwareAddr(m).String() }

// Type returns "mac".
func (m MAC) Type() string { return "mac" }

// Freeze does nothing.
func (m MAC) Freeze() {}

// Truth returns True.
func (m MAC) Truth() starlark.Bool { return true }

// Hash returns a hash of the bytes.
func (m MAC) Hash() (uint32, error) { return starlark.String(m).Hash() }

// MarshalJSON returns the text of the address.
func (m MAC) MarshalJSON() ([]byte, error) { return json.Marshal(m.String()) }

// CompareSameType orders by bytes.
func (m MAC) CompareSameType(op syntax.Token, y starlark.Value, _ int) (bool, error) {
	return threeWay(op, strings.Compare(string(m), string(y.(MAC))))
}

// AttrNames returns the names of a MAC's methods.
func (m MAC) AttrNames() []string { return []string{"add", "eui64"} }

// Attr returns a method.
func (m MAC) Attr(name string) (starlark.Value, error) {
	switch name {
	case "add":
		return method(m, name, m.addMethod), nil
	case "eui64":
		return method(m, name, m.eui64Method), nil
	}
	return nil, nil
}

// add(n) returns the address n further.
func (m MAC) addMethod(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var n starlark.Int
	if err := starlark.UnpackArgs(b.Name(), args, kwargs, "n", &n); err != nil {
		return nil, err
	}
	sum := new(big.Int).SetBytes(m.Bytes())
	sum.Add(sum, n.BigInt())
	if sum.Sign() < 0 || sum.BitLen() > 8*len(m) {
		return nil, argumentError(b, "n", 0, fmt.Errorf("%v + %v is no MAC address", m, n))
	}
	return MAC(sum.FillBytes(make([]byte, len(m)))), nil
}

// eui64(prefix) returns the address in prefix that stateless autoconfiguration
// makes of m (RFC 4291, appendix A).
func (m MAC) eui64Method(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var p Prefix
	if err := starlark.UnpackArgs(b.Name(), args, kwargs, "prefix", &p); err != nil {
		return nil, err
	}
	if p.family() != 6 || p.Bits() > 64 {
		return nil, argumentError(b, "prefix", 0, fmt.Errorf("got %v, want an IPv6 prefix of length 64 or less", p))
	}
	id, err := m.interfaceID()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", b.Name(), err)
	}
	addr := p.Masked().Addr().As16()
	copy(addr[8:], id)
	return Prefix{netip.PrefixFrom(netip.AddrFrom16(addr), p.Bits())}, nil
}

// interfaceID returns the modified EUI-64 of m.
func (m MAC) interfaceID() ([]byte, error) {
	var id []byte
	switch len(m) {
	case 6:
		id = append(id, m[:3]...)
		id = append(id, 0xff, 0xfe)
		id = append(id, m[3:]...)
	case 8:
		id = append(id, m...)
	default:
		return nil, fmt.Errorf("%v has %d bytes, want 6 or 8", m, len(m))
	}
	id[0] ^= 0x02
	return id, nil
}
