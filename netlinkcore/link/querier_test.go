package link_test

import (
	"net/netip"
	"testing"
	"time"

	"github.com/netlark/netlark/netlinkcore/internal/verbtest"
	"github.com/netlark/netlark/netlinkcore/link"
)

// TestQuerier: a bridge tells who asks for memberships, by which port, and how
// long it trusts it.
func TestQuerier(t *testing.T) {
	p := verbtest.New(t, "kind:veth", "kind:bridge", "config:BRIDGE_IGMP_SNOOPING")
	p.Sh(`ip link add b0 up type bridge
		ip link add b1 up type bridge mcast_query_use_ifaddr 1; ip addr add 192.0.2.7/24 dev b1
		ip link add x0 type veth peer name x1; ip link set x0 master b0 up; ip link set x1 master b1 up
		ip link set b1 type bridge mcast_querier 1`)
	deadline := time.Now().Add(20 * time.Second)
	for {
		l, err := link.Get(t.Context(), p.Scope, &link.Link{Name: "b0"})
		if err != nil {
			t.Fatal(err)
		}
		b, ok := l.Kind.(*link.Bridge)
		if !ok || b.Multicast == nil {
			t.Fatalf("b0 is %v", l.Kind)
		}
		q := b.Multicast.QuerierState
		if q != nil && q.Address == netip.MustParseAddr("192.0.2.7") && q.Port.Name() == "x0" && q.Left.Or(0) > 100 && q.Left.Or(0) <= 25500 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("b0 knows of %+v", q)
		}
		time.Sleep(50 * time.Millisecond)
	}
}
