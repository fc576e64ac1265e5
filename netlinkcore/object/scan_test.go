package object_test

import (
	"net/netip"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/route"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// A scan of plain routes allocates for the scan, and not for each route.
func TestScanAllocatesNothingForAnObject(t *testing.T) {
	ns, s := scope(t)
	ns.Sh(t, "ip link set lo up")
	const many = 2000
	scan := func() {
		n := 0
		filter := route.Route{Family: opt.Of[uint8](unix.AF_INET), Table: opt.Of(rt.TableMain)}
		err := route.Type.Scan(t.Context(), s, &filter, func(*route.Route) error { n++; return nil })
		if err != nil || n != many {
			t.Fatalf("%d routes, %v; want %d", n, err, many)
		}
	}
	b := s.Batch(func(_ any, err error) { t.Error(err) })
	for i := range many {
		to := netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)})
		r := &route.Route{Dst: netip.PrefixFrom(to, 32), Dev: rt.DevName("lo")}
		if err := route.Type.Queue(t.Context(), b, object.Add, route.Type.Ref(r), i); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := testing.AllocsPerRun(5, scan); got > many/4 {
		t.Errorf("%.0f allocations for %d routes", got, many)
	}
}
