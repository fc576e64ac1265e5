package main

import (
	"context"
	"net/netip"
	"testing"
	"time"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/nl"
	"github.com/netlark/netlark/netlinkcore/nltest"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/route"
	"github.com/netlark/netlark/netlinkcore/rt"
	"github.com/netlark/netlark/netlinkcore/xfrm"
	"golang.org/x/sys/unix"
)

// What the library itself takes, without a kernel: a socket that swallows what
// is sent and acknowledges it.

// report tells the time on processors: it depends less on what else runs than
// the time on the clock.
func report(b *testing.B, began time.Duration, n int) {
	b.ReportMetric(float64(cpuTime()-began)/float64(n), "cpu-ns/object")
}

// routeBody is a route as the kernel reports it.
func routeBody() []byte {
	b := []byte{unix.AF_INET, 32, 0, 0, mainTab, unix.RTPROT_BOOT, unix.RT_SCOPE_UNIVERSE, unix.RTN_UNICAST, 0, 0, 0, 0}
	b = attribute(b, unix.RTA_TABLE, native.AppendUint32(nil, mainTab)...)
	b = attribute(b, unix.RTA_DST, 10, 1, 2, 3)
	b = attribute(b, unix.RTA_GATEWAY, 192, 0, 2, 2)
	return attribute(b, unix.RTA_OIF, native.AppendUint32(nil, 3)...)
}

func BenchmarkDecodeRoute(b *testing.B) {
	body := routeBody()
	var d attr.Dec
	var v, zero route.Route
	b.ReportAllocs()
	began := cpuTime()
	for b.Loop() {
		v = zero
		if err := route.Type.Schema.Decode(&d, &v, body); err != nil {
			b.Fatal(err)
		}
	}
	report(b, began, b.N)
}

// BenchmarkDecodeLink decodes a veth as the kernel reports it.
func BenchmarkDecodeLink(b *testing.B) {
	list, err := nltest.ReadCapture("../../netlinkcore/link/testdata/6.18.44/kinds.hex")
	if err != nil {
		b.Fatal(err)
	}
	var d attr.Dec
	var v link.Link
	body := veth(b, list)
	b.ReportAllocs()
	began := cpuTime()
	for b.Loop() {
		if err := link.Type.Schema.DecodeNext(&d, &v, body); err != nil {
			b.Fatal(err)
		}
	}
	report(b, began, b.N)
}

// veth is the first message about a veth.
func veth(b *testing.B, list []nltest.Captured) []byte {
	for _, m := range list {
		var v link.Link
		if err := link.Type.Schema.Decode(&attr.Dec{}, &v, m.Body()); err != nil {
			b.Fatal(err)
		}
		if _, ok := v.Kind.(*link.Veth); ok {
			return m.Body()
		}
	}
	b.Fatal("no veth was captured")
	return nil
}

// A sink is a kernel that does nothing.
type sink struct{ ack [36]byte }

func (s *sink) Send(b []byte) error {
	native.PutUint32(s.ack[0:], uint32(len(s.ack)))
	native.PutUint16(s.ack[4:], unix.NLMSG_ERROR)
	for { // the last message's number
		n := align(int(native.Uint32(b)))
		if n >= len(b) {
			break
		}
		b = b[n:]
	}
	copy(s.ack[8:12], b[8:12])
	return nil
}

func (s *sink) Recv(b []byte) (int, int32, error) { return copy(b, s.ack[:]), -1, nil }
func (s *sink) Wait(context.Context) error        { return nil }
func (s *sink) Port() uint32                      { return 0 }
func (s *sink) Close() error                      { return nil }

// A source is a kernel that has many routes, all the same.
type source struct {
	sink
	full, last []byte
	left       int // datagrams
}

func newSource(datagrams int) *source {
	s := &source{left: datagrams}
	for len(s.full) < 32<<10 {
		at := len(s.full)
		s.full = append(message(s.full, unix.RTM_NEWROUTE, unix.NLM_F_MULTI, 1), routeBody()...)
		s.full = finish(s.full, at)
	}
	s.last = finish(native.AppendUint32(message(nil, unix.NLMSG_DONE, unix.NLM_F_MULTI, 1), 0), 0)
	return s
}

func (s *source) Send(b []byte) error { return nil }

func (s *source) Recv(b []byte) (int, int32, error) {
	s.left--
	if s.left < 0 {
		return copy(b, s.last), -1, nil
	}
	return copy(b, s.full), -1, nil
}

func BenchmarkScanRoutes(b *testing.B) {
	const datagrams = 1000
	n, began := 0, cpuTime()
	for b.Loop() {
		conn := nl.New(nl.Config{Open: func(int) (nl.Socket, error) { return newSource(datagrams), nil }})
		filter := ipv4()
		err := route.Type.Scan(context.Background(), object.NewScope(object.Config{Conn: conn}), &filter,
			func(*route.Route) error { n++; return nil })
		if err != nil {
			b.Fatal(err)
		}
	}
	report(b, began, n)
}

func sinkScope() *object.Scope {
	conn := nl.New(nl.Config{Open: func(int) (nl.Socket, error) { return &sink{}, nil }})
	return object.NewScope(object.Config{Conn: conn})
}

func BenchmarkAddRoute(b *testing.B) {
	ctx, s := context.Background(), sinkScope()
	b.ReportAllocs()
	r := plainRoute(0, rt.DevIndex(3))
	i, began := 0, cpuTime()
	for b.Loop() {
		r.Dst = netip.PrefixFrom(hostAddr(i), 32)
		i++
		if err := route.Type.Add(ctx, s, &r); err != nil {
			b.Fatal(err)
		}
	}
	report(b, began, b.N)
}

func BenchmarkQueueRoute(b *testing.B) {
	ctx, s := context.Background(), sinkScope()
	q := s.Batch(func(any, error) {})
	b.ReportAllocs()
	r := plainRoute(0, rt.DevIndex(3))
	i, began := 0, cpuTime()
	for b.Loop() {
		r.Dst = netip.PrefixFrom(hostAddr(i), 32)
		i++
		if err := route.Type.Queue(ctx, q, object.Add, route.Type.Ref(&r), nil); err != nil {
			b.Fatal(err)
		}
	}
	if err := q.Flush(ctx); err != nil {
		b.Fatal(err)
	}
	report(b, began, b.N)
}

func BenchmarkQueuePolicy(b *testing.B) {
	ctx, s := context.Background(), sinkScope()
	q := s.Batch(func(any, error) {})
	b.ReportAllocs()
	p := plainPolicy()
	i, began := 0, cpuTime()
	for b.Loop() {
		p.Dst = policyNet(i % (1 << 16))
		i++
		if err := xfrm.PolicyType.Queue(ctx, q, object.Add, xfrm.PolicyType.Ref(&p), nil); err != nil {
			b.Fatal(err)
		}
	}
	if err := q.Flush(ctx); err != nil {
		b.Fatal(err)
	}
	report(b, began, b.N)
}
