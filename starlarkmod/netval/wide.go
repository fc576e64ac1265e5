package netval

import (
	"encoding/binary"
	"math/big"
	"math/bits"
	"net/netip"

	"go.starlark.net/starlark"
)

// A wide is an unsigned number of 128 bits: an address, or the number of a
// network in another. A list of a hundred thousand networks would spend half
// of its time on numbers of any size.
type wide struct{ hi, lo uint64 }

// ones is 2^n − 1.
func ones(n int) wide {
	if n > 64 {
		return wide{1<<(n-64) - 1, ^uint64(0)}
	}
	return wide{0, 1<<n - 1}
}

func wideFrom(a netip.Addr) wide {
	b := a.As16()
	return wide{binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:])}
}

// wideOf is n or, if that is negative, how far from the end it is: −1 is 0. It
// is false beyond 128 bits.
func wideOf(n starlark.Int) (w wide, fromEnd, ok bool) {
	if i, ok := n.Int64(); ok {
		return wide{0, uint64(max(i, ^i))}, i < 0, true
	}
	b := n.BigInt()
	fromEnd = b.Sign() < 0
	if fromEnd {
		b.Not(b)
	}
	if b.BitLen() > 128 {
		return wide{}, false, false
	}
	var bytes [16]byte
	b.FillBytes(bytes[:])
	return wide{binary.BigEndian.Uint64(bytes[:8]), binary.BigEndian.Uint64(bytes[8:])}, fromEnd, true
}

func (w wide) less(v wide) bool { return w.hi < v.hi || w.hi == v.hi && w.lo < v.lo }

func (w wide) plus(v wide) wide {
	lo, carry := bits.Add64(w.lo, v.lo, 0)
	hi, _ := bits.Add64(w.hi, v.hi, carry)
	return wide{hi, lo}
}

func (w wide) minus(v wide) wide {
	lo, borrow := bits.Sub64(w.lo, v.lo, 0)
	hi, _ := bits.Sub64(w.hi, v.hi, borrow)
	return wide{hi, lo}
}

// shiftLeft relies on shifts by 64 and more that leave nothing; what is below
// zero counts as such.
func (w wide) shiftLeft(n uint) wide {
	return wide{w.hi<<n | w.lo<<(n-64) | w.lo>>(64-n), w.lo << n}
}

// addr is the address that w is, of the family of like.
func (w wide) addr(like netip.Addr) netip.Addr {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], w.hi)
	binary.BigEndian.PutUint64(b[8:], w.lo)
	if like.Is4() {
		return netip.AddrFrom4([4]byte(b[12:]))
	}
	return netip.AddrFrom16(b)
}

// count returns the number of networks of length to in p.
func (p Prefix) count(to int) *big.Int {
	return new(big.Int).Lsh(big.NewInt(1), uint(to-p.Bits()))
}
