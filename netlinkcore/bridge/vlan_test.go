package bridge_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/bridge"
	"github.com/netlark/netlark/netlinkcore/internal/verbtest"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// filtering has br0 with VLANs, and the ports v0 and w0.
func filtering(t *testing.T) *verbtest.Place {
	p := verbtest.New(t, "bridge:vlan", "kind:veth")
	p.Sh(`ip link add name br0 up type bridge vlan_filtering 1
ip link add name v0 up type veth peer name v1; ip link set dev v0 master br0
ip link add name w0 up type veth peer name w1; ip link set dev w0 master br0`)
	return p
}

func vlan(dev string, vids opt.Value[attr.Span[uint16]], with ...func(*bridge.VLAN)) object.Ref {
	v := &bridge.VLAN{Dev: rt.DevName(dev), VID: vids}
	for _, f := range with {
		f(v)
	}
	return bridge.VLANType.Ref(v)
}

func pvid(v *bridge.VLAN)     { v.PVID.Set(true) }
func untagged(v *bridge.VLAN) { v.Untagged.Set(true) }

// members are what bridge(8) tells of a device: "1 PVID Egress Untagged, 10".
func members(p *verbtest.Place, dev string) string {
	p.Helper()
	var out []string
	for _, port := range p.NS.Bridge(p, "-d", "vlan", "show", "dev", dev) {
		list, _ := port["vlans"].([]any)
		for _, e := range list {
			m := e.(map[string]any)
			text := fmt.Sprint(m["vlan"])
			if end := m["vlanEnd"]; end != nil {
				text += fmt.Sprintf("-%v", end)
			}
			if flags, ok := m["flags"].([]any); ok {
				for _, f := range flags {
					text += fmt.Sprintf(" %v", f)
				}
			}
			if s := m["state"]; s != nil && s != "forwarding" {
				text += fmt.Sprintf(" %v", s)
			}
			out = append(out, text)
		}
	}
	return strings.Join(out, ", ")
}

// TestMembership makes, changes and ends memberships, and bridge(8) looks on.
func TestMembership(t *testing.T) {
	p := filtering(t)
	const first = "1 PVID Egress Untagged"
	for _, step := range []struct {
		verb  object.Verb
		r     object.Ref
		shows string
	}{
		{object.Add, vlan("v0", bridge.VID(10)), first + ", 10"},
		{object.Add, vlan("v0", bridge.VIDs(20, 24), untagged), first + ", 10, 20-24 Egress Untagged"},
		{object.Set, vlan("v0", bridge.VIDs(21, 22), func(v *bridge.VLAN) { v.Untagged.Set(false) }), first + ", 10, 20 Egress Untagged, 21-22, 23-24 Egress Untagged"},
		{object.Set, vlan("v0", bridge.VID(10), pvid), "1 Egress Untagged, 10 PVID, 20 Egress Untagged, 21-22, 23-24 Egress Untagged"},
		{object.Set, vlan("v0", bridge.VID(10), untagged), "1 Egress Untagged, 10 PVID Egress Untagged, 20 Egress Untagged, 21-22, 23-24 Egress Untagged"},
		{object.Delete, vlan("v0", bridge.VIDs(20, 24)), "1 Egress Untagged, 10 PVID Egress Untagged"},
		{object.Set, vlan("v0", bridge.VID(10), func(v *bridge.VLAN) { v.State.Set(4) }), "1 Egress Untagged, 10 PVID Egress Untagged blocking"},
		{object.Replace, vlan("v0", bridge.VID(10)), "1 Egress Untagged, 10 blocking"},
		{object.Replace, vlan("v0", bridge.VID(1), pvid, untagged), first + ", 10 blocking"},
		{object.Delete, vlan("v0", bridge.VID(10)), first},
	} {
		p.Must(step.verb, step.r)
		if out := members(p, "v0"); out != step.shows {
			t.Errorf("after %s %s bridge shows %s, want %s", step.verb, step.r, out, step.shows)
		}
	}
	p.Must(object.Add, vlan("br0", bridge.VID(30)))
	if out := members(p, "br0"); out != first+", 30" {
		t.Errorf("of the bridge itself it shows %s", out)
	}
}

// TestMembershipRefused asks for what is wrong: nothing changes then.
func TestMembershipRefused(t *testing.T) {
	p := filtering(t)
	p.Must(object.Add, vlan("v0", bridge.VIDs(10, 12)))
	p.Must(object.Set, vlan("v0", bridge.VID(11), untagged))
	before := members(p, "v0")
	on := func(v *bridge.VLAN) { v.State.Set(3) }
	p.Refused(object.Add, vlan("v0", bridge.VID(10)), "exists", "vid")
	p.Refused(object.Add, vlan("v0", bridge.VIDs(8, 10)), "exists", "vid")
	p.Refused(object.Set, vlan("v0", bridge.VID(13), pvid), "not_found", "")
	p.Refused(object.Set, vlan("v0", bridge.VID(13), on), "not_found", "")
	p.Refused(object.Set, vlan("v0", bridge.VIDs(12, 13), on), "not_found", "")
	p.Refused(object.Delete, vlan("v0", bridge.VID(13)), "not_found", "")
	p.Refused(object.Delete, vlan("v0", bridge.VIDs(12, 13)), "not_found", "")
	p.Refused(object.Set, vlan("v0", bridge.VIDs(10, 12), func(v *bridge.VLAN) { v.PVID.Set(false) }), "ambiguous", "untagged")
	p.Refused(object.Add, vlan("v0", bridge.VIDs(20, 21), pvid), "invalid", "")
	p.Refused(object.Add, vlan("v0", bridge.VID(4095)), "invalid", "vid")
	p.Refused(object.Add, vlan("v0", opt.Value[attr.Span[uint16]]{}), "invalid", "vid")
	p.Refused(object.Add, bridge.VLANType.Ref(&bridge.VLAN{VID: bridge.VID(5)}), "invalid", "dev")
	p.Refused(object.Add, vlan("v1", bridge.VID(5)), "invalid", "")
	p.Refused(object.Add, vlan("v0", bridge.VID(20), func(v *bridge.VLAN) { v.TunnelID.Set(5) }), "invalid", "")
	p.Sh("bridge vlan del dev v0 vid 20 2>/dev/null || true")
	if after := members(p, "v0"); after != before {
		t.Errorf("bridge shows %s, before %s", after, before)
	}
	if _, err := p.Try(object.Add, vlan("v0", bridge.VID(10))); !errors.Is(err, unix.EEXIST) {
		t.Errorf("adding what is there: %v", err)
	}
	for _, dev := range []string{"v1", "lo"} { // no port
		if list := p.List(vlan(dev, opt.Value[attr.Span[uint16]]{})); len(list) != 0 {
			t.Errorf("%s has %v", dev, list)
		}
	}
}

// TestMembershipRead reads what bridge(8) made: each VLAN of a range is an object.
func TestMembershipRead(t *testing.T) {
	p := filtering(t)
	p.Sh("bridge vlan add dev v0 vid 10-14; bridge vlan set dev v0 vid 12 state blocking; bridge vlan add dev w0 vid 4000-4094; bridge vlan add dev br0 vid 7 self")
	vids := func(filter object.Ref) (out []uint16) {
		for _, r := range p.List(filter) {
			v, _ := bridge.VLANType.As(r)
			out = append(out, v.VID.Or(attr.Span[uint16]{}).From)
		}
		return out
	}
	none := opt.Value[attr.Span[uint16]]{}
	for _, c := range []struct {
		filter object.Ref
		want   []uint16
	}{
		{vlan("v0", none), []uint16{1, 10, 11, 12, 13, 14}},
		{vlan("v0", bridge.VIDs(11, 13)), []uint16{11, 12, 13}},
		{vlan("br0", none), []uint16{1, 7}},
		{bridge.VLANType.Ref(&bridge.VLAN{State: opt.Of[uint8](4)}), []uint16{12}},
		{bridge.VLANType.Ref(&bridge.VLAN{PVID: yes}), []uint16{1, 1, 1}},
	} {
		if got := vids(c.filter); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.filter, got, c.want)
		}
	}
	if got := vids(vlan("w0", none)); len(got) != 96 || got[95] != 4094 {
		t.Errorf("w0 is in %v", got)
	}
	one := p.One(vlan("v0", bridge.VID(12)))
	v, _ := bridge.VLANType.As(one)
	if v.State.Or(0) != 4 || v.Stats == nil || v.PVID.Or(true) || v.Dev.Name() != "v0" {
		t.Errorf("%+v", v)
	}
	p.Must(object.Delete, one)
	p.Must(object.Add, one)
	if !bridge.VLANType.Schema.Equal(p.One(vlan("v0", bridge.VID(12))).Ptr(), one.Ptr()) {
		t.Error("made again it is another")
	}
}

// TestMembershipFlush leaves what ports began with, as long as it is as it was.
func TestMembershipFlush(t *testing.T) {
	p := filtering(t)
	p.Must(object.Add, vlan("v0", bridge.VIDs(10, 12)))
	p.Must(object.Add, vlan("w0", bridge.VID(30), pvid))
	p.Must(object.Replace, vlan("br0", bridge.VID(1)))
	if n, err := bridge.FlushVLANs(t.Context(), p.Scope, &bridge.VLAN{VID: bridge.VIDs(11, 30)}); err != nil || n != 3 {
		t.Errorf("of 11 to 30 %d went: %v", n, err)
	}
	if n, err := bridge.FlushVLANs(t.Context(), p.Scope, nil); err != nil || n != 3 {
		t.Errorf("of the rest %d went: %v", n, err)
	}
	for dev, want := range map[string]string{"v0": "1 PVID Egress Untagged", "w0": "", "br0": ""} {
		if out := members(p, dev); out != want {
			t.Errorf("%s: bridge shows %s, want %s", dev, out, want)
		}
	}
}

// TestTunnels maps VLANs to the VNIs of a VXLAN that has many.
func TestTunnels(t *testing.T) {
	p := verbtest.New(t, "bridge:vlan", "kind:vxlan")
	p.Sh(`ip link add name br0 type bridge vlan_filtering 1 vlan_default_pvid 0
ip link add name vx0 master br0 type vxlan external dstport 4790
bridge link set dev vx0 vlan_tunnel on`)
	id := func(n uint32) func(*bridge.VLAN) { return func(v *bridge.VLAN) { v.TunnelID.Set(n) } }
	shows := func() string {
		return strings.Join(strings.Fields(strings.ReplaceAll(p.Sh("bridge vlan tunnelshow dev vx0 | tail -n +2"), "vx0", "")), " ")
	}
	for _, step := range []struct {
		verb  object.Verb
		r     object.Ref
		shows string
	}{
		{object.Add, vlan("vx0", bridge.VIDs(10, 12), id(1010)), "10-12 1010-1012"},
		{object.Set, vlan("vx0", bridge.VID(11), id(2000)), "10 1010 11 2000 12 1012"},
		{object.Replace, vlan("vx0", bridge.VID(11), id(2000)), "10 1010 11 2000 12 1012"},
		{object.Replace, vlan("vx0", bridge.VIDs(10, 12), id(3000)), "10-12 3000-3002"},
		{object.Set, vlan("vx0", bridge.VID(12), id(0)), "10-11 3000-3001"},
	} {
		p.Must(step.verb, step.r)
		if out := shows(); out != step.shows {
			t.Errorf("after %s %s bridge shows %s, want %s", step.verb, step.r, out, step.shows)
		}
	}
	p.Refused(object.Set, vlan("vx0", bridge.VID(12), id(3000)), "conflict", "tunnel_id")
	v, err := bridge.GetVLAN(t.Context(), p.Scope, &bridge.VLAN{TunnelID: opt.Of[uint32](3001)})
	if err != nil || v.VID != bridge.VID(11) {
		t.Errorf("%+v, %v", v, err)
	}
}

// TestMembershipChanges listens. That a VLAN is no pvid any more is not told by
// the kernel.
func TestMembershipChanges(t *testing.T) {
	p := filtering(t)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	w, err := bridge.VLANType.Watch(ctx, p.Scope, vlan("v0", opt.Value[attr.Span[uint16]]{}))
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	for _, step := range []struct{ script, told string }{
		{"", "present 1 pvid, synced"},
		{"bridge vlan add dev v0 vid 10-11; bridge vlan add dev w0 vid 10", "new 10, new 11"},
		{"bridge vlan add dev v0 vid 11 pvid", "new 11 pvid, new 1"},
		{"bridge vlan set dev v0 vid 10 state blocking", "new 10 blocking"},
		{"bridge vlan del dev v0 vid 10-11", "gone 10 blocking, gone 11 pvid"},
		{"ip link set dev v0 nomaster", "gone 1"},
		{"ip link set dev v0 master br0", "new 1 pvid"},
		{"ip link del v0", "gone 1 pvid"},
	} {
		p.Sh(step.script)
		var got []string
		for range strings.Split(step.told, ", ") {
			e, err := w.Next(ctx)
			if err != nil {
				t.Fatalf("after %s: %v, told were %q", step.script, err, got)
			}
			got = append(got, telling(e))
		}
		if told := strings.Join(got, ", "); told != step.told {
			t.Errorf("after %s told were %s; want %s", step.script, told, step.told)
		}
	}
}

// telling is an event in words: "new 10 pvid".
func telling(e object.Event) string {
	v, ok := bridge.VLANType.As(e.Object)
	if !ok {
		return e.What.String()
	}
	text := fmt.Sprintf("%s %d", e.What, v.VID.Or(attr.Span[uint16]{}).From)
	if v.PVID.Or(false) {
		text += " pvid"
	}
	if v.State.Or(3) != 3 {
		text += " blocking"
	}
	return text
}

// TestMembershipEnsured wants what is there, or nearly.
func TestMembershipEnsured(t *testing.T) {
	p := filtering(t)
	for _, step := range []struct {
		v       bridge.VLAN
		changed bool
		shows   string
	}{
		{bridge.VLAN{VID: bridge.VID(1), PVID: yes, Untagged: yes}, false, "1 PVID Egress Untagged"},
		{bridge.VLAN{VID: bridge.VIDs(10, 12)}, true, "1 PVID Egress Untagged, 10-12"},
		{bridge.VLAN{VID: bridge.VIDs(9, 12)}, true, "1 PVID Egress Untagged, 9-12"},
		{bridge.VLAN{VID: bridge.VIDs(9, 12)}, false, "1 PVID Egress Untagged, 9-12"},
		{bridge.VLAN{VID: bridge.VID(10), PVID: yes}, true, "1 Egress Untagged, 9, 10 PVID, 11-12"},
	} {
		step.v.Dev = rt.DevName("v0")
		changed, err := bridge.EnsureVLAN(t.Context(), p.Scope, &step.v)
		if out := members(p, "v0"); err != nil || changed != step.changed || out != step.shows {
			t.Errorf("%+v: changed %t, %v; bridge shows %s", step.v, changed, err, out)
		}
	}
}
