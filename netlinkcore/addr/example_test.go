package addr_test

import (
	"context"
	"fmt"
	"net/netip"

	"github.com/netlark/netlark/netlinkcore/addr"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// An address of the loopback device. The classic library first looks lo up and
// parses the address into a struct of its own; netip parses it here, and the
// device is named.
func Example() {
	conn := sandbox()
	defer conn.Close()
	ctx := context.Background()
	lo := rt.DevName("lo")

	must(addr.Add(ctx, conn, &addr.Addr{Address: netip.MustParsePrefix("169.254.169.254/32"), Dev: lo}))

	list, err := addr.Collect(ctx, conn, &addr.Addr{Dev: lo})
	must(err)
	for _, a := range list {
		fmt.Println(a.Dev, a.Address, a.Broadcast.IsValid())
	}
	// Output: lo 169.254.169.254/32 false
}

// A lifetime is changed without saying all the rest again.
func ExampleSet() {
	conn := sandbox()
	defer conn.Close()
	ctx := context.Background()
	a := addr.Addr{Address: netip.MustParsePrefix("192.0.2.1/24"), Dev: rt.DevName("lo")}
	must(addr.Add(ctx, conn, &a))

	soon := a
	soon.Valid.Set(3600)
	soon.Preferred.Set(1800)
	must(addr.Set(ctx, conn, &soon))

	now, err := addr.Get(ctx, conn, &a)
	must(err)
	fmt.Println(now.Valid, now.Preferred, now.Label)
	// Output: 3600 1800 lo
}
