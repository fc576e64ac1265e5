package object_test

import (
	"net/netip"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/route"
	"github.com/netlark/netlark/netlinkcore/rt"
	"github.com/netlark/netlark/netlinkcore/xfrm"
)

// A scan allocates for itself, and not for each object.
func TestScanAllocatesNothingForAnObject(t *testing.T) {
	ns, s := scope(t)
	ns.Sh(t, "ip link set lo up")
	inet := opt.Of[uint8](unix.AF_INET)
	dst := func(i int) netip.Prefix {
		return netip.PrefixFrom(netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)}), 32)
	}
	t.Run("routes", func(t *testing.T) {
		filter := &route.Route{Family: inet, Table: opt.Of(rt.TableMain)}
		scanMany(t, s, route.Type, filter, func(i int) *route.Route { return &route.Route{Dst: dst(i), Dev: rt.DevName("lo")} })
	})
	t.Run("next hops", func(t *testing.T) {
		filter := &route.Route{Family: inet, Table: opt.Of[rt.Table](100)}
		scanMany(t, s, route.Type, filter, func(i int) *route.Route {
			return &route.Route{Dst: dst(i), Table: opt.Of[rt.Table](100),
				More: &route.More{Hops: []route.Hop{{Dev: rt.DevName("lo")}, {Dev: rt.DevName("lo")}}}}
		})
	})
	t.Run("policies", func(t *testing.T) {
		scanMany(t, s, xfrm.PolicyType, nil, func(i int) *xfrm.Policy {
			return &xfrm.Policy{Selector: xfrm.Selector{Dst: dst(i)}, Dir: opt.Of(xfrm.Out), Templates: []xfrm.Template{{Proto: opt.Of(xfrm.ESP)}}}
		})
	})
}

// scanMany adds objects, and counts what scanning them allocates.
func scanMany[S any](t *testing.T, s *object.Scope, typ *object.Type[S], filter *S, nth func(i int) *S) {
	t.Helper()
	const many = 2000
	b := s.Batch(func(_ any, err error) { t.Error(err) })
	for i := range many {
		if err := typ.Queue(t.Context(), b, object.Add, typ.Ref(nth(i)), i); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	got := testing.AllocsPerRun(5, func() {
		n := 0
		err := typ.Scan(t.Context(), s, filter, func(*S) error { n++; return nil })
		if err != nil || n != many {
			t.Fatalf("%d objects, %v; want %d", n, err, many)
		}
	})
	if got > many/4 {
		t.Errorf("%.0f allocations for %d objects", got, many)
	}
}
