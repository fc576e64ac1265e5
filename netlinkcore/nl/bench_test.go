package nl_test

import (
	"encoding/binary"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/netns"
	"github.com/netlark/netlark/netlinkcore/nl"
)

// Each benchmark has a twin that does the same with bare system calls; the
// difference is what this package costs. Run them with -count and compare the
// medians: the kernel's share varies by more than that.

// bareSocket opens a socket the way the package does, without the package.
func bareSocket(b *testing.B, ns *netns.NS) int {
	b.Helper()
	var fd int
	err := ns.Do(func() (err error) {
		fd, err = unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, unix.NETLINK_ROUTE)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { unix.Close(fd) })
	for _, opt := range []int{unix.NETLINK_EXT_ACK, unix.NETLINK_CAP_ACK, unix.NETLINK_GET_STRICT_CHK} {
		if err := unix.SetsockoptInt(fd, unix.SOL_NETLINK, opt, 1); err != nil {
			b.Fatal(err)
		}
	}
	if err := unix.Connect(fd, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}); err != nil {
		b.Fatal(err)
	}
	return fd
}

// encoded is a whole message.
func encoded(r *nl.Request, flags uint16) []byte {
	b := make([]byte, 16, 16+len(r.Body))
	binary.NativeEndian.PutUint32(b, uint32(16+len(r.Body)))
	binary.NativeEndian.PutUint16(b[4:], r.Type)
	binary.NativeEndian.PutUint16(b[6:], r.Flags|flags|unix.NLM_F_REQUEST)
	return append(b, r.Body...)
}

// nothing returns the cheapest request that reaches a handler of a change: one
// of no attribute.
func nothing(b *testing.B) (*nl.Conn, *netns.NS, *nl.Request) {
	c, ns := namespace(b, nl.Config{})
	r := &nl.Request{Type: unix.RTM_SETLINK, Body: ifinfo(loopback)} // changes nothing
	if err := c.Call(b.Context(), r, nil); err != nil {
		b.Fatal(err)
	}
	return c, ns, r
}

func BenchmarkCall(b *testing.B) {
	c, _, r := nothing(b)
	ctx := b.Context()
	b.ReportAllocs()
	for b.Loop() {
		if err := c.Call(ctx, r, nil); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCallBare(b *testing.B) {
	_, ns, r := nothing(b)
	fd := bareSocket(b, ns)
	msg, buf := encoded(r, unix.NLM_F_ACK), make([]byte, 64<<10)
	for b.Loop() {
		if _, err := unix.Write(fd, msg); err != nil {
			b.Fatal(err)
		}
		if n, err := unix.Read(fd, buf); err != nil || n < 20 || binary.NativeEndian.Uint32(buf[16:]) != 0 {
			b.Fatal(n, err)
		}
	}
}

// BenchmarkBatch is for one message of 128.
func BenchmarkBatch(b *testing.B) {
	c, _, r := nothing(b)
	ctx := b.Context()
	batch := c.Batch(unix.NETLINK_ROUTE, nil)
	b.ReportAllocs()
	for b.Loop() {
		batch.Begin(r.Type, r.Flags).Raw(r.Body)
		if err := batch.End(ctx); err != nil {
			b.Fatal(err)
		}
	}
	if err := batch.Flush(ctx); err != nil {
		b.Fatal(err)
	}
}

func BenchmarkBatchBare(b *testing.B) {
	_, ns, r := nothing(b)
	fd := bareSocket(b, ns)
	var chunk []byte
	for range 127 {
		chunk = append(chunk, encoded(r, 0)...)
	}
	chunk = append(chunk, encoded(r, unix.NLM_F_ACK)...)
	buf := make([]byte, 64<<10)
	for i := 0; b.Loop(); i++ {
		if i%128 != 127 {
			continue
		}
		if _, err := unix.Write(fd, chunk); err != nil {
			b.Fatal(err)
		}
		if n, err := unix.Read(fd, buf); err != nil || n < 20 || binary.NativeEndian.Uint32(buf[16:]) != 0 {
			b.Fatal(n, err)
		}
	}
}

const benchRoutes = 100_000

var routes = &nl.Request{Type: unix.RTM_GETROUTE, Body: []byte{unix.AF_INET, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}}

// addRoutes puts 10.x.y.z/32 over lo into table main.
func addRoutes(b *testing.B, c *nl.Conn) {
	b.Helper()
	up := &nl.Request{Type: unix.RTM_SETLINK, Body: ifinfo(loopback)}
	up.Body[8], up.Body[12] = unix.IFF_UP, unix.IFF_UP
	if err := c.Call(b.Context(), up, nil); err != nil {
		b.Fatal(err)
	}
	batch := c.Batch(unix.NETLINK_ROUTE, nil)
	for i := range benchRoutes {
		w := batch.Begin(unix.RTM_NEWROUTE, unix.NLM_F_CREATE|unix.NLM_F_EXCL)
		w.Raw([]byte{unix.AF_INET, 32, 0, 0, unix.RT_TABLE_MAIN, unix.RTPROT_STATIC, unix.RT_SCOPE_LINK, unix.RTN_UNICAST, 0, 0, 0, 0})
		w.Blob(unix.RTA_DST, []byte{10, byte(i >> 16), byte(i >> 8), byte(i)})
		w.Uint32(unix.RTA_OIF, loopback)
		if err := batch.End(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
	if err := batch.Flush(b.Context()); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkDump reads 100,000 routes; its twin looks at the first message of
// each datagram only.
func BenchmarkDump(b *testing.B) {
	c, _ := namespace(b, nl.Config{})
	addRoutes(b, c)
	b.ReportAllocs()
	for b.Loop() {
		if n := count(b, c, routes); n < benchRoutes {
			b.Fatal(n)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchRoutes, "ns/message")
}

func BenchmarkDumpBare(b *testing.B) {
	c, ns := namespace(b, nl.Config{})
	addRoutes(b, c)
	fd := bareSocket(b, ns)
	msg, buf := encoded(routes, unix.NLM_F_DUMP), make([]byte, 64<<10)
	for b.Loop() {
		if _, err := unix.Write(fd, msg); err != nil {
			b.Fatal(err)
		}
		for done := false; !done; {
			n, err := unix.Read(fd, buf)
			if err != nil || n < 16 {
				b.Fatal(n, err)
			}
			done = binary.NativeEndian.Uint16(buf[4:]) == unix.NLMSG_DONE
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchRoutes, "ns/message")
}

// BenchmarkOpen is a call that has to open its socket.
func BenchmarkOpen(b *testing.B) {
	c, _, r := nothing(b)
	for b.Loop() {
		if err := c.CloseIdle(); err != nil {
			b.Fatal(err)
		}
		if err := c.Call(b.Context(), r, nil); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkTryNext is the look for events that is made before each use of what
// they would change.
func BenchmarkTryNext(b *testing.B) {
	c, _ := namespace(b, nl.Config{})
	s, err := c.Subscribe(b.Context(), unix.NETLINK_ROUTE, []uint32{unix.RTNLGRP_LINK}, false)
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	b.ReportAllocs()
	for b.Loop() {
		if _, ok, err := s.TryNext(); ok || err != nil {
			b.Fatal(ok, err)
		}
	}
}
