package labtest_test

import (
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/netlark/netlark/netlinkcore/addr"
	"github.com/netlark/netlark/netlinkcore/all"
	"github.com/netlark/netlark/netlinkcore/internal/labtest"
	"github.com/netlark/netlark/netlinkcore/lab"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/route"
	"github.com/netlark/netlark/netlinkcore/rt"
	"github.com/netlark/netlark/tests/nstest"
)

// adopter is a lab of a node that has the machine's device theirs, if it is to.
func adopter(t labtest.Failer, adopts bool, mtu uint32) *lab.Lab {
	t.Helper()
	l, err := lab.New("adopter", all.Families())
	if err != nil {
		t.Fatal(err)
	}
	a, host := labtest.Node(t, l, "a"), l.Host(nil)
	labtest.Declare(t, a, object.Add, link.Type.Ref(&link.Link{Name: "br0", Kind: &link.Bridge{}}))
	if !adopts {
		return l
	}
	if err := a.Adopt(&lab.Adoption{Device: "theirs", From: host, Name: "wan"}); err != nil {
		t.Fatal(err)
	}
	wan := &link.Link{Name: "wan", Up: opt.Of(true), Alias: opt.Of("upstream")}
	if mtu != 0 {
		wan.MTU = opt.Of(mtu)
	}
	labtest.Declare(t, a, object.Set, link.Type.Ref(wan))
	labtest.Declare(t, a, object.Add, addr.Type.Ref(&addr.Addr{Address: netip.MustParsePrefix("203.0.113.1/24"), Dev: rt.DevName("wan")}))
	labtest.Declare(t, a, object.Add, route.Type.Ref(&route.Route{Dst: netip.MustParsePrefix("0.0.0.0/0"), Via: netip.MustParseAddr("203.0.113.9")}))
	return l
}

func adopting(t labtest.Failer) *lab.Lab { return adopter(t, true, 1400) }

func givingBack(t labtest.Failer) *lab.Lab { return adopter(t, false, 0) }

// furnished is a machine whose device has more than addresses and a route.
func furnished(t *testing.T) *nstest.NS {
	t.Helper()
	ns := labtest.Machine(t)
	ns.Sh(t, `ip addr add 2001:db8::1/64 dev theirs nodad
ip neigh add 192.0.2.9 lladdr 02:00:00:00:00:09 dev theirs
ip -6 route add 2001:db8:7::/48 via 2001:db8::9
echo 1 >/proc/sys/net/ipv4/conf/theirs/proxy_arp
echo 2 >/proc/sys/net/ipv6/conf/theirs/accept_ra
tc qdisc add dev theirs root handle 7: tbf rate 10mbit burst 10k latency 10ms`)
	settle(t, ns)
	return ns
}

// settle waits for what the kernel does when the device goes up or comes back.
func settle(t *testing.T, ns *nstest.NS) {
	t.Helper()
	ns.Sh(t, `for i in $(seq 600); do
ip -6 route show table local | grep -q 2001:db8::1 && ip link show theirs | grep -q ' UP ' && ip link show other | grep -q ' UP ' && exit 0
sleep 0.05
done
exit 1`)
}

// lookAt is look, and what hangs on the device.
func lookAt(t *testing.T, ns *nstest.NS) string {
	t.Helper()
	return labtest.Look(t, ns) + ns.Sh(t, "ip -o link | sed 's/.*<//; s/state.*//' | sort; tc qdisc show | grep tbf || true; cat /proc/sys/net/ipv4/conf/theirs/proxy_arp /proc/sys/net/ipv6/conf/theirs/accept_ra 2>&1 || true")
}

// differs says how a device and its machine differ from how they were; what the
// kernel does when a device goes up takes a moment.
func differs(t *testing.T, ns *nstest.NS, before string) (how string) {
	t.Helper()
	for range 200 {
		if how = labtest.Differ(lookAt(t, ns), before); how == "" {
			return ""
		}
		time.Sleep(50 * time.Millisecond)
	}
	return how
}

func TestAdopt(t *testing.T) {
	ns := furnished(t)
	before := lookAt(t, ns)
	labtest.Apply(t, adopting(t))
	nstest.Expect(t, ns.IP(t, "-n", "adopter.a", "link", "show", "wan"), map[string]any{"mtu": 1400, "ifalias": "upstream"})
	if n := labtest.Apply(t, adopting(t)); n != 0 {
		t.Errorf("the second apply took %d steps", n)
	}
	labtest.Apply(t, adopter(t, true, 0))
	nstest.Expect(t, ns.IP(t, "-n", "adopter.a", "link", "show", "wan"), map[string]any{"mtu": 1450}) // what it was there
	c, err := lab.Status(t.Context(), "adopter", all.Families())
	if err != nil || !c.Empty() {
		t.Errorf("status: %v %v", c, err)
	}
	_ = c.Close()
	labtest.Apply(t, givingBack(t))
	ns.Sh(t, "ip -n adopter.a link show br0")
	if _, err := lab.Destroy(t.Context(), "adopter", all.Families()); err != nil {
		t.Fatal(err)
	}
	if how := differs(t, ns, before); how != "" {
		t.Errorf("it left the script:\n%s", how)
	}
	labtest.Apply(t, adopting(t))
	if _, err := lab.Destroy(t.Context(), "adopter", all.Families()); err != nil {
		t.Fatal(err)
	}
	if how := differs(t, ns, before); how != "" {
		t.Errorf("after destroy:\n%s", how)
	}
}

// TestAdoptFails fails each step in turn: of taking it in where the node is made and
// where it is there, with a device in its way, and of giving it back.
func TestAdoptFails(t *testing.T) {
	ns := furnished(t)
	try := func(build func(labtest.Failer) *lab.Lab) {
		t.Helper()
		before := lookAt(t, ns)
		n := labtest.FailEach(t, func() string { return differs(t, ns, before) }, build, 1)
		t.Logf("one in %d of %d steps failed in turn", labtest.Stride(), n)
	}
	try(adopting)
	try(givingBack)
	settle(t, ns) // it is back
	ns.Sh(t, "ip -n adopter.a link add wan type bridge")
	try(adopting)
}

// TestAdoptDies kills the process before each step in turn.
func TestAdoptDies(t *testing.T) {
	ns := furnished(t)
	try := func(build string) {
		t.Helper()
		before := lookAt(t, ns)
		n := labtest.DieAtEach(t, func() string { return differs(t, ns, before) }, "adopter", build)
		t.Logf("died before one in %d of %d steps in turn", labtest.Stride(), n)
	}
	try("adopting")
	try("givingBack")
}

// TestAdoptGone: what became of a device that is not where it should be is said.
func TestAdoptGone(t *testing.T) {
	ns := furnished(t)
	ns.Sh(t, "ip link set theirs name elsewhere")
	refused := func(want string) {
		t.Helper()
		_, err := (&lab.Apply{}).Apply(t.Context(), adopting(t))
		if _, ok := errors.AsType[*lab.AdoptError](err); !ok || !strings.Contains(err.Error(), want) {
			t.Error(err)
		}
	}
	refused("adopt theirs of host: no device of this name is there")
	ns.Sh(t, "ip link set elsewhere name theirs")
	labtest.Apply(t, adopting(t))
	ns.Sh(t, "ip -n adopter.a link del wan")
	refused(`lab "adopter" had it as wan in a node, where it is gone`)
	d, err := lab.Destroy(t.Context(), "adopter", all.Families())
	if err != nil || len(d.Lost) != 1 || d.Lost[0] != "device theirs of host, which was wan in adopter.a: it is gone" {
		t.Errorf("%v, %v", d, err)
	}
}

// TestAdoptMovedBack: a device that somebody took back by hand is taken in again,
// and gets what was on it before.
func TestAdoptMovedBack(t *testing.T) {
	ns := furnished(t)
	before := lookAt(t, ns)
	labtest.Apply(t, adopting(t))
	there := lookAt(t, ns)
	back := "ip -n adopter.a link set wan down; ip -n adopter.a link set wan name theirs netns " + ns.Path()
	ns.Sh(t, back)
	labtest.Apply(t, adopting(t))
	if how := differs(t, ns, there); how != "" {
		t.Error(how)
	}
	ns.Sh(t, back)
	if _, err := lab.Destroy(t.Context(), "adopter", all.Families()); err != nil {
		t.Fatal(err)
	}
	if how := differs(t, ns, before); how != "" {
		t.Error(how)
	}
}

// TestAdoptSentHome: a device that is back under the name that it had in the node, as
// hardware is whose namespace went, is taken in again, and given back.
func TestAdoptSentHome(t *testing.T) {
	ns := furnished(t)
	before := lookAt(t, ns)
	labtest.Apply(t, adopting(t))
	there := lookAt(t, ns)
	sent := "ip -n adopter.a link set wan netns " + ns.Path() + "; ip netns del adopter.a"
	ns.Sh(t, sent)
	labtest.Apply(t, adopting(t))
	if how := differs(t, ns, there); how != "" {
		t.Error(how)
	}
	ns.Sh(t, sent)
	if _, err := lab.Destroy(t.Context(), "adopter", all.Families()); err != nil {
		t.Fatal(err)
	}
	if how := differs(t, ns, before); how != "" {
		t.Error(how)
	}
}

// TestAdoptElsewhere: a device goes from one node to another, and back to where it
// came from when the other leaves the script.
func TestAdoptElsewhere(t *testing.T) {
	ns := furnished(t)
	before := lookAt(t, ns)
	labtest.Apply(t, adopting(t))
	other := func(name string) *lab.Lab {
		l, err := lab.New("adopter", all.Families())
		if err != nil {
			t.Fatal(err)
		}
		if err := labtest.Node(t, l, name).Adopt(&lab.Adoption{Device: "theirs", From: l.Host(nil), Name: "up0"}); err != nil {
			t.Fatal(err)
		}
		return l
	}
	if _, err := (&lab.Apply{}).Apply(t.Context(), other("a")); err == nil || !strings.Contains(err.Error(), "the node has it as wan") {
		t.Error(err)
	}
	labtest.Apply(t, other("b"))
	nstest.Expect(t, ns.IP(t, "-n", "adopter.b", "link", "show", "up0"), map[string]any{"mtu": 1400})
	if out := ns.Sh(t, "ip netns list"); strings.Contains(out, "adopter.a") {
		t.Errorf("namespaces: %s", out)
	}
	if n := labtest.Apply(t, other("b")); n != 0 {
		t.Errorf("the second apply took %d steps", n)
	}
	if _, err := lab.Destroy(t.Context(), "adopter", all.Families()); err != nil {
		t.Fatal(err)
	}
	if how := differs(t, ns, before); how != "" {
		t.Error(how)
	}
}

// TestAdoptRefused: what cannot be is said when it is declared.
func TestAdoptRefused(t *testing.T) {
	l, err := lab.New("x", all.Families())
	if err != nil {
		t.Fatal(err)
	}
	a, b, host := labtest.Node(t, l, "a"), labtest.Node(t, l, "b"), l.Host(nil)
	for want, err := range map[string]error{
		`node "host" is a namespace of others`: host.Adopt(&lab.Adoption{Device: "eth1", From: host}),
		`node "b" is the lab's own`:            a.Adopt(&lab.Adoption{Device: "eth1", From: b}),
		"":                                     errors.Join(a.Adopt(&lab.Adoption{Device: "eth1", From: host}), nil),
	} {
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q: %v", want, err)
		}
	}
	if _, ok := errors.AsType[*lab.DeclaredError](b.Adopt(&lab.Adoption{Device: "eth1", From: host})); !ok {
		t.Error("two nodes adopt one device")
	}
}
