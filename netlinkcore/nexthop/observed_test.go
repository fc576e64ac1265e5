package nexthop_test

import (
	"errors"
	"net/netip"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/nexthop"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
	"github.com/netlark/netlark/tests/nstest"
)

func TestMain(m *testing.M) { nstest.Main(m) }

func scope(t *testing.T) (*nstest.NS, *object.Scope) {
	t.Helper()
	ns := nstest.New(t)
	ns.Sh(t, "ip link set dev lo up; ip link add name v0 type veth peer name v1; ip link set dev v0 up; ip link set dev v1 up; ip addr add 10.0.0.1/24 dev v0; ip addr add fd00::1/64 dev v0 nodad")
	s := object.NewScope(object.Config{Enter: ns.Do})
	t.Cleanup(func() { s.Close() })
	return ns, s
}

func hop(id uint32, via string) *nexthop.NextHop {
	return &nexthop.NextHop{ID: opt.Of(id), Via: netip.MustParseAddr(via), Dev: rt.DevName("v0")}
}

func add(t *testing.T, s *object.Scope, list ...*nexthop.NextHop) {
	t.Helper()
	for _, v := range list {
		if err := nexthop.Type.Add(t.Context(), s, v); err != nil {
			t.Fatal(err)
		}
	}
}

func TestSingle(t *testing.T) {
	ns, s := scope(t)
	v6 := hop(2, "fd00::2")
	v6.Protocol = opt.Of[rt.Protocol](unix.RTPROT_BGP)
	far := hop(3, "192.0.2.9")
	far.OnLink = opt.Of(true)
	dev := &nexthop.NextHop{ID: opt.Of[uint32](4), Dev: rt.DevName("v0")}
	hole := &nexthop.NextHop{ID: opt.Of[uint32](5), Blackhole: opt.Of(true)}
	all := []*nexthop.NextHop{hop(1, "10.0.0.2"), v6, far, dev, hole}
	add(t, s, all...)
	theirs := ns.IP(t, "nexthop", "show")
	if len(theirs) != len(all) {
		t.Fatalf("ip shows %d: %v", len(theirs), theirs)
	}
	for i, v := range all {
		got, err := nexthop.Type.Get(t.Context(), s, &nexthop.NextHop{ID: v.ID})
		if err != nil || !nexthop.Type.Schema.Covers(attr.To(got), attr.To(v)) {
			t.Errorf("nexthop %d: %+v, %v", i+1, got, err)
		}
		if v.Via.IsValid() && theirs[i]["gateway"] != v.Via.String() || v.Dev.IsSet() && theirs[i]["dev"] != "v0" {
			t.Errorf("ip shows %v of %+v", theirs[i], v)
		}
	}
	if theirs[1]["protocol"] != "bgp" {
		t.Errorf("ip shows protocol %v", theirs[1]["protocol"])
	}
	if err := nexthop.Type.Add(t.Context(), s, all[0]); !errors.Is(err, unix.EEXIST) {
		t.Errorf("adding it twice: %v", err)
	}
	all[0].Via = netip.MustParseAddr("10.0.0.7")
	if err := nexthop.Type.Replace(t.Context(), s, all[0]); err != nil {
		t.Fatal(err)
	}
	if out := ns.IP(t, "nexthop", "show", "id", "1"); out[0]["gateway"] != "10.0.0.7" {
		t.Errorf("after replace ip shows %v", out)
	}
}

// The kernel chooses an id, and tells it.
func TestChosenID(t *testing.T) {
	_, s := scope(t)
	v := hop(0, "10.0.0.2")
	v.ID.Unset()
	r, err := nexthop.Type.Do(t.Context(), s, object.Add, nexthop.Type.Ref(v))
	if err != nil {
		t.Fatal(err)
	}
	key, _ := nexthop.Type.As(r)
	if got, err := nexthop.Type.Get(t.Context(), s, &nexthop.NextHop{ID: key.ID}); key.ID.Or(0) == 0 || err != nil || got.Via != v.Via {
		t.Errorf("key %v, object %+v, %v", key.ID, got, err)
	}
}

func TestGroups(t *testing.T) {
	ns, s := scope(t)
	add(t, s, hop(1, "10.0.0.2"), hop(2, "10.0.0.3"))
	members := []nexthop.Member{{ID: opt.Of[uint32](1), Weight: opt.Of[uint32](2)}, {ID: opt.Of[uint32](2), Weight: opt.Of[uint32](200)}}
	group := &nexthop.NextHop{ID: opt.Of[uint32](10), Group: members}
	resilient := &nexthop.NextHop{ID: opt.Of[uint32](11), Group: members, GroupType: opt.Of(nexthop.Resilient),
		Buckets: opt.Of[uint16](8), IdleTimer: opt.Of[uint32](6000), UnbalancedTimer: opt.Of[uint32](30000)}
	add(t, s, group, resilient)
	theirs := ns.IP(t, "nexthop", "show", "id", "10")[0]["group"].([]any)
	if m := theirs[1].(map[string]any); len(theirs) != 2 || m["id"] != 2 || m["weight"] != 200 {
		t.Errorf("ip shows %v", theirs)
	}
	for _, v := range []*nexthop.NextHop{group, resilient} {
		got, err := nexthop.Type.Get(t.Context(), s, &nexthop.NextHop{ID: v.ID})
		if err != nil || !nexthop.Type.Schema.Covers(attr.To(got), attr.To(v)) {
			t.Errorf("%+v, %v, want %+v", got, err, v)
		}
	}
	args := ns.IP(t, "nexthop", "show", "id", "11")[0]["resilient_args"].(map[string]any)
	if args["buckets"] != 8 || args["idle_timer"] != 60 || args["unbalanced_timer"] != 300 {
		t.Errorf("ip shows %v", args)
	}
	groups, err := nexthop.Type.Collect(t.Context(), s, &nexthop.NextHop{GroupsOnly: opt.Of(true)})
	if err != nil || len(groups) != 2 {
		t.Errorf("groups only: %d, %v", len(groups), err)
	}
	if err := nexthop.Type.Delete(t.Context(), s, &nexthop.NextHop{ID: opt.Of[uint32](1)}); err != nil {
		t.Fatal(err)
	}
	left, err := nexthop.Type.Get(t.Context(), s, &nexthop.NextHop{ID: group.ID})
	if err != nil || len(left.Group) != 1 || left.Group[0].ID.Or(0) != 2 {
		t.Errorf("after a member went: %+v, %v", left, err)
	}
}

// A replacement stays what it was: one hop, or a group of its type and size.
func TestReplaceInKind(t *testing.T) {
	ns, s := scope(t)
	id := func(n uint32) opt.Value[uint32] { return opt.Of(n) }
	group := func(n uint32, members ...uint32) *nexthop.NextHop {
		v := &nexthop.NextHop{ID: id(n)}
		for _, m := range members {
			v.Group = append(v.Group, nexthop.Member{ID: id(m)})
		}
		return v
	}
	resilient := func(buckets uint16) *nexthop.NextHop {
		v := group(11, 1)
		v.GroupType, v.Buckets = opt.Of(nexthop.Resilient), opt.Of(buckets)
		return v
	}
	add(t, s, hop(1, "10.0.0.2"), hop(2, "10.0.0.3"), group(10, 1), resilient(8))
	before := ns.Sh(t, "ip nexthop")
	for _, v := range []*nexthop.NextHop{group(1, 2), hop(10, "10.0.0.2"), group(11, 1), resilient(16)} {
		if err := nexthop.Type.Replace(t.Context(), s, v); object.Code(err) != "invalid" {
			t.Errorf("%+v: %v", v, err)
		}
	}
	if now := ns.Sh(t, "ip nexthop"); now != before {
		t.Errorf("ip shows\n%s\nit was\n%s", now, before)
	}
	if err := nexthop.Type.Replace(t.Context(), s, group(10, 1, 2)); err != nil {
		t.Fatal(err)
	}
	if members := ns.IP(t, "nexthop", "show", "id", "10")[0]["group"].([]any); len(members) != 2 {
		t.Errorf("ip shows %v", members)
	}
}
