package all_test

import (
	"encoding/binary"
	"math/rand/v2"
	"slices"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/wire"
)

// A node is an attribute of a message that is taken apart.
type node struct {
	typ  uint16 // with flags
	data []byte // of a leaf
	kids []*node
	nest bool
}

// A mutator damages messages as their structure suggests: it knows attributes
// and nests, but no definition.
type mutator struct {
	*rand.Rand
	pool []*node // attributes of all captures
}

// add puts a message's attributes into the pool.
func (m *mutator) add(attrs []byte) {
	for _, n := range parse(attrs) {
		m.pool = n.flat(m.pool)
	}
}

// parse takes a sequence of attributes apart. What is flagged as nested, or
// can be read as attributes without a rest, is a nest.
func parse(b []byte) (out []*node) {
	r := wire.NewReader(b)
	for {
		_, data, ok := r.Next()
		if !ok {
			return out
		}
		at := r.Offset() - wire.HeaderLen
		n := &node{typ: binary.NativeEndian.Uint16(b[at+2:]), data: data}
		inner, whole := items(data)
		if len(inner) > 0 && (whole || n.typ&wire.Nested != 0) {
			n.kids, n.nest = parse(data), true
		}
		out = append(out, n)
	}
}

// flat appends n and all below it.
func (n *node) flat(out []*node) []*node {
	out = append(out, n)
	for _, k := range n.kids {
		out = k.flat(out)
	}
	return out
}

func (n *node) clone() *node {
	c := &node{n.typ, slices.Clone(n.data), nil, n.nest}
	for _, k := range n.kids {
		c.kids = append(c.kids, k.clone())
	}
	return c
}

func (n *node) append(b []byte) []byte {
	at := len(b)
	b = append(b, 0, 0, byte(n.typ), byte(n.typ>>8))
	if n.nest {
		for _, k := range n.kids {
			b = k.append(b)
		}
	} else {
		b = append(b, n.data...)
	}
	binary.NativeEndian.PutUint16(b[at:], uint16(len(b)-at))
	return append(b, make([]byte, wire.Align(len(b))-len(b))...)
}

// mutate returns a damaged copy of a message whose head has n bytes.
func (m *mutator) mutate(body []byte, n int) []byte {
	root := &node{kids: parse(body[n:]), nest: true}
	root = root.clone()
	for range 1 + m.IntN(4) {
		m.damage(root)
	}
	out := slices.Clone(body[:n])
	for _, k := range root.kids {
		out = k.append(out)
	}
	if len(out) == 0 { // a message may say all by its type
		return out
	}
	switch m.IntN(8) {
	case 0: // truncate anywhere
		out = out[:m.IntN(len(out)+1)]
	case 1: // any byte, be it of a length
		for range 1 + m.IntN(4) {
			out[m.IntN(len(out))] = byte(m.Uint32())
		}
	case 2: // the head
		if n > 0 {
			out[m.IntN(n)] = []byte{0, 1, unix.AF_INET, unix.AF_INET6, unix.AF_BRIDGE, 32, 33, 128, 255}[m.IntN(9)]
		}
	}
	return out
}

// damage changes one attribute, or what is in one.
func (m *mutator) damage(root *node) {
	all := root.flat(nil)
	in := all[m.IntN(len(all))]
	if !in.nest || len(in.kids) == 0 {
		in = root
	}
	if len(in.kids) == 0 {
		in.kids = append(in.kids, m.some().clone())
		return
	}
	i := m.IntN(len(in.kids))
	k := in.kids[i]
	switch m.IntN(9) {
	case 0: // nest deeper, or take out of the nest
		if k.nest && m.IntN(2) == 0 {
			in.kids = slices.Replace(in.kids, i, i+1, k.kids...)
			return
		}
		inner := k.clone()
		*k = node{typ: m.some().typ | wire.Nested, kids: []*node{inner}, nest: true}
	case 1: // twice
		in.kids = append(in.kids, k.clone())
	case 2: // away, or elsewhere
		in.kids = slices.Delete(in.kids, i, i+1)
		if to := all[m.IntN(len(all))]; to.nest && m.IntN(2) == 0 && to != k {
			to.kids = append(to.kids, k.clone())
		}
	default:
		m.alter(k)
	}
}

// alter changes what an attribute says.
func (m *mutator) alter(k *node) {
	switch m.IntN(6) {
	case 0: // cut
		k.flatten()
		k.data = k.data[:m.IntN(len(k.data)+1)]
	case 1: // stretch
		k.flatten()
		k.data = append(k.data, make([]byte, 1+m.IntN(40))...)
	case 2: // retype
		k.typ = k.typ&wire.Nested | uint16(m.IntN(80))
	case 3: // another's number and contents
		*k = *m.some().clone()
	case 4: // another's contents: also another selector
		typ := k.typ
		*k = *m.some().clone()
		k.typ = typ
	default: // bytes
		k.flatten()
		for j := range k.data {
			if m.IntN(3) == 0 {
				k.data[j] = byte(m.Uint32())
			}
		}
	}
}

// flatten makes a leaf of a nest.
func (n *node) flatten() {
	if n.nest {
		n.data = nil
		for _, k := range n.kids {
			n.data = k.append(n.data)
		}
		n.kids, n.nest = nil, false
	}
}

func (m *mutator) some() *node { return m.pool[m.IntN(len(m.pool))] }
