package nl

import (
	"context"
	"errors"

	"golang.org/x/sys/unix"
)

// eventBuffer holds some 5,000 events: a burst of changes outruns any reader.
const eventBuffer = 4 << 20

// A Joiner is a Socket that can receive events.
type Joiner interface {
	Socket

	// Join asks for the events of groups; with all, also for those of other
	// namespaces that have an id in the socket's (NETLINK_LISTEN_ALL_NSID).
	Join(groups []uint32, all bool) error
}

// A Subscription receives events. Next and TryNext are for one goroutine at a
// time; Close may be called by another.
type Subscription struct {
	s    Socket
	size int     // of a receive buffer
	buf  *buffer // nil while nothing waits: a program may have thousands of subscriptions
	p    parser  // over the datagram in buf
}

// Subscribe asks for the events of groups (unix.RTNLGRP_LINK, …), with all
// also for those of other namespaces that have an id in this one. Events are
// kept by the kernel from now on. ctx is for subscribing only.
func (c *Conn) Subscribe(ctx context.Context, proto int, groups []uint32, all bool) (*Subscription, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	c.mu.Lock()
	closed := c.closed
	c.mu.Unlock()
	if closed {
		return nil, ErrClosed
	}
	s, err := c.openJoiner(proto)
	if err != nil {
		return nil, err
	}
	if err := s.Join(groups, all); err != nil {
		s.Close()
		if errno, ok := err.(unix.Errno); ok {
			err = &Error{Op: "subscribe to", Object: "netlink events", Errno: errno}
		}
		return nil, err
	}
	return &Subscription{s: s, size: int(c.size.Load())}, nil
}

func (c *Conn) openJoiner(proto int) (Joiner, error) {
	if c.cfg.Open == nil {
		return c.openEvents(proto)
	}
	s, err := c.cfg.Open(proto)
	if err != nil {
		return nil, err
	}
	if j, ok := s.(Joiner); ok {
		return j, nil
	}
	s.Close()
	return nil, errors.New("socket cannot receive events")
}

// Next returns the next event, waiting for it until ctx ends. ErrOverrun says
// that the kernel dropped events; the subscription goes on. What was waiting
// then is dropped, too: it is older than what was lost, and applied to a
// state that is read now it would bring back the past.
func (s *Subscription) Next(ctx context.Context) (Message, error) {
	for {
		m, ok, err := s.TryNext()
		if ok || err != nil {
			return m, err
		}
		if err := s.s.Wait(ctx); err != nil {
			return Message{}, err
		}
	}
}

// TryNext is Next that does not wait: it returns false if there is no event
// now.
func (s *Subscription) TryNext() (Message, bool, error) {
	for {
		if s.p.next() {
			if s.p.m.Type < unix.NLMSG_MIN_TYPE {
				continue
			}
			return s.p.m, true, nil
		}
		if err := s.p.err; err != nil {
			s.p = parser{}
			return Message{}, false, err
		}
		room := s.room()
		n, nsid, err := s.s.Recv(room)
		switch {
		case err == unix.EAGAIN:
			buffers.Put(s.buf)
			s.buf = nil
			return Message{}, false, nil
		case err == unix.ENOBUFS:
			return Message{}, false, s.drain()
		case err != nil:
			return Message{}, false, err
		case n >= len(room):
			s.size, s.buf = max(n+1, 2*len(room)), nil
			return Message{}, false, ErrOverrun
		}
		s.p = parse(room[:n], nsid)
	}
}

// room is where the next datagram is received into.
func (s *Subscription) room() []byte {
	if s.buf == nil {
		s.buf = bufferOf(s.size)
	}
	return s.buf.b[:cap(s.buf.b)]
}

// drain drops what waits. It ends, since receiving is faster than what causes
// events.
func (s *Subscription) drain() error {
	for {
		_, _, err := s.s.Recv(s.room())
		switch err {
		case nil, unix.ENOBUFS:
		case unix.EAGAIN:
			return ErrOverrun
		default:
			return err
		}
	}
}

// Close ends the subscription; a waiting Next returns ErrClosed. It may be
// called again.
func (s *Subscription) Close() error { return s.s.Close() }
