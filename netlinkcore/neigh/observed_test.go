package neigh_test

import (
	"errors"
	"net/netip"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/neigh"
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

func TestNeighbours(t *testing.T) {
	ns := nstest.New(t)
	ns.Sh(t, "ip link add name v0 type veth peer name v1; ip link set dev v0 up; ip link set dev v1 up")
	s := object.NewScope(object.Config{Enter: ns.Do})
	defer s.Close()
	ctx := t.Context()
	v4 := &neigh.Neigh{Dst: netip.MustParseAddr("10.0.0.2"), Dev: rt.DevName("v0"), LLAddr: mac(t, "02:00:00:00:00:02"), Protocol: opt.Of[rt.Protocol](unix.RTPROT_ZEBRA)}
	v6 := &neigh.Neigh{Dst: netip.MustParseAddr("fd00::2"), Dev: rt.DevName("v0"), LLAddr: mac(t, "02:00:00:00:00:03"), State: opt.Of(rt.NeighReachable), Router: opt.Of(true)}
	for _, v := range []*neigh.Neigh{v4, v6} {
		if err := neigh.Type.Add(ctx, s, v); err != nil {
			t.Fatal(err)
		}
		if err := neigh.Type.Add(ctx, s, v); !errors.Is(err, unix.EEXIST) {
			t.Errorf("adding it twice: %v", err)
		}
	}
	theirs := map[any]map[string]any{}
	for _, n := range ns.IP(t, "neigh", "show", "dev", "v0") {
		theirs[n["dst"]] = n
	}
	if n := theirs["10.0.0.2"]; n["lladdr"] != "02:00:00:00:00:02" || n["state"].([]any)[0] != "PERMANENT" || n["protocol"] != "zebra" {
		t.Errorf("ip shows %v", n)
	}
	if _, router := theirs["fd00::2"]["router"]; !router {
		t.Errorf("ip shows %v", theirs["fd00::2"])
	}
	got, err := neigh.Type.Get(ctx, s, &neigh.Neigh{Dst: v4.Dst})
	if err != nil || got.LLAddr != v4.LLAddr || got.State.Or(0) != rt.NeighPermanent || got.Dev.Name() != "v0" {
		t.Errorf("%+v, %v", got, err)
	}
	v4.LLAddr = mac(t, "02:00:00:00:00:22")
	if err := neigh.Type.Replace(ctx, s, v4); err != nil {
		t.Error(err)
	}
	v4.LLAddr = mac(t, "02:00:00:00:00:33")
	if err := neigh.Type.Set(ctx, s, v4); err != nil {
		t.Error(err)
	}
	if out := ns.IP(t, "neigh", "show", "10.0.0.2"); out[0]["lladdr"] != "02:00:00:00:00:33" {
		t.Errorf("after set ip shows %v", out)
	}
	missing := &neigh.Neigh{Dst: netip.MustParseAddr("10.0.0.77"), Dev: rt.DevName("v0"), LLAddr: v4.LLAddr}
	if err := neigh.Type.Set(ctx, s, missing); object.Code(err) != "not_found" {
		t.Errorf("setting what is not there: %v", err)
	}
	for _, v := range []*neigh.Neigh{v4, v6} {
		if err := neigh.Type.Delete(ctx, s, v); err != nil {
			t.Error(err)
		}
	}
}

// Proxies are a table of their own.
func TestProxies(t *testing.T) {
	ns := nstest.New(t)
	ns.Sh(t, "ip link add name v0 type veth peer name v1; ip link set dev v0 up")
	s := object.NewScope(object.Config{Enter: ns.Do})
	defer s.Close()
	ctx := t.Context()
	v := &neigh.Neigh{Dst: netip.MustParseAddr("10.0.0.9"), Dev: rt.DevName("v0"), Proxy: opt.Of(true)}
	if err := neigh.Type.Add(ctx, s, v); err != nil {
		t.Fatal(err)
	}
	if out := ns.IP(t, "neigh", "show", "proxy"); len(out) != 1 || out[0]["dst"] != "10.0.0.9" {
		t.Errorf("ip shows %v", out)
	}
	for filter, want := range map[*neigh.Neigh]int{{Proxy: opt.Of(true)}: 1, {Dst: v.Dst}: 0} {
		list, err := neigh.Type.Collect(ctx, s, filter)
		if err != nil || len(list) != want {
			t.Errorf("%d match %+v, %v, want %d", len(list), filter, err, want)
		}
	}
	if err := neigh.Type.Delete(ctx, s, v); err != nil {
		t.Error(err)
	}
}
