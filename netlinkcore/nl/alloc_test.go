package nl_test

import (
	"testing"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/nl"
)

func TestCallAllocates(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	c, _ := namespace(t, nl.Config{})
	r := &nl.Request{Type: unix.RTM_GETLINK, Body: ifinfo(loopback)}
	n := 0
	reply := func(nl.Message) error { n++; return nil }
	ctx := t.Context()
	got := testing.AllocsPerRun(1000, func() {
		if err := c.Call(ctx, r, reply); err != nil {
			t.Fatal(err)
		}
	})
	if got != 0 || n < 1000 {
		t.Errorf("%v allocations a call, %d replies", got, n)
	}
}

// A dump may allocate, its messages may not.
func TestDumpAllocates(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	c, _ := namespace(t, nl.Config{})
	empty := testing.AllocsPerRun(100, func() { count(t, c, addresses) })
	addAddresses(t, c, 5000)
	full := testing.AllocsPerRun(10, func() { count(t, c, addresses) })
	if full > empty || empty > 8 {
		t.Errorf("%v allocations for 5000 messages, %v for none", full, empty)
	}
}

func TestBatchAllocates(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	c, _ := namespace(t, nl.Config{})
	r := ifinfo(loopback)
	ctx := t.Context()
	b := c.Batch(unix.NETLINK_ROUTE, nil)
	got := testing.AllocsPerRun(100, func() {
		for range 128 {
			b.Begin(unix.RTM_SETLINK, 0).Raw(r)
			if err := b.End(ctx); err != nil {
				t.Fatal(err)
			}
		}
	})
	if got > 1 || b.Sent() < 12800 || b.Len() != 0 {
		t.Errorf("%v allocations for 128 messages; %d sent, %d wait", got, b.Sent(), b.Len())
	}
}

func TestTryNextAllocates(t *testing.T) {
	c, _ := namespace(t, nl.Config{})
	s := subscribe(t, c, false, unix.RTNLGRP_LINK)
	got := testing.AllocsPerRun(100, func() {
		if m, ok, err := s.TryNext(); ok || err != nil {
			t.Fatalf("nothing happened, but %+v, %v", m, err)
		}
	})
	if got != 0 {
		t.Errorf("%v allocations where there is no event", got)
	}
}
