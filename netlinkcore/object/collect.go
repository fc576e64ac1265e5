package object

import (
	"context"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/nl"
)

// Collect returns the objects that filter covers, all if it is nil. A list that
// changes while it is read is read anew, a bounded number of times.
func (t *Type[S]) Collect(ctx context.Context, s *Scope, filter *S) ([]S, error) {
	var all blocks[S]
	err := nl.Retry(dumpAttempts, func() error {
		all.clear()
		names := s.devs.namer(ctx)
		defer names.finish()
		if filter == nil || len(t.named(attr.To(filter))) == 0 { // else a filter may compare names
			names.wait()
		}
		return t.read(ctx, s, filter, &reader[S]{names: names, next: all.next, fn: all.add})
	})
	return all.join(), err
}

// blocks is a list that grows to an unknown length. A slice that append makes
// larger is copied again and again: for a large one that takes longer than
// receiving what it holds, most of it for fresh pages.
type blocks[S any] struct {
	full [][]S
	last []S
}

const (
	firstBlock = 16 // objects
	largeBlock = 1024
)

// next is the place of the next object. It is part of the list when add takes
// it.
func (b *blocks[S]) next() *S {
	if len(b.last) == cap(b.last) {
		n := firstBlock
		if b.last != nil {
			b.full = append(b.full, b.last)
			n = min(2*len(b.last), largeBlock)
		}
		b.last = make([]S, 0, n)
	}
	return &b.last[:len(b.last)+1][len(b.last)]
}

// add takes what next returned last, or an object from elsewhere.
func (b *blocks[S]) add(v *S) error {
	place := b.next()
	if v != place {
		*place = *v
	}
	b.last = b.last[:len(b.last)+1]
	return nil
}

func (b *blocks[S]) clear() { *b = blocks[S]{} }

// join returns the list in one piece that is no larger than it has to be.
func (b *blocks[S]) join() []S {
	if b.full == nil {
		return b.last[:len(b.last):len(b.last)]
	}
	n := len(b.last)
	for _, block := range b.full {
		n += len(block)
	}
	out := make([]S, 0, n)
	for _, block := range b.full {
		out = append(out, block...)
	}
	return append(out, b.last...)
}
