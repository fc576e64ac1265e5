package attr

import (
	"errors"
	"net/netip"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/wire"
)

// A spot has an address of each kind, in itself and in others.
type spot struct {
	Family  opt.Value[uint8]
	Dst     netip.Prefix
	Addr    netip.Addr
	Via     netip.Addr
	ViaLink *MAC
	Each    netip.Addr
	Four    netip.Addr
	Inner   *corner
	Corners []corner
	Targets []target
}

// A corner has 16 bytes for an address, and tells the family.
type corner struct {
	Family opt.Value[uint8]
	A, B   netip.Addr
	Net    netip.Prefix
}

type target struct{ Addr netip.Addr }

var (
	cornerSchema = Define("corner", "", 56, func(v *corner) []Field {
		return []Field{Family16(0, "family", &v.Family, ""), HeadAddr(4, 0, "a", &v.A, ""), HeadAddr(20, 0, "b", &v.B, ""),
			HeadPrefix(36, 2, 0, "net", &v.Net, "")}
	})
	targetSchema = Define("target", "", 0, func(v *target) []Field {
		return []Field{Addr(1, "address", &v.Addr, "").Holding(unix.AF_INET)}
	}).Scalar()
	spotSchema = Define("spot", "", 12, func(v *spot) []Field {
		return []Field{Family(0, "family", &v.Family, ""), Prefix(1, 1, "dst", &v.Dst, ""), Addr(2, "addr", &v.Addr, ""),
			Via(3, 4, "via", &v.Via, &v.ViaLink, ""), Addr46(5, 6, "each", &v.Each, ""), Addr(7, "four", &v.Four, "").Holding(unix.AF_INET),
			Nest(8, "inner", &v.Inner, cornerSchema, ""), List(9, 0, Array, "corners", &v.Corners, cornerSchema, ""),
			List(10, 0, Indexed, "targets", &v.Targets, targetSchema, "")}
	})
)

func TestFamilyOfAddresses(t *testing.T) {
	v4, v6 := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("2001:db8::1")
	p4, p6 := netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")
	in, in6, bridge, none := opt.Of[uint8](unix.AF_INET), opt.Of[uint8](unix.AF_INET6), opt.Of[uint8](unix.AF_BRIDGE), opt.Of[uint8](unix.AF_UNSPEC)
	for _, test := range []struct {
		v    spot
		path string // "": it is right
	}{
		{spot{Family: in, Dst: p4, Addr: v4}, ""},
		{spot{Family: in6, Dst: p6, Addr: v6}, ""},
		{spot{Family: in, Dst: p6}, "dst"},
		{spot{Family: in6, Dst: p4}, "dst"},
		{spot{Family: in6, Dst: netip.MustParsePrefix("0.0.0.0/0")}, "dst"},
		{spot{Dst: p4, Addr: v6}, "addr"},
		{spot{Dst: p6, Addr: v4}, "addr"},
		{spot{Family: in, Dst: p4, Via: v6, Each: v6}, ""}, // they say so themselves
		{spot{Family: in6, Dst: p6, Via: v4, Each: v4, Four: v4}, ""},
		{spot{Family: bridge, Addr: v6}, ""},
		{spot{Family: bridge, Addr: v4}, ""},
		{spot{Family: none, Dst: p6, Addr: v4}, ""},
		{spot{Family: none, Four: v6}, "four"},
		{spot{Family: in, Inner: &corner{A: v6, B: v6, Net: p6}}, ""},
		{spot{Family: in, Inner: &corner{Family: in, A: v6}}, "inner.a"},
		{spot{Family: in, Inner: &corner{A: v6, B: v4}}, "inner.b"},
		{spot{Family: in, Inner: &corner{A: v4, Net: p6}}, "inner.net"},
		{spot{Family: in, Corners: []corner{{A: v4}, {A: v6, B: v4}}}, "corners[1].b"},
		{spot{Targets: []target{{v4}, {v6}}}, "targets[1]"},
	} {
		var w wire.Writer
		err := spotSchema.Encode(&Enc{W: &w}, &test.v)
		var path *PathError
		switch {
		case test.path == "" && err == nil:
		case test.path == "" || !errors.As(err, &path) || path.Path != test.path:
			t.Errorf("%+v: %v, want a complaint about %q", test.v, err, test.path)
		}
	}
}
