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
		cut, err := c.call(ctx, s, r, reply)
		if cut == 0 || err != nil || r.Flags&unix.NLM_F_ECHO != 0 {
			return err
		}
		if !c.grow(cut) {
			return fmt.Errorf("%w: %d bytes", ErrTooLarge, cut)
		}
	}
}

// call does Call's work once. cut is the size of an answer that did not fit.
func (c *Conn) call(ctx context.Context, s *sock, r *Request, reply func(Message) error) (cut int, err error) {
	buf := c.buffer()
	defer c.release(buf)
	seq := s.reserve(1)
	buf.b = r.append(buf.b[:0], unix.NLM_F_ACK, seq)
	if err := s.Send(buf.b); err != nil {
		return 0, sendError(err)
	}
	var replyErr error
	room := buf.b[:cap(buf.b)]
	for {
		n, err := c.recv(ctx, s, room)
		if err != nil {
			s.broken = true
			return 0, lost(err)
		}
		if n >= len(room) {
			cut = n
			continue
		}
		p := parse(room[:n], -1)
		for p.next() {
			if !p.answers(s, seq) {
				continue
			}
			switch p.m.Type {
			case unix.NLMSG_ERROR, unix.NLMSG_DONE:
				return cut, s.finish(&p.m, replyErr)
			case unix.NLMSG_NOOP:
			default:
				if reply != nil && replyErr == nil {
					replyErr = reply(p.m)
				}
			}
		}
		if p.err != nil {
			s.broken = true
			return 0, lost(p.err)
		}
	}
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
