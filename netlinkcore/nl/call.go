package nl

import (
	"context"
	"fmt"

	"golang.org/x/sys/unix"
)

// Call sends one request and returns when the kernel has acknowledged or
// refused it; then the error is an *Error. Messages that come before the
// acknowledgement (what a get asks for, an echo) are given to reply, which may
// be nil; its first error is returned unless the kernel has one, and stops
// further calls of it, not the request.
//
// The end of ctx is seen before the request is sent and while the answer is
// waited for. A request that is inside the kernel cannot be recalled: it ends
// with its system call and Call returns its true result.
//
// An answer that does not fit the buffer is asked for again with a larger one.
// With NLM_F_ECHO it is left out instead, since the request would be done twice.
func (c *Conn) Call(ctx context.Context, r *Request, reply func(Message) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s, err := c.take(r.Proto)
	if err != nil {
		return err
	}
	defer c.give(s)
	for {
		x := call{s: s, seq: s.reserve(1), reply: reply}
		err := c.exchange(ctx, &x, r)
		if x.cut == 0 || err != nil || r.Flags&unix.NLM_F_ECHO != 0 {
			return err
		}
		if !c.grow(x.cut) {
			return fmt.Errorf("%w: %d bytes", ErrTooLarge, x.cut)
		}
	}
}

// A call is the state of one Call.
type call struct {
	s     *sock
	seq   uint32
	reply func(Message) error
	err   error // reply's first
	cut   int   // size of an answer that did not fit; 0 is none
}

// exchange sends the request and receives until it has its result.
func (c *Conn) exchange(ctx context.Context, x *call, r *Request) error {
	buf := c.buffer()
	defer c.release(buf)
	buf.b = r.append(buf.b[:0], unix.NLM_F_ACK, x.seq)
	if err := x.s.Send(buf.b); err != nil {
		return sendError(err)
	}
	room := buf.b[:cap(buf.b)]
	for {
		n, err := c.recv(ctx, x.s, room)
		if err != nil {
			x.s.broken = true
			return lost(err)
		}
		if n >= len(room) {
			x.cut = n
			continue
		}
		if ended, err := x.datagram(room[:n]); ended || err != nil {
			return err
		}
	}
}

// datagram hands out what one datagram holds.
func (x *call) datagram(b []byte) (ended bool, err error) {
	p := parse(b, -1)
	for p.next() {
		if !p.answers(x.s, x.seq) {
			continue
		}
		if p.m.Type == unix.NLMSG_ERROR || p.m.Type == unix.NLMSG_DONE {
			return true, x.s.finish(&p.m, x.err)
		}
		if p.m.Type >= unix.NLMSG_MIN_TYPE && x.reply != nil && x.err == nil {
			x.err = x.reply(p.m)
		}
	}
	if p.err != nil {
		x.s.broken = true
		return false, lost(p.err)
	}
	return false, nil
}

// finish returns the kernel's verdict, or else what the caller's function said.
func (s *sock) finish(m *Message, err error) error {
	verdict, ok := m.result()
	if !ok {
		s.broken = true
		return fmt.Errorf("%w: result of %d bytes", ErrMalformed, len(m.Body))
	}
	if verdict != nil {
		return verdict
	}
	return err
}

// sendError tells what is wrong with a request that the kernel did not take.
func sendError(err error) error {
	if errno, ok := err.(unix.Errno); ok {
		return &Error{Op: "send", Object: "netlink request", Errno: errno}
	}
	return err
}

// lost says that a request was sent and its result could not be had. The cause
// can be told by errors.Is as well: ctx's error, ErrNoAnswer, unix.ENOBUFS.
func lost(cause error) error { return fmt.Errorf("%w: %w", ErrUnknown, cause) }
