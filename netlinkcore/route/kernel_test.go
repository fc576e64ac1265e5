package route_test

import (
	"net/netip"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/internal/verbtest"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/route"
	"github.com/netlark/netlark/netlinkcore/rt"
)

func ref(v route.Route) object.Ref { return route.Type.Ref(&v) }

func dst(s string) netip.Prefix { return netip.MustParsePrefix(s) }
func via(s string) netip.Addr   { return netip.MustParseAddr(s) }

func n32(n uint32) opt.Value[uint32]     { return opt.Of(n) }
func table(n uint32) opt.Value[rt.Table] { return opt.Of(rt.Table(n)) }
func v0() rt.Dev                         { return rt.DevName("v0") }
func v2() rt.Dev                         { return rt.DevName("v2") }

func here(t *testing.T, needs ...string) *verbtest.Place {
	p := verbtest.New(t, append(needs, "kind:veth")...)
	p.Sh(`ip link set lo up
		ip link add v0 up type veth peer name v1; ip link set v1 up
		ip link add v2 up type veth peer name v3; ip link set v3 up
		ip addr add 192.0.2.1/24 dev v0; ip addr add 198.51.100.1/24 dev v2
		ip -6 addr add 2001:db8::1/64 dev v0 nodad; ip -6 addr add 2001:db8:1::1/64 dev v2 nodad`)
	return p
}

// shown looks at the only route to a destination in any table.
func shown(p *verbtest.Place, dst string, want map[string]any) {
	p.Helper()
	p.Observe(want, p.NS.IP, "-N", family(dst), "route", "show", "table", "all", "exact", dst)
}

func family(dst string) string {
	if netip.MustParsePrefix(dst).Addr().Is6() {
		return "-6"
	}
	return "-4"
}

func TestRoutes(t *testing.T) {
	p := here(t, "route:table")
	for _, test := range []struct {
		route route.Route
		want  map[string]any
	}{
		{route.Route{Dst: dst("0.0.0.0/0"), Via: via("192.0.2.2")}, map[string]any{"gateway": "192.0.2.2", "dev": "v0", "protocol": "3", "scope": "0"}},
		{route.Route{Dst: dst("10.1.0.0/16"), Dev: v0()}, map[string]any{"dev": "v0", "scope": "253", "gateway": nil}},
		{route.Route{Dst: dst("10.2.0.0/16"), Via: via("192.0.2.2"), Metric: n32(77), Protocol: opt.Of(rt.Protocol(11)), Table: table(1000),
			TOS: opt.Of[uint8](16), More: &route.More{Src: via("192.0.2.1")}},
			map[string]any{"metric": 77, "protocol": "11", "table": "1000", "prefsrc": "192.0.2.1", "tos": "0x10"}},
		{route.Route{Dst: dst("10.3.0.0/16"), Via: via("2001:db8::2"), Dev: v0()}, map[string]any{"via.host": "2001:db8::2", "via.family": "inet6"}},
		{route.Route{Dst: dst("10.4.0.0/16"), Via: via("203.0.113.9"), Dev: v0(), OnLink: opt.Of(true)}, map[string]any{"gateway": "203.0.113.9", "flags": "[onlink]"}},
		{route.Route{Dst: dst("10.5.0.0/16"), Type: opt.Of(route.Blackhole)}, map[string]any{"type": "6", "dev": nil}},
		{route.Route{Dst: dst("10.6.0.0/16"), Type: opt.Of(route.Unreachable), Metric: n32(5)}, map[string]any{"type": "7", "metric": 5}},
		{route.Route{Dst: dst("10.7.0.0/16"), Type: opt.Of(route.Prohibit)}, map[string]any{"type": "8"}},
		{route.Route{Dst: dst("10.8.0.0/16"), Type: opt.Of(route.Throw), Table: table(300)}, map[string]any{"type": "9", "table": "300"}},
		{route.Route{Dst: dst("10.9.0.0/16"), Type: opt.Of(route.Local), Dev: rt.DevName("lo")}, map[string]any{"type": "2", "table": "255", "scope": "254"}},
		{route.Route{Dst: dst("10.15.255.255/32"), Type: opt.Of(route.Broadcast), Dev: v0()}, map[string]any{"type": "3", "table": "255", "scope": "253"}},
		{route.Route{Dst: dst("10.16.0.0/16"), Dev: v0(), Scope: opt.Of(rt.ScopeHost)}, map[string]any{"scope": "254"}},
		{route.Route{Dst: dst("::/0"), Via: via("2001:db8::2")}, map[string]any{"gateway": "2001:db8::2", "dev": "v0", "metric": 1024}},
		{route.Route{Dst: dst("2001:db8:10::/48"), Via: via("fe80::9"), Dev: v0(), Metric: n32(55), Protocol: opt.Of(rt.Protocol(12)),
			More: &route.More{Pref: opt.Of(route.Preference(1))}}, map[string]any{"metric": 55, "pref": "high", "protocol": "12", "gateway": "fe80::9"}},
		{route.Route{Dst: dst("2001:db8:11::/48"), Dev: v0(), Table: table(5000)}, map[string]any{"table": "5000", "dev": "v0"}},
		{route.Route{Dst: dst("2001:db8:12::/48"), Type: opt.Of(route.Unreachable)}, map[string]any{"type": "7"}},
		{route.Route{Dst: dst("2001:db8:13::/48"), Via: via("2001:db8::2"), More: &route.More{Expires: n32(500)}}, map[string]any{"gateway": "2001:db8::2"}},
		{route.Route{Dst: dst("2001:db8:14::/48"), Via: via("2001:db8::2"), More: &route.More{Src: via("2001:db8::1")}}, map[string]any{"prefsrc": "2001:db8::1"}},
	} {
		p.Must(object.Add, ref(test.route))
		shown(p, test.route.Dst.String(), test.want)
		p.Refused(object.Add, ref(test.route), "exists", "")
		filter := route.Route{Dst: test.route.Dst, Table: table(0)} // in any table
		if list := p.List(ref(filter)); len(list) != 1 {
			t.Errorf("%s: %v", test.route.Dst, list)
		} else {
			p.Must(object.Delete, list[0])
		}
		p.Count(0, ref(filter))
	}
}

func TestMetrics(t *testing.T) {
	p := here(t)
	m := &route.Metrics{Lock: n32(1<<2 | 1<<13), MTU: n32(1300), Window: n32(9000), RTT: n32(1600), RTTVar: n32(200), SSThresh: n32(30), CWnd: n32(40),
		AdvMSS: n32(1200), Reordering: n32(5), HopLimit: n32(33), InitCWnd: n32(12), InitRWnd: n32(13), Features: n32(1), QuickACK: n32(1),
		RTOMin: n32(300), CongestionControl: opt.Of("reno"), FastOpenNoCookie: n32(1)}
	v := route.Route{Dst: dst("10.7.0.0/16"), Via: via("192.0.2.2"), More: &route.More{Metrics: m}}
	p.Must(object.Add, ref(v))
	p.Same(ref(v))
	shown(p, "10.7.0.0/16", map[string]any{"metrics.mtu": 1300, "metrics.window": 9000, "metrics.ssthresh": 30, "metrics.cwnd": 40, "metrics.advmss": 1200,
		"metrics.reordering": 5, "metrics.hoplimit": 33, "metrics.initcwnd": 12, "metrics.initrwnd": 13, "metrics.quickack": 1,
		"metrics.fastopen_no_cookie": 1, "metrics.congestion": "reno", "metrics.rtt": 200, "metrics.rttvar": 50, "metrics.rto_min": 300,
		"metrics.mtu_locked": nil})
	if text := p.Sh("ip route show 10.7.0.0/16"); text == "" || !contains(text, "mtu lock 1300") || !contains(text, "rto_min lock 300ms") || contains(text, "window lock") {
		t.Error(text)
	}
	p.Refused(object.Add, ref(route.Route{Dst: dst("10.8.0.0/16"), Via: via("192.0.2.2"), More: &route.More{Metrics: &route.Metrics{HopLimit: n32(300)}}}),
		"invalid", "metrics.hoplimit")
	p.Refused(object.Add, ref(route.Route{Dst: dst("10.8.0.0/16"), Via: via("192.0.2.2"), More: &route.More{Metrics: &route.Metrics{CongestionControl: opt.Of("none")}}}),
		"invalid", "metrics.congctl")
}

func contains(s, part string) bool {
	for i := range len(s) - len(part) + 1 {
		if s[i:i+len(part)] == part {
			return true
		}
	}
	return false
}

func TestHops(t *testing.T) {
	p := here(t, "route:multipath")
	hops := []route.Hop{{Via: via("192.0.2.2"), Dev: v0(), Weight: opt.Of[uint32](3)}, {Via: via("2001:db8:1::2"), Dev: v2(), Weight: opt.Of[uint32](256)},
		{Via: via("203.0.113.9"), Dev: v2(), OnLink: opt.Of(true)}}
	v := route.Route{Dst: dst("10.5.0.0/16"), More: &route.More{Hops: hops}}
	p.Must(object.Add, ref(v))
	shown(p, "10.5.0.0/16", map[string]any{"nexthops.gateway": "192.0.2.2", "nexthops.weight": 3})
	live := p.One(ref(route.Route{Dst: v.Dst}))
	if r, _ := route.Type.As(live); len(r.More.Hops) != 3 || r.More.Hops[1].Weight.Or(0) != 256 || r.More.Hops[1].Via != hops[1].Via || !r.More.Hops[2].OnLink.Or(false) {
		t.Errorf("%+v", r.More.Hops)
	}
	p.Must(object.Delete, live)
	bad := v
	bad.More = &route.More{Hops: []route.Hop{hops[0], {Via: via("203.0.113.9"), Dev: v2()}}}
	p.Refused(object.Add, ref(bad), "unreachable", "nexthops")
	six := route.Route{Dst: dst("2001:db8:12::/48"), More: &route.More{Hops: []route.Hop{{Via: via("2001:db8::2"), Dev: v0(), Weight: opt.Of[uint32](4)}, {Via: via("2001:db8:1::2"), Dev: v2()}}}}
	p.Must(object.Add, ref(six))
	list := p.List(ref(route.Route{Dst: six.Dst}))
	if r, _ := route.Type.As(list[0]); len(list) != 1 || len(r.More.Hops) != 2 || r.More.Hops[0].Weight.Or(0) != 4 {
		t.Errorf("%v %+v", list, r)
	}
}

func TestAppendReplace(t *testing.T) {
	p := here(t)
	first := route.Route{Dst: dst("10.1.0.0/16"), Via: via("192.0.2.2")}
	p.Must(object.Add, ref(first))
	p.Must(object.Append, ref(route.Route{Dst: first.Dst, Via: via("192.0.2.3")}))
	p.Count(2, ref(route.Route{Dst: first.Dst}))
	p.Must(object.Replace, ref(route.Route{Dst: first.Dst, Via: via("192.0.2.4")})) // takes the place of the first
	p.Count(0, ref(first))
	p.Count(1, ref(route.Route{Via: via("192.0.2.3")}))
	p.Must(object.Replace, ref(route.Route{Dst: dst("10.2.0.0/16"), Dev: v0()}))
	p.Must(object.Delete, ref(route.Route{Dst: first.Dst, Via: via("192.0.2.3")})) // not the first one
	p.Count(1, ref(route.Route{Via: via("192.0.2.4")}))
	six := route.Route{Dst: dst("2001:db8:10::/48"), Via: via("2001:db8::2")}
	p.Must(object.Add, ref(six))
	p.Refused(object.Add, ref(route.Route{Dst: six.Dst, Via: via("2001:db8:1::2")}), "exists", "")
	p.Must(object.Append, ref(route.Route{Dst: six.Dst, Via: via("2001:db8:1::2")}))
	if r, _ := route.Type.As(p.One(ref(route.Route{Dst: six.Dst}))); r.More == nil || len(r.More.Hops) != 2 {
		t.Errorf("%+v", r)
	}
	p.Must(object.Delete, ref(route.Route{Dst: six.Dst}))
	p.Count(0, ref(route.Route{Dst: six.Dst}))
}

func TestNexthopObject(t *testing.T) {
	p := here(t)
	p.Sh("ip nexthop add id 7 via 192.0.2.2 dev v0")
	p.Must(object.Add, ref(route.Route{Dst: dst("10.1.0.0/16"), More: &route.More{NextHopID: n32(7)}}))
	shown(p, "10.1.0.0/16", map[string]any{"nhid": 7, "gateway": "192.0.2.2"})
	live := p.One(ref(route.Route{Dst: dst("10.1.0.0/16")}))
	p.Must(object.Replace, live) // what was read goes in again
	p.Must(object.Delete, live)
	p.Refused(object.Add, ref(route.Route{Dst: dst("10.1.0.0/16"), More: &route.More{NextHopID: n32(8)}}), "invalid", "")
}

func TestFilters(t *testing.T) {
	p := here(t, "route:table")
	for _, r := range []route.Route{{Dst: dst("10.1.0.0/16"), Dev: v0()}, {Dst: dst("10.2.0.0/16"), Dev: v2()}, {Dst: dst("10.3.0.0/16"), Dev: v0(), Table: table(1000)},
		{Dst: dst("2001:db8:10::/48"), Dev: v0()}, {Dst: dst("10.4.0.0/16"), Dev: v0(), Protocol: opt.Of(rt.ProtoStatic)}} {
		p.Must(object.Add, ref(r))
	}
	boot := opt.Of(rt.ProtoBoot)
	p.Count(3, ref(route.Route{Protocol: boot}))
	p.Count(4, ref(route.Route{Protocol: boot, Table: table(0)}))
	p.Count(1, ref(route.Route{Table: table(1000)}))
	p.Count(1, ref(route.Route{Dev: v2(), Protocol: boot}))
	p.Count(1, ref(route.Route{Protocol: opt.Of(rt.ProtoStatic)}))
	p.Count(1, ref(route.Route{Family: opt.Of[uint8](10), Protocol: boot}))
	n, err := route.Type.Flush(t.Context(), p.Scope, &route.Route{})
	if err != nil || n != 4 {
		t.Errorf("%d flushed, %v", n, err)
	}
	p.Count(1, ref(route.Route{Dst: dst("192.0.2.0/24")})) // the kernel's own stays
}

func TestRefused(t *testing.T) {
	p := here(t)
	p.Refused(object.Add, ref(route.Route{Dst: dst("10.1.0.0/16"), Via: via("203.0.113.1")}), "unreachable", "via")
	p.Refused(object.Add, ref(route.Route{Dst: dst("10.1.0.1/16"), Via: via("192.0.2.2")}), "invalid", "dst")
	p.Refused(object.Add, ref(route.Route{Dst: dst("10.1.0.0/16"), Dev: rt.DevName("none")}), "not_found", "dev")
	p.Refused(object.Delete, ref(route.Route{Dst: dst("10.1.0.0/16")}), "not_found", "")
	p.Refused(object.Delete, ref(route.Route{}), "invalid", "dst") // the kernel would take the default route for it
	p.Refused(object.Add, ref(route.Route{Dst: dst("10.1.0.0/16"), Via: via("192.0.2.2"), More: &route.More{Src: via("192.0.2.77")}}), "invalid", "src")
	if r, err := p.Try(object.Set, ref(route.Route{Dst: dst("10.1.0.0/16")})); err == nil {
		t.Errorf("a route was changed: %v", r)
	}
}

// A route is of the family that is named, or of none.
func TestOtherFamily(t *testing.T) {
	p := here(t)
	in, in6 := opt.Of[uint8](unix.AF_INET), opt.Of[uint8](unix.AF_INET6)
	before := p.Sh("(ip -4 route show table all; ip -6 route show table all) | grep -v 'proto kernel' || true")
	for _, verb := range []object.Verb{object.Add, object.Append, object.Replace, object.Delete} {
		p.Refused(verb, ref(route.Route{Family: in, Dst: dst("fd00::/8"), Dev: v0()}), "invalid", "dst")
		p.Refused(verb, ref(route.Route{Family: in6, Dst: dst("10.0.0.0/8"), Dev: v0()}), "invalid", "dst")
		p.Refused(verb, ref(route.Route{Dst: dst("10.0.0.0/8"), Dev: v0(), More: &route.More{Src: via("2001:db8::1")}}), "invalid", "src")
	}
	b := p.Scope.Batch(func(_ any, err error) { t.Error(err) })
	if err := route.Type.Queue(t.Context(), b, object.Add, ref(route.Route{Family: in, Dst: dst("fd00::/8"), Dev: v0()}), nil); verbtest.Path(err) != "dst" {
		t.Errorf("in a batch: %v", err)
	}
	if err := b.Flush(t.Context()); err != nil {
		t.Error(err)
	}
	if after := p.Sh("(ip -4 route show table all; ip -6 route show table all) | grep -v 'proto kernel' || true"); after != before {
		t.Errorf("ip shows\n%s\nit was\n%s", after, before)
	}
}
