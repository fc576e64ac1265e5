package capture_test

import (
	"fmt"
	"net/netip"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/encap"
	"github.com/netlark/netlark/netlinkcore/nexthop"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/route"
	"github.com/netlark/netlark/netlinkcore/rt"
	"github.com/netlark/netlark/tests/nstest"
)

// routes are those that the ip command of an older release cannot make.
func routes(t *testing.T) (refs []object.Ref) {
	t.Helper()
	program := func(typ uint32, name string) *encap.Program {
		return &encap.Program{Prog: attr.Prog{FD: nstest.Program(t, typ)}, Name: opt.Of(name)}
	}
	segs := []netip.Addr{netip.MustParseAddr("2001:db8::7"), netip.MustParseAddr("2001:db8::8")}
	list := []encap.Encap{
		&encap.XFRM{IfID: opt.Of[uint32](7), Parent: rt.DevName("v0")},
		&encap.BPF{In: program(unix.BPF_PROG_TYPE_LWT_IN, "in"), Out: program(unix.BPF_PROG_TYPE_LWT_OUT, "out"),
			Xmit: program(unix.BPF_PROG_TYPE_LWT_XMIT, "xmit"), Headroom: opt.Of[uint32](16)},
		&encap.SEG6{Segs: segs, Source: netip.MustParseAddr("2001:db8::1")},
		&encap.SEG6Local{Action: opt.Of[encap.Behaviour](15), Program: program(unix.BPF_PROG_TYPE_LWT_SEG6LOCAL, "endpoint")},
		&encap.SEG6Local{Action: opt.Of[encap.Behaviour](1), Count: opt.Of(true), Flavors: opt.Of[uint32](1 << 4),
			BlockBits: opt.Of[uint8](40), NodeBits: opt.Of[uint8](16)},
		&encap.SEG6Local{Action: opt.Of[encap.Behaviour](10), Segs: segs, HMAC: opt.Of[uint32](5)},
		&encap.SEG6{Segs: segs, Table: opt.Of[rt.Table](100)},
	}
	if nstest.TunnelOptions() {
		list = append(list, tunnels()...)
	}
	for i, e := range list {
		refs = append(refs, route.Type.Ref(&route.Route{Dst: netip.MustParsePrefix(fmt.Sprintf("2001:db8:30%02d::/48", i)),
			Dev: rt.DevName("v0"), More: &route.More{Encap: e}}))
	}
	return append(refs, route.Type.Ref(&route.Route{Dst: netip.MustParsePrefix("10.30.0.0/16"), Via: netip.MustParseAddr("192.0.2.2"), Pervasive: opt.Of(true)}))
}

// tunnels are encapsulations with options of tunnels.
func tunnels() []encap.Encap {
	geneve := encap.Tunnel{Geneve: []encap.Geneve{
		{Class: opt.Of[uint16](0x102), Type: opt.Of[uint8](3), Data: []byte{1, 2, 3, 4}},
		{Class: opt.Of[uint16](0x103), Type: opt.Of[uint8](4), Data: []byte{5, 6, 7, 8}}}}
	vxlan := encap.Tunnel{VXLAN: &encap.VXLAN{GBP: opt.Of[uint32](77)}}
	erspan1 := encap.Tunnel{ERSPAN: &encap.ERSPAN{Version: opt.Of[uint8](1), Index: opt.Of[uint32](123)}}
	erspan2 := encap.Tunnel{ERSPAN: &encap.ERSPAN{Version: opt.Of[uint8](2), Direction: opt.Of[uint8](1), Hardware: opt.Of[uint8](7)}}
	dst, dst6 := netip.MustParseAddr("198.51.100.9"), netip.MustParseAddr("2001:db8::9")
	return []encap.Encap{&encap.IP{Tunnel: geneve, Dst: dst}, &encap.IP{Tunnel: vxlan, Dst: dst}, &encap.IP{Tunnel: erspan1, Dst: dst},
		&encap.IP{Tunnel: erspan2, Dst: dst}, &encap.IP6{Tunnel: geneve, Dst: dst6}, &encap.IP6{Tunnel: vxlan, Dst: dst6}, &encap.IP6{Tunnel: erspan2, Dst: dst6}}
}

// nexthops are those that the ip command of an older release cannot make.
func nexthops() []object.Ref {
	members := []nexthop.Member{{ID: opt.Of[uint32](1), Weight: opt.Of[uint32](300)}, {ID: opt.Of[uint32](6)}}
	return []object.Ref{
		nexthop.Type.Ref(&nexthop.NextHop{ID: opt.Of[uint32](30), Group: members, HWStats: opt.Of(true)}),
		nexthop.Type.Ref(&nexthop.NextHop{ID: opt.Of[uint32](31), Via: netip.MustParseAddr("192.0.2.8"), FDB: opt.Of(true), Port: opt.Of[uint16](4790)}),
	}
}
