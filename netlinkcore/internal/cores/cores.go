// Package cores does on all cores what is done to many namespaces.
package cores

import (
	"errors"
	"runtime"
	"sync"
	"sync/atomic"

	"golang.org/x/sys/unix"
)

// perCore: while one waits for the kernel, another one works.
const perCore = 2

// Each calls fn with each number below n, by several goroutines, and returns what
// failed, in the order of the numbers. A failure does not end the others.
func Each(n int, fn func(i int) error) error {
	w := work{fn: fn, failed: make([]error, n)}
	for range min(n, perCore*runtime.GOMAXPROCS(0)) {
		w.all.Go(w.share)
	}
	w.all.Wait()
	return errors.Join(w.failed...)
}

// EachHere is Each for what has to do with mounts, such as names of namespaces: a caller that
// is locked to its thread may be in a mount namespace of its own, and then works alone.
func EachHere(n int, fn func(i int) error) error {
	w := work{fn: fn, failed: make([]error, n)}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	here := mounts()
	for range min(n/fewest, perCore*runtime.GOMAXPROCS(0)-1) {
		w.all.Go(func() {
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			if here != 0 && mounts() == here {
				w.share()
			}
		})
	}
	w.share()
	w.all.Wait()
	return errors.Join(w.failed...)
}

// fewest is how much work one more thread is worth.
const fewest = 16

// mounts is the number of the calling thread's mount namespace; 0: it cannot be told.
func mounts() uint64 {
	var st unix.Stat_t
	if unix.Stat("/proc/thread-self/ns/mnt", &st) != nil {
		return 0
	}
	return st.Ino
}

// A work is what several goroutines share.
type work struct {
	fn     func(i int) error
	failed []error
	next   atomic.Int64
	all    sync.WaitGroup
}

func (w *work) share() {
	for i := int(w.next.Add(1)) - 1; i < len(w.failed); i = int(w.next.Add(1)) - 1 {
		w.failed[i] = w.fn(i)
	}
}
