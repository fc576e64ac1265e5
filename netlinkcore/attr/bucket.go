package attr

import (
	"encoding/binary"
	"errors"
	"math"
	"math/bits"
	"unsafe"

	"github.com/netlark/netlark/netlinkcore/opt"
)

// The packet scheduler counts time in ticks of 64 ns (net/pkt_sched.h,
// PSCHED_SHIFT).
const (
	tickShift      = 6
	ticksPerSecond = 1_000_000_000 >> tickShift
)

// HeadBucket is the size of a token bucket. On the wire is the time that its
// rate, another member of the struct, takes to fill it, in ticks.
//
//go:noinline
func HeadBucket(off int16, name string, p *opt.Value[uint32], rate *opt.Value[uint64], doc string) Field {
	f := headField(off, name, unsafe.Pointer(p), bucket32, doc)
	f.beside = uintptr(unsafe.Pointer(rate)) - uintptr(unsafe.Pointer(p))
	return f.In(Size)
}

// Bucket is HeadBucket as an attribute of 64 bits.
//
//go:noinline
func Bucket(id uint16, name string, p, rate *opt.Value[uint64], doc string) Field {
	f := field(id, name, unsafe.Pointer(p), bucket64, doc)
	f.beside = uintptr(unsafe.Pointer(rate)) - uintptr(unsafe.Pointer(p))
	return f
}

var (
	bucket32 = bucketOps[uint32](words.u32)
	bucket64 = bucketOps[uint64](words.u64)
)

var (
	errNoRate = errors.New("is the size of a bucket, which wants a rate")
	errSlow   = errors.New("takes more than 274 s to fill at its rate")
)

// bucketOps holds ticks from decoding to settle, as the rate may come later.
func bucketOps[T uint32 | uint64](plain *ops) *ops {
	o := *plain
	o.name += ", ticks to fill a bucket"
	at := func(p unsafe.Pointer) *opt.Value[T] { return (*opt.Value[T])(p) }
	rate := func(f *Field, p unsafe.Pointer) uint64 {
		return (*opt.Value[uint64])(unsafe.Add(p, f.beside)).Or(0)
	}
	o.enc = func(e *Enc, f *Field, p unsafe.Pointer) {
		size, ok := at(p).Get()
		switch {
		case !ok || f.id == 0 && size == 0:
			return
		case rate(f, p) == 0:
			e.fail(f, errNoRate)
			return
		}
		n := FillTime(uint64(size), rate(f, p))
		if n > uint64(^T(0)) {
			e.fail(f, errSlow)
			return
		}
		if f.id == 0 {
			store(binary.NativeEndian, e.place(f.head, o.width), T(n))
			return
		}
		store(binary.NativeEndian, e.W.Open(f.id, o.width), T(n))
	}
	o.settle = func(f *Field, p unsafe.Pointer) {
		n, ok := at(p).Get()
		switch {
		case !ok || n == 0:
		case rate(f, p) == 0:
			at(p).Unset()
		default:
			at(p).Set(T(min(filled(uint64(n), rate(f, p)), uint64(^T(0)))))
		}
	}
	o.eq = func(_ compare, f *Field, a, b unsafe.Pointer) bool {
		r := rate(f, b)
		if r == 0 {
			r = rate(f, a)
		}
		if r == 0 {
			return *at(a) == *at(b)
		}
		return FillTime(uint64(at(a).Or(0)), r) == FillTime(uint64(at(b).Or(0)), r)
	}
	return &o
}

// FillTime returns the ticks that a rate takes to send size, rounded up, as
// tc's tc_calc_xmittime does.
func FillTime(size, rate uint64) uint64 {
	hi, lo := bits.Mul64(size, ticksPerSecond)
	lo, carry := bits.Add64(lo, rate-1, 0)
	if hi += carry; hi >= rate {
		return math.MaxUint64
	}
	q, _ := bits.Div64(hi, lo, rate)
	return q
}

// filled returns what a rate sends in some ticks: of what FillTime made of a
// size, at least that size, and the size itself where ticks are fine enough.
func filled(ticks, rate uint64) uint64 {
	hi, lo := bits.Mul64(ticks, rate)
	if hi >= ticksPerSecond {
		return math.MaxUint64
	}
	q, _ := bits.Div64(hi, lo, ticksPerSecond)
	return q
}
