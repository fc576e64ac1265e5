package script

import (
	"context"
	"fmt"
	"runtime"
	"runtime/metrics"
	"syscall"
	"time"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// memoryInterval is how often a run's memory is looked at. A loop that doubles
// a string doubles it no more than a few times in between.
const memoryInterval = 20 * time.Millisecond

// watchMemory stops a run when the heap is larger than limit. The function it
// returns ends the watch.
func watchMemory(limit uint64, stop context.CancelCauseFunc) func() {
	if overLimit(limit) {
		runtime.GC() // what an earlier run left is not this one's
	}
	done := make(chan struct{})
	go func() {
		tick := time.NewTicker(memoryInterval)
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
			}
			if overLimit(limit) {
				stop(MemoryLimit{limit})
				return
			}
		}
	}()
	return func() { close(done) }
}

// overLimit reports whether the heap needs more than limit. Of what the
// collector has not looked at yet half may be garbage. It is not asked to look:
// that takes longer than a loop needs to double the heap once more.
func overLimit(limit uint64) bool {
	samples := []metrics.Sample{
		{Name: "/gc/heap/live:bytes"},
		{Name: "/memory/classes/heap/objects:bytes"},
	}
	metrics.Read(samples)
	return samples[0].Value.Uint64() > limit || samples[1].Value.Uint64()/2 > limit
}

// defaultMaxMemory returns the limit where none is given: what a script can
// need, or an eighth of the machine's memory, so that a loop which doubles what
// it has is noticed in time.
func defaultMaxMemory() uint64 {
	var info syscall.Sysinfo_t
	if err := syscall.Sysinfo(&info); err != nil {
		return DefaultMaxMemory
	}
	return min(DefaultMaxMemory, uint64(info.Totalram)*uint64(info.Unit)/8)
}

// bounded returns the universal builtin name, which reserves memory for as many
// elements as its arguments say they have, with a limit to that number.
func bounded(name string) builtinFunc {
	universal := starlark.Universe[name].(*starlark.Builtin)
	return func(th *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
		for i, arg := range args {
			if n := starlark.Len(arg); n > maxElements && arg.Type() != "string" {
				return nil, &Problem{
					Message: fmt.Sprintf("%s: a %s of %d elements is too long; %d is the limit", name, arg.Type(), n, maxElements),
					Class:   CodeScript,
					Index:   i + 1,
				}
			}
		}
		return universal.CallInternal(th, args, kwargs)
	}
}

// rangeOf is the builtin range. It differs from Starlark's in one respect: an
// iteration ends when the run does, so that a builtin which would fill the
// memory in one step, such as list(range(1 << 40)), returns.
func (in *Interp) rangeOf(th *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	value, err := starlark.Universe["range"].(*starlark.Builtin).CallInternal(th, args, kwargs)
	if err != nil {
		return nil, err
	}
	return interruptible{value.(rangeValue), in}, nil
}

// A rangeValue is what Starlark's range returns.
type rangeValue interface {
	starlark.Value
	starlark.Sliceable
	starlark.Comparable
	Iterate() starlark.Iterator
	Has(starlark.Value) (bool, error)
}

// An interruptible is a range whose iteration can be stopped.
type interruptible struct {
	rangeValue
	in *Interp
}

var _ starlark.Sequence = interruptible{}

// CompareSameType compares two ranges. All ranges of a script are
// interruptible.
func (r interruptible) CompareSameType(op syntax.Token, y starlark.Value, depth int) (bool, error) {
	return r.rangeValue.CompareSameType(op, y.(interruptible).rangeValue, depth)
}

// Slice returns a part of the range.
func (r interruptible) Slice(start, end, step int) starlark.Value {
	return interruptible{r.rangeValue.Slice(start, end, step).(rangeValue), r.in}
}

// Iterate returns an iterator that ends early when the run is being stopped.
// What it gave is then lost with the run.
func (r interruptible) Iterate() starlark.Iterator {
	return &interruptibleIterator{r.rangeValue.Iterate(), r.in}
}

type interruptibleIterator struct {
	starlark.Iterator
	in *Interp
}

func (it *interruptibleIterator) Next(p *starlark.Value) bool {
	return !it.in.stopping.Load() && it.Iterator.Next(p)
}
