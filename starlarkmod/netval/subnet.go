package netval

import (
	"fmt"
	"math/big"
	"net/netip"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"github.com/netlark/netlark/starlarkmod/script"
)

// A methodFunc is the type of a builtin's function.
type methodFunc = func(*starlark.Thread, *starlark.Builtin, starlark.Tuple, []starlark.Tuple) (starlark.Value, error)

// method returns the method name of a value.
func method(receiver starlark.Value, name string, fn methodFunc) starlark.Value {
	return script.NewBuiltin(receiver.Type()+"."+name, fn).BindReceiver(receiver)
}

// contains(x) reports whether x lies in the network.
func (p Prefix) containsMethod(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var q Prefix
	if err := starlark.UnpackArgs(b.Name(), args, kwargs, "x", &q); err != nil {
		return nil, err
	}
	return starlark.Bool(p.Contains(q)), nil
}

// host(n) returns the n-th address of the network.
func (p Prefix) hostMethod(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var n starlark.Int
	if err := starlark.UnpackArgs(b.Name(), args, kwargs, "n", &n); err != nil {
		return nil, err
	}
	addr, err := p.nth(p.Addr().BitLen(), n)
	if err != nil {
		return nil, argumentError(b, "n", 0, err)
	}
	return Prefix{netip.PrefixFrom(addr, p.Bits())}, nil
}

// count(newlen) returns how many subnets of that length the network has.
func (p Prefix) countMethod(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var bits int
	if err := starlark.UnpackArgs(b.Name(), args, kwargs, "newlen", &bits); err != nil {
		return nil, err
	}
	if err := p.checkLength(bits); err != nil {
		return nil, argumentError(b, "newlen", 0, err)
	}
	return starlark.MakeBigInt(p.count(bits)), nil
}

// subnet(newlen, n) returns the n-th subnet of that length.
func (p Prefix) subnetMethod(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var bits int
	var n starlark.Int
	if err := starlark.UnpackArgs(b.Name(), args, kwargs, "newlen", &bits, "n", &n); err != nil {
		return nil, err
	}
	if err := p.checkLength(bits); err != nil {
		return nil, argumentError(b, "newlen", 0, err)
	}
	addr, err := p.nth(bits, n)
	if err != nil {
		return nil, argumentError(b, "n", 1, err)
	}
	return Prefix{netip.PrefixFrom(addr, bits)}, nil
}

// subnets(newlen) returns all subnets of that length, made when asked for.
func (p Prefix) subnetsMethod(th *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var bits int
	if err := starlark.UnpackArgs(b.Name(), args, kwargs, "newlen", &bits); err != nil {
		return nil, err
	}
	err := p.checkLength(bits)
	if err == nil && bits-p.Bits() > maxSubnetBits {
		err = fmt.Errorf("a /%d has too many subnets of length %d to list; use subnet(newlen, n)", p.Bits(), bits)
	}
	if err != nil {
		return nil, argumentError(b, "newlen", 0, err)
	}
	return subnets{parent: Prefix{p.Masked()}, bits: bits, first: 0, step: 1, n: 1 << (bits - p.Bits()), stopping: script.Stopping(th)}, nil
}

// argumentError returns err about one argument of the method b.
func argumentError(b *starlark.Builtin, name string, index int, err error) error {
	return &script.Problem{
		Message: fmt.Sprintf("%s: %v", b.Name(), err),
		Path:    name,
		Index:   index + 1,
		Err:     err,
	}
}

func (p Prefix) checkLength(bits int) error {
	if bits < p.Bits() || bits > p.Addr().BitLen() {
		return fmt.Errorf("got %d, want a length from %d to %d", bits, p.Bits(), p.Addr().BitLen())
	}
	return nil
}

// nth returns the first address of the n-th network of bits in p; a negative n
// counts from the end.
func (p Prefix) nth(bits int, n starlark.Int) (netip.Addr, error) {
	last := ones(bits - p.Bits())
	i, fromEnd, ok := wideOf(n)
	if !ok || last.less(i) {
		return netip.Addr{}, fmt.Errorf("got %v, but %v has %v of length %d", n, p.Masked(), p.count(bits), bits)
	}
	if fromEnd {
		i = last.minus(i)
	}
	return p.at(bits, i), nil
}

// at is nth for what is known to be there.
func (p Prefix) at(bits int, i wide) netip.Addr {
	base := p.Masked().Addr()
	return wideFrom(base).plus(i.shiftLeft(uint(p.Addr().BitLen() - bits))).addr(base)
}

func lastAddr(p Prefix) netip.Addr {
	bits := p.Addr().BitLen()
	return p.at(bits, ones(bits-p.Bits()))
}

// maxSubnetBits bounds the length of a sequence to what an int counts.
const maxSubnetBits = 62

// subnets are the networks of one length in another one, or a slice of them.
type subnets struct {
	parent         Prefix
	bits           int
	first, step, n int
	stopping       func() bool
}

var (
	_ starlark.Sequence   = subnets{}
	_ starlark.Sliceable  = subnets{}
	_ starlark.Comparable = subnets{}
	_ starlark.Container  = subnets{}
)

func (s subnets) String() string {
	return fmt.Sprintf("prefix(%q).subnets(%d)[%d:%d:%d]", s.parent, s.bits, s.first, s.first+s.n*s.step, s.step)
}

func (s subnets) Type() string         { return "subnets" }
func (s subnets) Freeze()              {}
func (s subnets) Truth() starlark.Bool { return s.n > 0 }
func (s subnets) Len() int             { return s.n }

func (s subnets) Hash() (uint32, error) {
	return 0, fmt.Errorf("unhashable type: subnets")
}

func (s subnets) Index(i int) starlark.Value {
	addr := s.parent.at(s.bits, wide{0, uint64(s.first + i*s.step)})
	return Prefix{netip.PrefixFrom(addr, s.bits)}
}

func (s subnets) Slice(start, end, step int) starlark.Value {
	part := s
	part.first, part.step = s.first+start*s.step, s.step*step
	part.n = max(0, (end-start+step-sign(step))/step)
	return part
}

func sign(n int) int {
	if n < 0 {
		return -1
	}
	return 1
}

// Has reports whether x is one of the networks.
func (s subnets) Has(x starlark.Value) (bool, error) {
	p, err := AsPrefix(x)
	if err != nil || p.Bits() != s.bits || p.Prefix != p.Masked() || !s.parent.Contains(p) {
		return false, err
	}
	offset := new(big.Int).SetBytes(p.Addr().AsSlice())
	offset.Sub(offset, new(big.Int).SetBytes(s.parent.Addr().AsSlice()))
	offset.Rsh(offset, uint(p.Addr().BitLen()-s.bits))
	distance := int(offset.Int64()) - s.first
	return distance%s.step == 0 && distance/s.step >= 0 && distance/s.step < s.n, nil
}

// CompareSameType compares for equality.
func (s subnets) CompareSameType(op syntax.Token, y starlark.Value, _ int) (bool, error) {
	t := y.(subnets)
	same := s.n == t.n && (s.n == 0 || s.Index(0) == t.Index(0) && (s.n == 1 || s.step == t.step))
	switch op {
	case syntax.EQL:
		return same, nil
	case syntax.NEQ:
		return !same, nil
	}
	return false, fmt.Errorf("subnets %s subnets not implemented", op)
}

func (s subnets) Iterate() starlark.Iterator { return &subnetIterator{s: s} }

type subnetIterator struct {
	s subnets
	i int
}

func (it *subnetIterator) Next(p *starlark.Value) bool {
	if it.i >= it.s.n || it.s.stopping() {
		return false
	}
	*p = it.s.Index(it.i)
	it.i++
	return true
}

func (it *subnetIterator) Done() {}
