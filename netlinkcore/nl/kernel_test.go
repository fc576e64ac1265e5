package nl_test

import (
	"context"
	"encoding/binary"
	"errors"
	"io/fs"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/netns"
	"github.com/netlark/netlark/netlinkcore/nl"
	"github.com/netlark/netlark/netlinkcore/wire"
)

// Tests against the kernel that runs them, each in a namespace of its own.

var raceEnabled bool

const loopback = 1 // index of lo, in every namespace

// namespace returns a Conn into a new namespace, with cfg's other fields.
func namespace(t testing.TB, cfg nl.Config) (*nl.Conn, *netns.NS) {
	t.Helper()
	ns, err := netns.CreateAnonymous()
	if errors.Is(err, fs.ErrPermission) {
		t.Skip("needs CAP_SYS_ADMIN for a network namespace")
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ns.Close() })
	cfg.Enter = ns.Do
	c := nl.New(cfg)
	t.Cleanup(func() { c.Close() })
	return c, ns
}

// ifinfo is a struct ifinfomsg about a device.
func ifinfo(index uint32) []byte {
	b := make([]byte, 16)
	binary.NativeEndian.PutUint32(b[4:], index)
	return b
}

// putAddress writes the body of RTM_NEWADDR: 127.0.x.y on lo.
func putAddress(w *wire.Writer, host uint16) {
	w.Raw([]byte{unix.AF_INET, 32, 0, 0})
	binary.NativeEndian.PutUint32(w.At(w.Zero(4), 4), loopback)
	ip := []byte{127, 0, byte(host >> 8), byte(host)}
	w.Blob(unix.IFA_LOCAL, ip)
	w.Blob(unix.IFA_ADDRESS, ip)
}

func address(host uint16) *nl.Request {
	var w wire.Writer
	putAddress(&w, host)
	body, _ := w.Bytes()
	return &nl.Request{Type: unix.RTM_NEWADDR, Flags: unix.NLM_F_CREATE | unix.NLM_F_EXCL, Body: body}
}

var (
	links     = &nl.Request{Type: unix.RTM_GETLINK, Body: ifinfo(0)}
	addresses = &nl.Request{Type: unix.RTM_GETADDR, Body: []byte{unix.AF_INET, 0, 0, 0, 0, 0, 0, 0}}
)

// count returns the number of messages of a dump.
func count(t testing.TB, c *nl.Conn, r *nl.Request) int {
	t.Helper()
	n := 0
	for _, err := range c.Dump(t.Context(), r) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	return n
}

func TestCall(t *testing.T) {
	c, _ := namespace(t, nl.Config{})
	var name string
	err := c.Call(t.Context(), &nl.Request{Type: unix.RTM_GETLINK, Body: ifinfo(loopback)}, func(m nl.Message) error {
		if m.Type != unix.RTM_NEWLINK || m.NSID != -1 {
			t.Errorf("message %+v", m)
		}
		r := wire.NewReader(m.Body[16:])
		for typ, data, ok := r.Next(); ok; typ, data, ok = r.Next() {
			if typ == unix.IFLA_IFNAME {
				name = string(data)
			}
		}
		return r.Err()
	})
	if err != nil || name != "lo\x00" {
		t.Errorf("name %q, %v", name, err)
	}
	if err := c.Call(t.Context(), address(1), nil); err != nil {
		t.Error(err)
	}
	own := errors.New("own")
	err = c.Call(t.Context(), &nl.Request{Type: unix.RTM_GETLINK, Body: ifinfo(loopback)}, func(nl.Message) error { return own })
	if err != own {
		t.Errorf("reply's error became %v", err)
	}
}

func TestRefused(t *testing.T) {
	c, _ := namespace(t, nl.Config{})
	if err := c.Call(t.Context(), address(1), nil); err != nil {
		t.Fatal(err)
	}
	err := c.Call(t.Context(), address(1), nil)
	if !errors.Is(err, unix.EEXIST) || !errors.Is(err, fs.ErrExist) {
		t.Fatalf("second address: %v", err)
	}
	var refused *nl.Error
	if !errors.As(err, &refused) || !strings.HasPrefix(err.Error(), "already exists") {
		t.Errorf("%#v says %q", err, err)
	}

	bad := address(2)
	bad.Body[1] = 99 // prefix length
	if err := c.Call(t.Context(), bad, nil); !errors.Is(err, unix.EINVAL) || !errors.As(err, &refused) || refused.Message == "" {
		t.Errorf("bad prefix length: %#v (no sentence)", err)
	}
}

// The offset leads to the attribute that the kernel points at.
func TestOffset(t *testing.T) {
	c, _ := namespace(t, nl.Config{})
	var w wire.Writer
	w.Raw(ifinfo(0))
	w.Uint32(unix.IFLA_MTU, 1500)
	at := w.Len()
	w.Blob(unix.IFLA_TXQLEN, []byte{1}) // must be 4 bytes
	body, _ := w.Bytes()
	err := c.Call(t.Context(), &nl.Request{Type: unix.RTM_NEWLINK, Flags: unix.NLM_F_CREATE, Body: body}, nil)
	var refused *nl.Error
	if !errors.As(err, &refused) || refused.Offset != uint32(unix.NLMSG_HDRLEN+at) || refused.Message == "" {
		t.Errorf("%#v, want offset %d", err, unix.NLMSG_HDRLEN+at)
	}
}

func TestMissing(t *testing.T) {
	c, _ := namespace(t, nl.Config{})
	body := make([]byte, 8)
	body[0], body[1] = unix.AF_INET, 32
	body[4] = loopback
	err := c.Call(t.Context(), &nl.Request{Type: unix.RTM_NEWADDR, Body: body}, nil)
	if !errors.Is(err, unix.EINVAL) {
		t.Errorf("address without an address: %v", err)
	}
}

func TestNoProtocol(t *testing.T) {
	c, _ := namespace(t, nl.Config{})
	err := c.Call(t.Context(), &nl.Request{Proto: 31}, nil)
	if !errors.Is(err, unix.EPROTONOSUPPORT) || !strings.Contains(err.Error(), "netlink socket") {
		t.Errorf("protocol 31: %v", err)
	}
}

func TestMessageTooLarge(t *testing.T) {
	c, _ := namespace(t, nl.Config{})
	err := c.Call(t.Context(), &nl.Request{Type: unix.RTM_NEWLINK, Body: make([]byte, 4<<20)}, nil)
	if !errors.Is(err, unix.EMSGSIZE) {
		t.Errorf("4 MiB: %v", err)
	}
	if n := count(t, c, links); n == 0 {
		t.Error("no links")
	}
}

func TestDump(t *testing.T) {
	c, _ := namespace(t, nl.Config{})
	if n := count(t, c, addresses); n != 0 {
		t.Fatalf("%d addresses in a new namespace", n)
	}
	addAddresses(t, c, 3000)
	if n := count(t, c, addresses); n != 3000 {
		t.Errorf("%d addresses, want 3000", n)
	}
	if err := c.CloseIdle(); err != nil {
		t.Error(err)
	}
	if n := count(t, c, addresses); n != 3000 {
		t.Errorf("after CloseIdle %d addresses, want 3000", n)
	}
}

func addAddresses(t testing.TB, c *nl.Conn, n int) {
	t.Helper()
	b := c.Batch(unix.NETLINK_ROUTE, nil)
	for i := range n {
		putAddress(b.Begin(unix.RTM_NEWADDR, unix.NLM_F_CREATE|unix.NLM_F_EXCL), uint16(i+1))
		if err := b.End(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestDumpRefused(t *testing.T) {
	c, _ := namespace(t, nl.Config{})
	bad := &nl.Request{Type: unix.RTM_GETADDR, Body: []byte{unix.AF_INET, 99, 0, 0, 0, 0, 0, 0}}
	n := 0
	for m, err := range c.Dump(t.Context(), bad) {
		var refused *nl.Error
		if n++; !errors.As(err, &refused) || refused.Message == "" || m.Body != nil {
			t.Errorf("strict checking let %+v pass: %v", m, err)
		}
	}
	if n != 1 {
		t.Errorf("%d results", n)
	}
}

func TestDumpLeftEarly(t *testing.T) {
	c, _ := namespace(t, nl.Config{})
	addAddresses(t, c, 3000)
	for range 10 {
		for _, err := range c.Dump(t.Context(), addresses) {
			if err != nil {
				t.Fatal(err)
			}
			break
		}
		if err := c.Call(t.Context(), address(1), nil); !errors.Is(err, unix.EEXIST) {
			t.Fatalf("call after a dump that was left: %v", err)
		}
	}
	if n := count(t, c, addresses); n != 3000 {
		t.Errorf("%d addresses, want 3000", n)
	}
}

// Two dumps at once need two sockets, and a call within the loop a third.
func TestDumpNested(t *testing.T) {
	c, _ := namespace(t, nl.Config{})
	addAddresses(t, c, 1000)
	outer := 0
	for _, err := range c.Dump(t.Context(), addresses) {
		if err != nil {
			t.Fatal(err)
		}
		if outer++; outer%250 != 0 {
			continue
		}
		if n := count(t, c, addresses); n != 1000 {
			t.Errorf("inner dump: %d", n)
		}
		if err := c.Call(t.Context(), address(1), nil); !errors.Is(err, unix.EEXIST) {
			t.Errorf("call within the loop: %v", err)
		}
	}
	if outer != 1000 {
		t.Errorf("outer dump: %d", outer)
	}
}

func TestAtOnce(t *testing.T) {
	c, _ := namespace(t, nl.Config{})
	addAddresses(t, c, 500)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for i := range 20 {
				if n := count(t, c, addresses); n != 500 {
					t.Errorf("%d addresses, want 500", n)
				}
				if err := c.Call(t.Context(), address(uint16(i+1)), nil); !errors.Is(err, unix.EEXIST) {
					t.Errorf("call: %v", err)
				}
			}
		})
	}
	wg.Wait()
}

// A change in the middle of a dump makes the kernel mark what follows.
func TestDumpInterrupted(t *testing.T) {
	c, _ := namespace(t, nl.Config{})
	addAddresses(t, c, 6000) // more than is received ahead
	host, runs := uint16(7000), 0
	err := nl.Retry(3, func() error {
		runs++
		first := true
		for _, err := range c.Dump(t.Context(), addresses) {
			if err != nil {
				return err
			}
			if first && runs < 3 {
				host++
				if err := c.Call(t.Context(), address(host), nil); err != nil {
					return err
				}
			}
			first = false
		}
		return nil
	})
	if err != nil || runs != 3 {
		t.Errorf("%d runs, %v; want the third to succeed", runs, err)
	}
}

func TestClose(t *testing.T) {
	c, _ := namespace(t, nl.Config{})
	for _, err := range c.Dump(t.Context(), links) {
		if err != nil {
			t.Fatal(err)
		}
		c.Close() // within a call, which goes on
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	if err := c.Call(t.Context(), links, nil); err != nl.ErrClosed {
		t.Errorf("Call: %v", err)
	}
	for _, err := range c.Dump(t.Context(), links) {
		if err != nl.ErrClosed {
			t.Errorf("Dump: %v", err)
		}
	}
	if _, err := c.Subscribe(t.Context(), 0, nil, false); err != nl.ErrClosed {
		t.Errorf("Subscribe: %v", err)
	}
	b := c.Batch(0, nil)
	b.Begin(unix.RTM_GETLINK, 0).Raw(ifinfo(loopback))
	if err := errors.Join(b.End(t.Context()), b.Flush(t.Context())); !errors.Is(err, nl.ErrClosed) {
		t.Errorf("Batch: %v", err)
	}
}

func TestCancelled(t *testing.T) {
	c, _ := namespace(t, nl.Config{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := c.Call(ctx, address(1), nil); err != context.Canceled {
		t.Errorf("Call: %v", err)
	}
	addAddresses(t, c, 2000)
	ctx, cancel = context.WithCancel(t.Context())
	defer cancel()
	n := 0
	var last error
	for _, err := range c.Dump(ctx, addresses) {
		cancel()
		n++
		last = err
	}
	if last != context.Canceled || n > 1000 {
		t.Errorf("dump went on for %d messages: %v", n, last)
	}
}

// Descriptors come back: whatever fails leaves no socket open.
func TestDescriptors(t *testing.T) {
	c, ns := namespace(t, nl.Config{Patience: time.Millisecond})
	before := ns.FD()
	for range 100 {
		for range c.Dump(t.Context(), links) {
			break
		}
		_ = c.Call(t.Context(), &nl.Request{Proto: 31}, nil)
		s, err := c.Subscribe(t.Context(), unix.NETLINK_ROUTE, []uint32{1 << 30}, false)
		if err == nil {
			s.Close()
			t.Error("no such group")
		}
	}
	c.Close()
	fd, err := unix.Open("/dev/null", unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	if fd > before+20 {
		t.Errorf("next descriptor is %d, was about %d", fd, before)
	}
}
