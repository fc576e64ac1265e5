package lab_test

import (
	"context"
	"fmt"
	"net/netip"

	"github.com/netlark/netlark/netlinkcore/all"
	"github.com/netlark/netlark/netlinkcore/internal/verbtest"
	"github.com/netlark/netlark/netlinkcore/lab"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
)

func must(err error) { verbtest.Check(err) }

// Two nodes and a cable: declared, compared with what is there, made so, made so
// again, and taken away.
func Example() {
	ctx := context.Background()
	l, err := lab.New("example", all.Families())
	must(err)
	a, err := l.Node("a", nil)
	must(err)
	b, err := l.Node("b", nil)
	must(err)
	must(l.Cable(&lab.Cable{
		A: lab.End{Node: a, Addrs: []netip.Prefix{netip.MustParsePrefix("192.0.2.1/30")}},
		B: lab.End{Node: b, Addrs: []netip.Prefix{netip.MustParsePrefix("192.0.2.2/30")}},
	}))
	must(a.Declare(object.Add, link.Type.Ref(&link.Link{Name: "br0", Kind: &link.Bridge{}, MTU: opt.Of(uint32(1400))}), nil))

	change, err := l.Compare(ctx) // a plan
	must(err)
	fmt.Println(len(change.Make), "namespaces to make, then", len(change.Plan.Steps) > 0)
	must(change.Close())

	apply := lab.Apply{}
	steps, err := apply.Apply(ctx, l)
	must(err)
	fmt.Println(steps > 0)
	steps, err = apply.Apply(ctx, l)
	must(err)
	fmt.Println(steps)

	gone, err := lab.Destroy(ctx, "example", all.Families())
	must(err)
	fmt.Println(gone.Namespaces)
	// Output:
	// 2 namespaces to make, then true
	// true
	// 0
	// 2
}
