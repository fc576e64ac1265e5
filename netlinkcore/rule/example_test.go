package rule_test

import (
	"context"
	"fmt"
	"net/netip"

	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
	"github.com/netlark/netlark/netlinkcore/rule"
)

// Packets from one network are looked up in a table of their own.
func Example() {
	conn := sandbox()
	defer conn.Close()
	ctx := context.Background()

	from := netip.MustParsePrefix("192.0.2.0/24")
	must(rule.Add(ctx, conn, &rule.Rule{Src: from, Table: opt.Of(rt.Table(1000)), Priority: opt.Of(uint32(100))}))

	r, err := rule.Get(ctx, conn, &rule.Rule{Src: from})
	must(err)
	fmt.Println(r.Priority, r.Src, r.Table)
	// Output: 100 192.0.2.0/24 1000
}

// Create returns what the kernel chose.
func ExampleAdd() {
	conn := sandbox()
	defer conn.Close()

	r, err := rule.Type.Create(context.Background(), conn, &rule.Rule{Mark: opt.Of(rt.Mark{Value: 7, Mask: 0xff}), Table: opt.Of(rt.Table(7))})
	must(err)
	fmt.Println(r.Priority)
	// Output: 32765
}
