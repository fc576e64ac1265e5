package state

import (
	"hash/maphash"
	"math/bits"
)

// A roll finds by their identity what is listed. Who asks mostly asks for one after the
// other, as they are listed, or for the same again: that is looked at first. For all else
// there are places by hash, and not a map: of very many that takes more time and memory
// than what it leads to.
type roll struct {
	n    int
	of   func(i int) Identity
	last int // place of what was found last
	seed maphash.Seed
	at   []int32 // 1 + places, each in the first free slot from that of its hash on; 0: free
}

// find returns the place of what has an identity.
func (r *roll) find(id Identity) (i int, listed bool) {
	for i = r.last; i < min(r.last+2, r.n); i++ {
		if r.of(i) == id {
			r.last = i
			return i, true
		}
	}
	if r.n == 0 {
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

// fill makes the slots, of which at least half stay free.
func (r *roll) fill() {
	r.seed, r.at = maphash.MakeSeed(), make([]int32, 1<<bits.Len(uint(2*r.n)))
	for i := range r.n {
		h := r.slot(r.of(i))
		for r.at[h] != 0 {
			h = r.after(h)
		}
		r.at[h] = int32(i) + 1
	}
}

// slot is where an identity is looked for first.
func (r *roll) slot(id Identity) int {
	return int(maphash.String(r.seed, id.Key) & uint64(len(r.at)-1))
}

func (r *roll) after(slot int) int { return (slot + 1) & (len(r.at) - 1) }
