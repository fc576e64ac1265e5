package nl

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

const (
	maxIdle    = 4        // idle sockets kept of each protocol
	firstSize  = 64 << 10 // of a receive buffer; dumps come in 32 KiB at most
	largestBuf = 64 << 20 // an answer beyond this is refused
	patience   = 5 * time.Second
)

// Config says how a Conn reaches its namespace. The zero Config is the calling
// thread's namespace at the time a socket is opened, with kernel sockets.
type Config struct {
	// Enter runs fn on a thread that is in the Conn's namespace. Optional:
	// without it fn runs where it is called.
	Enter func(fn func() error) error

	// Open opens a request socket. Optional: without it kernel sockets are
	// opened, inside Enter. A Socket for events must be a Joiner too.
	Open func(proto int) (Socket, error)

	// Patience bounds the wait for an answer that was not there when the
	// request returned; then the call fails with ErrNoAnswer. Zero is 5 s.
	Patience time.Duration

	// EventBuffer is the receive buffer of event sockets in bytes. Zero is
	// 4 MiB. Without CAP_NET_ADMIN in the first user namespace the kernel
	// limits it to net.core.rmem_max.
	EventBuffer int
}

// A Conn reaches the kernel in one namespace. Its methods may be called by
// several goroutines at once: each call has a socket of its own.
type Conn struct {
	cfg  Config
	size atomic.Int64 // of receive buffers, grown by what was cut

	mu     sync.Mutex // guards what follows; never held over a system call
	idle   []*sock    // of all protocols, last used last
	closed bool
}

// A sock is a Socket that one call owns.
type sock struct {
	Socket
	proto  int
	port   uint32 // Socket.Port, asked for once
	seq    uint32
	broken bool // answers may still come: not to be used again
}

// A buffer holds a request until it is sent, and then what is received.
type buffer struct{ b []byte }

// buffers are used again by all Conns: a program may have thousands.
var buffers sync.Pool // of *buffer

// New returns a Conn. It opens no socket before the first call needs one.
func New(cfg Config) *Conn {
	if cfg.Patience <= 0 {
		cfg.Patience = patience
	}
	if cfg.EventBuffer <= 0 {
		cfg.EventBuffer = eventBuffer
	}
	c := &Conn{cfg: cfg}
	c.size.Store(firstSize)
	return c
}

// Close closes the idle sockets and makes later calls fail with ErrClosed.
// Calls in flight finish. Close may be called again. Subscriptions are closed
// by themselves.
func (c *Conn) Close() error {
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	return c.CloseIdle()
}

// CloseIdle closes the sockets that no call uses. The next call opens one
// again (about 12 µs), so this may be done at any time to save descriptors, or
// to let a namespace die: a socket keeps its namespace alive.
func (c *Conn) CloseIdle() error {
	c.mu.Lock()
	idle := c.idle
	c.idle = nil
	c.mu.Unlock()
	var errs []error
	for _, s := range idle {
		errs = append(errs, s.Close())
	}
	return errors.Join(errs...)
}

// take returns a socket that is the caller's until give.
func (c *Conn) take(proto int) (*sock, error) {
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		return nil, ErrClosed
	}
	for i := len(c.idle) - 1; i >= 0; i-- {
		if s := c.idle[i]; s.proto == proto {
			last := len(c.idle) - 1
			copy(c.idle[i:], c.idle[i+1:])
			c.idle[last] = nil
			c.idle = c.idle[:last]
			c.mu.Unlock()
			return s, nil
		}
	}
	c.mu.Unlock()
	open := c.cfg.Open
	if open == nil {
		open = c.openKernel
	}
	s, err := open(proto)
	if err != nil {
		return nil, err
	}
	return &sock{Socket: s, proto: proto, port: s.Port()}, nil
}

// give puts a socket back, or closes it.
func (c *Conn) give(s *sock) {
	if s.broken || !c.keep(s) {
		s.Close()
	}
}

func (c *Conn) keep(s *sock) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := 0
	for _, o := range c.idle {
		if o.proto == s.proto {
			n++
		}
	}
	if c.closed || n >= maxIdle {
		return false
	}
	c.idle = append(c.idle, s)
	return true
}

// buffer returns a receive buffer of the size that answers have needed so far.
func (c *Conn) buffer() *buffer { return bufferOf(int(c.size.Load())) }

func bufferOf(size int) *buffer {
	if b, ok := buffers.Get().(*buffer); ok && cap(b.b) >= size {
		return b
	}
	return &buffer{make([]byte, 0, size)}
}

func (c *Conn) release(b *buffer) { buffers.Put(b) }

// grow makes later receive buffers large enough for n bytes. It reports false
// if n is beyond reason.
func (c *Conn) grow(n int) bool {
	if n >= largestBuf {
		return false
	}
	for {
		size := c.size.Load()
		if int64(n) < size || c.size.CompareAndSwap(size, max(int64(n)+1, 2*size)) {
			return true
		}
	}
}

// reserve returns the first of n sequence numbers in a row. Zero is left out:
// events carry it.
func (s *sock) reserve(n int) uint32 {
	if s.seq > math.MaxUint32-uint32(n) {
		s.seq = 0
	}
	first := s.seq + 1
	s.seq += uint32(n)
	return first
}

// recv receives a datagram, waiting for it if it is not there yet.
func (c *Conn) recv(ctx context.Context, s *sock, buf []byte) (int, error) {
	for {
		n, _, err := s.Recv(buf)
		switch err {
		case nil:
			if n == 0 {
				return 0, io.ErrUnexpectedEOF // netlink has no empty datagrams
			}
			return n, nil
		case unix.EAGAIN:
			err = c.wait(ctx, s)
		}
		if err != nil {
			return 0, err
		}
	}
}

// wait is off the usual path: the kernel has answered before send returns,
// except for handlers that work later or were interrupted (EINTR is not
// answered at all: net/netlink/af_netlink.c, netlink_rcv_skb).
func (c *Conn) wait(ctx context.Context, s *sock) error {
	bounded, cancel := context.WithTimeout(ctx, c.cfg.Patience)
	defer cancel()
	err := s.Wait(bounded)
	if err != nil && bounded.Err() != nil && ctx.Err() == nil {
		return ErrNoAnswer
	}
	return err
}

// A Request is one message to the kernel.
type Request struct {
	Proto int    // unix.NETLINK_ROUTE, …
	Type  uint16 // unix.RTM_NEWLINK, …
	Flags uint16 // beyond NLM_F_REQUEST, NLM_F_ACK and, in Dump, NLM_F_DUMP, which Conn sets
	Body  []byte // what follows the nlmsghdr; not kept
}

func (r *Request) append(b []byte, flags uint16, seq uint32) []byte {
	b = appendHeader(b, r.Type, r.Flags|flags|unix.NLM_F_REQUEST, seq)
	b = append(b, r.Body...)
	binary.NativeEndian.PutUint32(b, uint32(len(b)))
	return b
}
