package lab_test

import (
	"testing"

	"github.com/netlark/netlark/netlinkcore/all"
	"github.com/netlark/netlark/netlinkcore/internal/labtest"
	"github.com/netlark/netlark/netlinkcore/lab"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
	"github.com/netlark/netlark/tests/nstest"
)

// TestStacked: a device that stands on the end of a cable that another node
// makes, and is a port there.
func TestStacked(t *testing.T) {
	nstest.Require(t, "kind:macvlan", "kind:bridge")
	ns := nstest.New(t)
	stacked := func() *lab.Lab {
		l, err := lab.New("st", all.Families())
		if err != nil {
			t.Fatal(err)
		}
		a, b := labtest.Node(t, l, "a"), labtest.Node(t, l, "b")
		labtest.Declare(t, b, object.Add, link.Type.Ref(&link.Link{Name: "mv0", Kind: &link.MACVLAN{}, Parent: rt.DevName("eth0"),
			Master: rt.DevName("br0"), Up: opt.Of(true)}))
		labtest.Declare(t, b, object.Add, link.Type.Ref(&link.Link{Name: "br0", Kind: &link.Bridge{}, Up: opt.Of(true)}))
		cable(t, l, &lab.Cable{A: lab.End{Node: a}, B: lab.End{Node: b}})
		return l
	}
	labtest.Apply(t, stacked())
	want := map[string]any{"link": "eth0", "master": "br0"}
	nstest.Expect(t, ns.IP(t, "-n", "st.b", "link", "show", "mv0"), want)
	ns.Sh(t, "ip -n st.a link del eth0")
	labtest.Apply(t, stacked())
	nstest.Expect(t, ns.IP(t, "-n", "st.b", "link", "show", "mv0"), want)
	if n := labtest.Apply(t, stacked()); n != 0 {
		t.Errorf("repaired, there are %d steps", n)
	}
	if _, err := lab.Destroy(t.Context(), "st", all.Families()); err != nil {
		t.Fatal(err)
	}
}
