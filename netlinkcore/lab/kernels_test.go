package lab_test

import (
	"strings"
	"testing"

	"github.com/netlark/netlark/netlinkcore/addr"
	"github.com/netlark/netlark/netlinkcore/all"
	"github.com/netlark/netlark/netlinkcore/internal/labtest"
	"github.com/netlark/netlark/netlinkcore/lab"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/route"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// kernels are routes that come with the addresses of wanted, as the kernel makes them.
func kernels() (all []*route.Route) {
	as := func(dst, src string, table uint32, kind route.Kind, scope rt.Scope) *route.Route {
		return &route.Route{Dst: prefix(dst), Dev: rt.DevName("br0"), Protocol: opt.Of(rt.ProtoKernel), Type: opt.Of(kind),
			Table: opt.Of(rt.Table(table)), Scope: opt.Of(scope), More: &route.More{Src: ip(src)}}
	}
	six := func(dst string, table, metric uint32, kind route.Kind) *route.Route {
		return &route.Route{Dst: prefix(dst), Dev: rt.DevName("br0"), Protocol: opt.Of(rt.ProtoKernel), Type: opt.Of(kind),
			Table: opt.Of(rt.Table(table)), Metric: opt.Of(metric)}
	}
	return []*route.Route{
		as("10.0.0.0/24", "10.0.0.1", 254, route.Unicast, rt.ScopeLink),
		as("10.0.0.1/32", "10.0.0.1", 255, route.Local, rt.ScopeHost),
		as("10.0.0.255/32", "10.0.0.1", 255, route.Broadcast, rt.ScopeLink),
		six("2001:db8::/64", 254, 256, route.Unicast),
		six("2001:db8::1/128", 255, 0, route.Local),
	}
}

// wanted declares two addresses on a bridge, and routes, in a node of its own or on the host.
func wanted(t labtest.Failer, hosted bool, routes ...*route.Route) *lab.Lab {
	l, err := lab.New("kernels", all.Families())
	if err != nil {
		t.Fatal(err)
	}
	n := l.Host(nil)
	if !hosted {
		n = labtest.Node(t, l, "a")
	}
	labtest.Declare(t, n, object.Add, link.Type.Ref(&link.Link{Name: "br0", Kind: &link.Bridge{}, Up: opt.Of(true)}))
	for _, a := range []string{"10.0.0.1/24", "2001:db8::1/64"} {
		labtest.Declare(t, n, object.Add, addr.Type.Ref(&addr.Addr{Address: prefix(a), Dev: rt.DevName("br0")}))
	}
	for _, r := range routes {
		labtest.Declare(t, n, object.Add, route.Type.Ref(r))
	}
	return l
}

// narrowed is a route to the network of an address with an attribute that the kernel's has not.
func narrowed(dst string, metric uint32) *route.Route {
	r := &route.Route{Dst: prefix(dst), Dev: rt.DevName("br0"), More: &route.More{Metrics: &route.Metrics{MTU: opt.Of[uint32](1300)}}}
	if metric != 0 {
		r.Metric.Set(metric)
	}
	return r
}

// TestWantedOfKernel: what the kernel makes by itself can be declared, too. It is found,
// whether it was there before or comes with its address, and stays when it is declared no
// longer.
func TestWantedOfKernel(t *testing.T) {
	const look = "for f in -4 -6; do ip -n kernels.a $f route show table all dev br0; done | sed 's, linkdown,,'"
	ns := labtest.Machine(t)
	labtest.Apply(t, wanted(t, false))
	before := ns.Sh(t, look)
	if n := labtest.Apply(t, wanted(t, false, kernels()...)); n != 0 {
		t.Errorf("with routes that are there it took %d steps", n)
	}
	if _, err := lab.Destroy(t.Context(), "kernels", all.Families()); err != nil {
		t.Fatal(err)
	}
	labtest.Apply(t, wanted(t, false, kernels()...))
	for _, routes := range [][]*route.Route{kernels(), nil, nil} {
		if n := labtest.Apply(t, wanted(t, false, routes...)); n != 0 {
			t.Errorf("with %d routes declared it took %d steps", len(routes), n)
		}
		if after := ns.Sh(t, look); after != before {
			t.Errorf("with %d routes declared:\n%s", len(routes), labtest.Differ(after, before))
		}
	}
}

// TestWantedOtherwise: what the kernel makes is changed where it is declared otherwise, stays
// the kernel's, goes with its address, and is as the kernel made it when it is declared no
// longer.
func TestWantedOtherwise(t *testing.T) {
	const look = "for f in -4 -6; do ip -n kernels.a $f route; done | sed 's, linkdown,,'"
	ns := labtest.Machine(t)
	labtest.Apply(t, wanted(t, false))
	before := ns.Sh(t, look)
	for _, first := range []string{"there", "new"} {
		if first == "new" {
			if _, err := lab.Destroy(t.Context(), "kernels", all.Families()); err != nil {
				t.Fatal(err)
			}
		}
		others := []*route.Route{narrowed("10.0.0.0/24", 0), narrowed("2001:db8::/64", 256)}
		labtest.Apply(t, wanted(t, false, others...))
		if out := ns.Sh(t, look); strings.Count(out, "proto kernel") != 2 || strings.Count(out, "mtu 1300") != 2 || !strings.Contains(out, "src 10.0.0.1") {
			t.Errorf("%s: the routes are\n%s", first, out)
		}
		if n := labtest.Apply(t, wanted(t, false, others...)); n != 0 {
			t.Errorf("%s: the second apply took %d steps", first, n)
		}
		if n := labtest.Apply(t, wanted(t, false)); n != 2 {
			t.Errorf("%s: giving back took %d steps", first, n)
		}
		if after := ns.Sh(t, look); after != before {
			t.Errorf("%s: given back:\n%s", first, labtest.Differ(after, before))
		}
	}
}

// hostsKernels is wanted on the host, with all sorts of routes.
func hostsKernels(t labtest.Failer) *lab.Lab {
	return wanted(t, true, append(kernels()[1:], narrowed("10.0.0.0/24", 0))...)
}

// TestKernelsUndone: an undo and a destroy leave nothing of what the kernel made for the lab,
// and what it had made for others as it was.
func TestKernelsUndone(t *testing.T) {
	for name, script := range map[string]string{
		"new":  "",
		"down": "ip link add br0 type bridge; ip addr add 10.0.0.1/24 dev br0; ip link set br0 up; ip link set br0 down",
		"up":   "ip link add br0 type bridge; ip addr add 10.0.0.1/24 dev br0; ip link set br0 up",
	} {
		t.Run(name, func(t *testing.T) {
			ns := labtest.Machine(t)
			ns.Sh(t, script)
			before := lookOnly(t, ns)
			differs := func() string { return labtest.Differ(lookOnly(t, ns), before) }
			if n := labtest.FailEach(t, differs, hostsKernels, 0); n < 4 {
				t.Errorf("only %d steps", n)
			}
			if n := labtest.Apply(t, hostsKernels(t)); n != 0 {
				t.Errorf("the second apply took %d steps", n)
			}
			if _, err := lab.Destroy(t.Context(), "kernels", all.Families()); err != nil {
				t.Fatal(err)
			}
			if how := differs(); how != "" {
				t.Errorf("after destroy:\n%s", how)
			}
		})
	}
}
