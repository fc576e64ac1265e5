package netlinkcore_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore"
	"github.com/netlark/netlark/netlinkcore/internal/verbtest"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/netns"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
	"github.com/netlark/netlark/tests/nstest"
)

func TestMain(m *testing.M) { nstest.Main(m) }

func must(err error) { verbtest.Check(err) }

func Example() {
	ns, err := netns.CreateAnonymous()
	must(err)
	defer ns.Close()
	conn := netlinkcore.In(ns)
	defer conn.Close()
	ctx := context.Background()

	must(link.Add(ctx, conn, &link.Link{Name: "br0", Kind: &link.Bridge{}, Up: opt.Of(true)}))
	l, err := link.Get(ctx, conn, &link.Link{Name: "br0"})
	must(err)
	fmt.Println(l.Name, l.Kind.KindName(), l.Up)
	// Output: br0 bridge true
}

// The namespace that a program runs in.
func ExampleHere() {
	conn, err := netlinkcore.Here()
	must(err)
	defer conn.Close()

	lo, err := link.Get(context.Background(), conn, &link.Link{Name: "lo"})
	must(err)
	fmt.Println(lo.Index, lo.Loopback)
	// Output: 1 true
}

func ExampleOpen() {
	_, err := netlinkcore.Open("nowhere")
	fmt.Println(errors.Is(err, fs.ErrNotExist))
	// Output: true
}

// A device can be born in another namespace.
func ExampleOpen_two() {
	conn := verbtest.Sandbox()
	defer conn.Close()
	blue, err := netns.CreateAnonymous()
	must(err)
	defer blue.Close()
	path := rt.NSName(fmt.Sprintf("/proc/self/fd/%d", blue.FD()))
	ctx := context.Background()

	must(link.Add(ctx, conn, &link.Link{Name: "v0", Up: opt.Of(true),
		Kind: &link.Veth{Peer: &link.Link{Name: "eth0", NetNS: path, Up: opt.Of(true)}}}))

	there := netlinkcore.In(blue)
	defer there.Close()
	l, err := link.Get(ctx, there, &link.Link{Name: "eth0"})
	must(err)
	fmt.Println(l.Name, l.Up)
	// Output: eth0 true
}

// Errors are sorted by what a program can do about them.
func Example_errors() {
	conn := verbtest.Sandbox()
	defer conn.Close()
	ctx := context.Background()

	err := link.Add(ctx, conn, &link.Link{Name: "lo", Kind: &link.Bridge{}})
	fmt.Println(object.Code(err), errors.Is(err, unix.EEXIST))
	_, err = link.Get(ctx, conn, &link.Link{Name: "eth7"})
	fmt.Println(object.Code(err), errors.Is(err, object.ErrNotFound))
	err = link.Add(ctx, conn, &link.Link{Name: "a name that is too long", Kind: &link.Bridge{}})
	fmt.Println(object.Code(err), err)
	// Output:
	// exists true
	// not_found true
	// invalid name: "a name that is too long" is 23 bytes long; such a name of an interface has at most 15
}

// Many changes go in few system calls; the kernel's refusals come one by one.
func Example_batch() {
	conn := verbtest.Sandbox()
	defer conn.Close()
	ctx := context.Background()
	batch := conn.Batch(func(note any, err error) { fmt.Println(note, object.Code(err)) })
	for _, name := range []string{"br0", "br1", "br0"} {
		l := link.Type.Ref(&link.Link{Name: name, Kind: &link.Bridge{}})
		must(link.Type.Queue(ctx, batch, object.Add, l, name))
	}
	must(batch.Flush(ctx))

	list, err := link.Collect(ctx, conn, &link.Link{Kind: &link.Bridge{}})
	must(err)
	fmt.Println(len(list))
	// Output:
	// br0 exists
	// 2
}
