package route_test

import (
	"errors"
	"net/netip"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
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
	ns.Sh(t, `ip link set dev lo up; ip link add name v0 type veth peer name v1; ip link set dev v0 up; ip link set dev v1 up
ip addr add 10.0.0.1/24 dev v0; ip addr add fd00::1/64 dev v0 nodad`)
	s := object.NewScope(object.Config{Enter: ns.Do})
	t.Cleanup(func() { s.Close() })
	return ns, s
}

func to(dst, via string) *route.Route {
	r := &route.Route{Dst: netip.MustParsePrefix(dst)}
	if via != "" {
		r.Via = netip.MustParseAddr(via)
	}
	return r
}

func add(t *testing.T, s *object.Scope, r *route.Route) {
	t.Helper()
	if err := route.Type.Add(t.Context(), s, r); err != nil {
		t.Fatalf("%v: %v", r.Dst, err)
	}
}

// one is the route that ip shows.
func one(t *testing.T, ns *nstest.NS, args ...string) map[string]any {
	t.Helper()
	out := ns.IP(t, append([]string{"route", "show"}, args...)...)
	if len(out) != 1 {
		t.Fatalf("ip shows %v of %v", out, args)
	}
	return out[0]
}

func want(t *testing.T, got map[string]any, values map[string]any) {
	t.Helper()
	for key, v := range values {
		if got[key] != v {
			t.Errorf("ip shows %s %v, want %v, of %v", key, got[key], v, got)
		}
	}
}

func covers(t *testing.T, s *object.Scope, r *route.Route) {
	t.Helper()
	filter := &route.Route{Dst: r.Dst, Table: r.Table}
	got, err := route.Type.Get(t.Context(), s, filter)
	if err != nil || !route.Type.Schema.Covers(attr.To(got), attr.To(r)) {
		t.Errorf("read back %+v, %v, want %+v", got, err, r)
	}
}

func TestAttributes(t *testing.T) {
	ns, s := scope(t)
	full := to("10.1.0.0/16", "10.0.0.2")
	full.Metric, full.TOS, full.Protocol = opt.Of[uint32](50), opt.Of[uint8](0x10), opt.Of[rt.Protocol](unix.RTPROT_BGP)
	full.More = &route.More{Src: netip.MustParseAddr("10.0.0.1"), Metrics: &route.Metrics{
		MTU: opt.Of[uint32](1400), Lock: opt.Of[uint32](1<<unix.RTAX_MTU | 1<<unix.RTAX_RTO_MIN), RTOMin: opt.Of[uint32](20), AdvMSS: opt.Of[uint32](1300),
		HopLimit: opt.Of[uint32](9), InitCWnd: opt.Of[uint32](11), QuickACK: opt.Of[uint32](1), CongestionControl: opt.Of("reno")}}
	add(t, s, full)
	got := one(t, ns, "10.1.0.0/16")
	want(t, got, map[string]any{"gateway": "10.0.0.2", "dev": "v0", "metric": 50, "protocol": "bgp", "prefsrc": "10.0.0.1"})
	metrics := got["metrics"].([]any)[0].(map[string]any)
	want(t, metrics, map[string]any{"mtu": 1400, "advmss": 1300, "hoplimit": 9, "initcwnd": 11})
	covers(t, s, full)

	far := to("10.2.0.0/16", "192.0.2.9")
	far.Dev, far.OnLink = rt.DevName("v0"), opt.Of(true)
	add(t, s, far)
	if flags := one(t, ns, "10.2.0.0/16")["flags"].([]any); len(flags) != 1 || flags[0] != "onlink" {
		t.Errorf("ip shows flags %v", flags)
	}
	covers(t, s, far)

	other := to("10.3.0.0/16", "fd00::9") // a next hop of the other family, RFC 5549
	add(t, s, other)
	via, _ := one(t, ns, "10.3.0.0/16")["via"].(map[string]any)
	want(t, via, map[string]any{"family": "inet6", "host": "fd00::9"})
	covers(t, s, other)

	table := to("fd01::/16", "fd00::2")
	table.Table, table.More = opt.Of[rt.Table](1<<20), &route.More{Pref: opt.Of[route.Preference](1)}
	add(t, s, table)
	want(t, ns.IP(t, "-6", "route", "show", "table", "1048576", "fd01::/16")[0], map[string]any{"gateway": "fd00::2", "metric": 1024, "pref": "high"})
	covers(t, s, table)
}

func TestTypesAndScopes(t *testing.T) {
	ns, s := scope(t)
	for kind, name := range map[route.Kind]string{route.Blackhole: "blackhole", route.Unreachable: "unreachable", route.Prohibit: "prohibit", route.Throw: "throw"} {
		for _, dst := range []string{"10.7.0.0/16", "fd07::/16"} {
			r := to(dst, "")
			r.Type, r.Table = opt.Of(kind), opt.Of[rt.Table](500)
			add(t, s, r)
			family := map[bool]string{true: "-4", false: "-6"}[r.Dst.Addr().Is4()]
			out := ns.IP(t, family, "route", "show", "table", "500")
			if len(out) != 1 || out[0]["type"] != name {
				t.Errorf("ip shows %v, want %s", out, name)
			}
			covers(t, s, r)
			if err := route.Type.Delete(t.Context(), s, r); err != nil {
				t.Errorf("delete %s: %v", name, err)
			}
		}
	}
	dev := to("10.6.0.0/16", "")
	dev.Dev = rt.DevName("v0")
	add(t, s, dev)
	want(t, one(t, ns, "10.6.0.0/16"), map[string]any{"scope": "link"})
	local := to("10.5.0.1/32", "")
	local.Type, local.Dev = opt.Of(route.Local), rt.DevName("v0")
	add(t, s, local)
	want(t, one(t, ns, "table", "local", "10.5.0.1/32"), map[string]any{"type": "local", "scope": "host"})
}

func TestMultipath(t *testing.T) {
	ns, s := scope(t)
	hop := func(via string, weight uint32) route.Hop {
		return route.Hop{Via: netip.MustParseAddr(via), Weight: opt.Of(weight)}
	}
	for _, r := range []*route.Route{
		{Dst: netip.MustParsePrefix("0.0.0.0/0"), More: &route.More{Hops: []route.Hop{hop("10.0.0.2", 2), hop("10.0.0.3", 256)}}},
		{Dst: netip.MustParsePrefix("::/0"), More: &route.More{Hops: []route.Hop{hop("fd00::2", 1), hop("fd00::3", 9)}}},
	} {
		add(t, s, r)
		family := map[bool]string{true: "-4", false: "-6"}[r.Dst.Addr().Is4()]
		theirs := ns.IP(t, family, "route", "show", "default")
		hops := theirs[0]["nexthops"].([]any)
		for i, h := range r.More.Hops {
			want(t, hops[i].(map[string]any), map[string]any{"gateway": h.Via.String(), "weight": int(h.Weight.Or(0)), "dev": "v0"})
		}
		covers(t, s, r)
	}
}

func TestVerbs(t *testing.T) {
	ns, s := scope(t)
	ctx := t.Context()
	v4 := to("10.1.0.0/16", "10.0.0.2")
	add(t, s, v4)
	if err := route.Type.Add(ctx, s, to("10.1.0.0/16", "10.0.0.9")); !errors.Is(err, unix.EEXIST) {
		t.Errorf("adding it twice: %v", err)
	}
	if err := route.Type.Replace(ctx, s, to("10.1.0.0/16", "10.0.0.3")); err != nil {
		t.Fatal(err)
	}
	want(t, one(t, ns, "10.1.0.0/16"), map[string]any{"gateway": "10.0.0.3"})
	if err := route.Type.Delete(ctx, s, to("10.1.0.0/16", "10.0.0.77")); object.Code(err) != "not_found" {
		t.Errorf("deleting it by another gateway: %v", err)
	}
	if err := route.Type.Delete(ctx, s, &route.Route{Dst: v4.Dst}); err != nil {
		t.Error(err)
	}
	// An IPv6 route to which one is appended becomes a multipath route.
	add(t, s, to("fd09::/16", "fd00::2"))
	if err := route.Type.Append(ctx, s, to("fd09::/16", "fd00::3")); err != nil {
		t.Fatal(err)
	}
	if out := one6(t, ns, "fd09::/16"); len(out["nexthops"].([]any)) != 2 {
		t.Errorf("ip shows %v", out)
	}
	if err := route.Type.Delete(ctx, s, to("fd09::/16", "fd00::2")); err != nil {
		t.Fatal(err)
	}
	want(t, one6(t, ns, "fd09::/16"), map[string]any{"gateway": "fd00::3"})
	// The kernel's own routes are left.
	add(t, s, v4)
	n, err := route.Type.Flush(ctx, s, &route.Route{Dev: rt.DevName("v0")})
	if err != nil || n != 2 {
		t.Errorf("flush: %d, %v", n, err)
	}
	want(t, one(t, ns, "10.0.0.0/24"), map[string]any{"protocol": "kernel"})
}

func one6(t *testing.T, ns *nstest.NS, dst string) map[string]any {
	t.Helper()
	out := ns.IP(t, "-6", "route", "show", dst)
	if len(out) != 1 {
		t.Fatalf("ip shows %v", out)
	}
	return out[0]
}

// A list means table main unless it says otherwise.
func TestTables(t *testing.T) {
	_, s := scope(t)
	far := to("10.1.0.0/16", "10.0.0.2")
	far.Table = opt.Of[rt.Table](300)
	add(t, s, far)
	count := func(filter *route.Route) int {
		all, err := route.Type.Collect(t.Context(), s, filter)
		if err != nil {
			t.Fatal(err)
		}
		return len(all)
	}
	main, of300, all := count(&route.Route{Family: opt.Of[uint8](unix.AF_INET)}), count(&route.Route{Table: far.Table}),
		count(&route.Route{Table: opt.Of(rt.TableAll), Family: opt.Of[uint8](unix.AF_INET)})
	if main != 1 || of300 != 1 || all < 5 {
		t.Errorf("main has %d, 300 has %d, all have %d", main, of300, all)
	}
}
