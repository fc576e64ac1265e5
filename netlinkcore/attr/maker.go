package attr

import "unsafe"

// A maker makes structs of one Go type.
type maker struct {
	size   uintptr
	new    func() unsafe.Pointer
	many   func(n int) unsafe.Pointer // the first of n that lie back to back
	assign func(to, from unsafe.Pointer)
	clear  func(p unsafe.Pointer)
}

func makerOf[S any]() maker {
	return maker{
		size:   unsafe.Sizeof(*new(S)),
		new:    func() unsafe.Pointer { return unsafe.Pointer(new(S)) },
		many:   func(n int) unsafe.Pointer { return unsafe.Pointer(unsafe.SliceData(make([]S, n))) },
		assign: func(to, from unsafe.Pointer) { *(*S)(to) = *(*S)(from) },
		clear:  func(p unsafe.Pointer) { *(*S)(p) = *new(S) },
	}
}

// The parts of listed objects come from blocks: who reads a list keeps most of
// it, and the parts are small.
const (
	blockParts = 32
	blockBytes = 8 << 10
)

// A stock is what is left of a block of structs.
type stock struct {
	of    *maker
	next  unsafe.Pointer // nil: nothing is left
	left  int
	last  int            // how many the block had
	block unsafe.Pointer // the same again; nil: each struct is taken once
}

// take returns the first of n zero structs that lie back to back.
func (s *stock) take(n int, again bool) unsafe.Pointer {
	if n > s.left {
		s.last = max(n, min(2*s.last, blockParts, int(blockBytes/max(s.of.size, 1))))
		s.next, s.left = s.of.many(s.last), s.last
		if again {
			s.block = s.next
		}
	}
	p := s.next
	if again {
		for i := range n {
			s.of.clear(unsafe.Add(p, uintptr(i)*s.of.size))
		}
	}
	if s.left -= n; s.left > 0 {
		s.next = unsafe.Add(p, uintptr(n)*s.of.size)
	} else {
		s.next = nil // not the place behind the block
	}
	return p
}

// new returns a zero struct: of an object that is one of many, or alone.
func (d *Dec) new(m *maker) unsafe.Pointer {
	if d.list == nil {
		return m.new()
	}
	return d.take(m, 1)
}

// take returns the first of n zero structs of an object that is one of many.
func (d *Dec) take(m *maker, n int) unsafe.Pointer { return d.list.stock(m).take(n, d.Passing) }

// rewind takes back the parts of the object before.
func (c *listing) rewind() {
	for _, s := range c.stocks {
		if s.block != nil {
			s.next, s.left = s.block, s.last
		}
	}
}
