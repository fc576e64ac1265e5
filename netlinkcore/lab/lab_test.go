package lab_test

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/netlark/netlark/netlinkcore/addr"
	"github.com/netlark/netlark/netlinkcore/all"
	"github.com/netlark/netlark/netlinkcore/internal/labtest"
	"github.com/netlark/netlark/netlinkcore/lab"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/neigh"
	"github.com/netlark/netlark/netlinkcore/nexthop"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/route"
	"github.com/netlark/netlark/netlinkcore/rt"
	"github.com/netlark/netlark/netlinkcore/rule"
	"github.com/netlark/netlark/netlinkcore/state"
	"github.com/netlark/netlark/netlinkcore/sysctl"
	"github.com/netlark/netlark/tests/nstest"
)

func TestMain(m *testing.M) {
	labtest.Main(m, map[string]func(labtest.Failer) *lab.Lab{"pair": pair, "taken": taken})
}

// pair is a lab of two nodes and a cable; host has a cable to the first one, too.
func pair(t labtest.Failer) *lab.Lab {
	t.Helper()
	l, err := lab.New("pair", all.Families())
	if err != nil {
		t.Fatal(err)
	}
	a, b := labtest.Node(t, l, "a"), labtest.Node(t, l, "b")
	host := l.Host(nil)
	cable(t, l, &lab.Cable{A: lab.End{Node: a, Addrs: prefixes("10.0.0.1/24", "fd00::1/64")}, B: lab.End{Node: b, Addrs: prefixes("10.0.0.2/24")}, MTU: opt.Of(uint32(1400))})
	cable(t, l, &lab.Cable{A: lab.End{Node: host, Name: "up0", Addrs: prefixes("10.9.0.1/24")}, B: lab.End{Node: a, Addrs: prefixes("10.9.0.2/24")}})
	labtest.Declare(t, a, object.Add, link.Type.Ref(&link.Link{Name: "br0", Kind: &link.Bridge{}, Up: opt.Of(true)}))
	labtest.Declare(t, a, object.Set, sysctl.Ref(&sysctl.Setting{Path: opt.Of("net.ipv4.ip_forward"), Value: opt.Of("1")}))
	labtest.Declare(t, a, object.Add, route.Type.Ref(&route.Route{Dst: prefix("10.5.0.0/16"), Via: ip("10.0.0.2")}))
	labtest.Declare(t, a, object.Add, neigh.Type.Ref(&neigh.Neigh{Dst: ip("10.0.0.77"), Dev: rt.DevName("eth0"), LLAddr: mac("02:00:00:00:00:77")}))
	labtest.Declare(t, a, object.Add, rule.Type.Ref(&rule.Rule{Priority: opt.Of(uint32(77)), Src: prefix("10.7.0.0/16"), Table: opt.Of(rt.Table(100))}))
	labtest.Declare(t, b, object.Add, nexthop.Type.Ref(&nexthop.NextHop{ID: opt.Of(uint32(3)), Via: ip("10.0.0.1"), Dev: rt.DevName("eth0")}))
	labtest.Declare(t, b, object.Add, route.Type.Ref(&route.Route{Dst: prefix("10.6.0.0/16"), More: &route.More{NextHopID: opt.Of(uint32(3))}}))
	labtest.Declare(t, host, object.Set, sysctl.Ref(&sysctl.Setting{Path: opt.Of("net.ipv4.ip_forward"), Value: opt.Of("1")}))
	labtest.Declare(t, host, object.Set, link.Type.Ref(&link.Link{Name: "theirs", MTU: opt.Of(uint32(1300))}))
	return l
}

func cable(t labtest.Failer, l *lab.Lab, c *lab.Cable) {
	t.Helper()
	if err := l.Cable(c); err != nil {
		t.Fatal(err)
	}
}

func prefix(s string) netip.Prefix { return netip.MustParsePrefix(s) }

func prefixes(all ...string) (out []netip.Prefix) {
	for _, s := range all {
		out = append(out, prefix(s))
	}
	return out
}

func ip(s string) netip.Addr { return netip.MustParseAddr(s) }

func mac(s string) rt.MAC {
	m, err := rt.ParseMAC(s)
	if err != nil {
		panic(err)
	}
	return m
}

func TestApply(t *testing.T) {
	ns := labtest.Machine(t)
	before := labtest.Look(t, ns)
	if n := labtest.Apply(t, pair(t)); n == 0 {
		t.Fatal("nothing was done")
	}
	nstest.Expect(t, ns.IP(t, "-n", "pair.a", "-d", "link", "show", "eth0"), map[string]any{"mtu": 1400})
	nstest.Expect(t, ns.IP(t, "-n", "pair.b", "route", "show", "10.6.0.0/16"), map[string]any{"nhid": 3})
	if n := labtest.Apply(t, pair(t)); n != 0 {
		t.Errorf("the second apply took %d steps", n)
	}
	if _, err := lab.Destroy(t.Context(), "pair", all.Families()); err != nil {
		t.Fatal(err)
	}
	if after := labtest.Look(t, ns); after != before {
		t.Errorf("after destroy:\n%s", labtest.Differ(after, before))
	}
}

// drifts are ways to change a lab by hand, all of which apply repairs.
var drifts = []struct{ name, script string }{
	{"mtu", "ip -n pair.a link set eth0 mtu 1300"},
	{"down", "ip -n pair.b link set eth0 down"},
	{"other end down", "ip -n pair.a link set eth0 down; while ip -n pair.b nexthop | grep -q 'id 3'; do sleep .01; done"}, // which takes it along
	{"pair gone", "ip -n pair.a link del eth0"},
	{"other end", "ip -n pair.b link del eth0"},
	{"route", "ip -n pair.a route del 10.5.0.0/16"},
	{"other route", "ip -n pair.a route replace 10.5.0.0/16 via 10.0.0.9"},
	{"extra route", "ip -n pair.a route add 10.55.0.0/16 via 10.0.0.2"},
	{"extra link", "ip -n pair.a link add x0 type bridge"},
	{"extra addr", "ip -n pair.b addr add 10.0.0.3/24 dev eth0"},
	{"addr", "ip -n pair.b addr del 10.0.0.2/24 dev eth0"},
	{"rule", "ip -n pair.a rule del priority 77"},
	{"extra rule", "ip -n pair.a rule add priority 5 table 7"},
	{"neigh", "ip -n pair.a neigh del 10.0.0.77 dev eth0"},
	{"setting", "nsenter --net=/run/netns/pair.a sh -c 'echo 0 > /proc/sys/net/ipv4/ip_forward'"},
	{"in the way", "ip -n pair.b link del eth0; ip -n pair.b link add eth0 type bridge"},
	{"host's", "ip link set theirs mtu 1500"},
	{"host's cable", "ip link del up0"},
}

func TestDrift(t *testing.T) {
	ns := labtest.Machine(t)
	labtest.Apply(t, pair(t))
	want := labtest.Look(t, ns)
	for i := 0; i < len(drifts); i += labtest.Stride() {
		d := drifts[i]
		ns.Sh(t, d.script)
		if got := labtest.Look(t, ns); got == want {
			t.Fatalf("%s changes nothing", d.name)
		}
		labtest.Apply(t, pair(t))
		if got := labtest.Look(t, ns); got != want {
			t.Fatalf("%s: repaired, it differs:\n%s", d.name, labtest.Differ(got, want))
		}
	}
}

// TestDaemons: what others than users made is left alone.
func TestDaemons(t *testing.T) {
	ns := labtest.Machine(t)
	labtest.Apply(t, pair(t))
	ns.Sh(t, "ip -n pair.a route add 10.66.0.0/16 via 10.0.0.2 proto bgp; ip route add 10.67.0.0/16 via 192.0.2.9")
	if n := labtest.Apply(t, pair(t)); n != 0 {
		t.Errorf("%d steps", n)
	}
}

// TestForeign: a namespace under the name of a node that the lab did not make.
func TestForeign(t *testing.T) {
	ns := labtest.Machine(t)
	ns.Sh(t, "ip netns add pair.a")
	_, err := (&lab.Apply{}).Apply(t.Context(), pair(t))
	if err == nil || !strings.Contains(err.Error(), `namespace "pair.a" is there and was not made by lab "pair"`) {
		t.Error(err)
	}
	ns.Sh(t, "ip netns del pair.a")
	labtest.Apply(t, pair(t))
	ns.Sh(t, `i=$(stat -c %i /run/netns/pair.a)
for n in $(seq 100); do # until it has the number of the old one, too, which the kernel gives again
	ip netns del pair.a; ip netns add pair.a; [ $(stat -c %i /run/netns/pair.a) = $i ] && break
done
ip -n pair.a link add mine type bridge`)
	if _, err = (&lab.Apply{}).Apply(t.Context(), pair(t)); err == nil {
		t.Error("a namespace that was made again is taken for the lab's")
	}
	if _, err := lab.Destroy(t.Context(), "pair", all.Families()); err != nil {
		t.Fatal(err)
	}
	nstest.Expect(t, ns.IP(t, "-n", "pair.a", "link", "show", "mine"), map[string]any{"ifname": "mine"})
}

// TestFails fails each step in turn: all is as it was before.
func TestFails(t *testing.T) {
	ns := labtest.Machine(t)
	before := labtest.Look(t, ns)
	n := labtest.FailEach(t, func() string { return labtest.Differ(labtest.Look(t, ns), before) }, pair, 0)
	if n < 20 {
		t.Errorf("only %d steps", n)
	}
	t.Logf("one in %d of %d steps failed in turn", labtest.Stride(), n)
}

// TestFailsLater is TestFails where the lab is there and has to be repaired.
func TestFailsLater(t *testing.T) {
	ns := labtest.Machine(t)
	labtest.Apply(t, pair(t))
	ns.Sh(t, `ip -n pair.a link del eth0; ip -n pair.a link add x0 type bridge; ip -n pair.a rule del priority 77; ip netns del pair.b
ip link set theirs mtu 1500; echo 0 > /proc/sys/net/ipv4/ip_forward`)
	before := labtest.Look(t, ns)
	n := labtest.FailEach(t, func() string { return labtest.Differ(labtest.Look(t, ns), before) }, pair, 1)
	t.Logf("one in %d of %d steps failed in turn", labtest.Stride(), n)
}

// TestInterrupted ends the context before each step in turn.
func TestInterrupted(t *testing.T) {
	ns := labtest.Machine(t)
	before := labtest.Look(t, ns)
	for n := 0; ; n += 3 * labtest.Stride() {
		ctx, cancel := context.WithCancel(t.Context())
		var count atomic.Int32
		a := lab.Apply{Try: func(*state.Step) error {
			if int(count.Add(1)) == n+1 {
				cancel()
			}
			return nil
		}}
		_, err := a.Apply(ctx, pair(t))
		cancel()
		if err == nil {
			break
		}
		if !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		if after := labtest.Look(t, ns); after != before {
			t.Fatalf("interrupted at step %d: %v\n%s", n, err, labtest.Differ(after, before))
		}
	}
}

// TestNoRoom: where nothing can be written down, nothing is changed.
func TestNoRoom(t *testing.T) {
	for name, options := range map[string]string{"read-only": "ro", "full": "size=4k"} {
		t.Run(name, func(t *testing.T) {
			ns := labtest.Machine(t)
			ns.Sh(t, "mkdir -p /run/netlark; mount -t tmpfs -o "+options+" none /run/netlark; head -c 8k /dev/zero >/run/netlark/x || true")
			before := labtest.Look(t, ns)
			if _, err := (&lab.Apply{}).Apply(t.Context(), pair(t)); err == nil {
				t.Error("it was applied")
			}
			if after := labtest.Look(t, ns); after != before {
				t.Error(labtest.Differ(after, before))
			}
		})
	}
}

// TestDies kills the process before each step in turn: Recover makes all as it was.
func TestDies(t *testing.T) {
	ns := labtest.Machine(t)
	before := labtest.Look(t, ns)
	n := labtest.DieAtEach(t, func() string { return labtest.Differ(labtest.Look(t, ns), before) }, "pair", "pair")
	if n < 20 {
		t.Errorf("only %d steps", n)
	}
	t.Logf("died before one in %d of %d steps in turn", labtest.Stride(), n)
}

// TestDiesLater is TestDies where the lab is there and has to be repaired.
func TestDiesLater(t *testing.T) {
	ns := labtest.Machine(t)
	labtest.Apply(t, pair(t))
	ns.Sh(t, "ip -n pair.a link del eth0; ip -n pair.a link add x0 type bridge; ip netns del pair.b; ip link set theirs mtu 1500")
	before := labtest.Look(t, ns)
	n := labtest.DieAtEach(t, func() string { return labtest.Differ(labtest.Look(t, ns), before) }, "pair", "pair")
	t.Logf("died before one in %d of %d steps in turn", labtest.Stride(), n)
}

// TestGivenBack: what a script names no longer goes back to what it was.
func TestGivenBack(t *testing.T) {
	ns := labtest.Machine(t)
	ns.Sh(t, "ip link set theirs txqueuelen 500")
	with := func(change func(a, host *lab.Node)) {
		t.Helper()
		l, err := lab.New("back", all.Families())
		if err != nil {
			t.Fatal(err)
		}
		a := labtest.Node(t, l, "a")
		change(a, l.Host(nil))
		labtest.Apply(t, l)
	}
	theirs := func(mtu, queue uint32) object.Ref {
		l := &link.Link{Name: "theirs"}
		if mtu != 0 {
			l.MTU.Set(mtu)
		}
		if queue != 0 {
			l.QueueLength.Set(queue)
		}
		return link.Type.Ref(l)
	}
	bridge := func(b *link.Bridge) object.Ref { return link.Type.Ref(&link.Link{Name: "br0", Kind: b}) }
	expect := func(mtu, queue int) {
		t.Helper()
		nstest.Expect(t, ns.IP(t, "link", "show", "theirs"), map[string]any{"mtu": mtu, "txqlen": queue})
	}
	with(func(a, host *lab.Node) {
		labtest.Declare(t, host, object.Set, theirs(1300, 0))
		labtest.Declare(t, host, object.Add, addr.Type.Ref(&addr.Addr{Address: prefix("10.3.0.1/24"), Dev: rt.DevName("theirs")}))
		labtest.Declare(t, a, object.Add, bridge(&link.Bridge{AgeingTime: opt.Of(uint32(5000)), HelloTime: opt.Of(uint32(500))}))
	})
	expect(1300, 500)
	with(func(a, host *lab.Node) {
		labtest.Declare(t, host, object.Set, theirs(1300, 700))
		labtest.Declare(t, a, object.Add, bridge(&link.Bridge{AgeingTime: opt.Of(uint32(5000))}))
	})
	expect(1300, 700)
	nstest.Expect(t, ns.IP(t, "-n", "back.a", "-d", "link", "show", "br0"), map[string]any{"linkinfo.info_data.ageing_time": 5000, "linkinfo.info_data.hello_time": 200})
	if out := ns.Sh(t, "ip -o addr show theirs"); strings.Contains(out, "10.3.0.1") {
		t.Errorf("an address that left the script: %s", out)
	}
	with(func(_, host *lab.Node) { labtest.Declare(t, host, object.Set, theirs(0, 700)) })
	expect(1450, 700)
	with(func(a, _ *lab.Node) {})
	expect(1450, 500)
}

// TestNamedAsItIs: what is declared as it is already is kept in mind, too.
func TestNamedAsItIs(t *testing.T) {
	ns := labtest.Machine(t)
	as := func() *lab.Lab {
		l, err := lab.New("same", all.Families())
		if err != nil {
			t.Fatal(err)
		}
		labtest.Declare(t, l.Host(nil), object.Set, link.Type.Ref(&link.Link{Name: "theirs", MTU: opt.Of(uint32(1450))}))
		return l
	}
	if n := labtest.Apply(t, as()); n != 0 {
		t.Errorf("%d steps", n)
	}
	ns.Sh(t, "ip link set theirs mtu 1200")
	labtest.Apply(t, as())
	ns.Sh(t, "ip link set theirs mtu 1450") // as it is declared
	if _, err := lab.Destroy(t.Context(), "same", all.Families()); err != nil {
		t.Fatal(err)
	}
	nstest.Expect(t, ns.IP(t, "link", "show", "theirs"), map[string]any{"mtu": 1450})
}

// TestMissing: what is to be changed and is not there is said before anything is
// done.
func TestMissing(t *testing.T) {
	ns := labtest.Machine(t)
	before := labtest.Look(t, ns)
	l, err := lab.New("missing", all.Families())
	if err != nil {
		t.Fatal(err)
	}
	labtest.Declare(t, labtest.Node(t, l, "a"), object.Set, link.Type.Ref(&link.Link{Name: "eth9", MTU: opt.Of(uint32(1400))}))
	_, err = (&lab.Apply{}).Apply(t.Context(), l)
	if _, undone := errors.AsType[*lab.FailedError](err); !errors.Is(err, object.ErrNotFound) || undone {
		t.Error(err)
	}
	if after := labtest.Look(t, ns); after != before {
		t.Error(labtest.Differ(after, before))
	}
}

// TestOthersChanged: what somebody changed since is theirs.
func TestOthersChanged(t *testing.T) {
	ns := labtest.Machine(t)
	labtest.Apply(t, pair(t))
	ns.Sh(t, "ip link set theirs mtu 1200")
	d, err := lab.Destroy(t.Context(), "pair", all.Families())
	if err != nil {
		t.Fatal(err)
	}
	nstest.Expect(t, ns.IP(t, "link", "show", "theirs"), map[string]any{"mtu": 1200})
	if len(d.Left) != 1 || !strings.Contains(fmt.Sprint(d.Left[0].Object), "theirs") {
		t.Errorf("left: %v", d.Left)
	}
}

// TestBusy: two cannot work on one lab.
func TestBusy(t *testing.T) {
	labtest.Machine(t)
	var err error
	a := lab.Apply{Show: func(*lab.Change) error {
		_, err = (&lab.Apply{}).Apply(t.Context(), pair(t))
		return labtest.ErrInjected
	}}
	if _, failed := a.Apply(t.Context(), pair(t)); !errors.Is(failed, labtest.ErrInjected) {
		t.Error(failed)
	}
	busy, ok := errors.AsType[*lab.BusyError](err)
	if !ok || busy.PID != fmt.Sprint(os.Getpid()) {
		t.Error(err)
	}
}
