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

// A stock is a block of structs, of which the first are taken.
type stock struct {
	of    *maker
	block unsafe.Pointer // nil: none was needed yet
	size  int            // of the block, structs
	left  int

	begun unsafe.Pointer // block and left before the last object
	had   int
}

// take returns the first of n zero structs that lie back to back; again: they are not
// zero, as they were another object's.
func (s *stock) take(n int, again bool) unsafe.Pointer {
	if n > s.left {
		s.size = max(n, min(2*s.size, blockParts, int(blockBytes/max(s.of.size, 1))))
		s.block, s.left = s.of.many(s.size), s.size
	}
	p := s.at(s.size - s.left)
	s.left -= n
	if again {
		s.zero(s.size-s.left-n, n)
	}
	return p
}

func (s *stock) at(i int) unsafe.Pointer { return unsafe.Add(s.block, uintptr(i)*s.of.size) }

// zero clears n structs from the i-th on.
func (s *stock) zero(i, n int) {
	for ; n > 0; n-- {
		s.of.clear(s.at(i))
		i++
	}
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

// begin notes what is left before an object is decoded. If none is kept, what was the
// last one's is left again.
func (c *listing) begin(passing bool) {
	for _, s := range c.stocks {
		if passing {
			s.left = s.size
		}
		s.begun, s.had = s.block, s.left
	}
}

// TakeBack gives the parts of the object that was decoded last to those that come: who
// reads the list does not keep it.
func (d *Dec) TakeBack() {
	if d.list == nil {
		return
	}
	for _, s := range d.list.stocks {
		left := s.had
		if s.block != s.begun {
			left = s.size
		}
		s.zero(s.size-left, left-s.left)
		s.left = left
	}
}
