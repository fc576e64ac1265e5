package route_test

import (
	"cmp"
	"encoding/hex"
	"net/netip"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/encap"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/route"
	"github.com/netlark/netlark/netlinkcore/rt"
	"github.com/netlark/netlark/netlinkcore/wire"
	"github.com/netlark/netlark/tests/nstest"
)

func n8(n uint8) opt.Value[uint8]    { return opt.Of(n) }
func n64(n uint64) opt.Value[uint64] { return opt.Of(n) }
func yes() opt.Value[bool]           { return opt.Of(true) }

func behaviour(n uint32) opt.Value[encap.Behaviour] { return opt.Of(encap.Behaviour(n)) }

func segs(list ...string) (out []netip.Addr) {
	for _, s := range list {
		out = append(out, via(s))
	}
	return out
}

// encaps are encapsulations as netlark and as ip write them.
var encaps = []struct {
	need, dst string
	encap     encap.Encap
	ip        string // makes it, and shows it unless shown is given; "": ip of Debian 12 cannot
	shown     string
}{
	{"encap:mpls", "10.1.0.0/16", &encap.MPLS{Labels: []uint32{100, 200}, TTL: n8(3)}, "mpls 100/200 ttl 3", ""},
	{"encap:ip", "10.2.0.0/16", &encap.IP{Dst: via("198.51.100.9"), Src: via("192.0.2.1"), TTL: n8(5), TOS: n8(4),
		Tunnel: encap.Tunnel{ID: n64(42), Key: yes(), Checksum: yes(), Seq: yes()}}, "ip id 42 src 192.0.2.1 dst 198.51.100.9 ttl 5 tos 4 key csum seq", ""},
	{"encap:ip", "10.3.0.0/16", &encap.IP6{Dst: via("2001:db8::9"), Src: via("2001:db8::1"), HopLimit: n8(6), TrafficClass: n8(4),
		Tunnel: encap.Tunnel{ID: n64(1 << 40)}}, "ip6 id 1099511627776 src 2001:db8::1 dst 2001:db8::9 hoplimit 6 tc 4", ""},
	{"encap:seg6", "10.4.0.0/16", &encap.SEG6{Mode: opt.Of(encap.Wrap), Segs: segs("2001:db8::7", "2001:db8::8")},
		"seg6 mode encap segs 2001:db8::7,2001:db8::8", "seg6 mode encap segs 2 [ 2001:db8::7 2001:db8::8 ]"},
	{"encap:seg6", "2001:db8:14::/48", &encap.SEG6{Mode: opt.Of(encap.Inline), Segs: segs("2001:db8::7", "2001:db8::8"), HMAC: n32(5)},
		"seg6 mode inline segs 2001:db8::7,2001:db8::8 hmac 5", "seg6 mode inline segs 3 [ 2001:db8::7 2001:db8::8 :: ] hmac 5"},
	{"encap:seg6", "2001:db8:15::/48", &encap.SEG6{Mode: opt.Of(encap.WrapFrame), Segs: segs("2001:db8::7")},
		"seg6 mode l2encap segs 2001:db8::7", "seg6 mode l2encap segs 1 [ 2001:db8::7 ]"},
	{"kernel:7.3", "2001:db8:15:1::/64", &encap.SEG6{Segs: segs("2001:db8::7"), Source: via("2001:db8::1"), Table: opt.Of(rt.Table(100))},
		"", "seg6 mode encap segs 1 [ 2001:db8::7 ]"},
	{"encap:seg6local", "2001:db8:16::/48", &encap.SEG6Local{Action: behaviour(1), Count: yes()}, "seg6local action End count", "seg6local action End"},
	{"encap:seg6local", "2001:db8:17::/48", &encap.SEG6Local{Action: behaviour(2), NextHop6: via("2001:db8::7")}, "seg6local action End.X nh6 2001:db8::7", ""},
	{"encap:seg6local", "2001:db8:18::/48", &encap.SEG6Local{Action: behaviour(6), NextHop4: via("192.0.2.7")}, "seg6local action End.DX4 nh4 192.0.2.7", ""},
	{"encap:seg6local", "2001:db8:19::/48", &encap.SEG6Local{Action: behaviour(4), Output: v2()}, "seg6local action End.DX2 oif v2", ""},
	{"encap:seg6local", "2001:db8:1a::/48", &encap.SEG6Local{Action: behaviour(7), Table: opt.Of(rt.Table(254))}, "seg6local action End.DT6 table main", ""},
	{"encap:seg6local", "2001:db8:1b::/48", &encap.SEG6Local{Action: behaviour(10), Segs: segs("2001:db8::7", "2001:db8::8")},
		"seg6local action End.B6.Encaps srh segs 2001:db8::7,2001:db8::8", "seg6local action End.B6.Encaps segs 2 [ 2001:db8::7 2001:db8::8 ]"},
	{"encap:seg6local", "2001:db8:1c::/48", &encap.SEG6Local{Action: behaviour(9), Segs: segs("2001:db8::7", "2001:db8::8")},
		"seg6local action End.B6 srh segs 2001:db8::7,2001:db8::8", "seg6local action End.B6 segs 3 [ 2001:db8::7 2001:db8::8 :: ]"},
	{"encap:rpl", "2001:db8:1d::/48", &encap.RPL{Segs: segs("2001:db8::7", "2001:db8::8")}, "rpl segs 2001:db8::7,2001:db8::8", "rpl segs 2 [ 2001:db8::7 2001:db8::8 ]"},
	{"encap:ioam6", "2001:db8:1e::/48", &encap.IOAM6{Mode: n8(1), Freq: opt.Of(encap.Frequency{K: 1, N: 3}),
		Trace: &encap.Trace{Type: opt.Of[encap.TraceType](0x800000), Namespace: opt.Of[uint16](1), Size: opt.Of[encap.TraceSize](12)}},
		"ioam6 freq 1/3 mode inline trace prealloc type 0x800000 ns 1 size 12", ""},
	{"encap:ila", "2001:db8:1f:1::1/128", &encap.ILA{Locator: opt.Of[encap.Locator](0x20010db800000001), ChecksumMode: n8(2), IdentType: n8(1), Hook: n8(0)},
		"ila 2001:db8:0:1 csum-mode no-action ident-type luid hook-type output", ""},
	{"encap:xfrm", "10.5.0.0/16", &encap.XFRM{IfID: n32(7)}, "", "xfrm if_id 7"},
}

// loads are commands that load what routes alone do not.
var loads = map[string]string{"encap:ila": "ip ila list", "encap:xfrm": "ip link add xf0 type xfrm dev v2 if_id 9"}

// Each is made by netlark and read by ip, and made by ip and read by netlark.
func TestEncapsulations(t *testing.T) {
	for _, test := range encaps {
		t.Run(strings.ReplaceAll(cmp.Or(test.ip, test.shown), " ", "_"), func(t *testing.T) {
			p := here(t, test.need)
			p.Sh(loads[test.need])
			v := route.Route{Dst: dst(test.dst), Dev: v0(), More: &route.More{Encap: test.encap}}
			target := "dev v0"
			if strings.HasPrefix(test.ip, "ila") { // wants another router
				v.Via, target = via("2001:db8::2"), "via 2001:db8::2 dev v0"
			}
			p.Must(object.Add, ref(v))
			shown := cmp.Or(test.shown, test.ip)
			show := "ip " + family(test.dst) + " route show " + test.dst
			if text := strings.ReplaceAll(p.Sh(show), "  ", " "); !strings.Contains(text, "encap "+shown) {
				t.Errorf("ip shows %q, want %q", text, shown)
			}
			p.Same(ref(v))
			p.Must(object.Delete, p.One(ref(route.Route{Dst: v.Dst})))
			if text := p.Sh(show); text != "" {
				t.Errorf("ip shows %q after the deletion", text)
			}
			if test.ip == "" {
				return
			}
			p.Sh("ip " + family(test.dst) + " route add " + test.dst + " encap " + test.ip + " " + target)
			p.Same(ref(v))
		})
	}
}

// Of two routes that differ in nothing else, the one that is meant goes.
func TestDeleteByEncap(t *testing.T) {
	p := here(t, "encap:ip")
	by := func(id uint64) object.Ref {
		return ref(route.Route{Dst: dst("10.1.0.0/16"), Dev: v0(), More: &route.More{Encap: &encap.IP{Dst: via("198.51.100.9"), Tunnel: encap.Tunnel{ID: n64(id)}}}})
	}
	p.Must(object.Add, by(1))
	p.Must(object.Append, by(2))
	p.Must(object.Delete, by(2))
	if text := p.Sh("ip route show 10.1.0.0/16"); !strings.Contains(text, "id 1 ") || strings.Contains(text, "id 2 ") {
		t.Errorf("ip shows %q", text)
	}
}

func TestEncapsulatedHops(t *testing.T) {
	p := here(t, "route:multipath", "encap:ip", "encap:seg6")
	v := route.Route{Dst: dst("10.1.0.0/16"), More: &route.More{Hops: []route.Hop{
		{Dev: v0(), Encap: &encap.IP{Dst: via("198.51.100.9"), Tunnel: encap.Tunnel{ID: n64(5)}}},
		{Dev: v2(), Encap: &encap.SEG6{Segs: segs("2001:db8::7")}}}}}
	p.Must(object.Add, ref(v))
	text := p.Sh("ip route show 10.1.0.0/16")
	for _, part := range []string{"encap ip id 5", "encap seg6 mode encap segs 1 [ 2001:db8::7 ]"} {
		if !strings.Contains(text, part) {
			t.Errorf("ip shows %q, want %q", text, part)
		}
	}
	p.Same(ref(v))
}

func TestPrograms(t *testing.T) {
	p := here(t, "config:LWTUNNEL_BPF")
	dir := t.TempDir()
	if err := unix.Mount("bpf", dir, "bpf", 0, ""); err != nil {
		nstest.Skip(t, "no BPF file system: "+err.Error())
	}
	t.Cleanup(func() { unix.Unmount(dir, unix.MNT_DETACH) })
	pin := filepath.Join(dir, "nothing")
	nstest.Pin(t, nstest.Program(t, unix.BPF_PROG_TYPE_LWT_XMIT), pin)
	xmit := &encap.BPF{Xmit: &encap.Program{Prog: attr.Prog{Path: pin}}, Headroom: n32(16)}
	p.Must(object.Add, ref(route.Route{Dst: dst("10.1.0.0/16"), Dev: v0(), More: &route.More{Encap: xmit}}))
	if text := p.Sh("ip route show 10.1.0.0/16"); !strings.Contains(text, "encap bpf xmit nothing") {
		t.Errorf("ip shows %q", text)
	}
	missing := &encap.BPF{Xmit: &encap.Program{Prog: attr.Prog{Path: pin + "2"}}}
	p.Refused(object.Add, ref(route.Route{Dst: dst("10.2.0.0/16"), Dev: v0(), More: &route.More{Encap: missing}}), "not_found", "encap.xmit.prog")
	end := &encap.SEG6Local{Action: behaviour(15), Program: &encap.Program{Prog: attr.Prog{FD: nstest.Program(t, unix.BPF_PROG_TYPE_LWT_SEG6LOCAL)}, Name: opt.Of("end")}}
	v := route.Route{Dst: dst("2001:db8:10::/48"), Dev: v0(), More: &route.More{Encap: end}}
	p.Must(object.Add, ref(v))
	read := p.One(ref(route.Route{Dst: v.Dst}))
	p.Must(object.Delete, read)
	p.Must(object.Add, read) // by the program's id
	if text := p.Sh("ip -6 route show 2001:db8:10::/48"); !strings.Contains(text, "End.BPF endpoint end") {
		t.Errorf("ip shows %q", text)
	}
}

func TestTunnelOptions(t *testing.T) {
	nstest.RequireTunnelOptions(t)
	p := here(t)
	geneve := []encap.Geneve{{Class: opt.Of[uint16](0x102), Type: n8(3), Data: []byte{1, 2, 3, 4}}, {Class: opt.Of[uint16](0x103), Type: n8(4), Data: []byte{5, 6, 7, 8}}}
	for text, tunnel := range map[string]encap.Tunnel{
		"geneve_opts 258:3:01020304,259:4:05060708": {Geneve: geneve},
		"vxlan_opts 77":         {VXLAN: &encap.VXLAN{GBP: n32(77)}},
		"erspan_opts 1:123:0:0": {ERSPAN: &encap.ERSPAN{Version: n8(1), Index: n32(123)}},
		"erspan_opts 2:0:1:7":   {ERSPAN: &encap.ERSPAN{Version: n8(2), Direction: n8(1), Hardware: n8(7)}},
	} {
		v := route.Route{Dst: dst("10.1.0.0/16"), Dev: v0(), More: &route.More{Encap: &encap.IP{Dst: via("198.51.100.9"), Tunnel: tunnel}}}
		p.Must(object.Add, ref(v))
		if got := p.Sh("ip -d route show 10.1.0.0/16"); !strings.Contains(got, text) {
			t.Errorf("ip shows %q, want %q", got, text)
		}
		p.Same(ref(v))
		p.Must(object.Delete, ref(v))
		p.Sh("ip route add 10.1.0.0/16 encap ip dst 198.51.100.9 " + text + " dev v0")
		p.Same(ref(v))
		p.Sh("ip route del 10.1.0.0/16")
	}
}

// Kernels of distributions have no IOAM encapsulations. This is the message of
// "ip -6 route add 2001:db8:1e::/48 encap ioam6 freq 1/3 mode encap tundst
// 2001:db8::9 trace prealloc type 0x800000 ns 1 size 12 dev v0".
func TestIOAM6Bytes(t *testing.T) {
	const (
		freq    = "0800040001000000" + "0800050003000000"
		mode    = "0500010002000000"
		dst     = "1400020020010db8000000000000000000000009"
		trace   = "0c0003000001000380000000"
		message = "0a300000fe03000100000000" + "1400010020010db8001e00000000000000000000" +
			"3c001680" + freq + mode + dst + trace + "0600150009000000" + "0800040003000000"
	)
	body, err := hex.DecodeString(message)
	if err != nil {
		t.Fatal(err)
	}
	want := &encap.IOAM6{Mode: n8(2), Dst: via("2001:db8::9"), Freq: opt.Of(encap.Frequency{K: 1, N: 3}),
		Trace: &encap.Trace{Type: opt.Of[encap.TraceType](0x800000), Namespace: opt.Of[uint16](1), Size: opt.Of[encap.TraceSize](12)}}
	var v route.Route
	if err := route.Type.Schema.Decode(&attr.Dec{}, &v, body); err != nil {
		t.Fatal(err)
	}
	if got := v.More.Encap; !reflect.DeepEqual(got, encap.Encap(want)) {
		t.Errorf("%+v with %+v, want %+v", got, got.(*encap.IOAM6).Trace, want)
	}
	var w wire.Writer
	if err := route.Type.Schema.Encode(&attr.Enc{W: &w}, &v); err != nil {
		t.Fatal(err)
	}
	ours, _ := w.Bytes()
	for _, part := range []string{freq, mode, dst, trace} {
		if !strings.Contains(hex.EncodeToString(ours), part) {
			t.Errorf("%x lacks %s", ours, part)
		}
	}
}
