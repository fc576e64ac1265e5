package state_test

import (
	"strings"
	"testing"

	"github.com/netlark/netlark/netlinkcore/all"
	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/bridge"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
	"github.com/netlark/netlark/netlinkcore/state"
	"github.com/netlark/netlark/tests/nstest"
)

// furnishVLANs is a bridge with VLANs: v0 has the one that ports begin with and
// is not in it untagged alone, w0 has left it, x0 is as it began.
const furnishVLANs = `
ip link add br0 type bridge vlan_default_pvid 5
ip link set br0 up type bridge vlan_filtering 1
for p in v w x; do ip link add ${p}0 up type veth peer name ${p}1; ip link set ${p}0 master br0; ip link set ${p}1 up; done
bridge vlan add dev v0 vid 10 pvid untagged
bridge vlan add dev v0 vid 20-29
bridge vlan set dev v0 vid 23 state blocking
bridge vlan del dev w0 vid 5
bridge vlan add dev w0 vid 10 pvid untagged
bridge vlan add dev br0 vid 20 self
bridge fdb add 02:00:00:00:02:01 dev v0 master static vlan 20
`

// showVLANs does not go by the order of devices, which is that of their numbers.
const showVLANs = `for d in br0 v0 w0 x0; do bridge -d vlan show dev $d; done; bridge fdb show br br0 | grep static
ip -d link show dev br0 | grep -oE 'vlan_(filtering|default_pvid) [0-9]+'`

var vlanWrecks = []struct{ name, script string }{
	{"nothing", ``},
	{"memberships", `bridge vlan del dev v0 vid 22; bridge vlan add dev w0 vid 30; bridge vlan add dev x0 vid 40-49 untagged; bridge vlan del dev br0 vid 20 self`},
	{"flags", `bridge vlan add dev v0 vid 10; bridge vlan add dev v0 vid 20 pvid; bridge vlan add dev x0 vid 6 pvid untagged`},
	{"options", `bridge vlan set dev v0 vid 23 state forwarding; bridge vlan set dev v0 vid 24 state disabled`},
	{"what ports begin with", `bridge vlan add dev w0 vid 5; bridge vlan del dev x0 vid 5; bridge vlan del dev br0 vid 5 self`},
	{"the VLAN of new ports", `ip link set br0 type bridge vlan_filtering 0; ip link set br0 type bridge vlan_default_pvid 7`},
	{"ports released", `ip link set v0 nomaster; ip link set w0 nomaster; ip link add y0 up master br0 type veth peer name y1`},
	{"ports", `ip link del v0; ip link del w0`},
	{"the bridge", `ip link del br0`},
	{"everything", `ip link del br0; ip link del v0; ip link del x0`},
}

func TestRestoreVLANs(t *testing.T) {
	nstest.Require(t, "bridge:vlan", "kind:veth")
	for _, w := range vlanWrecks {
		t.Run(w.name, func(t *testing.T) {
			ns, sp := space(t)
			ns.Sh(t, furnishVLANs)
			before := ns.Sh(t, showVLANs)
			if !strings.Contains(before, "blocking") || !strings.Contains(before, "PVID") {
				t.Fatalf("bridge shows %s", before)
			}
			sn := state.NewSnapshot(all.Families())
			defer sn.Close()
			touch := bridge.VLANType.Ref(&bridge.VLAN{Dev: rt.DevName("v0"), VID: bridge.VID(99)})
			if err := sn.Touch(t.Context(), sp, object.Add, touch); err != nil {
				t.Fatal(err)
			}
			ns.Sh(t, w.script)
			done, left, err := sn.Restore(t.Context())
			for _, l := range left {
				t.Errorf("left: %s", l.String())
			}
			if after := ns.Sh(t, showVLANs); err != nil || after != before {
				t.Errorf("%d steps, %v; differs:\n%s", done, err, diff(before, after))
			}
			if w.script == "" && done != 0 {
				t.Errorf("%d steps without a difference", done)
			}
		})
	}
}

// A bridge that is made anew gets its VLANs and those of its ports back.
func TestRecreateVLANs(t *testing.T) {
	nstest.Require(t, "bridge:vlan", "kind:veth")
	ns, sp := space(t)
	ns.Sh(t, furnishVLANs)
	before := ns.Sh(t, showVLANs)
	link := family("link")
	list, err := link.All(t.Context(), sp.Scope, named(t, link, "br0"))
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	if err := state.Recreate(t.Context(), sp, all.Families(), list[0], list[0].Clone()); err != nil {
		t.Error(err)
	}
	if after := ns.Sh(t, showVLANs); after != before {
		t.Errorf("differs:\n%s", diff(before, after))
	}
	v, err := bridge.GetVLAN(t.Context(), sp.Scope, &bridge.VLAN{State: opt.Of[uint8](4)})
	if err != nil || v.VID != bridge.VID(23) {
		t.Errorf("%+v, %v", v, err)
	}
}

func named(t *testing.T, f object.Family, name string) object.Ref {
	t.Helper()
	r := f.New()
	if err := f.Table().Put(&attr.Put{}, r.Ptr(), f.Table().Lookup("name"), attr.TextValue(name)); err != nil {
		t.Fatal(err)
	}
	return r
}
