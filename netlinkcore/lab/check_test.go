package lab_test

import (
	"slices"
	"testing"

	"github.com/netlark/netlark/netlinkcore/addr"
	"github.com/netlark/netlark/netlinkcore/all"
	"github.com/netlark/netlark/netlinkcore/internal/labtest"
	"github.com/netlark/netlark/netlinkcore/lab"
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
