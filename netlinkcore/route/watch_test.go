package route_test

import (
	"context"
	"fmt"
	"net/netip"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/netlark/netlark/netlinkcore/nl"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/route"
	"github.com/netlark/netlark/netlinkcore/rt"
	"github.com/netlark/netlark/tests/nstest"
)

// TestWatchMany: while another socket adds 100,000 routes, a watcher gets every
// event, or is told that some were lost; what it knows in the end is what a
// fresh list says. NETLARK_RUNS says how often; a small buffer makes sure that
// events are lost.
func TestWatchMany(t *testing.T) {
	runs, routes := 1, 100_000
	if nstest.Emulated() {
		routes = 10_000
	}
	if s := os.Getenv("NETLARK_RUNS"); s != "" {
		runs, _ = strconv.Atoi(s)
	}
	for run := range runs {
		for _, buffer := range []int{0, 64 << 10} {
			t.Run(fmt.Sprintf("%d with a buffer of %d", run, buffer), func(t *testing.T) { watchMany(t, buffer, routes) })
		}
	}
}

func watchMany(t *testing.T, buffer, routes int) {
	ns := nstest.New(t)
	ns.Sh(t, "ip link set lo up")
	conn := nl.New(nl.Config{Enter: ns.Do, EventBuffer: buffer})
	s := object.NewScope(object.Config{Enter: ns.Do, Conn: conn})
	defer s.Close()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	w, err := route.Type.Watch(ctx, s, route.Type.New())
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	added := make(chan error, 1)
	go func() { added <- addMany(ctx, ns, routes) }()
	overruns, known := 0, map[string]bool{}
	for last := false; !last; {
		e, err := w.Next(ctx)
		if err != nil {
			t.Fatal(err)
		}
		switch e.What {
		case object.Overrun:
			overruns++
		case object.New, object.Present:
			known[route.Type.Identity(e.Object)] = true
		case object.Gone:
			delete(known, route.Type.Identity(e.Object))
		}
		last = len(known) == routes
	}
	if err := <-added; err != nil {
		t.Fatal(err)
	}
	fresh, err := route.Type.Collect(ctx, s, nil)
	if err != nil || len(fresh) != len(known) {
		t.Fatalf("%d routes are there, %d were told of: %v", len(fresh), len(known), err)
	}
	for _, v := range fresh {
		if !known[route.Type.Identity(route.Type.Ref(v))] {
			t.Fatalf("nothing was told of %v", v.Dst)
		}
	}
	t.Logf("%d overruns", overruns)
}

func addMany(ctx context.Context, ns *nstest.NS, n int) error {
	s := object.NewScope(object.Config{Enter: ns.Do})
	defer s.Close()
	var failed error
	b := s.Batch(func(_ any, err error) { failed = err })
	for i := range n {
		dst := netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}), 32)
		v := &route.Route{Dst: dst, Dev: rt.DevName("lo")}
		if err := route.Type.Queue(ctx, b, object.Add, route.Type.Ref(v), nil); err != nil {
			return err
		}
	}
	if err := b.Flush(ctx); err != nil {
		return err
	}
	return failed
}
