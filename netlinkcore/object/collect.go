package object

import (
	"context"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/nl"
)

// Collect returns the objects that filter covers, all if it is nil. A list that
// changes while it is read is read anew, a bounded number of times.
func (t *Type[S]) Collect(ctx context.Context, s *Scope, filter *S) ([]*S, error) {
	return t.collect(ctx, s, filter, false)
}

// collect is Collect; noise says whether what lists leave out is wanted, too.
func (t *Type[S]) collect(ctx context.Context, s *Scope, filter *S, noise bool) ([]*S, error) {
	var all collector[S]
	err := nl.Retry(dumpAttempts, func() error {
		all = collector[S]{table: t.Schema.Table}
		names := s.devs.namer(ctx)
		defer names.finish()
		if filter == nil || len(setIn(t.Schema.Table, attr.To(filter))) == 0 { // else a filter may compare names
			names.wait()
		}
		return t.read(ctx, s, filter, &reader[S]{names: names, next: all.next, fn: all.add, noise: noise})
	})
	return all.list(), err
}

// A collector keeps the objects of a list of unknown length where they were
// decoded, in blocks: to copy them would touch each page twice, and for a long
// list that takes longer than receiving it.
type collector[S any] struct {
	table  *attr.Table
	blocks [][]S // all full but the last
	n      int   // objects
	free   []S   // what is left of the last block
}

const (
	firstBlock = 4 // objects
	largeBlock = 256
)

// next is the place of the next object. It belongs to the list when add takes
// it.
func (c *collector[S]) next() *S {
	if len(c.free) == 0 {
		c.free = make([]S, min(max(c.n, firstBlock), largeBlock))
		c.blocks = append(c.blocks, c.free)
		if c.n >= largeBlock {
			c.table.Prefault(attr.To(&c.free[0]), len(c.free))
		}
	}
	return &c.free[0]
}

// add takes what next returned last.
func (c *collector[S]) add(*S) error {
	c.free = c.free[1:]
	c.n++
	return nil
}

// list returns what was added.
func (c *collector[S]) list() []*S {
	if c.n == 0 {
		return nil
	}
	list := make([]*S, 0, c.n)
	for _, block := range c.blocks {
		for i := range block[:min(len(block), c.n-len(list))] {
			list = append(list, &block[i])
		}
	}
	return list
}
