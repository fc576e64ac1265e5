package nltest

import (
	"context"
	"slices"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/nl"
)

// A socket is an end of the fake kernel's.
type socket struct {
	k     *Kernel
	proto int
	port  uint32

	mu     sync.Mutex // guards what follows
	queue  []item
	change chan struct{} // closed and made anew when the queue or closed changes
	groups []uint32
	all    bool
	closed bool
}

// An item is something to receive.
type item struct {
	data []byte
	nsid int32
	err  error
	at   time.Time // not before
}

var _ nl.Joiner = (*socket)(nil)

func (k *Kernel) open(proto int) (nl.Socket, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.port++
	s := &socket{k: k, proto: proto, port: k.port, change: make(chan struct{})}
	k.sockets = append(k.sockets, s)
	return s, nil
}

func (s *socket) Port() uint32 { return s.port }

func (s *socket) Send(b []byte) error {
	s.k.receive(s, b)
	return nil
}

func (s *socket) Join(groups []uint32, all bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.groups, s.all = slices.Clone(groups), all
	return nil
}

func (s *socket) hears(group uint32, nsid int32) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Contains(s.groups, group) && (nsid < 0 || s.all)
}

func (s *socket) push(it item) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.queue = append(s.queue, it)
	s.signal()
}

// signal wakes all that wait; s.mu is held.
func (s *socket) signal() {
	close(s.change)
	s.change = make(chan struct{})
}

func (s *socket) Recv(b []byte) (int, int32, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return 0, -1, nl.ErrClosed
	}
	if len(s.queue) == 0 || time.Now().Before(s.queue[0].at) {
		return 0, -1, unix.EAGAIN
	}
	it := s.queue[0]
	s.queue = s.queue[1:]
	if it.err != nil {
		return 0, -1, it.err
	}
	copy(b, it.data)
	return len(it.data), it.nsid, nil
}

func (s *socket) Wait(ctx context.Context) error {
	for {
		change, delay := s.pending()
		if delay == 0 {
			return ctx.Err()
		}
		timer := time.NewTimer(delay)
		select {
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		case <-timer.C:
		case <-change:
			timer.Stop()
		}
	}
}

// pending returns how long the first item takes, and what tells of others.
func (s *socket) pending() (<-chan struct{}, time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed:
		return s.change, 0
	case len(s.queue) == 0:
		return s.change, time.Hour
	default:
		return s.change, max(time.Until(s.queue[0].at), 0)
	}
}

func (s *socket) Close() error {
	s.mu.Lock()
	if !s.closed {
		s.closed = true
		s.signal()
	}
	s.mu.Unlock()
	s.k.mu.Lock()
	defer s.k.mu.Unlock()
	s.k.sockets = slices.DeleteFunc(s.k.sockets, func(o *socket) bool { return o == s })
	return nil
}
