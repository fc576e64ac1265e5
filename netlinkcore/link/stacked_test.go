package link_test

import (
	"testing"

	"github.com/netlark/netlark/netlinkcore/internal/verbtest"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// on is a link on d0.
func on(name string, kind link.Kind) *link.Link {
	return &link.Link{Name: name, Kind: kind, Parent: rt.DevName("d0")}
}

func sources(list ...string) (out []link.SourceAddress) {
	out = []link.SourceAddress{}
	for _, s := range list {
		out = append(out, link.SourceAddress{Addr: mac(s)})
	}
	return out
}

func TestMACVLAN(t *testing.T) {
	for _, kind := range []string{"macvlan", "macvtap"} {
		t.Run(kind, func(t *testing.T) {
			p := verbtest.New(t, "kind:"+kind, "kind:veth")
			p.Must(object.Add, ref(called("d0", &link.Veth{})))
			v := with(func(v *link.MACVLAN) {
				v.Mode, v.QueueLength, v.Sources = n32(16), n32(500), sources("02:00:00:00:00:01", "02:00:00:00:00:02")
			})
			change := with(func(v *link.MACVLAN) { v.Sources, v.NoDestination = sources("02:00:00:00:00:03"), yes })
			none := with(func(v *link.MACVLAN) { v.Sources = sources() })
			as := func(v *link.MACVLAN) link.Kind {
				if kind == "macvtap" {
					w := link.MACVTap(*v)
					return &w
				}
				return v
			}
			p.Must(object.Add, ref(on("x0", as(v))))
			p.Same(ref(called("x0", as(v))))
			options(p, "x0", map[string]any{"mode": "source", "bcqueuelen": 500, "macaddr_count": 2})
			p.Must(object.Set, ref(called("x0", as(change))))
			options(p, "x0", map[string]any{"mode": "source", "macaddr_count": 1, "nodst": true})
			p.Must(object.Set, ref(called("x0", as(none))))
			options(p, "x0", map[string]any{"macaddr_count": 0, "nodst": true})
		})
	}
}

// Nothing becomes passthru, and only one device on a parent is.
func TestPassthru(t *testing.T) {
	p := verbtest.New(t, "kind:macvlan", "kind:veth")
	p.Must(object.Add, ref(called("d0", &link.Veth{})))
	mode := func(n uint32) *link.MACVLAN { return with(func(v *link.MACVLAN) { v.Mode = n32(n) }) }
	p.Must(object.Add, ref(on("x0", mode(4))))
	p.Must(object.Set, ref(called("x0", mode(1))))
	options(p, "x0", map[string]any{"mode": "private"})
	p.Refused(object.Set, ref(called("x0", mode(8))), "invalid", "")
	p.Must(object.Delete, ref(called("x0", nil)))
	p.Must(object.Add, ref(on("x0", with(func(v *link.MACVLAN) { v.Mode, v.NoPromiscuity = n32(8), yes }))))
	p.Refused(object.Add, ref(on("x1", mode(4))), "invalid", "")
}

// All that stand on one parent have one mode.
func TestIPVLAN(t *testing.T) {
	for _, kind := range []string{"ipvlan", "ipvtap"} {
		t.Run(kind, func(t *testing.T) {
			p := verbtest.New(t, "kind:"+kind, "kind:veth")
			p.Must(object.Add, ref(called("d0", &link.Veth{})))
			as := func(set func(*link.IPVLAN)) link.Kind {
				v := with(set)
				if kind == "ipvtap" {
					w := link.IPVTap(*v)
					return &w
				}
				return v
			}
			private := as(func(v *link.IPVLAN) { v.Mode, v.Isolation = n16(0), n16(1) })
			p.Must(object.Add, ref(on("x0", private)))
			p.Same(ref(called("x0", private)))
			options(p, "x0", map[string]any{"mode": "l2", "private": true})
			p.Must(object.Add, ref(on("x1", as(func(v *link.IPVLAN) { v.Mode = n16(0) }))))
			p.Must(object.Set, ref(called("x1", as(func(v *link.IPVLAN) { v.Mode, v.Isolation = n16(1), n16(2) }))))
			options(p, "x0", map[string]any{"mode": "l3", "vepa": true})
		})
	}
}

func TestMACsec(t *testing.T) {
	p := verbtest.New(t, "kind:macsec", "kind:dummy")
	p.Must(object.Add, ref(&link.Link{Name: "d0", Kind: &link.Dummy{}, Address: mac("02:00:00:00:00:0d")}))
	v := &link.MACsec{Port: n16(11), Cipher: opt.Of[uint64](0x0080C20001000002), Encrypt: yes, Replay: yes, Window: n32(32), Validation: n8(1), EncodingSA: n8(2)}
	p.Must(object.Add, ref(on("x0", v)))
	options(p, "x0", map[string]any{"sci": "02000000000d000b", "cipher_suite": "GCM-AES-256", "encrypt": true, "replay_protect": true, "window": 32, "validation": "check", "encoding_sa": 2})
	p.Must(object.Set, ref(called("x0", &link.MACsec{Encrypt: no})))
	options(p, "x0", map[string]any{"encrypt": false, "window": 32, "validation": "check"})
	p.Refused(object.Set, ref(called("x0", &link.MACsec{ICVLength: n8(12)})), "immutable", "kind.icvlen")
	p.Refused(object.Add, ref(on("x1", v)), "busy", "")
	p.Refused(object.Set, ref(called("x0", &link.MACsec{SCI: opt.Of[uint64](0x02000000000d000c)})), "immutable", "kind.sci")
	p.Must(object.Add, ref(on("x1", &link.MACsec{SCI: opt.Of[uint64](0x0200000000010001)})))
	options(p, "x1", map[string]any{"sci": "0200000000010001"})
	p.Refused(object.Add, ref(on("x2", &link.MACsec{SCI: opt.Of[uint64](0x0200000000010001)})), "busy", "") // (parent, SCI)
	p.Sh("ip link add link d0 x2 type macsec sci 0x0200000000010002; ip link add link d0 x3 type macsec address 02:00:00:00:00:03 port 7")
	p.Same(ref(on("x2", &link.MACsec{SCI: opt.Of[uint64](0x0200000000010002)})))
	p.Same(ref(on("x3", &link.MACsec{SCI: opt.Of[uint64](0x0200000000030007)})))
}

// The other end of a pair of netkit is where it belongs; policies are changed by
// the primary end.
func TestNetkit(t *testing.T) {
	p := verbtest.New(t, "kind:netkit")
	v := &link.Netkit{Mode: n32(0), Policy: n32(2), Peer: &link.Link{Name: "k1", NetNS: rt.NSName("other"), MTU: n32(1400), Up: yes}}
	p.Must(object.Add, ref(called("k0", v)))
	p.Same(ref(called("k0", &link.Netkit{Mode: n32(0), Policy: n32(2), PeerPolicy: n32(0), Primary: yes})))
	p.Observe(map[string]any{"ifname": "k1", "mtu": 1400, "linkinfo.info_kind": "netkit"}, p.Other.IP, "link", "show", "dev", "k1")
	p.Must(object.Set, ref(called("k0", &link.Netkit{Policy: n32(0), PeerPolicy: n32(2)})))
	p.Same(ref(called("k0", &link.Netkit{Policy: n32(0), PeerPolicy: n32(2)})))
	p.Refused(object.Set, ref(called("k0", &link.Netkit{Mode: n32(1)})), "immutable", "kind.mode")
}

func TestVXCAN(t *testing.T) {
	p := verbtest.New(t, "kind:vxcan")
	p.Must(object.Add, ref(called("c0", &link.VXCAN{Peer: &link.Link{Name: "c1"}})))
	links(p, "c1", map[string]any{"linkinfo.info_kind": "vxcan", "link": "c0"})
}

func TestHSR(t *testing.T) {
	p := verbtest.New(t, "kind:hsr", "kind:veth")
	p.Sh("ip link add a0 type veth peer name a1; ip link add b0 type veth peer name b1")
	v := &link.HSR{Slave1: rt.DevName("a0"), Slave2: rt.DevName("b0"), Supervision: n8(45)}
	p.Must(object.Add, ref(called("h0", v)))
	options(p, "h0", map[string]any{"slave1": "a0", "slave2": "b0", "supervision_addr": "01:15:4e:00:01:2d", "proto": 0})
	p.Same(ref(called("h0", v)))
}

// The rest of the kinds, by what ip shows.
func TestRestOfKinds(t *testing.T) {
	for _, c := range []struct {
		kind  link.Kind
		shows map[string]any
	}{
		{&link.IFB{}, nil}, {&link.Team{}, nil}, {&link.NLMon{}, nil}, {&link.VCAN{}, nil},
		{&link.BareUDP{Port: n16(6635), EtherType: opt.Of(rt.EtherMPLS), PortMin: n16(49000), MultiProtocol: yes},
			map[string]any{"dstport": 6635, "ethertype": "mpls_uc", "srcportmin": 49000, "multiproto": true}},
		{&link.GTP{Role: n32(1), HashSize: n32(512), RestartCount: n8(9)}, map[string]any{"role": "sgsn", "hsize": 512, "restart_count": 9}},
		{&link.AMT{Mode: n32(0), Local: near, Discovery: far, Parent: rt.DevName("d0"), RelayPort: n16(2000)},
			map[string]any{"mode": "gateway", "local": "192.0.2.1", "discovery": "192.0.2.2", "relay_port": 2000, "gateway_port": 2268, "link": "d0"}},
		{&link.Batadv{}, nil},
	} {
		t.Run(c.kind.KindName(), func(t *testing.T) {
			p := verbtest.New(t, "kind:"+c.kind.KindName(), "kind:dummy")
			p.Must(object.Add, ref(called("d0", &link.Dummy{})))
			p.Must(object.Add, ref(called("x0", c.kind)))
			links(p, "x0", map[string]any{"linkinfo.info_kind": c.kind.KindName()})
			options(p, "x0", c.shows)
			p.Same(ref(called("x0", c.kind)))
		})
	}
}

// TestSecondKeys: some kinds have a key beside the name.
func TestSecondKeys(t *testing.T) {
	p := verbtest.New(t, "kind:vlan", "kind:vxlan", "kind:dummy")
	p.Must(object.Add, ref(called("d0", &link.Dummy{})))
	p.Must(object.Add, ref(on("x0", &link.VLAN{ID: n16(5)})))
	p.Must(object.Add, ref(on("x1", &link.VLAN{ID: n16(5), Protocol: opt.Of(link.VLAN8021AD)})))
	p.Refused(object.Add, ref(on("x2", &link.VLAN{ID: n16(5)})), "exists", "")
	p.Must(object.Add, ref(called("y0", &link.VXLAN{ID: n32(5), Port: n16(4789)})))
	p.Must(object.Add, ref(called("y1", &link.VXLAN{ID: n32(5), Port: n16(4790)})))
	p.Refused(object.Add, ref(called("y2", &link.VXLAN{ID: n32(5), Port: n16(4789)})), "exists", "")
}

// A bond has its mode before it has ports, and does not change it then.
func TestBondMode(t *testing.T) {
	p := verbtest.New(t, "kind:bond", "kind:dummy")
	p.Must(object.Add, ref(called("bo", &link.Bond{Mode: n8(1)})))
	p.Must(object.Set, ref(called("bo", &link.Bond{Mode: n8(2)})))
	p.Must(object.Add, ref(&link.Link{Name: "d0", Kind: &link.Dummy{}, Master: rt.DevName("bo")}))
	if _, err := p.Try(object.Set, ref(called("bo", &link.Bond{Mode: n8(0)}))); err == nil {
		t.Error("a bond with ports changed its mode")
	}
	options(p, "bo", map[string]any{"mode": "balance-xor"})
}
