package roll

import (
	"fmt"
	"hash/maphash"
	"testing"
)

// hashed has many collide.
func hashed(id string, seed maphash.Seed) uint64 { return maphash.String(seed, id) &^ 7 }

// check looks for all that is listed, in several orders, and for what is not.
func check(t *testing.T, r *Roll[string], listed []string) {
	t.Helper()
	n := len(listed)
	for step := 1; step < 5; step++ {
		for k := range n {
			i := (k*step*7 + step) % n
			for range 2 { // the second time it was the last
				if got, ok := r.Find(listed[i]); !ok || got != i {
					t.Fatalf("of %d: %q is at %d, %v, want %d", n, listed[i], got, ok, i)
				}
			}
			if got, ok := r.Find(fmt.Sprint("no key ", i)); ok {
				t.Fatalf("of %d: what is not listed is at %d", n, got)
			}
		}
	}
	if _, ok := r.Find(""); ok {
		t.Fatalf("of %d: nothing is listed", n)
	}
}

func names(n int) (listed []string) {
	for i := range n {
		listed = append(listed, fmt.Sprint("key ", i))
	}
	return listed
}

// TestFind finds what is listed in any order, and nothing else.
func TestFind(t *testing.T) {
	for _, n := range []int{0, 1, 2, 3, few - 1, few, few + 1, 1000} {
		listed := names(n)
		check(t, Of(n, func(i int) string { return listed[i] }, hashed), listed)
	}
	var none *Roll[string]
	if _, ok := none.Find("x"); ok {
		t.Error("no roll lists something")
	}
}

// TestAdd lists things one by one, and looks for them in between.
func TestAdd(t *testing.T) {
	all := names(3000)
	var listed []string
	r := Of(0, func(i int) string { return listed[i] }, hashed)
	for i, name := range all {
		if _, ok := r.Find(name); ok {
			t.Fatalf("%q is there before it is added", name)
		}
		listed = append(listed, name)
		r.Add()
		if got, ok := r.Find(all[i/2]); !ok || got != i/2 {
			t.Fatalf("of %d: %q is at %d, %v", i+1, all[i/2], got, ok)
		}
	}
	check(t, r, listed)
}
