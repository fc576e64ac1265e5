package nl

import (
	"context"
	"math"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// The kernel answers before send returns, so waiting for it is tested on the
// socket itself.
func TestKernelSocketWait(t *testing.T) {
	s, err := openRequest(unix.NETLINK_ROUTE)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	buf := make([]byte, firstSize)
	if _, _, err := s.Recv(buf); err != unix.EAGAIN {
		t.Fatalf("nothing was asked, but %v", err)
	}
	for range 50 {
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		if err := s.Wait(ctx); err != context.DeadlineExceeded {
			t.Fatalf("Wait: %v", err)
		}
		if err := s.Wait(ctx); err != context.DeadlineExceeded {
			t.Fatalf("ended before: %v", err)
		}
		cancel()
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		time.Sleep(5 * time.Millisecond)
		r := &Request{Type: unix.RTM_GETLINK, Body: make([]byte, 16)}
		if err := s.Send(r.append(nil, unix.NLM_F_DUMP, 1)); err != nil {
			t.Error(err)
		}
	})
	if err := s.Wait(t.Context()); err != nil {
		t.Errorf("Wait: %v", err)
	}
	wg.Wait()
	n, nsid, err := s.Recv(buf)
	p := parse(buf[:n], nsid)
	if err != nil || !p.next() || p.m.Seq != 1 || p.port != s.Port() {
		t.Errorf("%+v, %v", p, err)
	}
}

// Nobody but the kernel can send to a request socket.
func TestKernelSocketConnected(t *testing.T) {
	s, err := openRequest(unix.NETLINK_ROUTE)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.NETLINK_ROUTE)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	forged := (&Request{Type: unix.NLMSG_ERROR, Body: make([]byte, 20)}).append(nil, 0, 1)
	err = unix.Sendto(fd, forged, 0, &unix.SockaddrNetlink{Family: unix.AF_NETLINK, Pid: s.Port()})
	if err != unix.ECONNREFUSED && err != unix.EPERM { // EPERM: without CAP_NET_ADMIN
		t.Errorf("sending to the socket: %v, want ECONNREFUSED", err)
	}
	if _, _, err := s.Recv(make([]byte, 100)); err != unix.EAGAIN {
		t.Errorf("received: %v", err)
	}
}

func TestReserve(t *testing.T) {
	s := &sock{seq: math.MaxUint32 - 3}
	for _, want := range []uint32{math.MaxUint32 - 2, 1, 3} {
		if got := s.reserve(2); got != want {
			t.Errorf("got %d, want %d", got, want)
		}
	}
}
