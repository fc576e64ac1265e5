package addr_test

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/netlark/netlark/netlinkcore/addr"
	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/verbtest"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
)

var (
	yes  = opt.Of(true)
	dev  = rt.DevName("v0")
	link = opt.Of(rt.ScopeLink)
)

func ref(v addr.Addr) object.Ref { return addr.Type.Ref(&v) }

func prefix(s string) netip.Prefix { return netip.MustParsePrefix(s) }

func here(t *testing.T) *verbtest.Place {
	p := verbtest.New(t, "kind:veth")
	p.Sh("ip link set lo up; ip link add v0 up type veth peer name v1; ip link set v1 up; ip link add v2 up type veth peer name v3; ip -6 addr flush dev v0")
	return p
}

func shown(p *verbtest.Place, address string, want map[string]any) {
	p.Helper()
	inside := map[string]any{}
	for k, v := range want {
		inside["addr_info."+k] = v
	}
	p.Observe(inside, p.NS.IP, "addr", "show", "dev", "v0", "to", address)
}

func TestIPv4(t *testing.T) {
	p := here(t)
	v := addr.Addr{Address: prefix("192.0.2.1/24"), Dev: dev, Broadcast: netip.MustParseAddr("192.0.2.255"), Label: opt.Of("v0:first"),
		Scope: link, Metric: opt.Of[uint32](77), NoPrefixRoute: yes, Valid: opt.Of[uint32](5000), Preferred: opt.Of[uint32](3000)}
	p.Must(object.Add, ref(v))
	shown(p, "192.0.2.1", map[string]any{"local": "192.0.2.1", "prefixlen": 24, "broadcast": "192.0.2.255", "label": "v0:first", "scope": "link",
		"metric": 77, "noprefixroute": true, "dynamic": true})
	have, err := addr.Type.Get(t.Context(), p.Scope, &addr.Addr{Address: v.Address})
	if err != nil || have.Valid.Or(0) < 4990 || have.Preferred.Or(0) < 2990 || have.Label != v.Label || have.Scope != v.Scope || have.Peer.IsValid() {
		t.Errorf("%+v, %v", have, err)
	}
	p.Refused(object.Add, ref(v), "exists", "")
	p.Must(object.Replace, ref(addr.Addr{Address: v.Address, Dev: dev, Valid: opt.Of[uint32](addr.Forever)}))
	shown(p, "192.0.2.1", map[string]any{"valid_life_time": uint32(addr.Forever), "preferred_life_time": uint32(addr.Forever), "label": "v0:first"})
	p.Must(object.Set, ref(addr.Addr{Address: v.Address, Dev: dev, Metric: opt.Of[uint32](99)}))
	shown(p, "192.0.2.1", map[string]any{"metric": 99})
	p.Must(object.Add, ref(addr.Addr{Address: prefix("192.0.2.2/24"), Dev: dev, Scope: link}))
	p.Must(object.Delete, ref(addr.Addr{Address: v.Address, Dev: dev}))
	p.Refused(object.Delete, ref(addr.Addr{Address: v.Address, Dev: dev}), "not_found", "")
	p.Count(0, ref(addr.Addr{Dev: dev})) // the secondary one went along
}

// "+" and "-" are what ip makes of them.
func TestBroadcastWords(t *testing.T) {
	p := here(t)
	table := addr.Type.Table()
	for _, c := range []struct{ address, peer, word string }{
		{"10.1.2.3/20", "", "+"}, {"10.5.1.3/24", "", "+"}, {"10.1.3.3/20", "", "-"}, {"10.2.2.2/30", "", "+"}, {"10.2.3.3/31", "", "+"}, {"10.2.4.4/32", "", "+"},
		{"10.2.5.5/31", "", "-"}, {"10.3.0.1/24", "10.4.0.9/24", "+"},
	} {
		v := addr.Addr{Dev: dev}
		ip := "ip addr add " + c.address + " dev v2 broadcast " + c.word
		if c.peer != "" {
			ip = "ip addr add " + strings.TrimSuffix(c.address, "/24") + " peer " + c.peer + " dev v2 broadcast " + c.word
		}
		p.Sh(ip)
		for _, a := range [][2]string{{"address", c.address}, {"peer", c.peer}, {"broadcast", c.word}} {
			if err := table.Put(&attr.Put{}, attr.To(&v), table.Lookup(a[0]), attr.TextValue(a[1])); a[1] != "" && err != nil {
				t.Fatal(err)
			}
		}
		p.Must(object.Add, ref(v))
		p.Same(ref(addr.Addr{Address: v.Address, Dev: dev, Broadcast: v.Broadcast}))
		broadcasts := map[string]any{}
		for _, name := range []string{"v0", "v2"} {
			list := p.NS.IP(t, "-4", "addr", "show", "dev", name)[0]["addr_info"].([]any)
			broadcasts[name] = list[0].(map[string]any)["broadcast"]
		}
		if broadcasts["v0"] != broadcasts["v2"] {
			t.Errorf("%v: %v", c, broadcasts)
		}
		p.Must(object.Delete, ref(addr.Addr{Address: v.Address, Dev: dev, Peer: v.Peer}))
		p.Sh("ip addr flush dev v2")
	}
	for _, a := range []string{"", "2001:db8::1/64"} {
		v := addr.Addr{Dev: dev}
		if a != "" {
			v.Address = prefix(a)
		}
		if table.Put(&attr.Put{}, attr.To(&v), table.Lookup("broadcast"), attr.TextValue("+")) == nil {
			t.Errorf("a broadcast address of %q", a)
		}
	}
}

// Deletion takes the address that is meant, by length and by peer.
func TestDeleteWhich(t *testing.T) {
	p := here(t)
	for _, a := range []addr.Addr{{Address: prefix("192.0.2.1/24")}, {Address: prefix("192.0.2.1/25")},
		{Address: prefix("192.0.2.1/32"), Peer: prefix("198.51.100.1/32")}, {Address: prefix("192.0.2.1/32"), Peer: prefix("198.51.100.2/32")}} {
		a.Dev = dev
		p.Must(object.Add, ref(a))
	}
	p.Must(object.Delete, ref(addr.Addr{Address: prefix("192.0.2.1/25"), Dev: dev}))
	p.Must(object.Delete, ref(addr.Addr{Address: prefix("192.0.2.1/32"), Peer: prefix("198.51.100.2/32"), Dev: dev}))
	p.Count(1, ref(addr.Addr{Address: prefix("192.0.2.1/24")}))
	list := p.List(ref(addr.Addr{Address: prefix("192.0.2.1/32")}))
	if len(list) != 1 {
		t.Fatal(list)
	}
	if v, _ := addr.Type.As(list[0]); v.Peer != prefix("198.51.100.1/32") {
		t.Errorf("%+v", v)
	}
}

func TestIPv6(t *testing.T) {
	p := here(t)
	v := addr.Addr{Address: prefix("2001:db8::1/64"), Dev: dev, NoDAD: yes, HomeAddress: yes, NoPrefixRoute: yes, Metric: opt.Of[uint32](55),
		Valid: opt.Of[uint32](4000), Preferred: opt.Of[uint32](0)}
	p.Must(object.Add, ref(v))
	shown(p, "2001:db8::1", map[string]any{"nodad": true, "home": true, "noprefixroute": true, "deprecated": true, "metric": 55})
	p.Refused(object.Add, ref(addr.Addr{Address: prefix("2001:db8::1/48"), Dev: dev}), "exists", "")
	p.Must(object.Set, ref(addr.Addr{Address: v.Address, Dev: dev, Preferred: opt.Of[uint32](100), NoDAD: yes}))
	shown(p, "2001:db8::1", map[string]any{"valid_life_time": uint32(addr.Forever), "deprecated": nil})
	p.Must(object.Add, ref(addr.Addr{Address: prefix("2001:db8:3::1/128"), Peer: prefix("2001:db8:4::1/128"), Dev: dev}))
	shown(p, "2001:db8:3::1", map[string]any{"local": "2001:db8:3::1", "address": "2001:db8:4::1"})
	p.Must(object.Add, ref(addr.Addr{Address: prefix("2001:db8:5::1/64"), Dev: dev, ManageTempAddr: yes}))
	p.Count(1, ref(addr.Addr{ManageTempAddr: yes}))
	n, err := addr.Type.Flush(t.Context(), p.Scope, &addr.Addr{Dev: dev})
	if err != nil || n != 3 {
		t.Errorf("%d flushed, %v", n, err)
	}
}

func TestFilters(t *testing.T) {
	p := here(t)
	for i, a := range []string{"192.0.2.1/24", "192.0.3.1/24", "2001:db8::1/64"} {
		v := addr.Addr{Address: prefix(a), Dev: dev, NoDAD: yes}
		if i == 1 {
			v.Dev = rt.DevName("v2")
		}
		if v.Address.Addr().Is4() {
			v.NoDAD.Unset()
		}
		p.Must(object.Add, ref(v))
	}
	p.Must(object.Add, ref(addr.Addr{Address: prefix("127.0.0.2/8"), Dev: rt.DevName("lo")}))
	p.Observe(map[string]any{"addr_info.scope": "host"}, p.NS.IP, "addr", "show", "dev", "lo", "to", "127.0.0.2")
	p.Count(2, ref(addr.Addr{Dev: dev}))
	p.Count(4, ref(addr.Addr{Family: opt.Of[uint8](2)}))
	p.Count(1, ref(addr.Addr{Family: opt.Of[uint8](2), Dev: dev}))
	p.Refused(object.Add, ref(addr.Addr{Address: prefix("192.0.2.9/24"), Dev: rt.DevName("none")}), "not_found", "dev")
	p.Refused(object.Add, ref(addr.Addr{Address: prefix("192.0.2.9/24"), Dev: dev, Valid: opt.Of[uint32](0)}), "invalid", "")
}

func TestOrigin(t *testing.T) {
	p := here(t)
	p.Must(object.Add, ref(addr.Addr{Address: prefix("2001:db8::1/64"), Dev: dev, NoDAD: yes}))
	made := map[string]object.Origin{}
	for _, r := range p.List(ref(addr.Addr{})) {
		v, _ := addr.Type.As(r)
		made[v.Address.String()] = addr.Type.Origin(v)
	}
	if made["::1/128"] != object.Kernel || made["2001:db8::1/64"] != object.User {
		t.Errorf("%v", made)
	}
}
