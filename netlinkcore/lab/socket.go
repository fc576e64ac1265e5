package lab

import (
	"errors"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// Sockets of the kernel's own kind: the net package would bring its resolver, half a
// megabyte, into a program that resolves no names.

// listen makes a socket at a path.
func listen(path string) (*os.File, error) {
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	f := os.NewFile(uintptr(fd), path)
	if err = unix.Bind(fd, &unix.SockaddrUnix{Name: path}); err == nil {
		err = unix.Listen(fd, 1)
	}
	if err != nil {
		return nil, &os.PathError{Op: "listen", Path: path, Err: errors.Join(err, f.Close())}
	}
	return f, nil
}

// dial connects to what listens at a path.
func dial(path string) (*os.File, error) {
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	f := os.NewFile(uintptr(fd), path)
	if err := unix.Connect(fd, &unix.SockaddrUnix{Name: path}); err != nil {
		_ = f.Close() // nothing was sent
		return nil, &os.PathError{Op: "connect", Path: path, Err: err}
	}
	return f, nil
}

// longPoll is how long a poll waits at most: its time is an int of milliseconds.
const longPoll = time.Hour

// accept waits for who connects to a socket; nil: until then nobody did.
func accept(socket *os.File, until time.Time) (*os.File, error) {
	fd := int(socket.Fd())
	for {
		left := time.Until(until)
		if left <= 0 {
			return nil, nil
		}
		n, err := unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, int((min(left, longPoll)+time.Millisecond-1)/time.Millisecond))
		if err == nil && n > 0 {
			var conn int
			if conn, _, err = unix.Accept4(fd, unix.SOCK_CLOEXEC); err == nil {
				return os.NewFile(uintptr(conn), "confirmation"), nil
			}
		}
		if err != nil && err != unix.EINTR && err != unix.ECONNABORTED {
			return nil, err
		}
	}
}
