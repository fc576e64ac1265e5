package bridge_test

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/bridge"
	"github.com/netlark/netlark/netlinkcore/internal/verbtest"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
	"github.com/netlark/netlark/netlinkcore/state"
)

func ref(v bridge.FDB) object.Ref { return bridge.FDBType.Ref(&v) }

var yes = opt.Of(true)

// bridged has br0 with the port v0, without VLANs.
func bridged(t *testing.T) *verbtest.Place {
	p := verbtest.New(t, "kind:bridge", "kind:veth")
	p.Sh(`ip link add name br0 up type bridge
ip link set dev br0 type bridge vlan_default_pvid 0 2>/dev/null || true # a kernel without VLANs has none
ip link add name v0 up type veth peer name v1; ip link set dev v0 master br0`)
	return p
}

// shown is what bridge(8) tells of an address.
func shown(p *verbtest.Place, address string) string {
	p.Helper()
	return strings.TrimSpace(p.Sh("bridge fdb show | grep -w " + address + " || true"))
}

// What is read names its table, so that it can be removed and made again.
func TestReadAndUsed(t *testing.T) {
	p := bridged(t)
	const address = "02:00:00:00:00:06"
	for _, test := range []struct {
		v     bridge.FDB
		shows string
	}{
		{bridge.FDB{Dev: rt.DevName("v0"), Master: yes, State: opt.Of(rt.NeighNoARP)}, address + " dev v0 master br0 static"},
		{bridge.FDB{Dev: rt.DevName("v0"), Master: yes}, address + " dev v0 master br0 permanent"},
		{bridge.FDB{Dev: rt.DevName("v0"), Master: yes, Sticky: yes, State: opt.Of(rt.NeighNoARP)}, address + " dev v0 sticky master br0 static"},
		{bridge.FDB{Dev: rt.DevName("v0"), Self: yes}, address + " dev v0 self permanent"},
		{bridge.FDB{Dev: rt.DevName("br0"), Self: yes}, address + " dev br0 master br0 permanent"},
	} {
		test.v.LLAddr = mac(t, address)
		p.Must(object.Add, ref(test.v))
		e := p.One(ref(bridge.FDB{LLAddr: test.v.LLAddr}))
		if out := shown(p, address); out != test.shows {
			t.Errorf("%+v: bridge shows %s, want %s", test.v, out, test.shows)
		}
		if !bridge.FDBType.Schema.Covers(e.Ptr(), attr.To(&test.v)) {
			t.Errorf("%s: what was read differs from what was made", test.shows)
		}
		p.Must(object.Delete, e)
		if out := shown(p, address); out != "" {
			t.Errorf("%s: after delete bridge shows %s", test.shows, out)
		}
		p.Must(object.Add, e)
		p.Must(object.Replace, e)
		if out := shown(p, address); out != test.shows {
			t.Errorf("%s: made again it is %s", test.shows, out)
		}
		if n, err := bridge.FDBType.Flush(t.Context(), p.Scope, &bridge.FDB{Dev: test.v.Dev}); err != nil || n != 1 {
			t.Errorf("%s: flush removed %d: %v", test.shows, n, err)
		}
		if out := shown(p, address); out != "" {
			t.Errorf("%s: after flush bridge shows %s", test.shows, out)
		}
	}
}

// A flush leaves the addresses of bridge and port, and the groups that they
// receive.
func TestFlushKeeps(t *testing.T) {
	p := bridged(t)
	before := p.Sh("bridge fdb show")
	for _, v := range []bridge.FDB{{Dev: rt.DevName("v0"), Master: yes}, {Dev: rt.DevName("v0"), Self: yes}, {Dev: rt.DevName("br0"), Self: yes}} {
		v.LLAddr = mac(t, "02:00:00:00:00:0"+map[bool]string{true: "7", false: "8"}[v.Master.Or(false)])
		if v.Dev.Name() == "br0" {
			v.LLAddr = mac(t, "02:00:00:00:00:09")
		}
		p.Must(object.Add, ref(v))
	}
	if n, err := bridge.FDBType.Flush(t.Context(), p.Scope, &bridge.FDB{Bridge: rt.DevName("br0")}); err != nil || n != 2 {
		t.Errorf("of the bridge %d went: %v", n, err)
	}
	if n, err := bridge.FDBType.Flush(t.Context(), p.Scope, nil); err != nil || n != 1 {
		t.Errorf("of the rest %d went: %v", n, err)
	}
	was, after := strings.Split(before, "\n"), strings.Split(p.Sh("bridge fdb show"), "\n")
	for _, line := range was {
		if !slices.Contains(after, line) {
			t.Errorf("%q is gone: bridge shows\n%s", line, strings.Join(after, "\n"))
		}
	}
	for _, line := range after {
		if !slices.Contains(was, line) && !strings.HasPrefix(line, "33:33:") { // IPv6 joins groups meanwhile
			t.Errorf("%q is there: it was\n%s", line, before)
		}
	}
}

// TestEnsureLearned: an entry that is learned is none that stays, as an add makes it. One
// that something else learned never is.
func TestEnsureLearned(t *testing.T) {
	p := bridged(t)
	const address = "02:00:00:00:00:06"
	v := bridge.FDB{LLAddr: mac(t, address), Dev: rt.DevName("v0"), Master: yes}
	ensure := func(want bool, shows string) {
		t.Helper()
		if changed, err := bridge.EnsureFDB(t.Context(), p.Scope, &v); changed != want || err != nil {
			t.Errorf("changed: %v, %v", changed, err)
		}
		if out := shown(p, address); out != shows {
			t.Errorf("bridge shows %q, want %q", out, shows)
		}
	}
	p.Sh("ip link set v1 up; n=0; until bridge link show dev v0 | grep -q 'state forwarding' || [ $n = 250 ]; do sleep 0.02; n=$((n+1)); done")
	p.Sh("bridge fdb add " + address + " dev v0 master dynamic") // which a port refuses until then
	ensure(true, address+" dev v0 master br0 permanent")
	ensure(false, address+" dev v0 master br0 permanent")
	p.Sh("bridge fdb del " + address + " dev v0 master")
	p.Sh("ip link add vx0 up type vxlan id 7 dstport 4789 local 192.0.2.1; bridge fdb add " + address + " dev vx0 dst 192.0.2.7") // with two states
	remote := bridge.FDB{LLAddr: v.LLAddr, Dev: rt.DevName("vx0"), Self: yes, Dst: netip.MustParseAddr("192.0.2.7")}
	if changed, err := bridge.EnsureFDB(t.Context(), p.Scope, &remote); changed || err != nil {
		t.Errorf("of a VXLAN device: changed: %v, %v", changed, err)
	}
	p.Sh("bridge fdb replace " + address + " dev vx0 dst 192.0.2.8 dynamic")
	for _, want := range []bool{true, false} {
		if changed, err := bridge.EnsureFDB(t.Context(), p.Scope, &remote); changed != want || err != nil {
			t.Errorf("of a VXLAN device: changed: %v, %v", changed, err)
		}
	}
	if out := shown(p, address); out != address+" dev vx0 dst 192.0.2.7 self permanent" {
		t.Errorf("bridge shows %q", out)
	}
	p.Sh("ip link del vx0")
	v.ExternLearn = yes
	ensure(true, address+" dev v0 extern_learn master br0")
	ensure(false, address+" dev v0 extern_learn master br0")
}

// TestEnsureAnew: what is removed to be made again is made again, although it does not say
// what goes without saying.
func TestEnsureAnew(t *testing.T) {
	p := bridged(t)
	const address = "02:00:00:00:00:06"
	p.Sh("ip link set v1 up; bridge fdb add " + address + " dev v0 master dynamic")
	v := ref(bridge.FDB{LLAddr: mac(t, address), Dev: rt.DevName("v0"), Master: yes, ExternLearn: yes, State: opt.Of(rt.NeighReachable)})
	changed, err := state.Ensure(t.Context(), &state.Space{Scope: p.Scope}, []object.Family{bridge.FDBType}, v, true)
	if out := shown(p, address); !changed || err != nil || !strings.Contains(out, "extern_learn") {
		t.Errorf("changed: %v, %v, bridge shows %q", changed, err, out)
	}
}
