package route_test

import (
	"context"
	"errors"
	"fmt"
	"net/netip"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/addr"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/route"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// uplinked is a sandbox with a network to route to.
func uplinked(ctx context.Context) *object.Scope {
	conn := sandbox()
	up := opt.Of(true)
	must(link.Add(ctx, conn, &link.Link{Name: "eth0", Up: up, Kind: &link.Veth{Peer: &link.Link{Name: "far", Up: up}}}))
	must(addr.Add(ctx, conn, &addr.Addr{Address: netip.MustParsePrefix("192.0.2.1/24"), Dev: rt.DevName("eth0")}))
	return conn
}

func Example() {
	ctx := context.Background()
	conn := uplinked(ctx)
	defer conn.Close()

	must(route.Add(ctx, conn, &route.Route{Dst: netip.MustParsePrefix("0.0.0.0/0"), Via: netip.MustParseAddr("192.0.2.254")}))

	// Which way does a packet take?
	r, err := route.Lookup(ctx, conn, &route.Route{Dst: netip.MustParsePrefix("198.51.100.7/32")})
	must(err)
	fmt.Println(r.Dst, r.Via, r.Dev, r.More.Src)
	// Output: 198.51.100.7/32 192.0.2.254 eth0 192.0.2.1
}

// The next hops of a multipath route have weights.
func ExampleAdd_multipath() {
	ctx := context.Background()
	conn := uplinked(ctx)
	defer conn.Close()

	to := netip.MustParsePrefix("203.0.113.0/24")
	must(route.Add(ctx, conn, &route.Route{Dst: to, More: &route.More{Hops: []route.Hop{
		{Via: netip.MustParseAddr("192.0.2.2"), Weight: opt.Of(uint32(1))},
		{Via: netip.MustParseAddr("192.0.2.3"), Weight: opt.Of(uint32(3))},
	}}}))
	r, err := route.Get(ctx, conn, &route.Route{Dst: to})
	must(err)
	for _, hop := range r.More.Hops {
		fmt.Println(hop.Via, hop.Dev, hop.Weight)
	}
	// Output:
	// 192.0.2.2 eth0 1
	// 192.0.2.3 eth0 3
}

// The kernel filters a list where it can, and the library what it cannot.
func ExampleList() {
	ctx := context.Background()
	conn := uplinked(ctx)
	defer conn.Close()
	must(route.Add(ctx, conn, &route.Route{Type: opt.Of(route.Blackhole), Dst: netip.MustParsePrefix("10.0.0.0/8"), Table: opt.Of(rt.Table(1000))}))

	for r, err := range route.List(ctx, conn, &route.Route{Table: opt.Of(rt.Table(1000))}) {
		must(err)
		fmt.Println(r.Dst, r.Table)
	}
	// Output: 10.0.0.0/8 1000
}

// A lookup fails as the packet would.
func ExampleLookup() {
	conn := sandbox()
	defer conn.Close()

	_, err := route.Lookup(context.Background(), conn, &route.Route{Dst: netip.MustParsePrefix("198.51.100.7/32")})
	fmt.Println(errors.Is(err, unix.ENETUNREACH))
	// Output: true
}
