package lab_test

import (
	"errors"
	"regexp"
	"strings"
	"sync"
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
	"github.com/netlark/netlark/netlinkcore/state"
	"github.com/netlark/netlark/tests/nstest"
)

// taken is a lab that makes several things on the host.
func taken(t labtest.Failer) *lab.Lab {
	t.Helper()
	l, err := lab.New("taken", all.Families())
	if err != nil {
		t.Fatal(err)
	}
	a, host := labtest.Node(t, l, "a"), l.Host(nil)
	cable(t, l, &lab.Cable{A: lab.End{Node: a, Addrs: prefixes("10.9.0.2/24")}, B: lab.End{Node: host, Name: "up0", Addrs: prefixes("10.9.0.1/24")}})
	for _, name := range []string{"hb0", "hb1", "hb2"} {
		labtest.Declare(t, host, object.Add, link.Type.Ref(&link.Link{Name: name, Kind: &link.Bridge{}, Up: opt.Of(true)}))
	}
	labtest.Declare(t, host, object.Add, addr.Type.Ref(&addr.Addr{Address: prefix("10.8.0.1/24"), Dev: rt.DevName("theirs")}))
	labtest.Declare(t, host, object.Add, route.Type.Ref(&route.Route{Dst: prefix("10.7.0.0/16"), Via: ip("192.0.2.7")}))
	return l
}

// meanwhile are things that others do while a lab is applied, and which of its steps
// fails for that, by a word of it.
var meanwhile = []struct{ name, script, fails string }{
	{"bridge", "ip link add hb1 type bridge", "hb1"},
	{"another kind", "ip link add hb1 type ifb", "hb1"},
	{"address", "ip addr add 10.8.0.1/24 dev theirs", "10.8.0.1"},
	{"route", "ip route add 10.7.0.0/16 via 192.0.2.9", "10.7.0.0"},
	{"other end", "ip link add up0 type bridge", "eth0"},
	{"next hop gone", "ip addr del 192.0.2.1/24 dev theirs", "10.7.0.0"},
}

const (
	// had is what others have before, and besides what the lab has to do with.
	had = "ip link add unrelated type bridge; ip link add gone type bridge; ip link set gone up; ip route add 203.0.113.0/24 dev gone\n"
	// busy is what they do meanwhile: they make, change, remove.
	busy = `
ip link add docker0 type bridge; ip link set docker0 up; ip addr add 172.17.0.1/16 dev docker0; ip rule add priority 99 table 9
ip link set unrelated mtu 1400 alias changed; ip link del gone; ip route add 203.0.114.0/24 dev docker0`
)

// lookOnly is what is seen of a machine, without addresses that the kernel drew.
func lookOnly(t *testing.T, ns *nstest.NS) string {
	t.Helper()
	return regexp.MustCompile(`link/ether [^ ]*`).ReplaceAllString(labtest.Look(t, ns), "")
}

// elsewhere runs a script on a machine like that of a test, and returns how it looks.
func elsewhere(t *testing.T, script string) string {
	t.Helper()
	look := make(chan string, 1)
	go func() {
		defer close(look)
		other := labtest.Machine(t)
		other.Sh(t, script)
		look <- lookOnly(t, other)
	}()
	return <-look
}

// TestTaken: others take a name, or something that a step needs, in the middle of an
// apply. It fails, and what it did is undone; what others did is not.
func TestTaken(t *testing.T) {
	for _, m := range meanwhile {
		t.Run(m.name, func(t *testing.T) {
			ns := labtest.Machine(t)
			ns.Sh(t, had)
			var once sync.Once
			a := lab.Apply{Try: func(s *state.Step) error {
				if s.Object.Family.Lasts() { // no setting of a new namespace, which comes before the host is looked at
					once.Do(func() { ns.Sh(t, m.script+busy) })
				}
				return nil
			}}
			_, err := a.Apply(t.Context(), taken(t))
			if err == nil || !strings.Contains(err.Error(), m.fails) || strings.Contains(err.Error(), "but for") {
				t.Errorf("%v", err)
			}
			after := lookOnly(t, ns)
			want := elsewhere(t, had+m.script+busy)
			if m.name == "next hop gone" { // of an address that the lab has to do with the undo cannot tell who took it
				want = elsewhere(t, had+busy)
			}
			if how := labtest.Differ(after, want); how != "" {
				t.Errorf("%v\n%s", err, how)
			}
		})
	}
}

// TestRecoverLater: what others did between the death of an apply and its recovery stays.
func TestRecoverLater(t *testing.T) {
	ns := labtest.Machine(t)
	ns.Sh(t, had)
	labtest.DieAt(t, "taken", 12)
	if !strings.Contains(ns.Sh(t, "ip -o link"), "hb0") {
		t.Fatal("it died before it did anything")
	}
	ns.Sh(t, busy)
	if said, err := lab.Recover(t.Context(), "taken", all.Families()); err != nil || strings.Contains(said, "but for") {
		t.Errorf("%s, %v", said, err)
	}
	if how := labtest.Differ(lookOnly(t, ns), elsewhere(t, had+busy)); how != "" {
		t.Error(how)
	}
}

// TestKindMissing: a kernel that lacks a kind says so in the middle of an apply.
func TestKindMissing(t *testing.T) {
	if nstest.Has(t, "kind:geneve") {
		t.Log("this kernel has them all")
		return
	}
	ns := labtest.Machine(t)
	before := labtest.Look(t, ns)
	l := taken(t)
	labtest.Declare(t, l.Host(nil), object.Add, link.Type.Ref(&link.Link{Name: "g0", Kind: &link.Geneve{ID: opt.Of(uint32(7)), Remote: ip("192.0.2.9")}}))
	_, err := (&lab.Apply{}).Apply(t.Context(), l)
	if object.Code(err) != "unsupported" || strings.Contains(err.Error(), "but for") {
		t.Errorf("%v", err)
	}
	if after := labtest.Look(t, ns); after != before {
		t.Error(labtest.Differ(after, before))
	}
}

// TestOneEach: what one lab declares in a namespace of others no other one may, also
// while the first is at work.
func TestOneEach(t *testing.T) {
	ns := labtest.Machine(t)
	second := func() *lab.Lab {
		l, err := lab.New("second", all.Families())
		if err != nil {
			t.Fatal(err)
		}
		labtest.Declare(t, l.Host(nil), object.Add, link.Type.Ref(&link.Link{Name: "hb2", Kind: &link.Bridge{}}))
		return l
	}
	refused := func(when string) {
		t.Helper()
		_, err := (&lab.Apply{}).Apply(t.Context(), second())
		if e, ok := errors.AsType[*lab.ClaimedError](err); !ok || e.First != "taken" || !strings.Contains(err.Error(), `link hb2 of host is declared by lab "taken" already`) {
			t.Errorf("%s: %v", when, err)
		}
	}
	first, asked := taken(t), 0
	if err := first.Find("a").Once(&lab.Once{Cmd: []string{"true"}}); err != nil {
		t.Fatal(err)
	}
	a := lab.Apply{TryOnce: func(*lab.Ran, bool) error { // steps are taken by other goroutines, which are elsewhere
		asked++
		refused("while the first is applied")
		return nil
	}}
	if _, err := a.Apply(t.Context(), first); err != nil || asked != 1 {
		t.Fatal(asked, err)
	}
	refused("when the first is there")
	if _, err := lab.Destroy(t.Context(), "taken", all.Families()); err != nil {
		t.Fatal(err)
	}
	labtest.Apply(t, second())
	nstest.Expect(t, ns.IP(t, "link", "show", "hb2"), map[string]any{"ifname": "hb2"})
}
