package lab_test

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"github.com/netlark/netlark/netlinkcore/all"
	"github.com/netlark/netlark/netlinkcore/internal/labtest"
	"github.com/netlark/netlark/netlinkcore/lab"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/route"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// TestSifted: among many routes that are as they are wanted, which are not kept when they are
// read, those are found that are otherwise, are missing, or are too many.
func TestSifted(t *testing.T) {
	ns := labtest.Machine(t)
	build := func() *lab.Lab {
		l, err := lab.New("si", all.Families())
		if err != nil {
			t.Fatal(err)
		}
		a := labtest.Node(t, l, "a")
		cable(t, l, &lab.Cable{A: lab.End{Node: a, Addrs: []netip.Prefix{prefix("10.0.0.1/24")}}, B: lab.End{Node: labtest.Node(t, l, "b")}})
		for i := range 300 {
			r := &route.Route{Dst: prefix(fmt.Sprintf("10.1.%d.%d/32", i/200, i%200)), Via: ip("10.0.0.2"), Dev: rt.DevName("eth0")}
			if i == 7 {
				r.Protocol = opt.Of(rt.Protocol(99))
			}
			labtest.Declare(t, a, object.Add, route.Type.Ref(r))
		}
		return l
	}
	labtest.Apply(t, build())
	if n := labtest.Apply(t, build()); n != 0 {
		t.Errorf("the second apply took %d steps", n)
	}
	ns.Sh(t, `ip -n si.a route replace 10.1.0.7 via 10.0.0.2 dev eth0 proto 98
ip -n si.a route del 10.1.0.8
ip -n si.a route add 10.2.0.0/24 via 10.0.0.2 dev eth0
ip -n si.a route append 10.1.0.9 via 10.0.0.3 dev eth0`)
	var steps []string
	a := lab.Apply{Show: func(c *lab.Change) error {
		for _, s := range c.Plan.Steps {
			steps = append(steps, s.Does())
		}
		return nil
	}}
	if _, err := a.Apply(t.Context(), build()); err != nil {
		t.Fatal(err)
	}
	said := strings.Join(steps, "\n")
	for _, want := range []string{"10.1.0.7", "+ route 10.1.0.8", "- route 10.2.0.0/24", "- route 10.1.0.9"} {
		if !strings.Contains(said, want) {
			t.Errorf("nothing is said of %s", want)
		}
	}
	if len(steps) != 4 {
		t.Errorf("there are other steps:\n%s", said)
	}
	if n := labtest.Apply(t, build()); n != 0 {
		t.Errorf("then %d steps were to be done", n)
	}
}
