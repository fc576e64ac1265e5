package nl

import (
	"context"
	"encoding/binary"
	"errors"
	"os"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// An eventSocket is a netlink socket in Go's poller: it costs no thread while
// it idles.
type eventSocket struct {
	file   *os.File
	raw    syscall.RawConn
	closed atomic.Bool

	// What one receive hands to and from the poller's callback, which is
	// made once: a closure for each would be an allocation.
	try  func(fd uintptr)
	buf  []byte
	n    int
	nsid int32
	err  error
	oob  [64]byte
	more bool // the last receive found something
}

var _ Joiner = (*eventSocket)(nil)

func (c *Conn) openEvents(proto int) (Joiner, error) {
	fd := -1
	err := c.enter(func() (err error) {
		fd, err = unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, proto)
		return err
	})
	if err != nil {
		return nil, openError(err)
	}
	if err := unix.Bind(fd, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}); err != nil {
		unix.Close(fd)
		return nil, openError(err)
	}
	setReceiveBuffer(fd, c.cfg.EventBuffer)
	s := &eventSocket{file: os.NewFile(uintptr(fd), "netlink")}
	s.try = s.receive
	if s.raw, err = s.file.SyscallConn(); err != nil {
		s.file.Close()
		return nil, err
	}
	return s, nil
}

// Join makes the socket hear multicast groups; all: of all namespaces that the kernel numbers.
func (s *eventSocket) Join(groups []uint32, all bool) (err error) {
	ctl := s.raw.Control(func(fd uintptr) {
		if all {
			err = unix.SetsockoptInt(int(fd), unix.SOL_NETLINK, unix.NETLINK_LISTEN_ALL_NSID, 1)
		}
		for _, g := range groups {
			if err == nil {
				err = unix.SetsockoptInt(int(fd), unix.SOL_NETLINK, unix.NETLINK_ADD_MEMBERSHIP, int(g))
			}
		}
	})
	if ctl != nil {
		return s.hide(ctl)
	}
	return err
}

// Port returns 0: nothing is asked for over an event socket.
func (s *eventSocket) Port() uint32 { return 0 }

// Send is not for event sockets.
func (s *eventSocket) Send([]byte) error { return unix.EOPNOTSUPP }

// Close wakes a waiting reader.
func (s *eventSocket) Close() error {
	if s.closed.Swap(true) {
		return nil
	}
	return s.file.Close()
}

// Recv waits for a datagram, and returns its length and the namespace that it is of.
func (s *eventSocket) Recv(b []byte) (int, int32, error) {
	s.buf = b
	err := s.raw.Control(s.try)
	s.buf = nil
	if err != nil {
		return 0, -1, s.hide(err)
	}
	return s.n, s.nsid, s.err
}

// receive skips what others than the kernel sent: a process with CAP_NET_ADMIN
// may multicast, too. Recvmsg allocates even if there is nothing, which is the
// usual case between bursts; poll(2) does not.
func (s *eventSocket) receive(fd uintptr) {
	if !s.more && !readable(fd) {
		s.err = unix.EAGAIN
		return
	}
	for {
		n, oobn, _, from, err := unix.Recvmsg(int(fd), s.buf, s.oob[:], unix.MSG_TRUNC)
		if err == unix.EINTR {
			continue
		}
		if sa, ok := from.(*unix.SockaddrNetlink); err == nil && (!ok || sa.Pid != 0) {
			continue
		}
		s.n, s.nsid, s.err = n, nsid(s.oob[:max(oobn, 0)]), err
		s.more = err == nil
		return
	}
}

// nsid finds the namespace that an event came from, -1 for the socket's own.
func nsid(oob []byte) int32 {
	for len(oob) > 0 {
		h, data, rest, err := unix.ParseOneSocketControlMessage(oob)
		if err != nil {
			break
		}
		if h.Level == unix.SOL_NETLINK && h.Type == unix.NETLINK_LISTEN_ALL_NSID && len(data) >= 4 {
			return int32(binary.NativeEndian.Uint32(data))
		}
		oob = rest
	}
	return -1
}

// Wait asks poll(2) within the poller's callback: the poller tells edges only,
// and Recv may have seen the socket empty before the last one.
func (s *eventSocket) Wait(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	done := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(done)
		_ = s.file.SetReadDeadline(time.Unix(1, 0))
	})
	err := s.raw.Read(readable)
	if !stop() {
		<-done
		_ = s.file.SetReadDeadline(time.Time{})
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return ctx.Err()
	}
	return s.hide(err)
}

func readable(fd uintptr) bool {
	fds := [1]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}
	for {
		n, err := unix.Poll(fds[:], 0)
		if err != unix.EINTR {
			return n != 0 || err != nil
		}
	}
}

// hide replaces what package os says of a closed file.
func (s *eventSocket) hide(err error) error {
	if err != nil && s.closed.Load() {
		return ErrClosed
	}
	return err
}
