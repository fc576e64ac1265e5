package nl

import (
	"context"
	"encoding/binary"
	"runtime"

	"golang.org/x/sys/unix"
)

// A long dump is received by a goroutine of its own while its messages are
// looked at: the kernel puts each datagram together inside the receiving system
// call, so on two cores the work overlaps. Short dumps stay on the calling
// goroutine, where they are faster.

const (
	// aheadBytes is more than the kernel puts into the first datagram, and less than into one that others follow.
	aheadBytes   = 16 << 10
	aheadBuffers = 8 // that come into use when receiving is ahead by so many
)

// received is a datagram, or the error that ended receiving.
type received struct {
	b   []byte // the whole buffer
	n   int
	err error
}

// An ahead receives the datagrams of one dump.
type ahead struct {
	cancel context.CancelFunc
	full   chan received
	free   chan []byte
	done   chan struct{}
	more   []*buffer // besides the one that was there
}

// aheadPays reports whether the datagram is one of a long dump.
func aheadPays(r received) bool {
	return r.err == nil && r.n >= aheadBytes && r.n < len(r.b) && !endsDump(r.b[:r.n]) && twoProcessors()
}

func twoProcessors() bool { return runtime.GOMAXPROCS(0) > 1 }

// readAhead starts receiving.
func (c *Conn) readAhead(ctx context.Context, s *sock) *ahead {
	a := &ahead{full: make(chan received, aheadBuffers), free: make(chan []byte, aheadBuffers), done: make(chan struct{})}
	ctx, a.cancel = context.WithCancel(ctx)
	go a.receive(ctx, c, s)
	return a
}

func (a *ahead) receive(ctx context.Context, c *Conn, s *sock) {
	defer close(a.done)
	for {
		b, ok := a.unused(ctx, c)
		if !ok {
			return
		}
		n, err := c.recv(ctx, s, b)
		a.full <- received{b, n, err} // has room for all buffers
		if err != nil || n >= len(b) || endsDump(b[:n]) {
			return
		}
	}
}

// unused returns a buffer that nobody reads, and waits for one if there are many already.
// It is false when receiving was stopped.
func (a *ahead) unused(ctx context.Context, c *Conn) ([]byte, bool) {
	select {
	case b := <-a.free:
		return b, ctx.Err() == nil
	default:
	}
	if len(a.more) < aheadBuffers-1 {
		b := c.buffer()
		a.more = append(a.more, b)
		return b.b[:cap(b.b)], true
	}
	select {
	case b := <-a.free:
		return b, true
	case <-ctx.Done():
		return nil, false
	}
}

// next waits for a datagram. It is false when receiving was stopped.
func (a *ahead) next() (received, bool) {
	select {
	case r := <-a.full:
		return r, true
	case <-a.done:
	}
	select {
	case r := <-a.full: // the last one, sent just before the end
		return r, true
	default:
		return received{}, false
	}
}

// endsDump recognises the usual end of a dump: a last message that holds an
// errno and nothing else. Where it is another, the receiver waits and is
// stopped when the end has been read.
func endsDump(b []byte) bool {
	const last = headerLen + 4
	if len(b) < last {
		return true
	}
	b = b[len(b)-last:]
	return binary.NativeEndian.Uint32(b) == last && binary.NativeEndian.Uint16(b[4:]) == unix.NLMSG_DONE
}

// stop ends receiving and waits until the socket is free. No datagram is of use
// any more.
func (a *ahead) stop(c *Conn) {
	a.cancel()
	<-a.done
	for _, b := range a.more {
		c.release(b)
	}
}
