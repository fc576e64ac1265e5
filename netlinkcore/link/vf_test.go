package link_test

import (
	"testing"

	"github.com/netlark/netlark/netlinkcore/internal/verbtest"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/tests/nstest"
)

// card makes a simulated network card, eth0, with two virtual functions. It is
// the machine's, so that only a virtual machine will do.
func card(t *testing.T) *verbtest.Place {
	p := verbtest.New(t, "config:NETDEVSIM")
	nstest.RequireVM(t)
	p.Sh("ip link add type netdevsim 2>/dev/null || true; echo 42 1 > /sys/bus/netdevsim/new_device; echo 2 > /sys/bus/netdevsim/devices/netdevsim42/sriov_numvfs")
	t.Cleanup(func() { p.Sh("echo 42 > /sys/bus/netdevsim/del_device") })
	return p
}

func change(vfs ...link.VF) object.Ref {
	return ref(&link.Link{Name: "eth0", Hardware: &link.Hardware{VFs: vfs}})
}

// function is what ip shows of a virtual function.
func function(p *verbtest.Place, n int) map[string]any {
	return p.NS.IP(p, "link", "show", "dev", "eth0")[0]["vfinfo_list"].([]any)[n].(map[string]any)
}

func showsVF(p *verbtest.Place, n int, want map[string]any) {
	p.Helper()
	nstest.Expect(p, []map[string]any{function(p, n)}, want)
}

func TestVirtualFunctions(t *testing.T) {
	p := card(t)
	num := n32
	p.Must(object.Set, change(
		link.VF{Number: num(0), Address: mac("02:00:00:00:00:07"), VLAN: num(10), QoS: num(3), MaxRate: num(100), MinRate: num(10),
			SpoofCheck: yes, Trust: yes, QueryRSS: yes, State: num(1)},
		link.VF{Number: num(1), VLAN: num(20), VLANProtocol: opt.Of(link.VLAN8021AD), State: num(2)}))
	showsVF(p, 0, map[string]any{"address": "02:00:00:00:00:07", "vlan_list.vlan": 10, "vlan_list.qos": 3, "rate.max_tx": 100, "rate.min_tx": 10,
		"spoofchk": true, "trust": true, "query_rss_en": true, "link_state": "enable"})
	showsVF(p, 1, map[string]any{"vlan_list.vlan": 20, "vlan_list.protocol": "802.1ad", "link_state": "disable", "trust": false})

	// What is not named stays, though the kernel takes whole structs.
	p.Must(object.Set, change(link.VF{Number: num(0), MaxRate: num(200)}, link.VF{Number: num(1), QoS: num(5), Trust: yes}))
	showsVF(p, 0, map[string]any{"rate.max_tx": 200, "rate.min_tx": 10, "vlan_list.vlan": 10, "trust": true})
	showsVF(p, 1, map[string]any{"vlan_list.vlan": 20, "vlan_list.qos": 5, "vlan_list.protocol": "802.1ad", "trust": true})

	v, err := link.Type.Get(t.Context(), p.Scope, called("eth0", nil))
	if err != nil || v.Hardware == nil || v.Hardware.NumVFs.Or(0) != 2 || len(v.Hardware.VFs) != 2 {
		t.Fatalf("%+v, %v", v.Hardware, err)
	}
	first, second := v.Hardware.VFs[0], v.Hardware.VFs[1]
	if first.Number != num(0) || first.Address != mac("02:00:00:00:00:07") || first.MaxRate != num(200) || first.MinRate != num(10) ||
		first.SpoofCheck != yes || first.VLANProtocol.Or(0) != link.VLAN8021Q {
		t.Errorf("%+v", first)
	}
	if second.Number != num(1) || second.QoS != num(5) || second.SpoofCheck != no || second.State != num(2) || second.Broadcast != mac("ff:ff:ff:ff:ff:ff") {
		t.Errorf("%+v", second)
	}
	p.Refused(object.Set, change(link.VF{Number: num(9), Trust: yes}), "invalid", "")
}
