package attr

import (
	"encoding/binary"

	"github.com/netlark/netlark/netlinkcore/wire"
)

// Some messages tell of many objects: what the head says is of all of them, and
// each has an attribute of its own, perhaps inside others.

// Several says that a message may hold more than one object: each is what an
// attribute with the last of the numbers holds, inside those with the numbers
// before.
func (s Schema[S]) Several(path ...uint16) Schema[S] { s.several = path; return s }

// Each calls fn with a body for each object that the body of a message tells
// of: the head, and what is the object's own. fn must not keep it.
func (t *Table) Each(b []byte, fn func(b []byte) error) error {
	if t.several == nil {
		return fn(b)
	}
	n := wire.Align(t.root().size)
	if len(b) < n { // which decoding tells
		return fn(b)
	}
	s := splitter{path: t.several, head: n, body: append([]byte(nil), b[:n]...), fn: fn}
	return s.split(b[n:], 0)
}

// A splitter makes bodies that hold one object out of one that holds several.
type splitter struct {
	path []uint16
	head int
	body []byte // the head, and the attributes that are around the one at hand
	fn   func(b []byte) error
}

// split looks for objects in attributes at some depth of the path.
func (s *splitter) split(b []byte, depth int) error {
	begin := len(s.body)
	r := wire.NewReader(b)
	for {
		id, data, ok := r.Next()
		if !ok {
			return r.Err()
		}
		if id != s.path[depth] {
			continue
		}
		header := b[r.Offset()-wire.HeaderLen : r.Offset()]
		s.body = append(s.body[:begin], header...)
		if err := s.inside(data, depth); err != nil {
			return err
		}
	}
}

// inside takes what an attribute of the path holds.
func (s *splitter) inside(data []byte, depth int) error {
	if depth < len(s.path)-1 {
		return s.split(data, depth+1)
	}
	s.body = append(s.body, data...)
	for at := s.head; at <= s.head+depth*wire.HeaderLen; at += wire.HeaderLen {
		binary.NativeEndian.PutUint16(s.body[at:], uint16(len(s.body)-at))
	}
	return s.fn(s.body)
}
