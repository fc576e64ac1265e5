package nl_test

import (
	"context"
	"encoding/binary"
	"errors"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/netns"
	"github.com/netlark/netlark/netlinkcore/nl"
	"github.com/netlark/netlark/netlinkcore/nltest"
	"github.com/netlark/netlark/netlinkcore/wire"
)

func subscribe(t *testing.T, c *nl.Conn, all bool, groups ...uint32) *nl.Subscription {
	t.Helper()
	s, err := c.Subscribe(t.Context(), unix.NETLINK_ROUTE, groups, all)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestSubscribe(t *testing.T) {
	c, _ := namespace(t, nl.Config{})
	s := subscribe(t, c, false, unix.RTNLGRP_IPV4_IFADDR)
	if m, ok, err := s.TryNext(); ok || err != nil {
		t.Fatalf("nothing happened, but %+v, %v", m, err)
	}
	go func() {
		time.Sleep(20 * time.Millisecond)
		_ = c.Call(context.Background(), address(1), nil)
	}()
	m, err := s.Next(t.Context())
	if err != nil || m.Type != unix.RTM_NEWADDR || m.NSID != -1 {
		t.Fatalf("%+v, %v", m, err)
	}
	if err := c.Call(t.Context(), address(1), nil); !errors.Is(err, unix.EEXIST) {
		t.Fatal(err)
	}
	if m, ok, err := s.TryNext(); ok || err != nil {
		t.Fatalf("refused, but an event came: %+v, %v", m, err)
	}
	for i := range 100 {
		if err := c.Call(t.Context(), address(uint16(i+2)), nil); err != nil {
			t.Fatal(err)
		}
		m, ok, err := s.TryNext()
		if !ok || err != nil || m.Body[8+4+3] != byte(i+2) && m.Body[8+8+4+3] != byte(i+2) {
			t.Fatalf("event %d: %+v, %t, %v", i, m, ok, err)
		}
	}
}

func TestSubscribeCancelled(t *testing.T) {
	c, _ := namespace(t, nl.Config{})
	s := subscribe(t, c, false, unix.RTNLGRP_IPV4_IFADDR)
	for range 20 {
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		if _, err := s.Next(ctx); err != context.DeadlineExceeded {
			t.Fatalf("got %v", err)
		}
		cancel()
		if _, err := s.Next(ctx); err != context.DeadlineExceeded {
			t.Fatalf("ended before: %v", err)
		}
	}
	// It goes on afterwards.
	if err := c.Call(t.Context(), address(1), nil); err != nil {
		t.Fatal(err)
	}
	if m, err := s.Next(t.Context()); err != nil || m.Type != unix.RTM_NEWADDR {
		t.Errorf("%+v, %v", m, err)
	}
}

func TestSubscriptionClose(t *testing.T) {
	c, _ := namespace(t, nl.Config{})
	s := subscribe(t, c, false, unix.RTNLGRP_IPV4_IFADDR)
	got := make(chan error)
	go func() {
		_, err := s.Next(context.Background())
		got <- err
	}()
	time.Sleep(10 * time.Millisecond)
	for range 2 {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	if err := <-got; err != nl.ErrClosed {
		t.Errorf("waiting Next: %v", err)
	}
	if _, _, err := s.TryNext(); err != nl.ErrClosed {
		t.Errorf("TryNext: %v", err)
	}
	if _, err := s.Next(t.Context()); err != nl.ErrClosed {
		t.Errorf("Next: %v", err)
	}
}

func TestOverrun(t *testing.T) {
	c, _ := namespace(t, nl.Config{EventBuffer: 16 << 10})
	s := subscribe(t, c, false, unix.RTNLGRP_IPV4_IFADDR)
	addAddresses(t, c, 1000)
	if _, err := s.Next(t.Context()); err != nl.ErrOverrun {
		t.Fatalf("1000 events in 16 KiB: %v", err)
	}
	if m, ok, err := s.TryNext(); ok || err != nil {
		t.Errorf("an event older than the loss: %+v, %v", m, err)
	}
	if err := c.Call(t.Context(), address(2000), nil); err != nil {
		t.Fatal(err)
	}
	if m, err := s.Next(t.Context()); err != nil || m.Type != unix.RTM_NEWADDR {
		t.Errorf("after the overrun: %+v, %v", m, err)
	}
}

// An event buffer of the usual size takes a burst without loss.
func TestNoOverrun(t *testing.T) {
	c, _ := namespace(t, nl.Config{})
	s := subscribe(t, c, false, unix.RTNLGRP_IPV4_IFADDR)
	addAddresses(t, c, 3000)
	for i := range 3000 {
		if _, ok, err := s.TryNext(); !ok || err != nil {
			t.Fatalf("event %d: %t, %v", i, ok, err)
		}
	}
}

func TestSubscribeAll(t *testing.T) {
	c, _ := namespace(t, nl.Config{})
	other, ns := namespace(t, nl.Config{})
	const id = 7
	setNSID(t, c, ns, id)
	own, all := subscribe(t, c, false, unix.RTNLGRP_IPV4_IFADDR), subscribe(t, c, true, unix.RTNLGRP_IPV4_IFADDR)
	if err := other.Call(t.Context(), address(1), nil); err != nil {
		t.Fatal(err)
	}
	if m, err := all.Next(t.Context()); err != nil || m.NSID != id {
		t.Errorf("event of namespace %d: %+v, %v", id, m, err)
	}
	if err := c.Call(t.Context(), address(2), nil); err != nil {
		t.Fatal(err)
	}
	for _, s := range []*nl.Subscription{own, all} {
		if m, err := s.Next(t.Context()); err != nil || m.NSID != -1 {
			t.Errorf("own event: %+v, %v", m, err)
		}
	}
}

// setNSID makes c's namespace know another by id.
func setNSID(t *testing.T, c *nl.Conn, ns *netns.NS, id uint32) {
	t.Helper()
	var w wire.Writer
	w.Zero(4) // struct rtgenmsg, padded
	w.Uint32(unix.NETNSA_NSID, id)
	w.Uint32(unix.NETNSA_FD, uint32(ns.FD()))
	body, _ := w.Bytes()
	if err := c.Call(t.Context(), &nl.Request{Type: unix.RTM_NEWNSID, Body: body}, nil); err != nil {
		t.Fatal(err)
	}
}

// What a process multicasts with CAP_NET_ADMIN is no event of the kernel's.
func TestForgedEvent(t *testing.T) {
	c, ns := namespace(t, nl.Config{})
	s := subscribe(t, c, false, unix.RTNLGRP_IPV4_IFADDR)
	forged := nltest.Request{}.Message(unix.RTM_DELADDR, 0, make([]byte, 8))
	err := ns.Do(func() error {
		fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.NETLINK_ROUTE)
		if err != nil {
			return err
		}
		defer unix.Close(fd)
		to := &unix.SockaddrNetlink{Family: unix.AF_NETLINK, Groups: 1 << (unix.RTNLGRP_IPV4_IFADDR - 1)}
		err = unix.Sendto(fd, forged, 0, to)
		if err == unix.EOPNOTSUPP || err == unix.ECONNREFUSED {
			return nil
		}
		return err
	})
	if err != nil {
		t.Skipf("cannot forge: %v", err)
	}
	if err := c.Call(t.Context(), address(1), nil); err != nil {
		t.Fatal(err)
	}
	if m, err := s.Next(t.Context()); err != nil || m.Type != unix.RTM_NEWADDR {
		t.Errorf("got %+v, %v; want the kernel's event", m, err)
	}
}

func TestFakeEvents(t *testing.T) {
	k := nltest.New()
	c := nl.New(k.Config())
	own := subscribe(t, c, false, unix.RTNLGRP_LINK)
	all := subscribe(t, c, true, unix.RTNLGRP_LINK)
	k.Event(unix.NETLINK_ROUTE, unix.RTNLGRP_LINK, 5, nltest.Reply{Type: unix.RTM_NEWLINK, Body: ifinfo(1)})
	k.Event(unix.NETLINK_ROUTE, unix.RTNLGRP_NEIGH, -1, nltest.Reply{Type: unix.RTM_NEWNEIGH})
	k.Event(unix.NETLINK_ROUTE, unix.RTNLGRP_LINK, -1, nltest.Join(
		nltest.Reply{Type: unix.RTM_NEWLINK, Body: ifinfo(2)}, nltest.Reply{Type: unix.NLMSG_NOOP}, nltest.Reply{Type: unix.RTM_NEWLINK, Body: ifinfo(3)}))
	for _, want := range []struct {
		s     *nl.Subscription
		index uint32
		nsid  int32
	}{{all, 1, 5}, {all, 2, -1}, {all, 3, -1}, {own, 2, -1}, {own, 3, -1}} {
		m, err := want.s.Next(t.Context())
		if err != nil || m.NSID != want.nsid || binary.NativeEndian.Uint32(m.Body[4:]) != want.index {
			t.Errorf("got %+v, %v, want link %d of %d", m, err, want.index, want.nsid)
		}
	}
	k.Event(unix.NETLINK_ROUTE, unix.RTNLGRP_LINK, -1, nltest.Raw([]byte{1, 2, 3}), nltest.Reply{Type: unix.RTM_NEWLINK, Body: ifinfo(4)})
	if _, err := own.Next(t.Context()); !errors.Is(err, nl.ErrMalformed) {
		t.Errorf("garbage: %v", err)
	}
	if m, err := own.Next(t.Context()); err != nil || m.Body[4] != 4 {
		t.Errorf("after garbage: %+v, %v", m, err)
	}
	big := nltest.Reply{Type: unix.RTM_NEWLINK, Body: make([]byte, 100_000)}
	k.Event(unix.NETLINK_ROUTE, unix.RTNLGRP_LINK, -1, big, big)
	if _, err := own.Next(t.Context()); err != nl.ErrOverrun {
		t.Errorf("event beyond the buffer: %v", err)
	}
	if m, err := own.Next(t.Context()); err != nil || len(m.Body) != 100_000 {
		t.Errorf("second event beyond the first buffer: %d bytes, %v", len(m.Body), err)
	}
}

// Config.Open may give sockets that know requests only.
func TestSubscribeUnsupported(t *testing.T) {
	k := nltest.New()
	cfg := k.Config()
	open := cfg.Open
	cfg.Open = func(proto int) (nl.Socket, error) {
		s, err := open(proto)
		return struct{ nl.Socket }{s}, err
	}
	if _, err := nl.New(cfg).Subscribe(t.Context(), 0, nil, false); err == nil || k.Sockets() != 0 {
		t.Errorf("%v, %d sockets open", err, k.Sockets())
	}
}
