// Package roll finds things in a list by what identifies them.
package roll

import (
	"hash/maphash"
	"math/bits"
)

// A Roll finds by their identity what is listed, which may be very much. Who asks mostly
// asks for one after the other, as they are listed, or for the same again: that is looked at
// first. For all else there are places by hash, and not a map: of very many that takes more
// time and memory than what it leads to. It is for one goroutine.
type Roll[K comparable] struct {
	n    int
	of   func(i int) K
	hash func(id K, seed maphash.Seed) uint64
	last int // place of what was found last
	seed maphash.Seed
	at   []int32 // 1 + places, each in the first free slot from that of its hash on; 0: free
}

// few are looked at one by one.
const few = 8

// Of is the roll of n things, of which of tells the identity, and hash something that is the
// same for the same.
func Of[K comparable](n int, of func(i int) K, hash func(id K, seed maphash.Seed) uint64) *Roll[K] {
	return &Roll[K]{n: n, of: of, hash: hash}
}

// Find returns the place of what has an identity: of several the first or the last that was
// found. A nil Roll lists nothing.
func (r *Roll[K]) Find(id K) (i int, listed bool) {
	if r == nil {
		return 0, false
	}
	for i = r.last; i < min(r.last+2, r.n); i++ {
		if r.of(i) == id {
			r.last = i
			return i, true
		}
	}
	if r.n <= few {
		for i = range r.n {
			if r.of(i) == id {
				r.last = i
				return i, true
			}
		}
		return 0, false
	}
	if r.at == nil {
		r.fill()
	}
	for h := r.slot(id); r.at[h] != 0; h = r.after(h) {
		if i := int(r.at[h]) - 1; r.of(i) == id {
			r.last = i
			return i, true
		}
	}
	return 0, false
}

// Add takes in what is listed now behind all else.
func (r *Roll[K]) Add() {
	r.n++
	if 2*r.n > len(r.at) {
		r.at = nil // it is made anew when somebody asks
	}
	if r.at != nil {
		r.place(r.n - 1)
	}
}

// fill makes the slots, of which at least half stay free.
func (r *Roll[K]) fill() {
	r.seed, r.at = maphash.MakeSeed(), make([]int32, 2<<bits.Len(uint(r.n)))
	for i := range r.n {
		r.place(i)
	}
}

// place gives the i-th a slot.
func (r *Roll[K]) place(i int) {
	h := r.slot(r.of(i))
	for r.at[h] != 0 {
		h = r.after(h)
	}
	r.at[h] = int32(i) + 1
}

// slot is where an identity is looked for first.
func (r *Roll[K]) slot(id K) int { return int(r.hash(id, r.seed) & uint64(len(r.at)-1)) }

func (r *Roll[K]) after(slot int) int { return (slot + 1) & (len(r.at) - 1) }
