package object

import (
	"context"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/nl"
)

// collect returns the objects that filter covers, all if it is nil.
func (t *core) collect(ctx context.Context, s *Scope, filter attr.Ptr) ([]attr.Ptr, error) {
	return t.gather(ctx, s, filter, reader{})
}

// gather is collect; how says whether what lists leave out is wanted, too, and what else is not. A
// list that changes while it is read is read anew, a bounded number of times.
func (t *core) gather(ctx context.Context, s *Scope, filter attr.Ptr, how reader) ([]attr.Ptr, error) {
	var all collector
	err := nl.Retry(dumpAttempts, func() error {
		all = collector{table: t.table}
		names := s.devs.namer(ctx)
		defer names.finish()
		if how.needless == nil && (filter.IsNil() || len(setIn(t.table, filter)) == 0) { // else names may be compared
			names.wait()
		}
		how.names, how.next, how.fn = names, all.next, all.add
		return t.read(ctx, s, filter, &how)
	})
	return all.list(), err
}

// A collector keeps the objects of a list of unknown length where they were
// decoded, in blocks: to copy them would touch each page twice, and for a long
// list that takes longer than receiving it.
type collector struct {
	table  *attr.Table
	blocks []block // all full but the last
	n      int     // objects
}

// A block is room for objects that lie back to back.
type block struct {
	first     attr.Ptr
	room, has int // objects
}

const (
	firstBlock = 4 // objects
	largeBlock = 256
)

// next is the place of the next object. It belongs to the list when add takes
// it.
func (c *collector) next() attr.Ptr {
	last := len(c.blocks) - 1
	if last < 0 || c.blocks[last].has == c.blocks[last].room {
		c.grow()
		last++
	}
	b := &c.blocks[last]
	return c.table.At(b.first, b.has)
}

func (c *collector) grow() {
	n := min(max(c.n, firstBlock), largeBlock)
	b := block{first: c.table.Block(n), room: n}
	if c.n >= largeBlock {
		c.table.Prefault(b.first, n)
	}
	c.blocks = append(c.blocks, b)
}

// add takes what next returned last.
func (c *collector) add(attr.Ptr) error {
	c.blocks[len(c.blocks)-1].has++
	c.n++
	return nil
}

// list returns what was added.
func (c *collector) list() []attr.Ptr {
	if c.n == 0 {
		return nil
	}
	list := make([]attr.Ptr, 0, c.n)
	for _, b := range c.blocks {
		for i := range b.has {
			list = append(list, c.table.At(b.first, i))
		}
	}
	return list
}
