package state_test

import (
	"bytes"
	"context"
	"fmt"
	"net/netip"

	"github.com/netlark/netlark/netlinkcore/addr"
	"github.com/netlark/netlark/netlinkcore/all"
	"github.com/netlark/netlark/netlinkcore/internal/verbtest"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/netns"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
	"github.com/netlark/netlark/netlinkcore/state"
)

// sandbox is a new namespace for an example; a program begins with
// netlinkcore.Here.
func sandbox() *object.Scope { return verbtest.Sandbox() }

func must(err error) { verbtest.Check(err) }

// What the kernel cannot change is made anew if that is allowed, and what hung
// on it is put back.
func ExampleEnsure() {
	conn := sandbox()
	defer conn.Close()
	ctx := context.Background()
	vxlan := func(id uint32) *link.Link {
		return &link.Link{Name: "vx0", Kind: &link.VXLAN{ID: opt.Of(id), Port: opt.Of(uint16(4789))}}
	}
	must(link.Add(ctx, conn, vxlan(7)))
	must(addr.Add(ctx, conn, &addr.Addr{Address: netip.MustParsePrefix("192.0.2.1/24"), Dev: rt.DevName("vx0")}))

	_, err := link.Ensure(ctx, conn, vxlan(8))
	fmt.Println(object.Code(err))
	changed, err := state.Ensure(ctx, &state.Space{Scope: conn}, all.Families(), link.Type.Ref(vxlan(8)), true)
	must(err)

	l, err := link.Get(ctx, conn, &link.Link{Name: "vx0"})
	must(err)
	a, err := addr.Get(ctx, conn, &addr.Addr{Dev: rt.DevName("vx0")})
	must(err)
	fmt.Println(changed, l.Kind.(*link.VXLAN).ID, a.Address)
	// Output:
	// immutable
	// true 8 192.0.2.1/24
}

// A snapshot undoes whatever was done since.
func ExampleSnapshot() {
	conn := sandbox()
	defer conn.Close()
	ctx := context.Background()
	must(link.Add(ctx, conn, &link.Link{Name: "br0", Kind: &link.Bridge{}}))

	before := state.NewSnapshot(all.Families())
	defer before.Close()
	br0 := link.Link{Name: "br0"}
	must(before.Touch(ctx, &state.Space{Scope: conn}, object.Delete, link.Type.Ref(&br0)))
	must(link.Delete(ctx, conn, &br0))

	done, left, err := before.Restore(ctx)
	must(err)
	l, err := link.Get(ctx, conn, &br0)
	must(err)
	fmt.Println(done, len(left), l.Name, l.Kind.KindName())
	// Output: 1 0 br0 bridge
}

// A snapshot that was saved can be restored by another process.
func ExampleLoadSnapshot() {
	conn := sandbox()
	defer conn.Close()
	ctx := context.Background()
	must(link.Add(ctx, conn, &link.Link{Name: "br0", Kind: &link.Bridge{}}))

	before := state.NewSnapshot(all.Families())
	br0 := link.Link{Name: "br0"}
	must(before.Touch(ctx, &state.Space{Scope: conn}, object.Delete, link.Type.Ref(&br0)))
	var file bytes.Buffer // in a program, one of mode 0600
	must(before.Save(&file))
	must(link.Delete(ctx, conn, &br0))

	loaded, gone, err := state.LoadSnapshot(&file, all.Families(), func(string, netns.ID) (*state.Space, error) {
		return &state.Space{Scope: conn}, nil // the only one that was touched
	})
	must(err)
	done, left, err := loaded.Restore(ctx)
	must(err)
	fmt.Println(done, len(left), len(gone))
	// Output: 1 0 0
}

// Wait returns as soon as the object is as the filter says.
func ExampleWait() {
	conn := sandbox()
	defer conn.Close()
	ctx := context.Background()
	go func() { must(link.Add(ctx, conn, &link.Link{Name: "br0", Kind: &link.Bridge{}, Up: opt.Of(true)})) }()

	r, err := state.Wait(ctx, &state.Space{Scope: conn}, link.Type.Ref(&link.Link{Name: "br0", Up: opt.Of(true)}), false)
	must(err)
	l, _ := link.Type.As(r)
	fmt.Println(l.Name, l.Up)
	// Output: br0 true
}
