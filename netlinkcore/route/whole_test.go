package route_test

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/route"
	"github.com/netlark/netlark/netlinkcore/rt"
	"github.com/netlark/netlark/tests/nstest"
)

// A filter's device is that of any next hop.
func TestDeviceOfHops(t *testing.T) {
	p := here(t)
	p.Sh("ip route add 10.1.0.0/16 nexthop via 192.0.2.2 nexthop via 198.51.100.2; ip route add 10.2.0.0/16 via 192.0.2.2")
	for dev, n := range map[string]int{"v0": 2, "v2": 1} {
		var list []*route.Route
		for r, err := range route.List(t.Context(), p.Scope, &route.Route{Dev: rt.DevName(dev), Protocol: opt.Of(rt.ProtoBoot)}) {
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, &r)
		}
		if len(list) != n {
			t.Errorf("%d routes by %s, want %d: %v", len(list), dev, n, list)
		}
	}
}

// An attribute longer than 64 KiB is an error, not the few hops that would be
// left of it.
func TestManyHops(t *testing.T) {
	_, s := scope(t)
	r := to("10.9.0.0/16", "")
	r.More = &route.More{}
	for i := range 8200 {
		r.More.Hops = append(r.More.Hops, route.Hop{Via: netip.AddrFrom4([4]byte{10, 0, 0, byte(2 + i%250)}), Dev: rt.DevName("v0")})
	}
	if err := route.Add(t.Context(), s, r); err == nil {
		t.Error("8200 hops were taken")
	}
	if list, err := route.Collect(t.Context(), s, to("10.9.0.0/16", "")); err != nil || len(list) != 0 {
		t.Errorf("%v is there, %v", list, err)
	}
}

// Two routes to one destination for different sources are two.
func TestSourceSpecific(t *testing.T) {
	nstest.Require(t, "config:IPV6_SUBTREES")
	ns, s := scope(t)
	ns.Sh(t, "ip -6 route add fd09::/16 from fd00:1::/32 dev v0; ip -6 route add fd09::/16 from fd00:2::/32 dev v0")
	list, err := route.Collect(t.Context(), s, to("fd09::/16", ""))
	if err != nil || len(list) != 2 {
		t.Fatalf("%d routes, %v", len(list), err)
	}
	if list[0].More.From == list[1].More.From || route.Type.Identity(route.Type.Ref(list[0])) == route.Type.Identity(route.Type.Ref(list[1])) {
		t.Errorf("not told apart: %+v, %+v", list[0].More, list[1].More)
	}
}

// A device alone says where a route leads.
func TestDeviceAlone(t *testing.T) {
	ns, s := scope(t)
	add(t, s, &route.Route{Dst: netip.MustParsePrefix("0.0.0.0/0"), Dev: rt.DevName("v0")})
	want(t, one(t, ns, "default"), map[string]any{"dev": "v0", "scope": "link"})
}

// Of 16 metrics any may be locked, several at once.
func TestLocks(t *testing.T) {
	ns, s := scope(t)
	r := to("10.9.0.0/16", "10.0.0.2")
	const locks = 1<<unix.RTAX_MTU | 1<<unix.RTAX_RTO_MIN | 1<<unix.RTAX_HOPLIMIT
	r.More = &route.More{Metrics: &route.Metrics{MTU: opt.Of[uint32](1400), RTOMin: opt.Of[uint32](20), HopLimit: opt.Of[uint32](9), Lock: opt.Of[uint32](locks)}}
	add(t, s, r)
	covers(t, s, r)
	text := ns.Sh(t, "ip route show 10.9.0.0/16")
	for _, locked := range []string{"mtu lock 1400", "rto_min lock", "hoplimit lock 9"} {
		if !strings.Contains(text, locked) {
			t.Errorf("ip shows %q, without %q", text, locked)
		}
	}
}

// A watch first tells what is there, then what comes and goes, in the Scope's
// namespace.
func TestWatchOneByOne(t *testing.T) {
	ns, s := scope(t)
	ns.Sh(t, "ip route add 10.9.0.0/16 via 10.0.0.2")
	filter := &route.Route{Protocol: opt.Of(rt.ProtoBoot), Family: opt.Of[uint8](unix.AF_INET)}
	var told []string
	for e, err := range route.Watch(t.Context(), s, filter) {
		if err != nil {
			t.Fatal(err)
		}
		if e.What == object.Synced {
			ns.Sh(t, "ip route add 10.8.0.0/16 via 10.0.0.2; ip route del 10.9.0.0/16")
			told = append(told, "synced")
			continue
		}
		told = append(told, fmt.Sprint(e.What, " ", e.Object.Dst))
		if e.What == object.Gone {
			break
		}
	}
	if got := fmt.Sprint(told); got != "[present 10.9.0.0/16 synced new 10.8.0.0/16 gone 10.9.0.0/16]" {
		t.Error(got)
	}
}

// A table without routes is empty, whoever asks for what: the kernel has none
// until somebody makes a route in it, and says so instead.
func TestNoTable(t *testing.T) {
	nstest.Require(t, "route:table")
	nstest.New(t)
	s := object.NewScope(object.Config{})
	defer s.Close()
	for name, filter := range map[string]*route.Route{
		"IPv4":        {Family: opt.Of[uint8](unix.AF_INET)},
		"a default":   {Dst: dst("0.0.0.0/0")},
		"table 100":   {Dst: dst("10.0.0.0/8"), Table: table(100)},
		"IPv6 in 100": {Dst: dst("fd00::/8"), Table: table(100)},
	} {
		if list, err := route.Collect(t.Context(), s, filter); err != nil || len(list) != 0 {
			t.Errorf("%s: %v, %v", name, list, err)
		}
		if _, err := route.Get(t.Context(), s, filter); !errors.Is(err, object.ErrNotFound) {
			t.Errorf("%s: Get says %v", name, err)
		}
	}
}

// Routes of IPv6 without a gateway stand beside each other if they are appended:
// the device is then a part of their key.
func TestBesideByDevice(t *testing.T) {
	p := here(t)
	by := func(dev rt.Dev) object.Ref { return ref(route.Route{Dst: dst("fd00:7::/64"), Dev: dev}) }
	p.Must(object.Add, by(v0()))
	p.Refused(object.Add, by(v2()), "exists", "")
	p.Must(object.Append, by(v2()))
	p.Count(2, ref(route.Route{Dst: dst("fd00:7::/64")}))
	p.Must(object.Delete, by(v0()))
	shown(p, "fd00:7::/64", map[string]any{"dev": "v2"})
}
