package object

import (
	"context"

	"github.com/netlark/netlark/netlinkcore/attr"
)

// A message names a device by its index, which the kernel tells when the device is there:
// who makes a device and adds an address, again and again, would have to wait for the
// kernel each time. So such additions are held back while further devices are made.

// held is a change that is encoded when the devices that were queued before it are there.
type held struct {
	queue func(ctx context.Context) error
	note  any
}

// maxHeld bounds what is held back.
const maxHeld = 256

// hold keeps a change back.
func (b *Batch) hold(ctx context.Context, note any, queue func(ctx context.Context) error) error {
	b.held = append(b.held, held{queue, note})
	if len(b.held) < maxHeld {
		return nil
	}
	return b.release(ctx)
}

// holds reports whether changes are held back, which others must not overtake.
func (b *Batch) holds() bool { return len(b.held) > 0 && !b.frees }

// release queues what was held back. What cannot be encoded was refused by nobody but us:
// the batch's function is told all the same, as the call that queued it is over.
func (b *Batch) release(ctx context.Context) error {
	if !b.holds() {
		return nil
	}
	if err := b.flush(ctx); err != nil {
		return err
	}
	list := b.held
	b.held, b.frees = nil, true
	for _, h := range list {
		if err := h.queue(ctx); err != nil {
			b.failed(h.note, err)
		}
	}
	b.frees = false
	return nil
}

// waitsFor reports whether a change can be prepared only when all that was queued before
// is done: it reads, or it can neither be held back nor overtake what is.
func (t *core) waitsFor(b *Batch, verb Verb, v attr.Ptr) bool {
	if b.frees { // nothing that was queued since the devices are there changes their names
		return false
	}
	reads := t.find != nil && (verb == Set || verb == Delete) && !t.isKnown(b.s, v) || t.looks(verb, v)
	return reads || b.holds() && !t.canWait(verb) && !t.overtakes(verb, v)
}

// isKnown reports whether an object is a device that is known, where nobody but the caller
// changes names.
func (t *core) isKnown(s *Scope, v attr.Ptr) bool {
	i := t.table.Naming()
	return i >= 0 && s.devs.isSettled(t.table.Get(v, i).S)
}

// canWait reports whether a change can be held back.
func (t *core) canWait(verb Verb) bool {
	return verb == Add && t.find == nil && t.along == nil && t.outside == nil && !t.table.IsStaged()
}

// overtakes reports whether a change does not depend on any that may be held back: it
// makes a device that names no other.
func (t *core) overtakes(verb Verb, v attr.Ptr) bool {
	if verb != Add || t.table.Naming() < 0 || moves(t.table, v) {
		return false
	}
	needs := false
	t.table.Devices(v, func(string) { needs = true })
	return !needs
}
