package object_test

import (
	"context"
	"encoding/binary"
	"errors"
	"net/netip"
	"reflect"
	"runtime"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/addr"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/nl"
	"github.com/netlark/netlark/netlinkcore/nltest"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/route"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// Loops that are left early leave no goroutine and no socket behind.
func TestChangesLeaveNothing(t *testing.T) {
	_, s := scope(t)
	before := runtime.NumGoroutine()
	for range 20 {
		for e, err := range link.Watch(t.Context(), s, nil) {
			if err != nil || e.What != object.Present || e.Object.Name != "lo" {
				t.Fatal(e, err)
			}
			break
		}
	}
	for deadline := time.Now().Add(5 * time.Second); runtime.NumGoroutine() > before && time.Now().Before(deadline); {
		time.Sleep(time.Millisecond)
	}
	if after := runtime.NumGoroutine(); after > before {
		t.Errorf("%d goroutines, %d before", after, before)
	}
}

// The end of the context ends a loop that waits.
func TestChangesEnd(t *testing.T) {
	_, s := scope(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var last error
	for e, err := range link.Watch(ctx, s, nil) {
		if e.What == object.Synced {
			time.AfterFunc(10*time.Millisecond, cancel)
		}
		last = err
	}
	if !errors.Is(last, context.Canceled) {
		t.Errorf("the loop ended with %v", last)
	}
}

// What the kernel can filter by is in the request for a list.
func TestFilterIsSent(t *testing.T) {
	k := nltest.New()
	noDevices(k)
	k.Handle(unix.NETLINK_ROUTE, unix.RTM_GETROUTE, func(nltest.Request) []nltest.Reply { return nil })
	s := object.NewScope(object.Config{Conn: nl.New(k.Config())})
	defer s.Close()
	filter := route.Route{Family: opt.Of[uint8](unix.AF_INET6), Table: opt.Of(rt.Table(1000)), Protocol: opt.Of(rt.ProtoStatic)}
	if _, err := route.Collect(t.Context(), s, &filter); err != nil {
		t.Fatal(err)
	}
	for _, r := range k.Requests() {
		if r.Type != unix.RTM_GETROUTE {
			continue
		}
		table := uint32(0)
		if len(r.Body) >= unix.SizeofRtMsg+8 {
			table = binary.NativeEndian.Uint32(r.Body[unix.SizeofRtMsg+4:])
		}
		if r.Body[0] != unix.AF_INET6 || r.Body[5] != unix.RTPROT_STATIC || table != 1000 {
			t.Errorf("the request is % x", r.Body)
		}
		return
	}
	t.Error("no list was asked for")
}

// Functions leave alone what they are given.
func TestArgumentsStay(t *testing.T) {
	ns, s := scope(t)
	ns.Sh(t, "ip link set lo up")
	a := addr.Addr{Address: netip.MustParsePrefix("192.0.2.1/24"), Dev: rt.DevName("lo")}
	filter := route.Route{Dst: netip.MustParsePrefix("192.0.2.0/24")}
	l := link.Link{Name: "v0", Kind: &link.Veth{Peer: &link.Link{Name: "v1"}}}
	a0, filter0, l0 := a, filter, l
	if err := errors.Join(addr.Add(t.Context(), s, &a), addr.Set(t.Context(), s, &a), link.Add(t.Context(), s, &l)); err != nil {
		t.Fatal(err)
	}
	if _, err := route.Collect(t.Context(), s, &filter); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(a, a0) || !reflect.DeepEqual(filter, filter0) || !reflect.DeepEqual(l, l0) ||
		!reflect.DeepEqual(l.Kind, &link.Veth{Peer: &link.Link{Name: "v1"}}) {
		t.Errorf("changed: %+v, %+v, %+v", a, filter, l)
	}
}
