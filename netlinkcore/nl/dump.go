package nl

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"golang.org/x/sys/unix"
)

// Dump asks for a list and yields its messages as they come; a Message is
// valid until the next. An error comes last, with a zero Message.
//
// ErrInterrupted comes last, too, if the list changed while it was read: what
// was yielded may lack entries or have some twice. Whoever collects them starts
// anew with Retry.
//
// The dump owns a socket until it ends, so other calls on the Conn may be made
// within the loop. Leaving the loop early closes that socket, which is cheaper
// than reading on.
func (c *Conn) Dump(ctx context.Context, r *Request) iter.Seq2[Message, error] {
	return func(yield func(Message, error) bool) {
		if err := c.dump(ctx, r, yield); err != nil {
			yield(Message{}, err)
		}
	}
}

// errStopped is how a dump learns that the loop was left.
var errStopped = errors.New("loop left")

func (c *Conn) dump(ctx context.Context, r *Request, yield func(Message, error) bool) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s, err := c.take(r.Proto)
	if err != nil {
		return err
	}
	// Only a dump that was read to its end leaves a socket with nothing in it;
	// a panic in the loop's body must not pass one on either.
	s.broken = true
	defer c.give(s)
	buf := c.buffer()
	defer c.release(buf)
	seq := s.reserve(1)
	buf.b = r.append(buf.b[:0], unix.NLM_F_DUMP, seq)
	if err := s.Send(buf.b); err != nil {
		s.broken = false
		return sendError(err)
	}
	d := dump{s: s, seq: seq, yield: yield}
	err = c.stream(ctx, &d, buf.b[:cap(buf.b)])
	if err == errStopped {
		return nil
	}
	return err
}

// A dump is the state of one Dump.
type dump struct {
	s           *sock
	seq         uint32
	yield       func(Message, error) bool
	interrupted bool
}

// stream receives until the dump ends.
func (c *Conn) stream(ctx context.Context, d *dump, buf []byte) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := c.recv(ctx, d.s, buf)
		r := received{buf, n, err}
		if aheadPays(r) {
			return c.streamAhead(ctx, d, r)
		}
		if ended, err := c.received(d, r); ended || err != nil {
			return err
		}
	}
}

// streamAhead goes on with a goroutine that receives what comes after r.
func (c *Conn) streamAhead(ctx context.Context, d *dump, r received) error {
	a := c.readAhead(ctx, d.s)
	defer a.stop(c)
	for {
		if ended, err := c.received(d, r); ended || err != nil {
			return err
		}
		a.free <- r.b
		if err := ctx.Err(); err != nil {
			return err
		}
		var ok bool
		if r, ok = a.next(); !ok {
			return ctx.Err()
		}
	}
}

// received takes one datagram, or what came in its place.
func (c *Conn) received(d *dump, r received) (ended bool, err error) {
	switch {
	case r.err == unix.ENOBUFS:
		return true, fmt.Errorf("%w: part of it was lost", ErrInterrupted)
	case r.err != nil:
		return true, r.err
	case r.n >= len(r.b):
		if !c.grow(r.n) {
			return true, fmt.Errorf("%w: %d bytes", ErrTooLarge, r.n)
		}
		return true, fmt.Errorf("%w: a datagram did not fit %d bytes", ErrInterrupted, len(r.b))
	}
	return d.datagram(r.b[:r.n])
}

// datagram yields what one datagram holds.
func (d *dump) datagram(b []byte) (ended bool, err error) {
	p := parse(b, -1)
	for p.next() {
		if !p.answers(d.s, d.seq) {
			continue
		}
		if p.m.Flags&unix.NLM_F_DUMP_INTR != 0 {
			d.interrupted = true
		}
		if p.m.Type >= unix.NLMSG_MIN_TYPE {
			if !d.yield(p.m, nil) {
				return true, errStopped
			}
			continue
		}
		if p.m.Type == unix.NLMSG_DONE || p.m.Type == unix.NLMSG_ERROR {
			return true, d.end(&p.m)
		}
	}
	return false, p.err
}

func (d *dump) end(m *Message) error {
	d.s.broken = false
	err := d.s.finish(m, nil)
	if err == nil && d.interrupted {
		return ErrInterrupted
	}
	return err
}

// Retry calls fn until it returns something else than ErrInterrupted, at most
// attempts times, and returns its last error.
func Retry(attempts int, fn func() error) error {
	for {
		err := fn()
		attempts--
		if attempts <= 0 || !errors.Is(err, ErrInterrupted) {
			return err
		}
	}
}
