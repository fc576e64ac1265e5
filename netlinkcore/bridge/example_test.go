package bridge_test

import (
	"context"
	"fmt"
	"net/netip"

	"github.com/netlark/netlark/netlinkcore/bridge"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// A VXLAN sends what has no entry of its own to every peer.
func Example() {
	conn := sandbox()
	defer conn.Close()
	ctx := context.Background()
	must(link.Add(ctx, conn, &link.Link{Name: "vx0", Kind: &link.VXLAN{ID: opt.Of(uint32(7)), Port: opt.Of(uint16(4789))}}))
	any, err := rt.ParseMAC("00:00:00:00:00:00")
	must(err)

	for _, peer := range []string{"192.0.2.2", "192.0.2.3"} {
		must(bridge.AppendFDB(ctx, conn, &bridge.FDB{LLAddr: any, Dev: rt.DevName("vx0"), Dst: netip.MustParseAddr(peer)}))
	}
	for e, err := range bridge.ListFDBs(ctx, conn, &bridge.FDB{Dev: rt.DevName("vx0")}) {
		must(err)
		fmt.Println(e.LLAddr, e.Dst)
	}
	// Output:
	// 00:00:00:00:00:00 192.0.2.2
	// 00:00:00:00:00:00 192.0.2.3
}
