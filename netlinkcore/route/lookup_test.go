package route_test

import (
	"testing"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/internal/verbtest"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/route"
	"github.com/netlark/netlark/netlinkcore/rt"
)

func lookup(p *verbtest.Place, v route.Route) *route.Route {
	p.Helper()
	r, err := route.Type.Lookup(p.Context(), p.Scope, ref(v))
	if err != nil {
		p.Fatal(err)
	}
	found, _ := route.Type.As(r)
	return found
}

// The kernel's answer is what `ip route get` shows.
func TestLookup(t *testing.T) {
	p := here(t, "route:table")
	p.Sh(`ip route add 10.1.0.0/16 via 192.0.2.2; ip route add 10.1.0.0/16 via 198.51.100.2 table 100
		ip rule add priority 10 fwmark 5 table 100; ip rule add priority 11 ipproto tcp dport 80 table 100
		ip rule add priority 12 uidrange 1000-1000 table 100
		ip -6 route add 2001:db8:10::/48 via 2001:db8::2`)
	for _, test := range []struct {
		ask  route.Route
		ip   string
		want string // the next router
	}{
		{route.Route{Dst: dst("10.1.2.3/32")}, "10.1.2.3", "192.0.2.2"},
		{route.Route{Dst: dst("10.1.2.3/32"), More: &route.More{Mark: n32(5)}}, "10.1.2.3 mark 5", "198.51.100.2"},
		{route.Route{Dst: dst("10.1.2.3/32"), More: &route.More{IPProto: opt.Of[uint8](6), SrcPort: opt.Of[uint16](9), DstPort: opt.Of[uint16](80)}},
			"10.1.2.3 ipproto tcp sport 9 dport 80", "198.51.100.2"},
		{route.Route{Dst: dst("10.1.2.3/32"), More: &route.More{UID: n32(1000)}}, "10.1.2.3 uid 1000", "198.51.100.2"},
		{route.Route{Dst: dst("10.1.2.3/32"), Dev: v0()}, "10.1.2.3 oif v0", "192.0.2.2"},
		{route.Route{Dst: dst("2001:db8:10::5/128")}, "2001:db8:10::5", "2001:db8::2"},
		{route.Route{Dst: dst("2001:db8:10::5/128"), More: &route.More{From: dst("2001:db8::1/128"), Mark: n32(9)}}, "2001:db8:10::5 from 2001:db8::1 mark 9", "2001:db8::2"},
	} {
		found := lookup(p, test.ask)
		p.Observe(map[string]any{"gateway": test.want}, p.NS.IP, append([]string{"route", "get"}, words(test.ip)...)...)
		if found.Via.String() != test.want || !found.Dst.IsSingleIP() {
			t.Errorf("%s: %+v", test.ip, found)
		}
	}
	if found := lookup(p, route.Route{Dst: dst("10.1.2.3/32"), More: &route.More{Mark: n32(5)}}); found.Table.Or(0) != 100 {
		t.Errorf("table %v", found.Table)
	}
	entry := lookup(p, route.Route{Dst: dst("10.1.2.3/32"), More: &route.More{FIBMatch: opt.Of(true)}})
	if entry.Dst != dst("10.1.0.0/16") || entry.Protocol.Or(0) != rt.ProtoBoot {
		t.Errorf("the entry is %+v", entry)
	}
	in := lookup(p, route.Route{Dst: dst("192.0.2.1/32"), More: &route.More{From: dst("192.0.2.9/32"), IIF: v0()}})
	if in.Type.Or(0) != route.Local || in.More.IIF.Name() != "v0" {
		t.Errorf("received: %+v", in)
	}
}

func words(s string) (out []string) {
	for len(s) > 0 {
		i := 0
		for i < len(s) && s[i] != ' ' {
			i++
		}
		out = append(out, s[:i])
		s = s[min(i+1, len(s)):]
	}
	return out
}

func TestLookupRefused(t *testing.T) {
	p := here(t)
	p.Sh("ip route add prohibit 10.1.0.0/16; ip route add unreachable 10.2.0.0/16")
	for to, code := range map[string]string{"10.1.0.1/32": "permission", "10.2.0.1/32": "unreachable", "10.3.0.1/32": "unreachable", "10.0.0.0/8": "invalid"} {
		_, err := route.Type.Lookup(t.Context(), p.Scope, ref(route.Route{Dst: dst(to)}))
		if object.Code(err) != code {
			t.Errorf("%s: %v", to, err)
		}
	}
}

func TestVRF(t *testing.T) {
	p := here(t, "kind:vrf")
	p.Sh(`ip link add red type vrf table 77; ip link set red up; ip link set v0 master red; ip -6 addr add 2001:db8::1/64 dev v0 nodad`)
	in := func(v route.Route) object.Ref {
		v.More = &route.More{VRF: rt.DevName("red")}
		return ref(v)
	}
	p.Must(object.Add, in(route.Route{Dst: dst("10.1.0.0/16"), Via: via("192.0.2.2")}))
	p.Observe(map[string]any{"gateway": "192.0.2.2", "dev": "v0"}, p.NS.IP, "route", "show", "table", "77", "10.1.0.0/16")
	p.Count(1, in(route.Route{Via: via("192.0.2.2")}))
	if found := lookup(p, route.Route{Dst: dst("10.1.2.3/32"), More: &route.More{VRF: rt.DevName("red")}}); found.Table.Or(0) != 77 || found.Via != via("192.0.2.2") {
		t.Errorf("%+v", found)
	}
	p.Must(object.Delete, in(route.Route{Dst: dst("10.1.0.0/16")}))
	p.Count(0, in(route.Route{Via: via("192.0.2.2")}))
	p.Refused(object.Add, in(route.Route{Dst: dst("10.1.0.0/16"), Via: via("192.0.2.2"), Table: table(5)}), "invalid", "vrf")
	p.Refused(object.Add, ref(route.Route{Dst: dst("10.1.0.0/16"), More: &route.More{VRF: v2()}}), "invalid", "vrf")
	p.Refused(object.Add, ref(route.Route{Dst: dst("10.1.0.0/16"), More: &route.More{VRF: rt.DevName("none")}}), "not_found", "vrf")
	p.Refused(object.Replace, in(route.Route{Dst: dst("192.0.2.0/24"), Dev: v0()}), "conflict", "dst") // the kernel's, in the table of the VRF
}

// Of IPv6 the kernel takes 0 for another metric.
func TestMetricZero(t *testing.T) {
	p := here(t)
	for _, verb := range []object.Verb{object.Add, object.Append, object.Replace} {
		p.Refused(verb, ref(route.Route{Dst: dst("2001:db8:7::/48"), Dev: v0(), Metric: n32(0)}), "invalid", "metric")
	}
	p.Must(object.Add, ref(route.Route{Dst: dst("10.9.0.0/16"), Dev: v0(), Metric: n32(0)}))
}

// A route that the kernel made stays, unless the script insists.
func TestReplaceSparesKernels(t *testing.T) {
	p := here(t)
	own := route.Route{Dst: dst("192.0.2.0/24"), Dev: v2()}
	p.Refused(object.Replace, ref(own), "conflict", "dst")
	p.Refused(object.Replace, ref(route.Route{Dst: dst("192.0.2.1/32"), Type: opt.Of(route.Local), Dev: v0()}), "conflict", "dst")
	p.Refused(object.Replace, ref(route.Route{Dst: dst("2001:db8::/64"), Dev: v0(), Metric: n32(256)}), "conflict", "dst")
	p.Refused(object.Replace, ref(route.Route{Dst: dst("ff00::/8"), Dev: v0(), Metric: n32(256), Table: table(unix.RT_TABLE_LOCAL), Type: opt.Of[route.Kind](unix.RTN_MULTICAST)}), "conflict", "dst")
	p.Must(object.Replace, ref(route.Route{Dst: own.Dst, Dev: v2(), Metric: n32(9)})) // another key
	p.Must(object.Replace, ref(route.Route{Dst: dst("192.0.2.0/25"), Dev: v2()}))
	p.Must(object.Replace, ref(route.Route{Dst: dst("2001:db8::/64"), Dev: v0()})) // metric 1024
	p.Refused(object.Add, ref(route.Route{Dst: dst("10.1.0.0/16"), Dev: v0(), More: &route.More{Force: opt.Of(true)}}), "invalid", "force")
	mine := route.Route{Dst: own.Dst, Dev: v0(), Protocol: opt.Of(rt.ProtoKernel), More: &route.More{Src: via("192.0.2.1"), Metrics: &route.Metrics{MTU: n32(1300)}}}
	p.Must(object.Replace, ref(mine)) // the same with an attribute more: it does what the other did
	mine.Dev = v2()
	p.Refused(object.Replace, ref(mine), "conflict", "dst")
	own.More = &route.More{Force: opt.Of(true)}
	p.Must(object.Replace, ref(own))
	if text := p.Sh("ip route show exact 192.0.2.0/24"); text != "192.0.2.0/24 dev v2 scope link \n192.0.2.0/24 dev v2 scope link metric 9 " {
		t.Errorf("ip shows %q", text)
	}
	own.More = nil
	p.Must(object.Replace, ref(own)) // the user's own now
	b := p.Scope.Batch(func(_ any, err error) { t.Error(err) })
	if err := route.Type.Queue(t.Context(), b, object.Replace, ref(route.Route{Dst: dst("198.51.100.0/24"), Dev: v2()}), nil); object.Code(err) != "conflict" {
		t.Errorf("in a batch: %v", err)
	}
}
