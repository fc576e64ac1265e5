package nl

import (
	"context"

	"golang.org/x/sys/unix"
)

// requestBuffer is the receive buffer of request sockets. The kernel doubles
// it; 128 errors with their sentences take less than half of that.
const requestBuffer = 256 << 10

// A Socket carries datagrams between a Conn and a kernel, real or not. One
// goroutine uses it at a time, except for Close.
type Socket interface {
	// Send gives one datagram to the kernel, which need not keep b.
	Send(b []byte) error

	// Recv receives one datagram of the kernel's into b, without waiting:
	// unix.EAGAIN says that there is none. n is the datagram's length; if it
	// is len(b) or more, the datagram may have been cut, and a buffer of more
	// than n bytes is wanted. nsid is the namespace that an event came from,
	// -1 for the socket's own. unix.ENOBUFS says that datagrams were lost.
	Recv(b []byte) (n int, nsid int32, err error)

	// Wait returns when Recv has something to tell, or with ctx's error.
	Wait(ctx context.Context) error

	// Port returns the number that the kernel addresses answers to.
	Port() uint32

	// Close frees the socket.
	Close() error
}

// A kernelSocket is a netlink socket outside Go's poller.
type kernelSocket struct {
	fd   int
	port uint32
}

var _ Socket = (*kernelSocket)(nil)

func (c *Conn) openKernel(proto int) (Socket, error) {
	var s *kernelSocket
	err := c.enter(func() (err error) {
		s, err = openRequest(proto)
		return err
	})
	if err != nil {
		return nil, openError(err)
	}
	return s, nil
}

func (c *Conn) enter(fn func() error) error {
	if c.cfg.Enter == nil {
		return fn()
	}
	return c.cfg.Enter(fn)
}

func openError(err error) error {
	if errno, ok := err.(unix.Errno); ok {
		return &Error{Op: "open", Object: "netlink socket", Errno: errno}
	}
	return err
}

func openRequest(proto int) (*kernelSocket, error) {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, proto)
	if err != nil {
		return nil, err
	}
	// Older kernels, and some protocols, lack some of these; nothing depends
	// on them: errors are then without a sentence.
	for _, opt := range [...]int{unix.NETLINK_EXT_ACK, unix.NETLINK_CAP_ACK, unix.NETLINK_GET_STRICT_CHK} {
		_ = unix.SetsockoptInt(fd, unix.SOL_NETLINK, opt, 1)
	}
	setReceiveBuffer(fd, requestBuffer)
	port, err := connect(fd)
	if err != nil {
		unix.Close(fd)
		return nil, err
	}
	return &kernelSocket{fd, port}, nil
}

// connect binds the socket and makes the kernel its only peer.
func connect(fd int) (port uint32, err error) {
	if err := unix.Connect(fd, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}); err != nil {
		return 0, err
	}
	sa, err := unix.Getsockname(fd)
	if err != nil {
		return 0, err
	}
	return sa.(*unix.SockaddrNetlink).Pid, nil
}

// setReceiveBuffer sets the buffer to what is asked for, or to what may be
// had: SO_RCVBUFFORCE needs CAP_NET_ADMIN in the first user namespace.
func setReceiveBuffer(fd, size int) {
	if unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, size) != nil {
		_ = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUF, size)
	}
}

// Port is the number by which the kernel knows the socket.
func (s *kernelSocket) Port() uint32 { return s.port }

// Close closes the socket.
func (s *kernelSocket) Close() error { return unix.Close(s.fd) }

// Send hands messages to the kernel.
func (s *kernelSocket) Send(b []byte) error {
	for {
		if _, err := unix.Write(s.fd, b); err != unix.EINTR {
			return err
		}
	}
}

// Recv is read(2): recvfrom(2) would tell the length of what was cut and the
// sender, but needs an allocation for the latter, and nobody but the kernel
// can send here.
func (s *kernelSocket) Recv(b []byte) (int, int32, error) {
	for {
		n, err := unix.Read(s.fd, b)
		if err == unix.EINTR {
			continue
		}
		return n, -1, err
	}
}

// Wait is poll(2) on the socket and on an eventfd that the end of ctx writes to.
func (s *kernelSocket) Wait(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	wake, err := unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	if err != nil {
		return err
	}
	defer unix.Close(wake)
	woken := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(woken)
		_, _ = unix.Write(wake, []byte{1, 0, 0, 0, 0, 0, 0, 1})
	})
	defer func() {
		if !stop() {
			<-woken // the descriptor's number may be another's once closed
		}
	}()
	fds := []unix.PollFd{{Fd: int32(s.fd), Events: unix.POLLIN}, {Fd: int32(wake), Events: unix.POLLIN}}
	for {
		_, err := unix.Poll(fds, -1)
		switch {
		case err == unix.EINTR:
		case err != nil:
			return err
		case fds[0].Revents != 0:
			return nil
		default:
			return ctx.Err()
		}
	}
}
