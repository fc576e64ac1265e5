package bridge_test

import (
	"errors"
	"net/netip"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/bridge"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
	"github.com/netlark/netlark/tests/nstest"
)

func TestMain(m *testing.M) { nstest.Main(m) }

func mac(t *testing.T, s string) rt.MAC {
	t.Helper()
	m, err := attr.ParseMAC(s)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func scope(t *testing.T, script string) (*nstest.NS, *object.Scope) {
	t.Helper()
	ns := nstest.New(t)
	ns.Sh(t, script)
	s := object.NewScope(object.Config{Enter: ns.Do})
	t.Cleanup(func() { s.Close() })
	return ns, s
}

// entries are what bridge(8) shows of an address.
func entries(t *testing.T, ns *nstest.NS, dev, address string) (out []map[string]any) {
	t.Helper()
	for _, e := range ns.Bridge(t, "fdb", "show", "dev", dev) {
		if e["mac"] == address {
			out = append(out, e)
		}
	}
	return out
}

func TestBridgeTable(t *testing.T) {
	// Without a default VLAN: an entry would be made for it too.
	ns, s := scope(t, `ip link add name br0 type bridge
ip link set dev br0 type bridge vlan_default_pvid 0 2>/dev/null || true # a kernel without VLANs has none
ip link add name v0 type veth peer name v1; ip link set dev v0 master br0
ip link add name w0 type veth peer name w1; ip link set dev w0 master br0`)
	ctx := t.Context()
	const address = "02:00:00:00:00:05"
	v := &bridge.FDB{LLAddr: mac(t, address), Dev: rt.DevName("v0"), Master: opt.Of(true), State: opt.Of(rt.NeighNoARP)}
	if err := bridge.FDBType.Add(ctx, s, v); err != nil {
		t.Fatal(err)
	}
	if out := entries(t, ns, "v0", address); len(out) != 1 || out[0]["state"] != "static" || out[0]["master"] != "br0" {
		t.Errorf("bridge shows %v", out)
	}
	if err := bridge.FDBType.Add(ctx, s, v); !errors.Is(err, unix.EEXIST) {
		t.Errorf("adding it twice: %v", err)
	}
	moved := *v
	moved.Dev = rt.DevName("w0")
	if err := bridge.FDBType.Replace(ctx, s, &moved); err != nil {
		t.Fatal(err)
	}
	if out := entries(t, ns, "w0", address); len(out) != 1 || len(entries(t, ns, "v0", address)) != 0 {
		t.Errorf("after replace bridge shows %v at w0", out)
	}
	got, err := bridge.FDBType.Get(ctx, s, &bridge.FDB{LLAddr: v.LLAddr})
	if err != nil || got.Dev.Name() != "w0" || got.Bridge.Name() != "br0" || got.State.Or(0) != rt.NeighNoARP {
		t.Errorf("%+v, %v", got, err)
	}
	if err := bridge.FDBType.Delete(ctx, s, &moved); err != nil {
		t.Error(err)
	}
	var wrong *object.AttributeError
	if err := bridge.FDBType.Add(ctx, s, &bridge.FDB{LLAddr: v.LLAddr, Dev: v.Dev}); !errors.As(err, &wrong) || wrong.Path != "dev" {
		t.Errorf("without a table: %v", err)
	}
}

// A flood entry of a VXLAN device has several remotes, one appended after the
// other, and one deleted by itself.
func TestVXLANTable(t *testing.T) {
	ns, s := scope(t, "ip link set dev lo up; ip link add name vx0 type vxlan id 7 dstport 4789; ip link set dev vx0 up; ip nexthop add id 1 via 192.0.2.9 fdb; ip nexthop add id 2 group 1 fdb")
	ctx := t.Context()
	const flood = "00:00:00:00:00:00"
	entry := func(dst string) *bridge.FDB {
		return &bridge.FDB{LLAddr: mac(t, flood), Dev: rt.DevName("vx0"), Dst: netip.MustParseAddr(dst)}
	}
	for _, dst := range []string{"192.0.2.5", "192.0.2.6", "192.0.2.7", "192.0.2.5"} { // what is there is no error
		if err := bridge.FDBType.Append(ctx, s, entry(dst)); err != nil {
			t.Fatal(err)
		}
	}
	if err := bridge.FDBType.Delete(ctx, s, entry("192.0.2.6")); err != nil {
		t.Fatal(err)
	}
	out := entries(t, ns, "vx0", flood)
	if len(out) != 2 || out[0]["dst"] != "192.0.2.5" || out[1]["dst"] != "192.0.2.7" {
		t.Errorf("bridge shows %v", out)
	}
	full := &bridge.FDB{LLAddr: mac(t, "02:00:00:00:00:09"), Dev: rt.DevName("vx0"), Dst: netip.MustParseAddr("192.0.2.8"),
		Port: opt.Of[uint16](4790), VNI: opt.Of[uint32](99), Via: rt.DevName("lo")}
	if err := bridge.FDBType.Add(ctx, s, full); err != nil {
		t.Fatal(err)
	}
	out = entries(t, ns, "vx0", "02:00:00:00:00:09")
	if len(out) != 1 || out[0]["port"] != 4790 || out[0]["vni"] != 99 || out[0]["viaIf"] != "lo" {
		t.Errorf("bridge shows %v", out)
	}
	got, err := bridge.FDBType.Get(ctx, s, &bridge.FDB{LLAddr: full.LLAddr})
	if err != nil || !bridge.FDBType.Schema.Covers(attr.To(got), attr.To(full)) {
		t.Errorf("%+v, %v", got, err)
	}
	byHop := &bridge.FDB{LLAddr: mac(t, "02:00:00:00:00:0a"), Dev: rt.DevName("vx0"), NextHopID: opt.Of[uint32](2)}
	if err := bridge.FDBType.Add(ctx, s, byHop); err != nil {
		t.Fatal(err)
	}
	if out := entries(t, ns, "vx0", "02:00:00:00:00:0a"); len(out) != 1 || out[0]["nhid"] != 2 {
		t.Errorf("bridge shows %v", out)
	}
}

// An entry with a VLAN wants the VLAN on the port.
func TestVLAN(t *testing.T) {
	nstest.Require(t, "bridge:vlan")
	ns, s := scope(t, `ip link add name br0 type bridge vlan_filtering 1
ip link add name v0 type veth peer name v1; ip link set dev v0 master br0; bridge vlan add vid 5 dev v0`)
	v := &bridge.FDB{LLAddr: mac(t, "02:00:00:00:00:05"), Dev: rt.DevName("v0"), Master: opt.Of(true), VLAN: opt.Of[uint16](5)}
	if err := bridge.FDBType.Add(t.Context(), s, v); err != nil {
		t.Fatal(err)
	}
	if out := entries(t, ns, "v0", "02:00:00:00:00:05"); len(out) != 1 || out[0]["vlan"] != 5 {
		t.Errorf("bridge shows %v", out)
	}
}
