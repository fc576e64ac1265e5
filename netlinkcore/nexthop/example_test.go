package nexthop_test

import (
	"context"
	"fmt"
	"net/netip"

	"github.com/netlark/netlark/netlinkcore/addr"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/nexthop"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/route"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// A group of two nexthops, and a route that names it.
func Example() {
	conn := sandbox()
	defer conn.Close()
	ctx := context.Background()
	up, eth0 := opt.Of(true), rt.DevName("eth0")
	must(link.Add(ctx, conn, &link.Link{Name: "eth0", Up: up, Kind: &link.Veth{Peer: &link.Link{Name: "far", Up: up}}}))
	must(addr.Add(ctx, conn, &addr.Addr{Address: netip.MustParsePrefix("192.0.2.1/24"), Dev: eth0}))

	one, two, both := opt.Of(uint32(1)), opt.Of(uint32(2)), opt.Of(uint32(10))
	must(nexthop.Add(ctx, conn, &nexthop.NextHop{ID: one, Via: netip.MustParseAddr("192.0.2.2"), Dev: eth0}))
	must(nexthop.Add(ctx, conn, &nexthop.NextHop{ID: two, Via: netip.MustParseAddr("192.0.2.3"), Dev: eth0}))
	must(nexthop.Add(ctx, conn, &nexthop.NextHop{ID: both, Group: []nexthop.Member{{ID: one}, {ID: two, Weight: opt.Of(uint32(2))}}}))
	must(route.Add(ctx, conn, &route.Route{Dst: netip.MustParsePrefix("203.0.113.0/24"), More: &route.More{NextHopID: both}}))

	n, err := nexthop.Get(ctx, conn, &nexthop.NextHop{ID: both})
	must(err)
	for _, m := range n.Group {
		fmt.Println(m.ID, m.Weight)
	}
	// Output:
	// 1 1
	// 2 2
}
