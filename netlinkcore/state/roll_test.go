package state

import (
	"fmt"
	"testing"
)

// TestRoll finds what is listed in any order, and nothing else.
func TestRoll(t *testing.T) {
	for _, n := range []int{0, 1, 2, 3, 7, 8, 9, 1000} {
		listed := make([]Identity, n)
		for i := range listed {
			listed[i].Key = fmt.Sprint("key ", i)
		}
		r := &roll{n: n, of: func(i int) Identity { return listed[i] }}
		for step := 1; step < 5; step++ {
			for k := range n {
				i := (k*step*7 + step) % n
				for range 2 { // the second time it was the last
					if got, ok := r.find(listed[i]); !ok || listed[got] != listed[i] {
						t.Fatalf("of %d: %q is at %d, %v", n, listed[i].Key, got, ok)
					}
				}
				if got, ok := r.find(Identity{Key: fmt.Sprint("no key ", i)}); ok {
					t.Fatalf("of %d: what is not listed is at %d", n, got)
				}
			}
		}
		if _, ok := r.find(Identity{}); ok {
			t.Fatalf("of %d: nothing is listed", n)
		}
	}
}
