package addr_test

import (
	"errors"
	"net/netip"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/addr"
	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
	"github.com/netlark/netlark/tests/nstest"
)

func TestMain(m *testing.M) { nstest.Main(m) }

func scope(t *testing.T) (*nstest.NS, *object.Scope) {
	t.Helper()
	ns := nstest.New(t)
	ns.Sh(t, "ip link add name v0 type veth peer name v1; ip link set dev v0 up; ip link set dev v1 up")
	s := object.NewScope(object.Config{Enter: ns.Do})
	t.Cleanup(func() { s.Close() })
	return ns, s
}

// at is what ip shows of an address of v0.
func at(t *testing.T, ns *nstest.NS, local string) map[string]any {
	t.Helper()
	for _, l := range ns.IP(t, "addr", "show", "dev", "v0") {
		for _, a := range l["addr_info"].([]any) {
			if a := a.(map[string]any); a["local"] == local {
				return a
			}
		}
	}
	return nil
}

func want(t *testing.T, got map[string]any, values map[string]any) {
	t.Helper()
	for key, v := range values {
		if got[key] != v {
			t.Errorf("ip shows %s %v, want %v, of %v", key, got[key], v, got)
		}
	}
}

func on(prefix string) *addr.Addr {
	return &addr.Addr{Address: netip.MustParsePrefix(prefix), Dev: rt.DevName("v0")}
}

func TestAddresses(t *testing.T) {
	ns, s := scope(t)
	ctx := t.Context()
	plain := on("10.0.0.1/24")
	plain.Broadcast, plain.Label = netip.MustParseAddr("10.0.0.255"), opt.Of("v0:one")
	plain.Metric, plain.NoPrefixRoute = opt.Of[uint32](55), opt.Of(true)
	peer := on("10.9.0.1/32")
	peer.Peer, peer.Scope = netip.MustParsePrefix("10.9.0.2/32"), opt.Of(rt.ScopeLink)
	short := on("10.8.0.1/24")
	short.Valid, short.Preferred = opt.Of[uint32](1000), opt.Of[uint32](500)
	v6 := on("fd00::1/64")
	v6.NoDAD, v6.HomeAddress = opt.Of(true), opt.Of(true)
	v6peer := on("fd00::5/128")
	v6peer.Peer, v6peer.NoDAD = netip.MustParsePrefix("fd00::6/128"), opt.Of(true)
	all := []*addr.Addr{plain, peer, short, v6, v6peer}
	for _, v := range all {
		if err := addr.Type.Add(ctx, s, v); err != nil {
			t.Fatalf("%v: %v", v.Address, err)
		}
		if err := addr.Type.Add(ctx, s, v); !errors.Is(err, unix.EEXIST) {
			t.Errorf("%v twice: %v", v.Address, err)
		}
	}
	want(t, at(t, ns, "10.0.0.1"), map[string]any{"prefixlen": 24, "broadcast": "10.0.0.255", "label": "v0:one", "metric": 55, "noprefixroute": true, "scope": "global"})
	want(t, at(t, ns, "10.9.0.1"), map[string]any{"address": "10.9.0.2", "prefixlen": 32, "scope": "link"})
	want(t, at(t, ns, "fd00::1"), map[string]any{"prefixlen": 64, "nodad": true, "home": true})
	want(t, at(t, ns, "fd00::5"), map[string]any{"address": "fd00::6"})
	if a := at(t, ns, "10.8.0.1"); a["valid_life_time"].(int) > 1000 || a["valid_life_time"].(int) < 900 || a["preferred_life_time"].(int) > 500 {
		t.Errorf("ip shows %v", a)
	}
	for _, v := range all {
		got, err := addr.Type.Get(ctx, s, &addr.Addr{Address: v.Address})
		if err != nil {
			t.Errorf("%v: %v", v.Address, err)
			continue
		}
		bound := *v
		bound.Valid, bound.Preferred = opt.Value[uint32]{}, opt.Value[uint32]{} // they run
		if !addr.Type.Schema.Covers(attr.To(got), attr.To(&bound)) {
			t.Errorf("read back %+v, want %+v", got, v)
		}
	}
	for _, v := range all {
		if err := addr.Type.Delete(ctx, s, v); err != nil {
			t.Errorf("delete %v: %v", v.Address, err)
		}
		if err := addr.Type.Delete(ctx, s, v); object.Code(err) != "not_found" {
			t.Errorf("delete %v twice: %v", v.Address, err)
		}
	}
}

// A set changes what it names; the kernel would reset the rest.
func TestSetKeepsTheRest(t *testing.T) {
	ns, s := scope(t)
	ctx := t.Context()
	v := on("fd00::1/64")
	v.NoDAD, v.NoPrefixRoute, v.Metric = opt.Of(true), opt.Of(true), opt.Of[uint32](7)
	if err := addr.Type.Add(ctx, s, v); err != nil {
		t.Fatal(err)
	}
	change := on("fd00::1/64")
	change.Valid = opt.Of[uint32](5000)
	if err := addr.Type.Set(ctx, s, change); err != nil {
		t.Fatal(err)
	}
	a := at(t, ns, "fd00::1")
	want(t, a, map[string]any{"nodad": true, "noprefixroute": true, "metric": 7})
	if life := a["valid_life_time"].(int); life > 5000 || life < 4900 {
		t.Errorf("ip shows %v", a)
	}
	if err := addr.Type.Set(ctx, s, on("fd00::77/64")); !errors.Is(err, object.ErrNotFound) {
		t.Errorf("setting what is not there: %v", err)
	}
	label := on("fd00::1/64")
	label.Label = opt.Of("v0:x")
	var wrong *object.AttributeError
	if err := addr.Type.Set(ctx, s, label); !errors.As(err, &wrong) || wrong.Code != "immutable" || wrong.Path != "label" {
		t.Errorf("setting a label: %v", err)
	}
	if err := addr.Type.Replace(ctx, s, on("fd00::1/64")); err != nil {
		t.Error(err)
	}
}

// What ip makes is read as it was meant; what the kernel makes is the kernel's.
func TestAddressesOfIP(t *testing.T) {
	ns, s := scope(t)
	ns.Sh(t, "ip link set dev lo up; ip addr add 192.0.2.1 peer 192.0.2.2/30 dev v0; ip addr add 192.0.2.9/30 dev v0")
	got, err := addr.Type.Get(t.Context(), s, &addr.Addr{Peer: netip.MustParsePrefix("192.0.2.2/30")})
	if err != nil || got.Address != netip.MustParsePrefix("192.0.2.1/30") || got.Dev.Name() != "v0" {
		t.Errorf("%+v, %v", got, err)
	}
	lo, err := addr.Type.Get(t.Context(), s, &addr.Addr{Address: netip.MustParsePrefix("::1/128")})
	if err != nil || lo.Scope.Or(0) != rt.ScopeHost || lo.Dev.Name() != "lo" {
		t.Errorf("%+v, %v", lo, err)
	}
}
