package lab

import (
	"fmt"
	"hash/fnv"
	"slices"
)

// A span is the numbers that ID draws from, ends included.
type span struct{ from, to uint64 }

// spans are what numbers of each kind may be: those that mean something to the
// kernel or that standards reserve are left out.
var spans = map[string]span{
	"vni":     {1, 1<<24 - 1},           // RFC 7348
	"vlan":    {2, 4094},                // IEEE 802.1Q; 1 is what bridges begin with
	"table":   {1000, 1<<31 - 1},        // above the kernel's and what people choose by hand
	"mark":    {1 << 16, 1<<31 - 1},     // above what people choose by hand
	"spi":     {256, 1<<32 - 1},         // RFC 4303 reserves those below
	"asn":     {4200000000, 4294967294}, // RFC 6996, private use
	"label":   {16, 1<<20 - 1},          // RFC 3032 reserves those below
	"if_id":   {1, 1<<32 - 1},           // xfrm interfaces
	"nexthop": {1 << 20, 1<<31 - 1},     // above what people choose by hand
	"port":    {49152, 65535},           // RFC 6335, dynamic
}

// IDKinds returns the kinds that ID draws for, sorted.
func IDKinds() []string {
	kinds := make([]string, 0, len(spans))
	for k := range spans {
		kinds = append(kinds, k)
	}
	slices.Sort(kinds)
	return kinds
}

// ID draws a number of a kind for a key: the same for the same lab, seed and key.
// One that is taken by another key gives way to the next free one, in the order of
// declaration.
func (l *Lab) ID(kind, key string) (uint64, error) {
	s, ok := spans[kind]
	if !ok {
		return 0, fmt.Errorf("no numbers are drawn for %q", kind)
	}
	d := l.drawn[kind]
	if d == nil {
		d = &drawing{by: map[string]uint64{}, taken: map[uint64]bool{}}
		if l.drawn == nil {
			l.drawn = map[string]*drawing{}
		}
		l.drawn[kind] = d
	}
	if n, known := d.by[key]; known {
		return n, nil
	}
	size := s.to - s.from + 1
	if uint64(len(d.by)) == size {
		return 0, fmt.Errorf("all %d numbers of the kind %q are drawn", size, kind)
	}
	h := fnv.New64a()
	fmt.Fprintf(h, "%s %d %s %s", l.Name, l.Seed, kind, key)
	n := s.from + mix(h.Sum64())%size
	for d.taken[n] {
		if n++; n > s.to {
			n = s.from
		}
	}
	d.by[key], d.taken[n] = n, true
	return n, nil
}

// A drawing is what ID drew of one kind.
type drawing struct {
	by    map[string]uint64
	taken map[uint64]bool
}
