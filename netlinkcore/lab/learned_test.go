package lab_test

import (
	"strings"
	"testing"

	"github.com/netlark/netlark/netlinkcore/all"
	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/bridge"
	"github.com/netlark/netlark/netlinkcore/internal/labtest"
	"github.com/netlark/netlark/netlinkcore/lab"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/neigh"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
	"github.com/netlark/netlark/tests/nstest"
)

// known declares a neighbour and a forwarding entry, of a device of the lab's or of others,
// without saying that they stay. With VLANs the kernel makes an entry for each.
func known(t *testing.T, hosted, vlans bool) *lab.Lab {
	l, err := lab.New("known", all.Families())
	if err != nil {
		t.Fatal(err)
	}
	n := l.Host(nil)
	if !hosted {
		n = labtest.Node(t, l, "a")
		kind := &link.Bridge{}
		if vlans {
			kind.VLANDefaultPVID.Set(0)
		}
		labtest.Declare(t, n, object.Add, link.Type.Ref(&link.Link{Name: "hb", Kind: kind, Up: opt.Of(true)}))
		labtest.Declare(t, n, object.Add, link.Type.Ref(&link.Link{Name: "hp", Up: opt.Of(true), Master: rt.DevName("hb"),
			Kind: &link.Veth{Peer: &link.Link{Name: "hq", Up: opt.Of(true)}}}))
	}
	mac, err := attr.ParseMAC("02:00:00:00:00:77")
	if err != nil {
		t.Fatal(err)
	}
	labtest.Declare(t, n, object.Add, neigh.Type.Ref(&neigh.Neigh{Dst: ip("192.0.2.77"), Dev: rt.DevName("hb"), LLAddr: mac}))
	labtest.Declare(t, n, object.Add, neigh.Type.Ref(&neigh.Neigh{Dst: ip("192.0.2.78"), Dev: rt.DevName("hb"), Proxy: opt.Of(true)}))
	labtest.Declare(t, n, object.Add, bridge.FDBType.Ref(&bridge.FDB{LLAddr: mac, Dev: rt.DevName("hp"), Master: opt.Of(true)}))
	return l
}

// TestLearned: what is declared stays, and what the kernel learned in its place does not:
// a plan tells it, and an apply makes it what an add would have made.
func TestLearned(t *testing.T) {
	nstest.Require(t, "kind:veth", "kind:bridge")
	for _, hosted := range []bool{false, true} {
		ns := labtest.Machine(t)
		vlans := ns.Sh(t, "ip link add hb up type bridge; ip link set hb type bridge vlan_default_pvid 0; ip -d link show hb | grep vlan_default_pvid || true") != ""
		ns.Sh(t, "ip link add hp up master hb type veth peer name hq; ip link set hq up")
		in := "nsenter --net=/run/netns/known.a "
		if hosted {
			in = ""
		}
		look := func() string {
			return ns.Sh(t, in+"ip -o neigh show 192.0.2.77 dev hb; "+in+"bridge fdb show dev hp | grep 00:77")
		}
		labtest.Apply(t, known(t, hosted, vlans))
		want := look()
		if strings.Count(want, "PERMANENT")+strings.Count(want, "permanent") != 2 {
			t.Fatalf("hosted %v: it was made as\n%s", hosted, want)
		}
		for _, state := range []string{"stale", "reachable"} {
			ns.Sh(t, in+"ip neigh replace 192.0.2.77 lladdr 02:00:00:00:00:77 dev hb nud "+state+"; "+
				in+"bridge fdb replace 02:00:00:00:00:77 dev hp master dynamic")
			if n := labtest.Apply(t, known(t, hosted, vlans)); n != 2 || look() != want {
				t.Errorf("hosted %v, %s: %d steps make\n%s", hosted, state, n, look())
			}
			if n := labtest.Apply(t, known(t, hosted, vlans)); n != 0 {
				t.Errorf("hosted %v, %s: %d steps more", hosted, state, n)
			}
		}
		if _, err := lab.Destroy(t.Context(), "known", all.Families()); err != nil {
			t.Fatal(err)
		}
		if out := ns.Sh(t, "ip neigh show 192.0.2.77 dev hb; bridge fdb show dev hp | grep 00:77 || true"); out != "" {
			t.Errorf("hosted %v: not gone: %s", hosted, out)
		}
	}
}
