package neigh_test

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/netlark/netlark/netlinkcore/internal/verbtest"
	"github.com/netlark/netlark/netlinkcore/neigh"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// TestEnsure: a neighbour that is learned is none that stays, as an add makes it. Proxies
// have no state, and of one that is to be used now the kernel chooses it.
func TestEnsure(t *testing.T) {
	p := verbtest.New(t, "kind:veth")
	p.Sh("ip link add name v0 up type veth peer name v1; ip link set dev v1 up; ip addr add 10.0.0.1/24 dev v0")
	ensure := func(v neigh.Neigh, want bool, shows string) {
		t.Helper()
		v.Dst, v.Dev = netip.MustParseAddr("10.0.0.2"), rt.DevName("v0")
		changed, err := neigh.Ensure(t.Context(), p.Scope, &v)
		if changed != want || err != nil {
			t.Errorf("%+v: changed: %v, %v", v, changed, err)
		}
		if out := strings.TrimSpace(p.Sh("ip neigh show 10.0.0.2 dev v0")); out != shows {
			t.Errorf("%+v: ip shows %q, want %q", v, out, shows)
		}
	}
	const address = "02:00:00:00:00:02"
	plain := neigh.Neigh{LLAddr: mac(t, address)}
	stale := neigh.Neigh{LLAddr: plain.LLAddr, State: opt.Of(rt.NeighStale)}
	permanent := "10.0.0.2 lladdr " + address + " PERMANENT"
	for _, learned := range []string{address + " nud stale", address + " nud noarp", "02:00:00:00:00:03 nud stale"} {
		p.Sh("ip neigh replace 10.0.0.2 dev v0 lladdr " + learned)
		ensure(plain, true, permanent)
		ensure(plain, false, permanent)
	}
	ensure(stale, true, "10.0.0.2 lladdr "+address+" STALE")
	ensure(stale, false, "10.0.0.2 lladdr "+address+" STALE")
	p.Sh("ip neigh flush dev v0")
	ensure(neigh.Neigh{Proxy: opt.Of(true)}, true, "")
	ensure(neigh.Neigh{Proxy: opt.Of(true)}, false, "")
}
