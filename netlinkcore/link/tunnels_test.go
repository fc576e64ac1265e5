package link_test

import (
	"net/netip"
	"testing"

	"github.com/netlark/netlark/netlinkcore/internal/verbtest"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
)

var (
	near, far   = netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")
	near6, far6 = netip.MustParseAddr("2001:db8::1"), netip.MustParseAddr("2001:db8::2")
)

// with sets what a literal cannot: fields that tunnels share.
func with[T any](set func(v *T)) *T {
	v := new(T)
	set(v)
	return v
}

// tunnels are made with options other than the defaults, then one is changed:
// the kernel would reset the others.
var tunnels = []struct {
	kind, change link.Kind
	shows        map[string]any // what ip shows of its options
	changed      map[string]any
}{
	{with(func(v *link.GRE) {
		v.Local, v.Remote, v.Parent, v.TTL, v.TOS = near, far, rt.DevName("d0"), n8(5), n8(1)
		v.InputKey, v.OutputKey, v.InputSeq, v.OutputChecksum, v.IgnoreDF, v.PMTUDiscovery, v.TTL = n32(1), n32(2), yes, yes, yes, no, n8(0)
	}), with(func(v *link.GRE) { v.OutputKey = n32(9) }),
		map[string]any{"link": "d0", "local": "192.0.2.1", "remote": "192.0.2.2", "ttl": 0, "tos": "0x1", "ikey": "0.0.0.1", "okey": "0.0.0.2", "iseq": true, "ocsum": true, "pmtudisc": false, "ignore_df": true},
		map[string]any{"okey": "0.0.0.9"}},
	{with(func(v *link.IP6GRE) {
		v.Local, v.Remote, v.HopLimit, v.EncapLimit, v.TrafficClass, v.FlowLabel = near6, far6, n8(9), n16(5), n16(0x10), n32(0x777)
		v.InputKey, v.OutputKey, v.OutputSeq, v.Mark = n32(1), n32(2), yes, n64(3)
	}), with(func(v *link.IP6GRE) {
		v.TrafficClass, v.EncapLimit = opt.Of(link.InheritClass), opt.Of(link.NoEncapLimit)
	}),
		map[string]any{"local": "2001:db8::1", "remote": "2001:db8::2", "ttl": 9, "encap_limit": 5, "tclass": "0x10", "flowlabel": "0x00777", "ikey": "0.0.0.1", "okey": "0.0.0.2", "oseq": true, "fwmark": "0x3"},
		map[string]any{"ip6_tnl_f_use_orig_tclass": true, "ip6_tnl_f_ign_encap_limit": true, "tclass": nil, "encap_limit": nil}},
	{with(func(v *link.IP6GRETap) {
		v.Local, v.Remote, v.CopyDSCP, v.FlowLabel, v.AllowLocalRemote = near6, far6, yes, opt.Of(link.InheritFlowLabel), yes
	}), with(func(v *link.IP6GRETap) { v.Mark = opt.Of(link.InheritMark) }),
		map[string]any{"local": "2001:db8::1", "remote": "2001:db8::2", "ip6_tnl_f_use_orig_flowlabel": true, "ip6_tnl_f_rcv_dscp_copy": true, "ip6_tnl_f_allow_local_remote": true},
		map[string]any{"ip6_tnl_f_use_orig_fwmark": true}},
	{with(func(v *link.ERSPAN) {
		v.Local, v.Remote, v.InputKey, v.OutputKey, v.InputSeq, v.OutputSeq, v.Version, v.Index = near, far, n32(7), n32(7), yes, yes, n8(1), n32(77)
	}), with(func(v *link.ERSPAN) { v.Index = n32(78) }),
		map[string]any{"local": "192.0.2.1", "remote": "192.0.2.2", "ikey": "0.0.0.7", "erspan_ver": 1, "erspan_index": 77},
		map[string]any{"erspan_index": 78}},
	{with(func(v *link.IP6ERSPAN) {
		v.Local, v.Remote, v.InputKey, v.OutputKey, v.InputSeq, v.OutputSeq = near6, far6, n32(7), n32(7), yes, yes
		v.Version, v.Direction, v.HardwareID = n8(2), n8(1), n16(17)
	}), with(func(v *link.IP6ERSPAN) { v.HardwareID = n16(18) }),
		map[string]any{"local": "2001:db8::1", "remote": "2001:db8::2", "erspan_ver": 2, "erspan_dir": "egress", "erspan_hwid": "0x11"},
		map[string]any{"erspan_hwid": "0x12"}},
	{with(func(v *link.IPIP) {
		v.Local, v.Remote, v.TTL, v.Mode, v.Mark = near, far, n8(3), n8(0), n32(9)
	}), with(func(v *link.IPIP) { v.TTL = n8(4) }),
		map[string]any{"proto": "any", "local": "192.0.2.1", "remote": "192.0.2.2", "ttl": 3, "fwmark": "0x9"},
		map[string]any{"ttl": 4}},
	{with(func(v *link.SIT) {
		v.Local, v.Remote, v.TTL, v.ISATAP = near, far, n8(64), yes
		v.Prefix6RD, v.Relay6RD = netip.MustParsePrefix("2001:db8::/32"), netip.MustParsePrefix("10.0.0.0/8")
	}), with(func(v *link.SIT) { v.Relay6RD = netip.MustParsePrefix("11.0.0.0/8") }),
		map[string]any{"proto": "ip6ip", "local": "192.0.2.1", "isatap": true, "prefix": "2001:db8::", "prefixlen": 32, "relay_prefix": "10.0.0.0", "relay_prefixlen": 8},
		map[string]any{"relay_prefix": "11.0.0.0"}},
	{with(func(v *link.IP6Tunnel) {
		v.Local, v.Remote, v.Mode, v.HopLimit, v.EncapLimit, v.FlowLabel, v.CopyDSCP = near6, far6, n8(4), n8(7), n16(4), n32(0x11), yes
	}), with(func(v *link.IP6Tunnel) { v.TrafficClass = n16(0x20) }),
		map[string]any{"proto": "ipip6", "local": "2001:db8::1", "remote": "2001:db8::2", "ttl": 7, "encap_limit": 4, "flowlabel": "0x00011", "ip6_tnl_f_rcv_dscp_copy": true},
		map[string]any{"tclass": "0x20"}},
	{with(func(v *link.VTI) {
		v.Local, v.Remote, v.InputKey, v.OutputKey, v.Mark = near, far, n32(1), n32(2), n32(3)
	}),
		with(func(v *link.VTI) { v.InputKey = n32(8) }),
		map[string]any{"local": "192.0.2.1", "remote": "192.0.2.2", "ikey": "0.0.0.1", "okey": "0.0.0.2", "fwmark": "0x3"},
		map[string]any{"ikey": "0.0.0.8"}},
	{with(func(v *link.VTI6) { v.Local, v.Remote, v.InputKey, v.OutputKey = near6, far6, n32(1), n32(2) }),
		with(func(v *link.VTI6) { v.Mark = n32(8) }),
		map[string]any{"local": "2001:db8::1", "remote": "2001:db8::2", "ikey": "0.0.0.1", "okey": "0.0.0.2"},
		map[string]any{"fwmark": "0x8"}},
	{&link.XFRM{Parent: rt.DevName("d0"), ID: n32(7)}, &link.XFRM{ID: n32(8)}, map[string]any{"if_id": "0x7"}, map[string]any{"if_id": "0x8"}},
	{&link.Geneve{ID: n32(5), Remote: far, TTL: n8(9), TOS: n8(8), DF: n8(2), Port: n16(7000), UDPChecksum: yes}, &link.Geneve{TTLInherit: yes},
		map[string]any{"id": 5, "remote": "192.0.2.2", "ttl": 9, "tos": "0x8", "df": "inherit", "port": 7000, "udp_csum": true},
		map[string]any{"ttl": nil}},
}

func TestTunnels(t *testing.T) {
	for _, c := range tunnels {
		t.Run(c.kind.KindName(), func(t *testing.T) {
			p := verbtest.New(t, "kind:"+c.kind.KindName(), "kind:dummy")
			p.Must(object.Add, ref(called("d0", &link.Dummy{})))
			p.Must(object.Add, ref(called("x0", c.kind)))
			options(p, "x0", c.shows)
			p.Same(ref(called("x0", c.kind)))
			code := "exists"
			if c.kind.KindName() == "geneve" {
				code = "busy"
			}
			p.Refused(object.Add, ref(called("x1", c.kind)), code, "")
			p.Must(object.Set, ref(called("x0", c.change)))
			for name, v := range c.changed {
				c.shows[name] = v
			}
			options(p, "x0", c.shows)
		})
	}
}

// TestNoRemote: tunnels of frames that have no other end can be changed, too.
func TestNoRemote(t *testing.T) {
	for kind, change := range map[string][2]link.Kind{
		"gretap":    {with(func(v *link.GRETap) { v.Local = near }), with(func(v *link.GRETap) { v.Mark = n32(7) })},
		"ip6gretap": {with(func(v *link.IP6GRETap) { v.Local = near6 }), with(func(v *link.IP6GRETap) { v.Mark = opt.Of[uint64](7) })},
		"erspan": {with(func(v *link.ERSPAN) {
			v.Local, v.InputKey, v.OutputKey, v.InputSeq, v.OutputSeq, v.Version = near, n32(7), n32(7), yes, yes, n8(2)
		}), with(func(v *link.ERSPAN) { v.Mark = n32(7) })},
		"ip6erspan": {with(func(v *link.IP6ERSPAN) {
			v.Local, v.InputKey, v.OutputKey, v.InputSeq, v.OutputSeq, v.Version = near6, n32(7), n32(7), yes, yes, n8(2)
		}), with(func(v *link.IP6ERSPAN) { v.Mark = opt.Of[uint64](7) })},
	} {
		t.Run(kind, func(t *testing.T) {
			p := verbtest.New(t, "kind:"+kind)
			p.Must(object.Add, ref(called("x0", change[0])))
			p.Must(object.Set, ref(called("x0", change[1])))
			options(p, "x0", map[string]any{"fwmark": "0x7"})
		})
	}
}

// Packets of a tunnel are wrapped in UDP, which a change keeps.
func TestUDPWrap(t *testing.T) {
	p := verbtest.New(t, "kind:ipip", "genl:fou")
	p.Sh("ip fou add port 7777 ipproto 4")
	p.Must(object.Add, ref(called("x0", with(func(v *link.IPIP) {
		v.Local, v.Remote, v.Encap, v.EncapDstPort, v.EncapChecksum = near, far, n16(1), n16(7777), yes
	}))))
	wrapped := map[string]any{"encap.type": "fou", "encap.dport": 7777, "encap.csum": true, "encap.csum6": false}
	options(p, "x0", wrapped)
	p.Must(object.Set, ref(called("x0", with(func(v *link.IPIP) { v.TTL = n8(4) }))))
	options(p, "x0", wrapped)
	p.Must(object.Set, ref(called("x0", with(func(v *link.IPIP) { v.EncapChecksum6 = yes }))))
	options(p, "x0", map[string]any{"encap.type": "fou", "encap.dport": 7777, "encap.csum": true, "encap.csum6": true})
}

// TestXFRMParent: a change keeps the parent, which the kernel takes away when it
// is not told again, and names no other.
func TestXFRMParent(t *testing.T) {
	p := verbtest.New(t, "kind:xfrm", "kind:dummy")
	p.Must(object.Add, ref(called("d0", &link.Dummy{})))
	p.Must(object.Add, ref(&link.Link{Name: "x0", Kind: &link.XFRM{ID: n32(7)}, Parent: rt.DevName("d0")}))
	p.Must(object.Set, ref(called("x0", &link.XFRM{ID: n32(8)})))
	links(p, "x0", map[string]any{"link": "d0", "linkinfo.info_data.if_id": "0x8"})
	p.Refused(object.Set, ref(called("x0", &link.XFRM{Parent: rt.DevName("d0")})), "immutable", "kind.parent")
}

// Those that only carry what comes with each packet.
func TestExternal(t *testing.T) {
	for _, k := range []link.Kind{with(func(v *link.GRE) { v.External = yes }), with(func(v *link.GRETap) { v.External = yes }),
		with(func(v *link.IP6GRE) { v.External = yes }), with(func(v *link.IP6GRETap) { v.External = yes }),
		with(func(v *link.ERSPAN) { v.External = yes }), with(func(v *link.IP6ERSPAN) { v.External = yes }),
		&link.IPIP{External: yes}, &link.IP6Tunnel{External: yes}, &link.Geneve{External: yes, Port: n16(999)}, &link.XFRM{External: yes}} {
		t.Run(k.KindName(), func(t *testing.T) {
			p := verbtest.New(t, "kind:"+k.KindName())
			p.Must(object.Add, ref(called("x0", k)))
			options(p, "x0", map[string]any{"external": true})
			p.Same(ref(called("x0", k)))
		})
	}
}
