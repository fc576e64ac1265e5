package bridge_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/bridge"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// TestVLANGlobal sets options of VLANs as a whole, and bridge(8) looks on.
func TestVLANGlobal(t *testing.T) {
	p := filtering(t)
	p.Sh("bridge vlan add dev v0 vid 10-14")
	global := func(vids opt.Value[attr.Span[uint16]]) *bridge.VLANGlobal {
		return &bridge.VLANGlobal{Dev: rt.DevName("br0"), VID: vids}
	}
	v := global(bridge.VIDs(11, 12))
	v.Snooping, v.Querier, v.IGMPVersion, v.MLDVersion = opt.Of(false), yes, opt.Of[uint8](3), opt.Of[uint8](2)
	v.LastCount, v.StartupCount = opt.Of[uint32](3), opt.Of[uint32](4)
	v.LastInterval, v.Membership, v.QuerierInterval = opt.Of[uint64](200), opt.Of[uint64](27000), opt.Of[uint64](26000)
	v.Query, v.QueryResponse, v.StartupQuery = opt.Of[uint64](13000), opt.Of[uint64](1100), opt.Of[uint64](3200)
	p.Must(object.Set, bridge.VLANGlobalType.Ref(v))
	for _, want := range []string{"mcast_snooping 0", "mcast_querier 1", "mcast_igmp_version 3", "mcast_mld_version 2", "mcast_last_member_count 3",
		"mcast_startup_query_count 4", "mcast_last_member_interval 200", "mcast_membership_interval 27000", "mcast_querier_interval 26000",
		"mcast_query_interval 13000", "mcast_query_response_interval 1100", "mcast_startup_query_interval 3200"} {
		if out := p.Sh("bridge vlan global show dev br0 vid 12"); !strings.Contains(out, want) {
			t.Errorf("bridge does not show %s:\n%s", want, out)
		}
	}
	list, err := bridge.CollectVLANGlobals(t.Context(), p.Scope, nil)
	var vids []string
	for _, one := range list {
		vids = append(vids, fmt.Sprintf("%d %t", one.VID.Or(attr.Span[uint16]{}).From, one.Snooping.Or(false)))
	}
	if want := []string{"1 true", "10 true", "11 false", "12 false", "13 true", "14 true"}; err != nil || !slices.Equal(vids, want) {
		t.Errorf("%q, %v; want %q", vids, err, want)
	}
	got, err := bridge.GetVLANGlobal(t.Context(), p.Scope, global(bridge.VID(12)))
	v.VID = bridge.VID(12)
	if err != nil || !globals.Covers(attr.To(got), attr.To(v)) {
		t.Errorf("%+v, %v", got, err)
	}
	for range 2 { // a second time there is nothing to do
		v.VID = bridge.VIDs(11, 13)
		changed, err := bridge.EnsureVLANGlobal(t.Context(), p.Scope, v)
		if err != nil {
			t.Fatal(err)
		}
		if changed != (len(vids) > 0) {
			t.Errorf("ensured, and changed: %t", changed)
		}
		vids = nil
	}
	p.Refused(object.Set, bridge.VLANGlobalType.Ref(&bridge.VLANGlobal{Dev: rt.DevName("br0"), VID: bridge.VID(99), Querier: yes}), "not_found", "")
	p.Refused(object.Set, bridge.VLANGlobalType.Ref(&bridge.VLANGlobal{Dev: rt.DevName("br0"), Querier: yes}), "invalid", "vid")
	p.Refused(object.Set, bridge.VLANGlobalType.Ref(&bridge.VLANGlobal{Dev: rt.DevName("v0"), VID: bridge.VID(10), Querier: yes}), "invalid", "")
	if list := p.List(bridge.VLANGlobalType.Ref(&bridge.VLANGlobal{Dev: rt.DevName("v0")})); len(list) != 0 {
		t.Errorf("a port has %v", list)
	}
}

var globals = bridge.VLANGlobalType.Schema
