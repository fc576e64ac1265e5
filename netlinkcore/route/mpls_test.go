package route_test

import (
	"os"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/encap"
	"github.com/netlark/netlark/netlinkcore/internal/verbtest"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/route"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// labels is a place that has MPLS.
func labels(t *testing.T) *verbtest.Place {
	p := here(t, "route:mpls")
	p.Sh("ip route add 10.99.0.0/16 encap mpls 100 via 192.0.2.2; ip route del 10.99.0.0/16") // loads it
	if err := os.WriteFile("/proc/sys/net/mpls/platform_labels", []byte("1000"), 0); err != nil {
		t.Fatal(err)
	}
	return p
}

func label(n uint32) route.Route { return route.Route{Label: opt.Of(n)} }

func TestMPLS(t *testing.T) {
	p := labels(t)
	exchanged := route.Route{Label: n32(100), Via: via("192.0.2.2"), Dev: v0(), Protocol: opt.Of(rt.Protocol(unix.RTPROT_ZEBRA)),
		More: &route.More{NewLabels: []uint32{200, 201}, TTLPropagate: opt.Of(false)}}
	p.Must(object.Add, ref(exchanged))
	p.Observe(map[string]any{"dst": 100, "to": "200/201", "via.host": "192.0.2.2", "dev": "v0", "protocol": "zebra", "ttl-propogate": false},
		p.NS.IP, "-M", "route", "show")
	p.Same(ref(exchanged))
	p.Refused(object.Add, ref(exchanged), "exists", "")
	exchanged.Via = via("2001:db8::2")
	p.Must(object.Replace, ref(exchanged))
	p.Observe(map[string]any{"via.family": "inet6", "via.host": "2001:db8::2"}, p.NS.IP, "-M", "route", "show")
	p.Refused(object.Add, ref(route.Route{Label: n32(1000), Via: via("192.0.2.2")}), "invalid", "")
	p.Refused(object.Add, ref(route.Route{Label: n32(101), Via: via("192.0.2.2"), More: &route.More{NewLabels: []uint32{3}}}), "invalid", "as_")
	p.Must(object.Delete, ref(label(100)))
	p.Refused(object.Delete, ref(label(100)), "not_found", "")
	p.Sh(`ip -M route add 102 nexthop as 300 via inet 192.0.2.2 dev v0 nexthop via inet6 2001:db8::2 dev v0; ip -M route add 103 dev v0`)
	hops := route.Route{Label: n32(102), More: &route.More{Hops: []route.Hop{
		{Via: via("192.0.2.2"), Dev: v0(), NewLabels: []uint32{300}}, {Via: via("2001:db8::2"), Dev: v0()}}}}
	p.Same(ref(hops))
	p.Must(object.Replace, p.One(ref(label(102)))) // what was read goes in again
	p.Count(2, ref(route.Route{Family: opt.Of[uint8](unix.AF_MPLS)}))
	for _, r := range p.List(ref(route.Route{})) {
		if v, _ := route.Type.As(r); v.Label.IsSet() {
			t.Errorf("a list of routes has label %v", v.Label)
		}
	}
}

// A label's packets may go out of a device as they are, or to what has an address
// on its link.
func TestMPLSOfLink(t *testing.T) {
	p := labels(t)
	show := func(label string, want map[string]any) {
		t.Helper()
		p.Observe(want, p.NS.IP, "-M", "route", "show", label)
	}
	alone := route.Route{Label: n32(100), Dev: v0()}
	p.Must(object.Add, ref(alone))
	show("100", map[string]any{"dev": "v0", "via": nil})
	p.Same(ref(alone))
	beside := route.Route{Label: n32(101), ViaLink: linkAddr("02:00:00:00:00:09"), Dev: v0(), More: &route.More{NewLabels: []uint32{200}}}
	p.Must(object.Add, ref(beside))
	show("101", map[string]any{"via.family": "link", "via.host": "02:00:00:00:00:09", "to": "200"})
	p.Same(ref(beside))
	beside.ViaLink = linkAddr("02:00:00:00:00:0a")
	p.Must(object.Replace, p.One(ref(label(101)))) // what was read goes in again
	p.Must(object.Replace, ref(beside))
	show("101", map[string]any{"via.host": "02:00:00:00:00:0a"})
	p.Sh(`ip -M route add 102 nexthop via link 02:00:00:00:00:0b dev v0 nexthop as 300 via inet 192.0.2.2 dev v0`)
	p.Same(ref(route.Route{Label: n32(102), More: &route.More{Hops: []route.Hop{
		{ViaLink: linkAddr("02:00:00:00:00:0b"), Dev: v0()}, {Via: via("192.0.2.2"), Dev: v0(), NewLabels: []uint32{300}}}}}))
	p.Must(object.Replace, p.One(ref(label(102))))
	p.Count(1, ref(route.Route{Family: opt.Of[uint8](unix.AF_MPLS), ViaLink: linkAddr("02:00:00:00:00:0a")}))
	p.Refused(object.Add, ref(route.Route{Label: n32(103), ViaLink: linkAddr("02:00:00:00"), Dev: v0()}), "invalid", "")
	p.Refused(object.Add, ref(route.Route{Dst: dst("10.9.0.0/16"), ViaLink: linkAddr("02:00:00:00:00:09"), Dev: v0()}), "invalid", "via")
	p.Must(object.Delete, ref(label(100)))
	p.Must(object.Delete, ref(beside))
}

func linkAddr(s string) *rt.MAC {
	m, err := attr.ParseMAC(s)
	if err != nil {
		panic(err)
	}
	return &m
}

func TestMPLSLookup(t *testing.T) {
	p := labels(t)
	p.Sh("ip -M route add 100 as 200 via inet 192.0.2.2")
	found, err := route.Type.Lookup(t.Context(), p.Scope, ref(label(100)))
	if err != nil {
		t.Fatal(err)
	}
	if v, _ := route.Type.As(found); v.Via != via("192.0.2.2") || len(v.More.NewLabels) != 1 {
		t.Errorf("%+v", v)
	}
	if _, err := route.Type.Lookup(t.Context(), p.Scope, ref(label(101))); object.Code(err) != "unreachable" {
		t.Errorf("a label without a route: %v", err)
	}
}

// An encapsulation is part of a nexthop object's route, and not sent with its id.
func TestEncapOfNexthop(t *testing.T) {
	p := here(t, "encap:ip")
	p.Sh("ip nexthop add id 7 via 192.0.2.2 dev v0 encap ip id 42 dst 198.51.100.1; ip route add 10.1.0.0/16 nhid 7")
	live := p.One(ref(route.Route{Dst: dst("10.1.0.0/16")}))
	v, _ := route.Type.As(live)
	if e, ok := v.More.Encap.(*encap.IP); !ok || e.ID.Or(0) != 42 {
		t.Errorf("%+v", v.More.Encap)
	}
	p.Must(object.Replace, live)
	p.Must(object.Delete, live)
}
