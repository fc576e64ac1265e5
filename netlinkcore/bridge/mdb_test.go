package bridge_test

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/bridge"
	"github.com/netlark/netlark/netlinkcore/internal/verbtest"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
	"github.com/netlark/netlark/netlinkcore/state"
	"github.com/netlark/netlark/tests/nstest"
)

func mdb(v bridge.MDB) object.Ref { return bridge.MDBType.Ref(&v) }

func group(s string) opt.Value[bridge.Group] {
	if a, err := netip.ParseAddr(s); err == nil {
		return opt.Of(bridge.GroupOf(a))
	}
	m, _ := attr.ParseMAC(s)
	return opt.Of(bridge.Group{MAC: m})
}

var permanent = opt.Of[uint8](1)

// joined has br0 with the port v0, which tell of sources.
func joined(t *testing.T) *verbtest.Place {
	p := verbtest.New(t, "kind:bridge", "kind:veth")
	p.Sh(`ip link add name br0 up type bridge mcast_igmp_version 3 mcast_mld_version 2
ip link add name v0 up type veth peer name v1; ip link set dev v1 up; ip link set dev v0 master br0`)
	return p
}

// database is what bridge(8) tells of a group.
func database(p *verbtest.Place, group string) string {
	p.Helper()
	return strings.TrimSpace(p.Sh("bridge -d mdb show | grep -w '" + group + "' || true"))
}

// TestMDB: entries are made, read by bridge(8), found, and removed.
func TestMDB(t *testing.T) {
	p := joined(t)
	for _, test := range []struct {
		v     bridge.MDB
		shows string
	}{
		{bridge.MDB{Group: group("239.1.1.1"), State: permanent}, "grp 239.1.1.1 permanent"},
		{bridge.MDB{Group: group("239.1.1.2")}, "grp 239.1.1.2 temp"},
		{bridge.MDB{Group: group("239.1.1.3"), Src: netip.MustParseAddr("192.0.2.1"), State: permanent}, "grp 239.1.1.3 src 192.0.2.1 permanent"},
		{bridge.MDB{Group: group("ff05::7"), State: permanent}, "grp ff05::7 permanent"},
		{bridge.MDB{Group: group("01:02:03:04:05:06"), State: permanent}, "grp 01:02:03:04:05:06 permanent"},
	} {
		name := test.v.Group.Or(bridge.Group{}).String()
		test.v.Dev, test.v.Port = rt.DevName("br0"), rt.DevName("v0")
		p.Must(object.Add, mdb(test.v))
		if out := database(p, name); !strings.Contains(out, "dev br0 port v0 "+test.shows) {
			t.Errorf("bridge shows %q, want %q", out, test.shows)
		}
		p.Refused(object.Add, mdb(test.v), "exists", "")
		e := p.One(mdb(bridge.MDB{Group: test.v.Group}))
		if !bridge.MDBType.Schema.Covers(e.Ptr(), attr.To(&test.v)) {
			t.Errorf("%s: what was read differs from what was made", name)
		}
		p.Must(object.Delete, e)
		if out := database(p, name); out != "" {
			t.Errorf("after delete bridge shows %q", out)
		}
	}
	p.Refused(object.Delete, mdb(bridge.MDB{Dev: rt.DevName("br0"), Port: rt.DevName("v0"), Group: group("239.9.9.9")}), "not_found", "")
	p.Refused(object.Add, mdb(bridge.MDB{Dev: rt.DevName("br0"), Group: group("239.9.9.9")}), "invalid", "port")
}

// TestMDBSources: an entry has the sources that it is about. What the kernel makes of those
// is its own, and goes with it.
func TestMDBSources(t *testing.T) {
	nstest.Require(t, "kernel:6.2")
	p := joined(t)
	source := func(s string) bridge.MDBSource { return bridge.MDBSource{Address: netip.MustParseAddr(s)} }
	v := bridge.MDB{Dev: rt.DevName("br0"), Port: rt.DevName("v0"), Group: group("239.1.1.1"), State: permanent, Mode: opt.Of[uint8](1),
		Sources: []bridge.MDBSource{source("192.0.2.1"), source("192.0.2.2")}}
	p.Must(object.Add, mdb(v))
	if out := database(p, "239.1.1.1"); !strings.Contains(out, "filter_mode include source_list 192.0.2.2") || strings.Count(out, "\n") != 2 {
		t.Errorf("bridge shows %q", out)
	}
	v.Mode, v.Sources = opt.Value[uint8]{}, []bridge.MDBSource{source("192.0.2.3")}
	p.Must(object.Replace, mdb(v))
	if out := database(p, "239.1.1.1"); !strings.Contains(out, "filter_mode exclude source_list 192.0.2.3") {
		t.Errorf("bridge shows %q", out)
	}
	items, err := bridge.MDBType.Inventory(t.Context(), p.Scope, nil)
	if err != nil {
		t.Fatal(err)
	}
	mine := 0
	for _, it := range items {
		if it.Maker == object.User {
			mine++
		}
	}
	if mine != 1 {
		t.Errorf("%d entries are the user's", mine)
	}
	if n, err := bridge.FlushMDBs(t.Context(), p.Scope, nil); n != 1 || err != nil {
		t.Errorf("a flush removes %d, %v", n, err)
	}
	if out := database(p, "239.1.1.1"); out != "" {
		t.Errorf("after that bridge shows %q", out)
	}
}

// TestMDBRemotes: of a VXLAN device an entry has several remotes, one object each.
func TestMDBRemotes(t *testing.T) {
	nstest.Require(t, "kernel:6.4")
	p := joined(t)
	p.Sh("ip link add vx0 up type vxlan id 7 dstport 4789 local 192.0.2.1")
	v := bridge.MDB{Dev: rt.DevName("vx0"), Port: rt.DevName("vx0"), Group: group("239.1.1.1"), State: permanent, Dst: netip.MustParseAddr("192.0.2.7")}
	p.Must(object.Add, mdb(v))
	v.Dst, v.VNI, v.DstPort, v.Via = netip.MustParseAddr("192.0.2.8"), opt.Of[uint32](8), opt.Of[uint16](999), rt.DevName("v0")
	p.Must(object.Add, mdb(v))
	p.Refused(object.Add, mdb(v), "exists", "")
	p.Count(2, mdb(bridge.MDB{Dev: rt.DevName("vx0")}))
	e := p.One(mdb(bridge.MDB{Dst: v.Dst}))
	if !bridge.MDBType.Schema.Covers(e.Ptr(), attr.To(&v)) {
		t.Error("what was read differs from what was made")
	}
	p.Must(object.Delete, e)
	p.Count(1, mdb(bridge.MDB{Dev: rt.DevName("vx0")}))
}

// TestMDBUntold: where the kernel does not tell of sources, nothing can make sure of them.
// A VXLAN device's are told always.
func TestMDBUntold(t *testing.T) {
	nstest.Require(t, "kernel:6.4")
	p := joined(t)
	p.Sh("ip link set br0 type bridge mcast_mld_version 1; ip link add vx0 up type vxlan id 7 dstport 4789 local 192.0.2.1")
	entry := func(dev, port, grp, source string) *bridge.MDB {
		return &bridge.MDB{Dev: rt.DevName(dev), Port: rt.DevName(port), Group: group(grp), State: permanent, Mode: opt.Of[uint8](1),
			Sources: []bridge.MDBSource{{Address: netip.MustParseAddr(source)}}}
	}
	_, err := bridge.EnsureMDB(t.Context(), p.Scope, entry("br0", "v0", "ff05::7", "2001:db8::1"))
	if object.Code(err) != "conflict" || verbtest.Path(err) != "filter_mode" || !strings.Contains(err.Error(), "mcast_mld_version = 2, and that is 1") {
		t.Errorf("MLD version 1: %v", err)
	}
	p.Count(0, mdb(bridge.MDB{Group: group("ff05::7")}))
	remote := entry("vx0", "vx0", "ff05::7", "2001:db8::1")
	remote.Dst = netip.MustParseAddr("192.0.2.7")
	for _, v := range []*bridge.MDB{entry("br0", "v0", "239.1.1.1", "192.0.2.1"), remote} {
		for _, want := range []bool{true, false} {
			if changed, err := bridge.EnsureMDB(t.Context(), p.Scope, v); changed != want || err != nil {
				t.Errorf("%s: %v, want %v, %v", mdb(*v), changed, want, err)
			}
		}
	}
}

// TestMDBEnsureJoined: a port that joined a group by itself is made to stay: where the
// kernel puts no entry in the place of another, by making it anew.
func TestMDBEnsureJoined(t *testing.T) {
	p := joined(t)
	p.Sh("bridge mdb add dev br0 port v0 grp 239.1.1.1 temp")
	v := &bridge.MDB{Dev: rt.DevName("br0"), Port: rt.DevName("v0"), Group: group("239.1.1.1"), State: permanent}
	changed, err := bridge.EnsureMDB(t.Context(), p.Scope, v)
	if !bridge.MDBType.Does(object.Replace) {
		if object.Code(err) != "immutable" {
			t.Errorf("an old kernel: %v", err)
		}
		changed, err = state.Ensure(t.Context(), &state.Space{Scope: p.Scope}, []object.Family{bridge.MDBType}, bridge.MDBType.Ref(v), true)
	}
	if !changed || err != nil {
		t.Errorf("changed: %v, %v", changed, err)
	}
	if out := database(p, "239.1.1.1"); !strings.Contains(out, "permanent") {
		t.Errorf("bridge shows %q", out)
	}
}
