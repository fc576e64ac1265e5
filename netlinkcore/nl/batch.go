package nl

import (
	"context"
	"encoding/binary"
	"fmt"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/wire"
)

const (
	batchMessages = 128      // 256 refusals fit the kernel's usual receive buffer, the next are dropped
	batchBytes    = 64 << 10 // larger sends gain nothing; net.core.wmem_default is the limit
)

// A Batch sends many requests in few system calls, in the order in which they
// are written. Only the last of a send asks for an acknowledgement; refusals
// come anyway. The kernel does not stop at a refusal: what stands after it is
// done as well. A Batch is for one goroutine; Flush or Drop ends its use.
//
//	w := b.Begin(unix.RTM_NEWROUTE, unix.NLM_F_CREATE)
//	encode(w)
//	err := b.End(ctx)
type Batch struct {
	// Reply, if set, is given what the kernel sends besides results, such as
	// echoes; i counts messages as done's does. Echoes fill the receive buffer:
	// such batches want a Limit of 32 messages.
	Reply func(i int, m Message)

	c     *Conn
	proto int
	done  func(i int, err error)

	maxMessages, maxBytes int // a send

	flights []*flight    // under way, oldest first
	jobs    chan *flight // to the goroutine that sends them; nil: there is none

	w      wire.Writer
	buf    *buffer // what w appends to; nil while nothing waits
	open   bool    // between Begin and End
	mark   int     // where the message of the last Begin begins
	queued int     // messages that wait
	cuts   []cut   // of what waits
	sent   int     // messages whose results are known
	failed int     // of those
	errs   []error // results of one send
}

// Batch returns an empty Batch. done is called for each message that failed, in
// order, with its number counted from 0; no call means success. If done is nil,
// End and Flush return the first failure among what they sent.
func (c *Conn) Batch(proto int, done func(i int, err error)) *Batch {
	return &Batch{c: c, proto: proto, done: done, maxMessages: batchMessages, maxBytes: batchBytes}
}

// Limit makes b send at most that many messages and bytes at once, instead of
// 128 and 64 KiB. A message longer than bytes is sent alone.
func (b *Batch) Limit(messages, bytes int) {
	b.maxMessages, b.maxBytes = max(messages, 1), max(bytes, 1)
}

// Len returns the number of messages whose results are not known yet.
func (b *Batch) Len() int {
	n := b.queued
	for _, f := range b.flights {
		n += len(f.errs)
	}
	return n
}

// Waiting returns the number of messages that were not sent yet.
func (b *Batch) Waiting() int { return b.queued }

// Sent returns the number of messages whose results are known. Those that
// failed are among them.
func (b *Batch) Sent() int { return b.sent }

// Failed returns the number of messages that failed.
func (b *Batch) Failed() int { return b.failed }

// Begin starts a message. Its body is appended to the Writer it returns, which
// is valid until End or Abort. flags are those beyond NLM_F_REQUEST and
// NLM_F_ACK. A message that was begun before and not ended is dropped.
func (b *Batch) Begin(typ, flags uint16) *wire.Writer {
	b.Abort()
	if b.buf == nil {
		b.buf = b.c.buffer()
		b.w.Reset(b.buf.b[:0])
	}
	b.open = true
	b.mark = b.w.Zero(headerLen)
	h := b.w.At(b.mark, headerLen)
	binary.NativeEndian.PutUint16(h[4:], typ)
	binary.NativeEndian.PutUint16(h[6:], flags|unix.NLM_F_REQUEST)
	return &b.w
}

// Abort drops the message that was begun, if there is one.
func (b *Batch) Abort() {
	if b.open {
		b.open = false
		b.truncate(b.mark)
	}
}

// truncate cuts what was written and forgets the Writer's error.
func (b *Batch) truncate(n int) {
	raw, _ := b.w.Bytes()
	b.w.Reset(raw[:n])
}

// End closes the message that was begun, and sends what waits if it is enough.
// If the Writer had an error the message is dropped, as by Abort, and the error
// returned. For other errors see Flush.
func (b *Batch) End(ctx context.Context) error {
	if !b.open {
		return nil
	}
	raw, err := b.w.Bytes()
	if err != nil {
		b.Abort()
		return err
	}
	b.open = false
	n := len(raw) - b.mark
	binary.NativeEndian.PutUint32(raw[b.mark:], uint32(n))
	b.w.Zero(wire.Align(n) - n)
	b.cutBefore()
	b.queued++
	b.cutBehind()
	return b.full(ctx)
}

// Flush sends the messages that wait and returns when their results are known.
//
// An error of the transport (ctx ended, no socket, answers lost) is returned
// and given to done for each message that it concerns: ErrUnknown if it may
// have been executed, anything else if it was not. Those messages wait no more.
func (b *Batch) Flush(ctx context.Context) error {
	b.Abort()
	err := b.land(0)
	if b.buf == nil {
		return err
	}
	raw, _ := b.w.Bytes()
	if b.queued > 0 {
		b.cutAt(len(raw))
		if sendErr := b.send(ctx, raw); err == nil {
			err = sendErr
		}
	}
	b.putBuffer(raw)
	return err
}

// Drop waits for the results of what was sent, and forgets what was not.
// It returns the number of messages forgotten.
func (b *Batch) Drop() (n int, err error) {
	b.Abort()
	err = b.land(0)
	n, b.queued, b.cuts = b.queued, 0, b.cuts[:0]
	if b.buf != nil {
		raw, _ := b.w.Bytes()
		b.putBuffer(raw)
	}
	return n, err
}

func (b *Batch) putBuffer(raw []byte) {
	b.buf.b = raw
	b.c.release(b.buf)
	b.buf = nil
}

// send sends the messages of raw that stand before the last cut, and reports on
// them.
func (b *Batch) send(ctx context.Context, raw []byte) error {
	n := b.lastCut().messages
	if cap(b.errs) < n {
		b.errs = make([]error, max(n, 2*cap(b.errs)))
	}
	errs := b.errs[:n]
	clear(errs)
	err := b.exchange(ctx, raw, b.cuts, errs)
	b.queued, b.cuts = b.queued-n, b.cuts[:0]
	return b.report(errs, err)
}

// report tells of the results of one send, whose own error is err.
func (b *Batch) report(errs []error, err error) error {
	first := b.sent
	b.sent += len(errs)
	for i, failure := range errs {
		if failure == nil {
			continue
		}
		b.failed++
		if b.done != nil {
			b.done(first+i, failure)
		} else if err == nil {
			err = failure
		}
	}
	return err
}

// exchange sends raw, cut into sends, and fills in the result of each message.
// A send that fails does not keep others back.
func (b *Batch) exchange(ctx context.Context, raw []byte, cuts []cut, errs []error) (err error) {
	var from cut
	for _, to := range cuts {
		sendErr := b.exchangeOne(ctx, raw[from.bytes:to.bytes], errs[from.messages:to.messages], from.messages)
		if err == nil {
			err = sendErr
		}
		from = to
	}
	return err
}

// exchangeOne is exchange for one send; first is how many messages stand before it.
func (b *Batch) exchangeOne(ctx context.Context, chunk []byte, errs []error, first int) error {
	if err := ctx.Err(); err != nil {
		return fill(errs, err)
	}
	s, err := b.c.take(b.proto)
	if err != nil {
		return fill(errs, err)
	}
	defer b.c.give(s)
	seq := s.reserve(len(errs))
	number(chunk, seq)
	if err := s.Send(chunk); err != nil {
		return fill(errs, sendError(err))
	}
	buf := b.c.buffer()
	defer b.c.release(buf)
	r := results{b: b, s: s, seq: seq, errs: errs, first: first}
	if err := r.receive(ctx, buf.b[:cap(buf.b)]); err != nil {
		s.broken = true
		return r.lose(err)
	}
	return nil
}

// fill gives err to each message of a send that did not happen.
func fill(errs []error, err error) error {
	for i := range errs {
		errs[i] = err
	}
	return err
}

// number gives the messages of a send their sequence numbers, and asks for an
// acknowledgement of the last.
func number(chunk []byte, seq uint32) {
	for {
		binary.NativeEndian.PutUint32(chunk[8:], seq)
		n := wire.Align(int(binary.NativeEndian.Uint32(chunk)))
		if n >= len(chunk) {
			break
		}
		chunk = chunk[n:]
		seq++
	}
	flags := binary.NativeEndian.Uint16(chunk[6:])
	binary.NativeEndian.PutUint16(chunk[6:], flags|unix.NLM_F_ACK)
}

// results receives what the kernel says to one send.
type results struct {
	b     *Batch
	s     *sock
	seq   uint32 // of the first message
	errs  []error
	first int  // of what is sent at once
	acked bool // the last message has its result
}

// receive ends with the result of the last message.
func (r *results) receive(ctx context.Context, buf []byte) error {
	for !r.acked {
		n, err := r.b.c.recv(ctx, r.s, buf)
		switch {
		case err == unix.ENOBUFS:
			return r.drain(buf)
		case err != nil:
			return err
		case n >= len(buf):
			continue // an echo: not relied on
		}
		if err := r.datagram(buf[:n]); err != nil {
			return err
		}
	}
	return nil
}

// drain reads what came before the buffer overran. The kernel has executed all
// messages by now, so nothing is waited for.
func (r *results) drain(buf []byte) error {
	for {
		n, _, err := r.s.Recv(buf)
		if err != nil {
			return unix.ENOBUFS
		}
		if n < len(buf) && r.datagram(buf[:n]) != nil {
			return unix.ENOBUFS
		}
	}
}

func (r *results) datagram(b []byte) error {
	p := parse(b, -1)
	for p.next() {
		i := p.m.Seq - r.seq // wraps around for those of earlier requests
		if i >= uint32(len(r.errs)) || !p.answers(r.s, p.m.Seq) {
			continue
		}
		if p.m.Type != unix.NLMSG_ERROR {
			if r.b.Reply != nil && p.m.Type >= unix.NLMSG_MIN_TYPE {
				r.b.Reply(r.b.sent+r.first+int(i), p.m)
			}
			continue
		}
		err, ok := p.m.result()
		if !ok {
			return fmt.Errorf("%w: result of %d bytes", ErrMalformed, len(p.m.Body))
		}
		r.errs[i] = err
		r.acked = r.acked || i == uint32(len(r.errs)-1)
	}
	return p.err
}

// lose marks the messages whose results did not come.
func (r *results) lose(cause error) error {
	err := lost(cause)
	known := len(r.errs)
	if r.acked {
		known--
	}
	for i := range r.errs[:known] {
		if r.errs[i] == nil {
			r.errs[i] = err
		}
	}
	return err
}
