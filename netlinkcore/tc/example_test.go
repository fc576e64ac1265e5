package tc_test

import (
	"context"
	"fmt"

	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
	"github.com/netlark/netlark/netlinkcore/tc"
)

// A device that sends no more than 1 Mbit/s: 125000 bytes/s.
func Example() {
	conn := sandbox()
	defer conn.Close()
	ctx := context.Background()
	must(link.Add(ctx, conn, &link.Link{Name: "eth0", Up: opt.Of(true), Kind: &link.Veth{Peer: &link.Link{Name: "far"}}}))

	shaper := tc.TBF{Rate: opt.Of(uint64(125_000)), Burst: opt.Of(uint32(4096)), Latency: opt.Of(uint32(50_000))}
	must(tc.AddQdisc(ctx, conn, &tc.Qdisc{Dev: rt.DevName("eth0"), Parent: opt.Of(tc.Root), Handle: opt.Of(tc.NewHandle(1, 0)), Kind: &shaper}))

	q, err := tc.GetQdisc(ctx, conn, &tc.Qdisc{Dev: rt.DevName("eth0"), Parent: opt.Of(tc.Root)})
	must(err)
	tbf := q.Kind.(*tc.TBF)
	fmt.Println(q.Handle, q.Kind.QdiscKind(), tbf.Rate, tbf.Limit)
	// Output: 1: tbf 125000 10346
}
