package main

import (
	"context"
	"fmt"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/nl"
	"github.com/netlark/netlark/netlinkcore/nltest"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/route"
	"github.com/netlark/netlark/netlinkcore/rule"
	"github.com/netlark/netlark/netlinkcore/xfrm"
)

// What a list takes without a kernel: a dump that is there already.

const listed = 10_000

// A dumped is a family whose list is measured.
type dumped struct {
	name string
	typ  uint16
	// body appends the i-th object as the kernel reports it.
	body    func(b []byte, i int) []byte
	collect func(s *object.Scope) (int, error)
	decode  func(d *attr.Dec, b []byte) error
}

func collects[S any](t *object.Type[S], filter *S) func(s *object.Scope) (int, error) {
	return func(s *object.Scope) (int, error) {
		l, err := t.Collect(context.Background(), s, filter)
		return len(l), err
	}
}

// decodes decodes into one object again and again.
func decodes[S any](t *object.Type[S]) func(d *attr.Dec, b []byte) error {
	var v S
	return func(d *attr.Dec, b []byte) error { return t.Schema.DecodeNext(d, &v, b) }
}

func dumps(b *testing.B) []dumped {
	filter := ipv4()
	return []dumped{
		{"rule", unix.RTM_NEWRULE, reportRule, collects(rule.Type, &rule.Rule{Family: opt.Of[uint8](unix.AF_INET)}), decodes(rule.Type)},
		{"policy", msgNewPolicy, reportPolicy, collects(xfrm.PolicyType, nil), decodes(xfrm.PolicyType)},
		{"link", unix.RTM_NEWLINK, reportLink(b), collects(link.Type, nil), decodes(link.Type)},
		{"route", unix.RTM_NEWROUTE, reportRoute, collects(route.Type, &filter), decodes(route.Type)},
	}
}

func reportRule(b []byte, i int) []byte {
	b = append(b, unix.AF_INET, 0, 32, 0, 100, 0, 0, unix.FR_ACT_TO_TBL, 0, 0, 0, 0)
	b = attribute(b, unix.FRA_TABLE, native.AppendUint32(nil, 100)...)
	b = attribute(b, unix.FRA_SUPPRESS_PREFIXLEN, 0xff, 0xff, 0xff, 0xff)
	b = attribute(b, unix.FRA_PROTOCOL, 0)
	b = attribute(b, unix.FRA_PRIORITY, native.AppendUint32(nil, uint32(i+1))...)
	src := hostAddr(i).As4()
	return attribute(b, unix.FRA_SRC, src[:]...)
}

func reportPolicy(b []byte, i int) []byte {
	at := len(b)
	b = append(b, encodePolicy(nil, i, 0)[unix.NLMSG_HDRLEN:]...)
	native.PutUint64(b[at+136:], 1<<30) // when it was made
	native.PutUint32(b[at+156:], uint32(8*i+1))
	return attribute(b, 16, 0, 0, 0, 0, 0, 0) // XFRMA_POLICY_TYPE
}

// reportLink is a veth as it was captured, under another name and index.
func reportLink(b *testing.B) func(b []byte, i int) []byte {
	list, err := nltest.ReadCapture("../../netlinkcore/link/testdata/6.18.44/kinds.hex")
	if err != nil {
		b.Fatal(err)
	}
	body := veth(b, list)
	return func(b []byte, i int) []byte {
		at := len(b)
		b = append(b, body[:unix.SizeofIfInfomsg]...)
		native.PutUint32(b[at+4:], uint32(i+2))
		rest := body[unix.SizeofIfInfomsg:]
		for len(rest) >= 4 {
			n, id := int(native.Uint16(rest)), native.Uint16(rest[2:])
			switch id {
			case unix.IFLA_IFNAME:
				b = attribute(b, id, []byte(fmt.Sprintf("v%d\x00", i))...)
			case unix.IFLA_LINK:
				b = attribute(b, id, native.AppendUint32(nil, uint32((i+2)^1))...)
			default:
				b = append(b, rest[:align(n)]...)
			}
			rest = rest[align(n):]
		}
		return b
	}
}

func reportRoute(b []byte, i int) []byte {
	at := len(b)
	b = append(b, routeBody()...)
	dst := hostAddr(i).As4()
	copy(b[at+24:], dst[:])
	return b
}

// A dump is a kernel that has datagrams ready.
type dump struct {
	sink
	datagrams [][]byte
	sent      int
}

func newDump(d *dumped, n int) *dump {
	k := &dump{datagrams: [][]byte{nil}}
	for i := range n {
		last := &k.datagrams[len(k.datagrams)-1]
		at := len(*last)
		*last = finish(d.body(message(*last, d.typ, unix.NLM_F_MULTI, 1), i), at)
		if len(*last) > 30<<10 {
			k.datagrams = append(k.datagrams, nil)
		}
	}
	end := finish(native.AppendUint32(message(nil, unix.NLMSG_DONE, unix.NLM_F_MULTI, 1), 0), 0)
	k.datagrams = append(k.datagrams, end)
	return k
}

func (k *dump) Send([]byte) error { k.sent = 0; return nil }

func (k *dump) Recv(b []byte) (int, int32, error) {
	k.sent++
	return copy(b, k.datagrams[k.sent-1]), -1, nil
}

// scope is a namespace of that kernel, as it is found.
func (k *dump) scope() *object.Scope {
	sockets := []nl.Socket{&silent{}, k} // in the order in which a list opens them
	conn := nl.New(nl.Config{Open: func(int) (s nl.Socket, err error) {
		if len(sockets) == 0 { // a device is asked for
			return &sink{}, nil
		}
		s, sockets = sockets[0], sockets[1:]
		return s, nil
	}})
	return object.NewScope(object.Config{Conn: conn})
}

// silent is a kernel that tells of no event.
type silent struct{ sink }

func (*silent) Recv([]byte) (int, int32, error) { return 0, -1, unix.EAGAIN }
func (*silent) Join([]uint32, bool) error       { return nil }

// BenchmarkCollect tells what a list takes for an object besides receiving it.
func BenchmarkCollect(b *testing.B) {
	for _, d := range dumps(b) {
		b.Run(d.name, func(b *testing.B) {
			k := newDump(&d, listed)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			n, began := 0, cpuTime()
			for b.Loop() {
				got, err := d.collect(k.scope())
				if err != nil || got != listed {
					b.Fatal(got, err)
				}
				n += got
			}
			report(b, began, n)
			runtime.ReadMemStats(&after)
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n), "ns/object")
			b.ReportMetric(float64(after.TotalAlloc-before.TotalAlloc)/float64(n), "B/object")
			b.ReportMetric(float64(after.Mallocs-before.Mallocs)/float64(n), "allocs/object")
		})
	}
}

// BenchmarkDecodeNext tells how much of that is decoding, without keeping what
// was decoded, as Scan does.
func BenchmarkDecodeNext(b *testing.B) {
	for _, d := range dumps(b) {
		b.Run(d.name, func(b *testing.B) {
			bodies := make([][]byte, listed)
			for i := range bodies {
				bodies[i] = d.body(nil, i)
			}
			n, began := 0, cpuTime()
			for b.Loop() {
				dec := attr.Dec{Passing: true}
				for _, body := range bodies {
					dec.Family = unix.AF_INET
					if err := d.decode(&dec, body); err != nil {
						b.Fatal(err)
					}
				}
				n += len(bodies)
			}
			report(b, began, n)
		})
	}
}
