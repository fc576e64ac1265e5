package lab_test

import (
	"errors"
	"net/netip"
	"strings"
	"testing"

	"github.com/netlark/netlark/netlinkcore/all"
	"github.com/netlark/netlark/netlinkcore/bridge"
	"github.com/netlark/netlark/netlinkcore/internal/labtest"
	"github.com/netlark/netlark/netlinkcore/lab"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
	"github.com/netlark/netlark/netlinkcore/state"
	"github.com/netlark/netlark/tests/nstest"
)

// groups declares entries of multicast databases, on a bridge of the lab or of others.
func groups(hosted bool, declare func(add func(group string, change func(v *bridge.MDB)))) func(t labtest.Failer) *lab.Lab {
	return func(t labtest.Failer) *lab.Lab {
		l, err := lab.New("groups", all.Families())
		if err != nil {
			t.Fatal(err)
		}
		n, dev, port := l.Host(nil), "hb", "hp"
		if !hosted {
			n, dev, port = labtest.Node(t, l, "a"), "br0", "p0"
			labtest.Declare(t, n, object.Add, link.Type.Ref(&link.Link{Name: dev, Up: opt.Of(true),
				Kind: &link.Bridge{Multicast: &link.BridgeMulticast{IGMPVersion: opt.Of[uint8](3), MLDVersion: opt.Of[uint8](2)}}}))
			labtest.Declare(t, n, object.Add, link.Type.Ref(&link.Link{Name: port, Up: opt.Of(true), Master: rt.DevName(dev),
				Kind: &link.Veth{Peer: &link.Link{Name: "p1", Up: opt.Of(true)}}}))
		}
		declare(func(group string, change func(v *bridge.MDB)) {
			v := &bridge.MDB{Dev: rt.DevName(dev), Port: rt.DevName(port), Group: opt.Of(bridge.GroupOf(netip.MustParseAddr(group))), State: opt.Of[uint8](1)}
			if change != nil {
				change(v)
			}
			labtest.Declare(t, n, object.Add, bridge.MDBType.Ref(v))
		})
		return l
	}
}

// TestGroups: entries of multicast databases are made, repaired, changed, given back; an
// undo at each step leaves those of others as they were.
func TestGroups(t *testing.T) {
	nstest.Require(t, "kernel:6.2", "kind:veth")
	first := func(add func(string, func(v *bridge.MDB))) {
		add("239.1.1.1", nil)
		add("239.1.1.2", func(v *bridge.MDB) { v.Src = ip("192.0.2.1") })
		add("239.1.1.3", func(v *bridge.MDB) {
			v.Mode.Set(1)
			v.Sources = []bridge.MDBSource{{Address: ip("192.0.2.1")}, {Address: ip("192.0.2.2")}}
		})
		add("239.9.9.9", func(v *bridge.MDB) { v.Protocol.Set(99) })
	}
	second := func(add func(string, func(v *bridge.MDB))) {
		add("239.1.1.1", func(v *bridge.MDB) { v.Protocol.Set(98) })
		add("239.1.1.3", nil)
	}
	for _, hosted := range []bool{false, true} {
		ns := labtest.Machine(t)
		ns.Sh(t, `ip link add hb up type bridge mcast_igmp_version 3 mcast_mld_version 2
ip link add hp up master hb type veth peer name hq; ip link set hq up
bridge mdb add dev hb port hp grp 239.9.9.9 permanent; bridge mdb add dev hb port hp grp 239.9.9.8 permanent`)
		const permanent = "bridge -d mdb show | grep permanent | sort"
		before := ns.Sh(t, permanent)
		differs := func() string { return labtest.Differ(ns.Sh(t, permanent), before) }
		labtest.FailEach(t, differs, groups(hosted, first), 3)
		apply := func(declare func(add func(string, func(v *bridge.MDB))), most int) {
			t.Helper()
			if n := labtest.Apply(t, groups(hosted, declare)(t)); n > most {
				t.Errorf("hosted %v: an apply took %d steps", hosted, n)
			}
		}
		apply(first, 0)
		in, dev := "nsenter --net=/run/netns/groups.a ", "br0 port p0"
		if hosted {
			in, dev = "", "hb port hp"
		}
		ns.Sh(t, in+"bridge mdb del dev "+dev+" grp 239.1.1.1")
		apply(first, 1)
		apply(second, 5)
		apply(second, 0)
		apply(first, 5)
		apply(first, 0)
		if _, err := lab.Destroy(t.Context(), "groups", all.Families()); err != nil {
			t.Fatal(err)
		}
		if how := differs(); how != "" {
			t.Errorf("hosted %v, after destroy:\n%s", hosted, how)
		}
	}
}

// TestGroupsUntold: sources that the kernel would not tell of are refused before anything
// is done where the bridge is declared, and afterwards where it is others'.
func TestGroupsUntold(t *testing.T) {
	nstest.Require(t, "kernel:6.4", "kind:veth", "kind:vxlan")
	declare := func(kind link.Kind, hosted bool, version4, version6 uint8) *lab.Lab {
		l, err := lab.New("untold", all.Families())
		if err != nil {
			t.Fatal(err)
		}
		n := l.Host(nil)
		if !hosted {
			n = labtest.Node(t, l, "a")
		}
		if kind != nil {
			labtest.Declare(t, n, object.Add, link.Type.Ref(&link.Link{Name: "hb", Up: opt.Of(true), Kind: kind}))
		}
		add := func(group, source string, exclude bool) {
			v := &bridge.MDB{Dev: rt.DevName("hb"), Port: rt.DevName("hp"), Group: opt.Of(bridge.GroupOf(ip(group))), State: opt.Of[uint8](1)}
			if v.Mode.Set(0); !exclude {
				v.Sources = []bridge.MDBSource{{Address: ip(source)}}
			}
			labtest.Declare(t, n, object.Add, bridge.MDBType.Ref(v))
		}
		add("239.1.1.1", "192.0.2.1", version4 == 2)
		add("ff05::7", "2001:db8::1", version6 == 1)
		return l
	}
	versions := func(igmp, mld uint8) link.Kind {
		return &link.Bridge{Multicast: &link.BridgeMulticast{IGMPVersion: opt.Of(igmp), MLDVersion: opt.Of(mld)}}
	}
	ns := labtest.Machine(t)
	ns.Sh(t, "ip link add hb up type bridge; ip link add hp up master hb type veth peer name hq")
	for _, test := range []struct {
		kind               link.Kind
		hosted             bool
		sources4, sources6 uint8 // versions that what is declared needs
		path               string
	}{
		{&link.Bridge{}, false, 3, 1, "mcast_igmp_version = 3, and that is 2"},
		{&link.Bridge{}, false, 2, 2, "mcast_mld_version = 2, and that is 1"},
		{&link.Bridge{}, false, 2, 1, ""},
		{versions(2, 2), false, 3, 2, "mcast_igmp_version = 3, and that is 2"},
		{versions(3, 1), true, 3, 2, "mcast_mld_version = 2, and that is 1"},
		{versions(3, 2), false, 3, 2, ""},
		{&link.Bridge{}, true, 3, 2, ""}, // others may have set it
		{&link.VXLAN{}, false, 3, 2, ""},
		{nil, false, 3, 2, ""},
	} {
		c, err := declare(test.kind, test.hosted, test.sources4, test.sources6).Compare(t.Context())
		if err == nil {
			_ = c.Close()
		}
		conflict, ok := errors.AsType[*lab.ConflictError](err)
		if ok != (test.path != "") || ok && (!strings.HasSuffix(err.Error(), test.path) || conflict.Other == nil || object.Code(err) != "conflict") {
			t.Errorf("%v: %v", test, err)
		}
	}
	_, err := new(lab.Apply).Apply(t.Context(), declare(nil, true, 3, 1))
	step, ok := errors.AsType[*state.StepError](err)
	if !ok || step.Step.Object.Family != object.Family(bridge.MDBType) || object.Code(err) != "conflict" {
		t.Errorf("the kernel does not tell: %v", err)
	}
	if out := ns.Sh(t, "bridge mdb show | grep 239 || true"); out != "" {
		t.Errorf("not undone: %s", out)
	}
}

// TestGroupsJoined: where a port has joined a group by itself, what is declared takes the
// place of that. Linux 6.1 puts no entry in the place of another: there it is made anew.
func TestGroupsJoined(t *testing.T) {
	nstest.Require(t, "kind:veth")
	ns := labtest.Machine(t)
	declare := groups(false, func(add func(string, func(v *bridge.MDB))) { add("239.1.1.1", nil) })
	const in, look = "nsenter --net=/run/netns/groups.a ", "bridge mdb show | grep 239.1.1.1"
	labtest.Apply(t, declare(t))
	want := ns.Sh(t, in+look)
	ns.Sh(t, in+"bridge mdb del dev br0 port p0 grp 239.1.1.1; "+in+"bridge mdb add dev br0 port p0 grp 239.1.1.1 temp")
	if labtest.Apply(t, declare(t)); ns.Sh(t, in+look) != want {
		t.Errorf("bridge shows %q, want %q", ns.Sh(t, in+look), want)
	}
	if n := labtest.Apply(t, declare(t)); n != 0 {
		t.Errorf("%d steps more", n)
	}
}
