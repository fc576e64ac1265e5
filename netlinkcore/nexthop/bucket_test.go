package nexthop_test

import (
	"net/netip"
	"testing"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/encap"
	"github.com/netlark/netlark/netlinkcore/nexthop"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/tests/nstest"
)

func members(list ...uint32) (out []nexthop.Member) {
	for _, id := range list {
		out = append(out, nexthop.Member{ID: opt.Of(id)})
	}
	return out
}

func TestBuckets(t *testing.T) {
	ns, s := scope(t)
	add(t, s, hop(1, "10.0.0.2"), hop(2, "10.0.0.3"),
		&nexthop.NextHop{ID: opt.Of[uint32](10), Group: members(1, 2), GroupType: opt.Of(nexthop.Resilient), Buckets: opt.Of[uint16](8)})
	theirs := ns.IP(t, "nexthop", "bucket", "list", "id", "10")
	ours, err := nexthop.BucketType.Collect(t.Context(), s, &nexthop.Bucket{ID: opt.Of[uint32](10)})
	if err != nil || len(ours) != 8 || len(theirs) != 8 {
		t.Fatalf("%d buckets, %v; ip shows %d", len(ours), err, len(theirs))
	}
	for i := range ours {
		b := theirs[i]["bucket"].(map[string]any)
		if b["index"] != int(ours[i].Index.Or(99)) || b["nhid"] != int(ours[i].NextHop.Or(99)) {
			t.Errorf("ip shows %v of %+v", b, ours[i])
		}
		one, err := nexthop.BucketType.Get(t.Context(), s, &nexthop.Bucket{ID: ours[i].ID, Index: ours[i].Index})
		if err != nil || one.NextHop != ours[i].NextHop {
			t.Errorf("bucket %d: %+v, %v", i, one, err)
		}
	}
	half, err := nexthop.BucketType.Collect(t.Context(), s, &nexthop.Bucket{NextHop: opt.Of[uint32](1)})
	if err != nil || len(half) != 4 {
		t.Errorf("%d lead to 1, %v", len(half), err)
	}
}

func TestGroupStats(t *testing.T) {
	nstest.Require(t, "kernel:6.9")
	_, s := scope(t)
	group := &nexthop.NextHop{ID: opt.Of[uint32](10), Group: members(1, 2), HWStats: opt.Of(true)}
	add(t, s, hop(1, "10.0.0.2"), hop(2, "10.0.0.3"), group)
	got, err := nexthop.Type.Get(t.Context(), s, &nexthop.NextHop{ID: group.ID})
	if err != nil || !got.HWStats.Or(false) || len(got.GroupStats) != 2 || got.GroupStats[1].ID.Or(0) != 2 {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestWideWeights(t *testing.T) {
	nstest.Require(t, "kernel:6.12")
	_, s := scope(t)
	group := &nexthop.NextHop{ID: opt.Of[uint32](10), Group: members(1, 2)}
	group.Group[0].Weight, group.Group[1].Weight = opt.Of[uint32](1000), opt.Of[uint32](65535)
	add(t, s, hop(1, "10.0.0.2"), hop(2, "10.0.0.3"), group)
	got, err := nexthop.Type.Get(t.Context(), s, &nexthop.NextHop{ID: group.ID})
	if err != nil || !nexthop.Type.Schema.Covers(attr.To(got), attr.To(group)) {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestFDBAndEncap(t *testing.T) {
	ns, s := scope(t)
	fdb := &nexthop.NextHop{ID: opt.Of[uint32](7), Via: netip.MustParseAddr("192.0.2.7"), FDB: opt.Of(true)}
	wrapped := hop(8, "10.0.0.2")
	wrapped.Encap = &encap.IP{Dst: netip.MustParseAddr("198.51.100.1"), Tunnel: encap.Tunnel{ID: opt.Of[uint64](42)}}
	add(t, s, fdb, wrapped)
	for _, v := range []*nexthop.NextHop{fdb, wrapped} {
		got, err := nexthop.Type.Get(t.Context(), s, &nexthop.NextHop{ID: v.ID})
		if err != nil || !nexthop.Type.Schema.Covers(attr.To(got), attr.To(v)) {
			t.Errorf("%+v, %v", got, err)
		}
	}
	if out := ns.IP(t, "nexthop", "show", "id", "8"); out[0]["encap"] != "ip" || out[0]["id"] != 8 && out[0]["id"] != 42 {
		t.Errorf("ip shows %v", out)
	}
	if _, isFDB := ns.IP(t, "nexthop", "show", "id", "7")[0]["fdb"]; !isFDB {
		t.Error("ip shows no fdb")
	}
}
