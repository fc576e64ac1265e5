// Package cores does on all cores what is done to many namespaces.
package cores

import (
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
)

// perCore: while one waits for the kernel, another one works.
const perCore = 2

// Each calls fn with each number below n, by several goroutines, and returns what
// failed, in the order of the numbers. A failure does not end the others.
func Each(n int, fn func(i int) error) error {
	failed := make([]error, n)
	var next atomic.Int64
	var all sync.WaitGroup
	for range min(n, perCore*runtime.GOMAXPROCS(0)) {
		all.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				failed[i] = fn(i)
			}
		})
	}
	all.Wait()
	return errors.Join(failed...)
}
