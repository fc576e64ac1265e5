package lab_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/netlark/netlark/netlinkcore/addr"
	"github.com/netlark/netlark/netlinkcore/all"
	"github.com/netlark/netlark/netlinkcore/internal/labtest"
	"github.com/netlark/netlark/netlinkcore/lab"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/route"
	"github.com/netlark/netlark/netlinkcore/rt"
	"github.com/netlark/netlark/netlinkcore/rule"
	"github.com/netlark/netlark/netlinkcore/state"
)

// absent declares that the kernel's last rule is not in a node, nor what others made
// on the host.
func absent(t *testing.T) *lab.Lab {
	t.Helper()
	l, err := lab.New("absent", all.Families())
	if err != nil {
		t.Fatal(err)
	}
	labtest.Declare(t, labtest.Node(t, l, "a"), object.Delete, rule.Type.Ref(&rule.Rule{Priority: opt.Of(uint32(32767)), Table: opt.Of(rt.Table(253))}))
	host := l.Host(nil)
	labtest.Declare(t, host, object.Delete, addr.Type.Ref(&addr.Addr{Address: prefix("192.0.2.1/24"), Dev: rt.DevName("theirs")}))
	labtest.Declare(t, host, object.Delete, route.Type.Ref(&route.Route{Dst: prefix("203.0.113.0/24")})) // which is not there
	return l
}

// TestAbsent: what is declared not to be there is known to the record: status tells
// when it is back, and it comes back when the lab goes.
func TestAbsent(t *testing.T) {
	ns := labtest.Machine(t)
	before := labtest.Look(t, ns)
	labtest.Apply(t, absent(t))
	if n := labtest.Apply(t, absent(t)); n != 0 {
		t.Errorf("the second apply took %d steps", n)
	}
	if out := ns.Sh(t, "ip -n absent.a rule; ip addr"); strings.Contains(out, "32767") || strings.Contains(out, "192.0.2.1") {
		t.Errorf("it is there: %s", out)
	}
	status := func(want int) {
		t.Helper()
		c, err := lab.Status(t.Context(), "absent", all.Families())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if len(c.Plan.Steps) != want {
			t.Errorf("%d steps, want %d: %v", len(c.Plan.Steps), want, c.Plan.Steps)
		}
	}
	status(0)
	ns.Sh(t, "ip -n absent.a rule add priority 32767 table default; ip addr add 192.0.2.1/24 dev theirs")
	status(2)
	labtest.Apply(t, absent(t))
	status(0)
	if _, err := lab.Destroy(t.Context(), "absent", all.Families()); err != nil {
		t.Fatal(err)
	}
	ns.Sh(t, "ip route add 198.51.100.0/24 via 192.0.2.7") // it went with the address
	if after := labtest.Look(t, ns); after != before {
		t.Error(labtest.Differ(after, before))
	}
}

// TestAbsentWithout: what was not to be there does not come back without its device,
// nor where somebody made it meanwhile.
func TestAbsentWithout(t *testing.T) {
	ns := labtest.Machine(t)
	labtest.Apply(t, absent(t))
	ns.Sh(t, "ip link del theirs")
	if _, err := lab.Destroy(t.Context(), "absent", all.Families()); err != nil {
		t.Fatal(err)
	}
	l, err := lab.New("absent", all.Families())
	if err != nil {
		t.Fatal(err)
	}
	ns.Sh(t, "ip link add x type bridge")
	labtest.Declare(t, l.Host(nil), object.Delete, link.Type.Ref(&link.Link{Name: "x"}))
	labtest.Apply(t, l)
	ns.Sh(t, "ip link add x type ifb")
	if _, err := lab.Destroy(t.Context(), "absent", all.Families()); err != nil {
		t.Fatal(err)
	}
	if out := ns.Sh(t, "ip -d link show x"); !strings.Contains(out, "ifb") {
		t.Errorf("it is %s", out)
	}
}

// TestAbsentOne: of rules that a deletion could mean, one of each address family, it is
// that of IPv4, as without a lab. Where several are left nobody can tell, and nothing is done.
func TestAbsentOne(t *testing.T) {
	ns := labtest.Machine(t)
	without := func(name string, priority uint32) *lab.Lab {
		l, err := lab.New(name, all.Families())
		if err != nil {
			t.Fatal(err)
		}
		labtest.Declare(t, l.Host(nil), object.Delete, rule.Type.Ref(&rule.Rule{Priority: opt.Of(priority)}))
		return l
	}
	if n := labtest.Apply(t, without("one", 32766)); n != 1 {
		t.Errorf("it took %d steps", n)
	}
	if out := ns.Sh(t, "ip rule; ip -6 rule"); strings.Count(out, "32766") != 1 || strings.Contains(ns.Sh(t, "ip rule"), "32766") {
		t.Errorf("the rules are %s", out)
	}
	ns.Sh(t, "ip rule add from 10.0.0.1 priority 77; ip rule add from 10.0.0.2 priority 77")
	c, err := without("several", 77).Compare(t.Context())
	if err == nil {
		_ = c.Close()
	}
	var unclear *state.UnclearError
	if !errors.As(err, &unclear) || len(unclear.Refs) != 2 {
		t.Errorf("of two rules: %v", err)
	}
	if out := ns.Sh(t, "ip rule"); strings.Count(out, "77:") != 2 {
		t.Errorf("the rules are %s", out)
	}
}
