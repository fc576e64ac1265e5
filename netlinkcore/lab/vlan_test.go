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
