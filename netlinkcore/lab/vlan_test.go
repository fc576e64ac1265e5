package lab_test

import (
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
	"github.com/netlark/netlark/tests/nstest"
)

// TestFirstVLAN: the VLAN that the kernel gives to each new port can be declared like any
// other, and is as it was declared.
func TestFirstVLAN(t *testing.T) {
	nstest.Require(t, "bridge:vlan", "kind:veth")
	ns := labtest.Machine(t)
	declared := func() *lab.Lab {
		l, err := lab.New("first", all.Families())
		if err != nil {
			t.Fatal(err)
		}
		n := labtest.Node(t, l, "a")
		labtest.Declare(t, n, object.Add, link.Type.Ref(&link.Link{Name: "br", Kind: &link.Bridge{VLANFiltering: opt.Of(true)}}))
		labtest.Declare(t, n, object.Add, link.Type.Ref(&link.Link{Name: "p", Kind: &link.Veth{Peer: &link.Link{Name: "q"}}, Master: rt.DevName("br")}))
		labtest.Declare(t, n, object.Add, bridge.VLANType.Ref(&bridge.VLAN{Dev: rt.DevName("p"), VID: bridge.VID(1), Untagged: opt.Of(false)}))
		return l
	}
	labtest.Apply(t, declared())
	if n := labtest.Apply(t, declared()); n != 0 {
		t.Errorf("the second apply took %d steps", n)
	}
	if got := strings.Join(strings.Fields(ns.Sh(t, "nsenter --net=/run/netns/first.a bridge vlan show dev p")), " "); !strings.HasSuffix(got, "p 1") {
		t.Errorf("the port has %q", got)
	}
	if _, err := lab.Destroy(t.Context(), "first", all.Families()); err != nil {
		t.Fatal(err)
	}
}

// TestMapLoses: what leaves a mapping is mapped no longer, though the kernel is told only
// what is.
func TestMapLoses(t *testing.T) {
	nstest.Require(t, "kind:vlan", "kind:veth")
	ns := labtest.Machine(t)
	declared := func(more bool) *lab.Lab {
		l, err := lab.New("maps", all.Families())
		if err != nil {
			t.Fatal(err)
		}
		n := labtest.Node(t, l, "a")
		maps := []link.QoS{{From: opt.Of[uint32](1), To: opt.Of[uint32](2)}}
		if more {
			maps = append(maps, link.QoS{From: opt.Of[uint32](3), To: opt.Of[uint32](4)})
		}
		labtest.Declare(t, n, object.Add, link.Type.Ref(&link.Link{Name: "p", Kind: &link.Veth{Peer: &link.Link{Name: "q"}}}))
		labtest.Declare(t, n, object.Add, link.Type.Ref(&link.Link{Name: "v", Parent: rt.DevName("p"), Kind: &link.VLAN{ID: opt.Of[uint16](5), EgressQoS: maps, IngressQoS: maps}}))
		return l
	}
	labtest.Apply(t, declared(true))
	if n := labtest.Apply(t, declared(false)); n != 1 {
		t.Errorf("the change took %d steps", n)
	}
	if got := ns.Sh(t, "nsenter --net=/run/netns/maps.a ip -d link show v"); !strings.Contains(got, "ingress-qos-map { 1:2 }") || !strings.Contains(got, "egress-qos-map { 1:2 }") {
		t.Error(got)
	}
	if n := labtest.Apply(t, declared(true)); n != 1 {
		t.Errorf("the change back took %d steps", n)
	}
	if _, err := lab.Destroy(t.Context(), "maps", all.Families()); err != nil {
		t.Fatal(err)
	}
}
