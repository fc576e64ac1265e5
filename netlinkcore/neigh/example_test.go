package neigh_test

import (
	"context"
	"fmt"
	"net/netip"

	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/neigh"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// A neighbour that is not asked for: permanent, unless a state is named.
func Example() {
	conn := sandbox()
	defer conn.Close()
	ctx := context.Background()
	must(link.Add(ctx, conn, &link.Link{Name: "eth0", Up: opt.Of(true), Kind: &link.Veth{Peer: &link.Link{Name: "far"}}}))
	mac, err := rt.ParseMAC("02:00:00:00:00:01")
	must(err)

	must(neigh.Add(ctx, conn, &neigh.Neigh{Dst: netip.MustParseAddr("192.0.2.7"), Dev: rt.DevName("eth0"), LLAddr: mac}))

	n, err := neigh.Get(ctx, conn, &neigh.Neigh{Dst: netip.MustParseAddr("192.0.2.7")})
	must(err)
	fmt.Println(n.Dst, n.Dev, n.LLAddr, n.State.Or(0) == rt.NeighPermanent)
	// Output: 192.0.2.7 eth0 02:00:00:00:00:01 true
}
