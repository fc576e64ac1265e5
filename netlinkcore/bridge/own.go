package bridge

import (
	"context"
	"slices"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// A bridge has the addresses of its ports and its own in its table, and a
// device the multicast groups that it receives. Nothing in such an entry tells
// that the kernel made it, and without it the machine is not reached.

// isGroup reports whether an entry of a device's own table is a multicast group
// that the device receives.
func isGroup(v *FDB) bool {
	a := v.LLAddr.Bytes()
	return !v.Bridge.IsSet() && !remote(v) && len(a) > 0 && a[0]&1 != 0
}

// isDefault reports whether an entry is what a VXLAN has of its own remote or group.
// It is permanent and reachable: bridge(8) has no word for that. Another remote for
// the same address makes both permanent, and tells them apart no more.
func isDefault(v *FDB) bool {
	return remote(v) && v.State.Or(0) == rt.NeighPermanent|rt.NeighReachable
}

// remote reports whether an entry says where a tunnel sends to.
func remote(v *FDB) bool { return v.Dst.IsValid() || v.NextHopID.IsSet() || v.Via.IsSet() }

// A device is what has an address of its own.
type device struct {
	Dev    rt.Dev
	LLAddr rt.MAC
}

// devices reads of links nothing but their addresses. Package link has all of
// them; families do not import each other.
var devices = object.Define(&object.Type[device]{
	Schema: attr.Define("link", "device with its address", unix.SizeofIfInfomsg, func(v *device) []attr.Field {
		return []attr.Field{
			attr.HeadDevice(4, "dev", &v.Dev, "device").ReadOnly(),
			attr.LinkAddr(unix.IFLA_ADDRESS, "lladdr", &v.LLAddr, "link-layer address").ReadOnly(),
		}
	}),
	Requests: object.Requests{object.List: {Type: unix.RTM_GETLINK}},
	Reply:    unix.RTM_NEWLINK,
})

// notOwn takes out of a list the addresses of the bridges and ports themselves,
// what tunnels have of their own remotes, and those that a device receives for what is stacked on it.
func notOwn(ctx context.Context, s *object.Scope, found []*FDB) ([]*FDB, error) {
	if !slices.ContainsFunc(found, func(v *FDB) bool { return !isDefault(v) && !isGroup(v) }) { // who has an address does not matter
		return slices.DeleteFunc(found, isDefault), nil
	}
	list, err := devices.Collect(ctx, s, nil)
	own, any := map[uint32]rt.MAC{}, map[rt.MAC]bool{}
	for _, d := range list {
		own[d.Dev.Index], any[d.LLAddr] = d.LLAddr, true
	}
	return slices.DeleteFunc(found, func(v *FDB) bool {
		return isDefault(v) || !v.Bridge.IsSet() && !remote(v) && any[v.LLAddr] || v.Bridge.IsSet() && v.State.Or(0) == rt.NeighPermanent &&
			(own[v.Dev.Index] == v.LLAddr || own[v.Bridge.Index] == v.LLAddr)
	}), err
}
