package lab_test

import (
	"fmt"
	"net/netip"
	"testing"

	"github.com/netlark/netlark/netlinkcore/all"
	"github.com/netlark/netlark/netlinkcore/internal/labtest"
	"github.com/netlark/netlark/netlinkcore/lab"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/route"
	"github.com/netlark/netlark/tests/nstest"
)

// ring is n nodes, each with a cable to the next one and a default route.
func ring(t labtest.Failer, n int) *lab.Lab {
	l, err := lab.New("ring", all.Families())
	if err != nil {
		t.Fatal(err)
	}
	nodes := make([]*lab.Node, n)
	for i := range nodes {
		nodes[i] = labtest.Node(t, l, fmt.Sprintf("r%d", i))
	}
	for i := range nodes {
		a, b := inNetwork(i, 1), inNetwork(i, 2)
		cable(t, l, &lab.Cable{
			A: lab.End{Node: nodes[i], Addrs: []netip.Prefix{netip.PrefixFrom(a, 30)}},
			B: lab.End{Node: nodes[(i+1)%n], Addrs: []netip.Prefix{netip.PrefixFrom(b, 30)}},
		})
		labtest.Declare(t, nodes[i], object.Add, route.Type.Ref(&route.Route{Dst: prefix("0.0.0.0/0"), Via: b}))
	}
	return l
}

// inNetwork is an address in the network of a cable, a /30.
func inNetwork(i, host int) netip.Addr {
	n := i*4 + host
	return netip.AddrFrom4([4]byte{10, byte(n >> 16), byte(n >> 8), byte(n)})
}

// TestRing: many namespaces at once.
func TestRing(t *testing.T) {
	nstest.New(t).Enter(t)
	const n = 50
	if steps := labtest.Apply(t, ring(t, n)); steps < 7*n {
		t.Errorf("%d steps", steps)
	}
	if steps := labtest.Apply(t, ring(t, n)); steps != 0 {
		t.Errorf("the second apply took %d steps", steps)
	}
	if d, err := lab.Destroy(t.Context(), "ring", all.Families()); err != nil || d.Namespaces != n {
		t.Errorf("%v, %v", d, err)
	}
}
