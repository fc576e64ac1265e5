package object_test

import (
	"context"
	"encoding/binary"
	"errors"
	"net/netip"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/addr"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/nl"
	"github.com/netlark/netlark/netlinkcore/nltest"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/route"
	"github.com/netlark/netlark/netlinkcore/rt"
	"github.com/netlark/netlark/tests/nstest"
)

func TestMain(m *testing.M) { nstest.Main(m) }

func scope(t *testing.T) (*nstest.NS, *object.Scope) {
	t.Helper()
	ns := nstest.New(t)
	s := object.NewScope(object.Config{Enter: ns.Do})
	t.Cleanup(func() { s.Close() })
	return ns, s
}

func named(name string) *link.Link { return &link.Link{Name: name} }

func veth(name, peer string) *link.Link {
	l := named(name)
	l.Kind = &link.Veth{Peer: named(peer)}
	return l
}

// A rename between two uses of a name must be seen, or the second call would
// act on the wrong device.
func TestRenameIsSeen(t *testing.T) {
	ns, s := scope(t)
	ctx := t.Context()
	ns.Sh(t, "ip link add name a type veth peer name b")
	first, err := s.Index(ctx, "a")
	if err != nil {
		t.Fatal(err)
	}
	ns.Sh(t, "ip link set dev a name c; ip link set dev b name a")
	second, err := s.Index(ctx, "a")
	if err != nil || second == first {
		t.Errorf("after the rename a is %d, %v; it was %d", second, err, first)
	}
	if third, err := s.Index(ctx, "c"); err != nil || third != first {
		t.Errorf("c is %d, %v, want %d", third, err, first)
	}
	ns.Sh(t, "ip link del dev c")
	if i, err := s.Index(ctx, "c"); !errors.Is(err, object.ErrNoDevice) || !errors.Is(err, unix.ENODEV) {
		t.Errorf("c is deleted, and is %d, %v", i, err)
	}
}

// An add of several messages whose later one fails leaves nothing.
func TestAddIsOneStep(t *testing.T) {
	ns, s := scope(t)
	ctx := t.Context()
	ns.Sh(t, "ip link add name br0 type bridge; ip link add x type veth peer name y; ip link property add dev x altname taken")
	v := veth("v0", "v1")
	v.Master = rt.DevName("br0")
	v.AltNames = []link.AltName{{Name: "taken"}}
	err := link.Type.Add(ctx, s, v)
	if !errors.Is(err, unix.EEXIST) {
		t.Fatalf("Add with an altname that is taken: %v", err)
	}
	for _, name := range []string{"v0", "v1"} {
		if l, err := link.Type.Get(ctx, s, named(name)); !errors.Is(err, object.ErrNotFound) {
			t.Errorf("%s is left: %v, %v", name, l, err)
		}
	}
}

// So does a set.
func TestSetIsOneStep(t *testing.T) {
	ns, s := scope(t)
	ctx := t.Context()
	ns.Sh(t, "ip link add v0 type veth peer name v1; ip link property add dev v1 altname taken; ip link set v0 alias before")
	before, err := link.Type.Get(ctx, s, named("v0"))
	if err != nil {
		t.Fatal(err)
	}
	v := named("v0")
	v.MTU, v.Alias = opt.Of[uint32](1400), opt.Of("after")
	v.AltNames = []link.AltName{{Name: "taken"}}
	if err := link.Type.Set(ctx, s, v); !errors.Is(err, unix.EEXIST) {
		t.Fatalf("Set with an altname that is taken: %v", err)
	}
	after, err := link.Type.Get(ctx, s, named("v0"))
	if err != nil {
		t.Fatal(err)
	}
	if after.MTU != before.MTU || after.Alias != before.Alias || after.AltNames != nil {
		t.Errorf("after the failed set MTU is %v and alias %v, want %v and %v", after.MTU, after.Alias, before.MTU, before.Alias)
	}
}

func TestErrorsNameTheAttribute(t *testing.T) {
	ns, s := scope(t)
	ctx := t.Context()
	ns.Sh(t, "ip link set lo up; ip addr add 10.0.0.1/24 dev lo")
	dst := netip.MustParsePrefix("10.1.0.0/16")
	cases := []struct {
		name, path, code string
		err              error
	}{
		{"gateway", "via", "unreachable", route.Type.Add(ctx, s, &route.Route{Dst: dst, Via: netip.MustParseAddr("192.0.2.1")})},
		{"device", "dev", "not_found", route.Type.Add(ctx, s, &route.Route{Dst: dst, Dev: rt.DevName("nope")})},
		{"type", "type", "invalid", route.Type.Add(ctx, s, &route.Route{Dst: dst, Type: opt.Of[route.Kind](200)})},
		{"set", "name", "not_found", link.Type.Set(ctx, s, named("nope"))},
		{"immutable", "numtxqueues", "immutable", link.Type.Set(ctx, s, &link.Link{Name: "lo", TxQueues: opt.Of[uint32](3)})},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var kernel *nl.Error
			var ours *object.AttributeError
			path := ""
			switch {
			case errors.As(c.err, &ours):
				path = ours.Path
			case errors.As(c.err, &kernel):
				path = kernel.Path
			}
			if path != c.path || object.Code(c.err) != c.code {
				t.Errorf("%v: path %q, code %q, want %q, %q", c.err, path, object.Code(c.err), c.path, c.code)
			}
		})
	}
}

// A batch tells of each refusal in order, with the attribute that is guilty,
// and does the rest.
func TestBatch(t *testing.T) {
	ns, s := scope(t)
	ctx := t.Context()
	ns.Sh(t, "ip link set lo up")
	var failed []int
	var paths []string
	b := s.Batch(func(note any, err error) {
		failed = append(failed, note.(int))
		var e *nl.Error
		if errors.As(err, &e) {
			paths = append(paths, e.Path)
		}
	})
	for i := range 300 {
		r := &route.Route{Dst: netip.PrefixFrom(netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)}), 32), Dev: rt.DevName("lo")}
		if i == 7 || i == 200 {
			r.Dev, r.Via = rt.Dev{}, netip.MustParseAddr("192.0.2.1")
		}
		if err := route.Type.Queue(ctx, b, object.Add, route.Type.Ref(r), i); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Flush(ctx); err != nil {
		t.Fatal(err)
	}
	if len(failed) != 2 || failed[0] != 7 || failed[1] != 200 || strings.Join(paths, " ") != "via via" {
		t.Errorf("failed are %v, at %q", failed, paths)
	}
	all, err := route.Type.Collect(ctx, s, &route.Route{Dev: rt.DevName("lo"), Protocol: opt.Of(rt.ProtoBoot)})
	if err != nil || len(all) != 298 {
		t.Errorf("%d routes, %v, want 298", len(all), err)
	}
}

// In a batch a device can be used that a waiting message makes.
func TestBatchUsesWhatItMade(t *testing.T) {
	_, s := scope(t)
	ctx := t.Context()
	b := s.Batch(func(_ any, err error) { t.Error(err) })
	for _, step := range []object.Ref{
		link.Type.Ref(veth("v0", "v1")),
		addr.Type.Ref(&addr.Addr{Address: netip.MustParsePrefix("10.0.0.1/24"), Dev: rt.DevName("v1")}),
	} {
		if err := step.Family.Queue(ctx, b, object.Add, step, nil); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Flush(ctx); err != nil {
		t.Fatal(err)
	}
	a, err := addr.Type.Get(ctx, s, &addr.Addr{Address: netip.MustParsePrefix("10.0.0.1/24")})
	if err != nil || a.Dev.Name() != "v1" {
		t.Errorf("%v, %v", a, err)
	}
}

func TestOne(t *testing.T) {
	ns, s := scope(t)
	ctx := t.Context()
	ns.Sh(t, "ip link add v0 type veth peer name v1; ip addr add 10.0.0.1/24 dev v0; ip addr add 10.0.0.2/24 dev v0")
	var ambiguous *object.AmbiguousError
	if _, err := addr.Type.Get(ctx, s, &addr.Addr{Dev: rt.DevName("v0")}); !errors.As(err, &ambiguous) || len(ambiguous.Refs) != 2 {
		t.Errorf("two addresses: %v", err)
	}
	if _, err := addr.Type.Get(ctx, s, &addr.Addr{Dev: rt.DevName("v1")}); !errors.Is(err, object.ErrNotFound) {
		t.Errorf("no address: %v", err)
	}
	n, err := addr.Type.Flush(ctx, s, &addr.Addr{Dev: rt.DevName("v0")})
	if left, _ := addr.Type.Collect(ctx, s, &addr.Addr{Dev: rt.DevName("v0")}); err != nil || n < 1 || len(left) != 0 {
		t.Errorf("flush: %d went, %d are left, %v", n, len(left), err)
	}
}

// --- the fake kernel

// rtmsg is the body of a plain route to 10.0.0.i/32.
func rtmsg(i byte) []byte {
	b := []byte{unix.AF_INET, 32, 0, 0, unix.RT_TABLE_MAIN, unix.RTPROT_BOOT, unix.RT_SCOPE_LINK, unix.RTN_UNICAST, 0, 0, 0, 0}
	return append(b, 8, 0, unix.RTA_DST, 0, 10, 0, 0, i)
}

// noDevices answers the look at devices that lists begin with.
func noDevices(k *nltest.Kernel) {
	k.Handle(unix.NETLINK_ROUTE, unix.RTM_GETLINK, func(nltest.Request) []nltest.Reply {
		return []nltest.Reply{nltest.Ack(unix.ENODEV, "", 0)}
	})
}

// A list that changes while it is read is read anew.
func TestInterruptedList(t *testing.T) {
	k := nltest.New()
	noDevices(k)
	tries := 0
	k.Handle(unix.NETLINK_ROUTE, unix.RTM_GETROUTE, func(nltest.Request) []nltest.Reply {
		tries++
		flags := uint16(unix.NLM_F_MULTI)
		if tries < 3 {
			flags |= unix.NLM_F_DUMP_INTR
		}
		return []nltest.Reply{{Type: unix.RTM_NEWROUTE, Flags: flags, Body: rtmsg(1)}, {Type: unix.RTM_NEWROUTE, Flags: flags, Body: rtmsg(2)}}
	})
	s := object.NewScope(object.Config{Conn: nl.New(k.Config())})
	defer s.Close()
	all, err := route.Type.Collect(context.Background(), s, nil)
	if err != nil || len(all) != 2 || tries != 3 {
		t.Errorf("%d routes after %d tries, %v; want 2 after 3", len(all), tries, err)
	}
	tries = -1000 // never quiet
	if _, err := route.Type.Collect(context.Background(), s, nil); !errors.Is(err, nl.ErrInterrupted) {
		t.Errorf("a list that never holds still: %v", err)
	}
}

// What is broken is an error with the path of the attribute.
func TestBrokenMessages(t *testing.T) {
	cases := []struct {
		name string
		body []byte
		path string
	}{
		{"head", rtmsg(1)[:7], "route"},
		{"destination", append(rtmsg(1)[:12], 7, 0, unix.RTA_DST, 0, 1, 2, 3, 0), "route.dst"},
		{"length", func() []byte { b := rtmsg(1); binary.NativeEndian.PutUint16(b[12:], 400); return b }(), "route"},
		{"nest", append(rtmsg(1), 12, 0, unix.RTA_METRICS, 0x80, 7, 0, unix.RTAX_MTU, 0, 1, 2, 3, 0), "route.metrics.mtu"},
		{"hop", append(rtmsg(1), 12, 0, unix.RTA_MULTIPATH, 0, 9, 0, 0, 0, 1, 0, 0, 0), "route.nexthops"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			k := nltest.New()
			noDevices(k)
			k.Handle(unix.NETLINK_ROUTE, unix.RTM_GETROUTE, func(nltest.Request) []nltest.Reply {
				return []nltest.Reply{{Type: unix.RTM_NEWROUTE, Flags: unix.NLM_F_MULTI, Body: c.body}}
			})
			s := object.NewScope(object.Config{Conn: nl.New(k.Config())})
			defer s.Close()
			_, err := route.Type.Collect(context.Background(), s, nil)
			if err == nil || !strings.Contains(err.Error(), c.path) {
				t.Errorf("error %v, want one that names %s", err, c.path)
			}
		})
	}
}
