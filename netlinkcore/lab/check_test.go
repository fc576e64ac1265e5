package lab_test

import (
	"slices"
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
)

func TestCheck(t *testing.T) {
	l, err := lab.New("check", all.Families())
	if err != nil {
		t.Fatal(err)
	}
	a := labtest.Node(t, l, "a")
	for address, dev := range map[string]string{"10.0.0.1/24": "eth0", "10.0.0.129/25": "eth1", "10.7.0.1/32": "lo", "10.3.0.1/24": "eth0"} {
		labtest.Declare(t, a, object.Add, addr.Type.Ref(&addr.Addr{Address: prefix(address), Dev: rt.DevName(dev)}))
	}
	for dst, via := range map[string]string{"10.8.0.0/16": "10.0.0.2", "10.9.0.0/16": "10.77.0.1", "fd00::/64": "fe80::1", "10.11.0.0/16": "10.12.0.1"} {
		labtest.Declare(t, a, object.Add, route.Type.Ref(&route.Route{Dst: prefix(dst), Via: ip(via)}))
	}
	labtest.Declare(t, a, object.Add, route.Type.Ref(&route.Route{Dst: prefix("10.12.0.0/24"), Dev: rt.DevName("eth0")}))
	labtest.Declare(t, a, object.Add, route.Type.Ref(&route.Route{Dst: prefix("10.13.0.0/16"), Via: ip("10.88.0.1"), Dev: rt.DevName("eth0"), OnLink: opt.Of(true)}))
	var got []string
	for _, w := range l.Check() {
		got = append(got, w.Text)
	}
	slices.Sort(got)
	if len(got) != 2 || got[1] != `no address of node "a" reaches the next hop 10.77.0.1` {
		t.Errorf("%q", got)
	}
	if want := []string{"10.0.0.0/24 of eth0 overlaps 10.0.0.128/25 of eth1", "10.0.0.128/25 of eth1 overlaps 10.0.0.0/24 of eth0"}; !slices.Contains(want, got[0]) {
		t.Errorf("%q", got[0])
	}
}

// TestCheckLinks: devices of which only one can be there, and MTUs.
func TestCheckLinks(t *testing.T) {
	l, err := lab.New("check", all.Families())
	if err != nil {
		t.Fatal(err)
	}
	a, b := labtest.Node(t, l, "a"), labtest.Node(t, l, "b")
	cable(t, l, &lab.Cable{A: lab.End{Node: a}, B: lab.End{Node: b}, MTU: opt.Of(uint32(1400))})
	labtest.Declare(t, b, object.Set, link.Type.Ref(&link.Link{Name: "eth0", MTU: opt.Of(uint32(1500))}))
	add := func(l *link.Link) { labtest.Declare(t, a, object.Add, link.Type.Ref(l)) }
	vlan := func(name string, id uint16, mtu uint32) *link.Link {
		return &link.Link{Name: name, Kind: &link.VLAN{ID: opt.Of(id)}, Parent: rt.DevName("eth0"), MTU: opt.Of(mtu)}
	}
	vxlan := func(name string, id uint32, port uint16) *link.Link {
		return &link.Link{Name: name, Kind: &link.VXLAN{ID: opt.Of(id), Port: opt.Of(port)}}
	}
	add(vlan("v5", 5, 1400))
	add(vlan("other", 5, 1300))
	add(vlan("v6", 6, 1450))
	add(vxlan("x1", 7, 4789))
	add(vxlan("x2", 7, 4790))
	add(vxlan("x3", 7, 4789))
	for _, m := range []*link.Link{
		{Name: "m1", Kind: &link.MACsec{Port: opt.Of(uint16(7))}}, {Name: "m2", Kind: &link.MACsec{Port: opt.Of(uint16(7))}},
		{Name: "m3", Kind: &link.MACsec{Port: opt.Of(uint16(8))}},
		{Name: "m4", Kind: &link.MACsec{Port: opt.Of(uint16(7))}, Address: a.MAC("m4")}, // its channel is another
	} {
		m.Parent = rt.DevName("eth0")
		add(m)
	}
	var got []string
	for _, w := range l.Check() {
		if w.Want == nil || w.Other == nil {
			t.Errorf("%s: it does not say where", w.Text)
		}
		got = append(got, w.Node.Name+": "+w.Text)
	}
	want := []string{
		"a: the kernel takes one device of this: vlan parent eth0, protocol \"802.1Q\", id 5",
		"a: the kernel takes one device of this: vxlan id 7, dstport 4789",
		"a: the kernel takes one device of this: macsec parent eth0, port 7",
		"a: v6 has an MTU of 1450, and eth0 underneath one of 1400",
		"b: eth0 has an MTU of 1500, and the other end, eth0 of a, one of 1400",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

func TestID(t *testing.T) {
	draw := func(keys ...string) (out []uint64) {
		l, err := lab.New("ids", all.Families())
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range keys {
			n, err := l.ID("vlan", k)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, n)
		}
		return out
	}
	if a, b := draw("red", "blue", "red"), draw("red", "blue"); a[0] != b[0] || a[1] != b[1] || a[2] != a[0] || a[0] == a[1] {
		t.Errorf("%d %d", a, b)
	}
	var keys []string
	for i := range 4093 {
		keys = append(keys, string(rune('a'+i%26))+string(rune('0'+i/26)))
	}
	all := draw(keys...)
	slices.Sort(all)
	if len(slices.Compact(all)) != 4093 || all[0] != 2 || all[4092] != 4094 {
		t.Errorf("%d to %d", all[0], all[len(all)-1])
	}
	l, _ := lab.New("ids", nil)
	if _, err := l.ID("vlna", "x"); err == nil {
		t.Error("there is no vlna")
	}
}
