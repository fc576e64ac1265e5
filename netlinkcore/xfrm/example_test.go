package xfrm_test

import (
	"context"
	"fmt"
	"net/netip"

	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/xfrm"
)

// What goes from one network to another has to go through a tunnel of ESP.
func Example() {
	conn := sandbox()
	defer conn.Close()
	ctx := context.Background()
	here, there := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("198.51.100.1")
	traffic := xfrm.Selector{Src: netip.MustParsePrefix("10.1.0.0/16"), Dst: netip.MustParsePrefix("10.2.0.0/16")}

	must(xfrm.AddPolicy(ctx, conn, &xfrm.Policy{
		Selector: traffic, Dir: opt.Of(xfrm.Out),
		Templates: []xfrm.Template{{Src: here, Dst: there, Proto: opt.Of(xfrm.ESP), Mode: opt.Of(xfrm.Tunnel), ReqID: opt.Of(uint32(1))}},
	}))

	p, err := xfrm.GetPolicy(ctx, conn, &xfrm.Policy{Selector: traffic, Dir: opt.Of(xfrm.Out)})
	must(err)
	for _, t := range p.Templates {
		fmt.Println(p.Src, "->", p.Dst, "by", t.Src, "->", t.Dst)
	}
	// Output: 10.1.0.0/16 -> 10.2.0.0/16 by 192.0.2.1 -> 198.51.100.1
}
