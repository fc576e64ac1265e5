package attr

import (
	"sync"

	"golang.org/x/sys/unix"
)

// InTicks says that the kernel keeps a time in ticks of its clock, and reports what
// that makes in the unit: Centiseconds or Milliseconds. Times that it keeps alike
// are equal.
//
//go:noinline
func (f Field) InTicks() Field {
	switch f.Unit {
	case Centiseconds:
		return f.KeptAs(func(n uint64) uint64 { return keptCentiseconds(n, tick()) })
	case Milliseconds:
		return f.KeptAs(func(n uint64) uint64 { return keptMilliseconds(n, tick()) })
	}
	panic("attr: " + f.Name + ": no unit that is kept in ticks")
}

// tick is how long the kernel's tick is, in nanoseconds: the resolution of the
// clocks that it reads no hardware for.
var tick = sync.OnceValue(func() uint64 {
	var res unix.Timespec
	if err := unix.ClockGetres(unix.CLOCK_MONOTONIC_COARSE, &res); err != nil || res.Nsec <= 0 {
		return second / 1000
	}
	return uint64(res.Nsec)
})

const second = 1_000_000_000

// keptCentiseconds goes there and back as the kernel does: clock_t_to_jiffies and
// jiffies_to_clock_t (kernel/time/time.c). What is too much for it is left alone.
func keptCentiseconds(n, tick uint64) uint64 {
	hz := hertz(tick)
	if n > 1<<40 {
		return n
	}
	return n * hz / 100 * tick / (second / 100)
}

// keptMilliseconds is msecs_to_jiffies, which rounds up, and jiffies_to_msecs.
func keptMilliseconds(n, tick uint64) uint64 {
	hz := hertz(tick)
	if n > 1<<40 {
		return n
	}
	return (n*hz + 999) / 1000 * 1000 / hz
}

func hertz(tick uint64) uint64 { return (second + tick/2) / tick }
