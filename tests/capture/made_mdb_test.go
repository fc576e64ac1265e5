package capture_test

import (
	"net/netip"

	"github.com/netlark/netlark/netlinkcore/bridge"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// groups are entries of multicast databases that an old bridge(8) cannot make.
func groups() (refs []object.Ref) {
	add := func(dev, port, group string, change func(v *bridge.MDB)) {
		v := &bridge.MDB{Dev: rt.DevName(dev), Port: rt.DevName(port), Group: opt.Of(bridge.GroupOf(netip.MustParseAddr(group))), State: opt.Of[uint8](1)}
		change(v)
		refs = append(refs, bridge.MDBType.Ref(v))
	}
	source := func(a string) bridge.MDBSource {
		return bridge.MDBSource{Address: netip.MustParseAddr(a)}
	}
	add("br0", "v0", "239.2.1.1", func(v *bridge.MDB) {
		v.Mode.Set(1)
		v.Sources = []bridge.MDBSource{source("192.0.2.1"), source("192.0.2.2")}
		v.Protocol.Set(99)
	})
	add("br0", "v0", "ff05::3", func(v *bridge.MDB) {
		v.Mode.Set(0)
		v.Sources = []bridge.MDBSource{source("2001:db8::1")}
	})
	add("br0", "w0", "239.2.1.1", func(v *bridge.MDB) { v.Mode.Set(0) })
	add("vx0", "vx0", "239.3.1.1", func(v *bridge.MDB) { v.Dst = netip.MustParseAddr("192.0.2.7") })
	add("vx0", "vx0", "239.3.1.1", func(v *bridge.MDB) {
		v.Dst, v.Via = netip.MustParseAddr("192.0.2.8"), rt.DevName("d0")
		v.DstPort.Set(9999)
		v.VNI.Set(77)
	})
	add("vx1", "vx1", "ff05::1", func(v *bridge.MDB) {
		v.Dst, v.Src = netip.MustParseAddr("2001:db8::7"), netip.MustParseAddr("2001:db8::9")
		v.SourceVNI.Set(33)
	})
	return refs
}
