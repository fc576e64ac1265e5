package cores

import (
	"errors"
	"runtime"
	"sync/atomic"
	"testing"

	"golang.org/x/sys/unix"
)

// TestEachHere: everything is done, in the caller's mount namespace alone, also where no
// other thread is in it.
func TestEachHere(t *testing.T) {
	const n = 500
	for _, own := range []bool{false, true} {
		t.Run(map[bool]string{false: "shared", true: "own"}[own], func(t *testing.T) {
			if own {
				runtime.LockOSThread() // for good: the thread ends with the test
				if err := unix.Unshare(unix.CLONE_NEWNS); err != nil {
					t.Skipf("no mount namespace: %v", err)
				}
			}
			here := mounts()
			var done, astray atomic.Int64
			odd := errors.New("odd")
			err := EachHere(n, func(i int) error {
				done.Add(1)
				if mounts() != here {
					astray.Add(1)
				}
				if i == 7 {
					return odd
				}
				return nil
			})
			if done.Load() != n || astray.Load() != 0 || !errors.Is(err, odd) {
				t.Errorf("%d done, %d elsewhere, %v", done.Load(), astray.Load(), err)
			}
		})
	}
}
