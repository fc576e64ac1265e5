package link_test

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/nl"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// A bridge with eth1 in it. The classic library looks both devices up to hand
// their structs to LinkSetMaster; here they are named.
func Example() {
	conn := sandbox()
	defer conn.Close()
	ctx := context.Background()
	must(link.Add(ctx, conn, &link.Link{Name: "eth1", Kind: &link.Veth{Peer: &link.Link{Name: "far"}}}))

	must(link.Add(ctx, conn, &link.Link{Name: "br0", Kind: &link.Bridge{}}))
	must(link.Set(ctx, conn, &link.Link{Name: "eth1", Master: rt.DevName("br0")}))

	for l, err := range link.List(ctx, conn, &link.Link{Master: rt.DevName("br0")}) {
		must(err)
		fmt.Println(l.Name, "is a port of", l.Master)
	}
	// Output: eth1 is a port of br0
}

// One call can say everything: what the kernel does not take at creation goes
// into further messages, and all is undone if one of them fails.
func ExampleAdd() {
	conn := sandbox()
	defer conn.Close()
	ctx := context.Background()

	must(link.Add(ctx, conn, &link.Link{
		Name: "v0", MTU: opt.Of(uint32(1400)), Alias: opt.Of("uplink"), Up: opt.Of(true),
		Kind: &link.Veth{Peer: &link.Link{Name: "v1", MTU: opt.Of(uint32(1300)), Up: opt.Of(true)}},
	}))
	for _, name := range []string{"v0", "v1"} {
		l, err := link.Get(ctx, conn, &link.Link{Name: name})
		must(err)
		fmt.Println(l.Name, l.MTU, l.Alias, l.Up)
	}
	// Output:
	// v0 1400 uplink true
	// v1 1300 unset true
}

// What does not exist is an error with a code, and matches the kernel's errno.
func ExampleDelete() {
	conn := sandbox()
	defer conn.Close()

	err := link.Delete(context.Background(), conn, &link.Link{Name: "eth7"})
	fmt.Println(object.Code(err), errors.Is(err, unix.ENODEV))
	// Output: not_found true
}

// The kernel's own sentence comes with the attribute that it is about.
func ExampleSet() {
	conn := sandbox()
	defer conn.Close()
	ctx := context.Background()
	must(link.Add(ctx, conn, &link.Link{Name: "v0", Kind: &link.Veth{Peer: &link.Link{Name: "v1"}}}))

	err := link.Set(ctx, conn, &link.Link{Name: "v0", MTU: opt.Of(uint32(100_000))})
	var refused *nl.Error
	if errors.As(err, &refused) {
		fmt.Printf("%s: %s\n", refused.Path, refused.Message)
	}
	// Output: mtu: mtu greater than device maximum
}

// A second call finds nothing to do.
func ExampleEnsure() {
	conn := sandbox()
	defer conn.Close()

	want := &link.Link{Name: "br0", Kind: &link.Bridge{STP: opt.Of(uint32(1))}, Up: opt.Of(true)}
	for range 2 {
		changed, err := link.Ensure(context.Background(), conn, want)
		must(err)
		fmt.Println(changed)
	}
	// Output:
	// true
	// false
}

// A watch first tells what is there. It ends with the loop.
func ExampleWatch() {
	conn := sandbox()
	defer conn.Close()
	ctx := context.Background()

	for e, err := range link.Watch(ctx, conn, nil) {
		must(err)
		if e.What == object.Synced {
			fmt.Println("synced")
			must(link.Add(ctx, conn, &link.Link{Name: "br0", Kind: &link.Bridge{}}))
			continue
		}
		fmt.Println(e.What, e.Object.Name)
		if e.Object.Name == "br0" {
			break
		}
	}
	// Output:
	// present lo
	// synced
	// new br0
}
