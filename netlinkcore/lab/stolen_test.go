package lab_test

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/netlark/netlark/netlinkcore/all"
	"github.com/netlark/netlark/netlinkcore/internal/labtest"
	"github.com/netlark/netlark/netlinkcore/lab"
)

// TestStolenEnds: both ends of a cable are there, as each node by itself wants them, and lead
// elsewhere. Only together do they show it: the cable is made anew, and all that is on it.
func TestStolenEnds(t *testing.T) {
	ns := labtest.Machine(t)
	build := func() *lab.Lab {
		l, err := lab.New("st", all.Families())
		if err != nil {
			t.Fatal(err)
		}
		cable(t, l, &lab.Cable{
			A: lab.End{Node: labtest.Node(t, l, "a"), Addrs: []netip.Prefix{prefix("10.0.0.1/30")}},
			B: lab.End{Node: labtest.Node(t, l, "b"), Addrs: []netip.Prefix{prefix("10.0.0.2/30")}},
		})
		return l
	}
	labtest.Apply(t, build())
	ns.Sh(t, `a=$(ip -n st.a -o link show eth0 | sed 's/.*ether \([^ ]*\).*/\1/'); b=$(ip -n st.b -o link show eth0 | sed 's/.*ether \([^ ]*\).*/\1/')
ip -n st.a link delete eth0
i=1; for n in a b; do
	eval mac=\$$n
	ip link add far-$n up numtxqueues 1 numrxqueues 1 type veth peer name eth0 address $mac netns st.$n numtxqueues 1 numrxqueues 1
	ip -n st.$n addr add 10.0.0.$i/30 dev eth0; ip -n st.$n link set eth0 up; i=2
done`)
	if n := labtest.Apply(t, build()); n == 0 {
		t.Error("nothing was found to differ")
	}
	if out := ns.Sh(t, "ip link"); strings.Contains(out, "far-") {
		t.Errorf("the strange ends are there yet: %s", out)
	}
	if n := labtest.Apply(t, build()); n != 0 {
		t.Errorf("the next apply took %d steps", n)
	}
	if out := ns.Sh(t, "ip -n st.b link set eth0 down; ip -n st.a link show eth0"); !strings.Contains(out, "NO-CARRIER") {
		t.Errorf("the ends are not joined: %s", out)
	}
}
