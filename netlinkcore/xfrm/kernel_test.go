package xfrm_test

import (
	"bytes"
	"net/netip"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/verbtest"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
	"github.com/netlark/netlark/netlinkcore/xfrm"
)

func state(v xfrm.State) object.Ref { return xfrm.StateType.Ref(&v) }
func pol(v xfrm.Policy) object.Ref  { return xfrm.PolicyType.Ref(&v) }

func ip(s string) netip.Addr              { return netip.MustParseAddr(s) }
func to(s string) netip.Prefix            { return netip.MustParsePrefix(s) }
func n8(n uint8) opt.Value[uint8]         { return opt.Of(n) }
func n32(n uint32) opt.Value[uint32]      { return opt.Of(n) }
func n64(n uint64) opt.Value[uint64]      { return opt.Of(n) }
func key(n int) []byte                    { return bytes.Repeat([]byte{0x5a}, n) }
func mark(v, m uint32) opt.Value[rt.Mark] { return opt.Of(rt.Mark{Value: v, Mask: m}) }

var on = opt.Of(true)

// base is a state with a cipher for both.
func base(spi uint32) xfrm.State {
	return xfrm.State{Src: ip("192.0.2.1"), Dst: ip("192.0.2.2"), Proto: opt.Of(xfrm.ESP), SPI: n32(spi), Mode: opt.Of(xfrm.Tunnel), ReqID: n32(7),
		AEAD: &xfrm.AEAD{Name: opt.Of("rfc4106(gcm(aes))"), Key: key(20), ICV: n32(128)}}
}

func TestStates(t *testing.T) {
	p := verbtest.New(t, "xfrm:esp", "xfrm:esp6", "xfrm:ah")
	for name, test := range map[string]struct {
		change func(v *xfrm.State)
		shows  []string
	}{
		"aead": {func(v *xfrm.State) {}, []string{"aead rfc4106(gcm(aes)) 0x5a5a", " 128", "reqid 7(0x00000007) mode tunnel"}},
		"three": {func(v *xfrm.State) {
			v.Mode = opt.Of(xfrm.Transport)
			v.AEAD = nil
			v.Auth = &xfrm.Auth{Name: opt.Of("hmac(sha256)"), Key: key(32), Bits: n32(96)}
			v.Enc = &xfrm.Enc{Name: opt.Of("cbc(aes)"), Key: key(16)}
		}, []string{"auth-trunc hmac(sha256)", " 96", "enc cbc(aes)", "mode transport"}},
		"esn": {func(v *xfrm.State) {
			v.ESN = on
			v.ReplayESN = &xfrm.ReplayESN{Window: n32(128), OSeq: n32(5), OSeqHi: n32(1), Seq: n32(6), SeqHi: n32(2)}
		},
			[]string{"flag esn", "replay_window 128, bitmap-length 4", "oseq 0x5", "oseq-hi 0x1"}},
		"window": {func(v *xfrm.State) {
			v.ReplayWindow = n8(32)
			v.NoECN, v.DecapDSCP, v.NoPMTUDisc, v.ICMP, v.AFUnspec, v.Align4 = on, on, on, on, on, on
		},
			[]string{"replay-window 32", "flag noecn decap-dscp nopmtudisc icmp af-unspec align4"}},
		"mark": {func(v *xfrm.State) {
			v.Mark = mark(1, 0xff)
			v.OutputMark, v.OutputMarkMask, v.IfID = n32(5), n32(0xf), n32(9)
		},
			[]string{"mark 0x1/0xff", "output-mark 0x5/0xf", "if_id 0x9"}},
		"encap": {func(v *xfrm.State) {
			v.Encap = &xfrm.Encap{Type: opt.Of[uint16](2), SrcPort: opt.Of[uint16](4500), DstPort: opt.Of[uint16](4501)}
			v.DontEncapDSCP, v.OSeqMayWrap = on, on
		}, []string{"encap type espinudp sport 4500 dport 4501", "extra_flag dont-encap-dscp oseq-may-wrap"}},
		"limits": {func(v *xfrm.State) {
			v.TFCPad = n32(200)
			v.Limit = &xfrm.Limits{ByteSoft: n64(5000000), ByteHard: n64(6000000), PacketSoft: n64(7000), PacketHard: n64(8000),
				TimeSoft: n64(1000), TimeHard: n64(2000), TimeUseSoft: n64(300), TimeUseHard: n64(400)}
		},
			[]string{"limit: soft 5000000(bytes), hard 6000000(bytes)", "soft 7000(packets), hard 8000(packets)", "add: soft 1000(sec), hard 2000(sec)",
				"use: soft 300(sec), hard 400(sec)", "tfcpad 200"}},
		"selector": {func(v *xfrm.State) {
			v.Sel = &xfrm.Selector{Src: to("192.0.2.0/24"), Dst: to("198.51.100.0/24"), IPProto: n8(6),
				SrcPort: opt.Of(attr.Masked[uint16]{Value: 100, Mask: 0xffff}), DstPort: opt.Of(attr.Masked[uint16]{Value: 200, Mask: 0xffff})}
		},
			[]string{"sel src 192.0.2.0/24 dst 198.51.100.0/24 proto tcp sport 100 dport 200"}},
		"ah": {func(v *xfrm.State) {
			v.Proto, v.AEAD, v.WildRecv = opt.Of(xfrm.AH), nil, on
			v.Auth = &xfrm.Auth{Name: opt.Of("hmac(sha256)"), Key: key(32)}
		},
			[]string{"proto ah", "flag wildrecv"}},
		"ipv6": {func(v *xfrm.State) { v.Src, v.Dst = ip("2001:db8::1"), ip("2001:db8::2") }, []string{"src 2001:db8::1 dst 2001:db8::2"}},
	} {
		v := base(0x100)
		test.change(&v)
		p.Must(object.Add, state(v))
		text := p.Sh("ip -d -s xfrm state")
		for _, s := range test.shows {
			if !strings.Contains(strings.Join(strings.Fields(text), " "), s) {
				t.Errorf("%s: no %q in %s", name, s, text)
			}
		}
		p.Same(state(v))
		p.Refused(object.Add, state(v), "exists", "")
		p.Must(object.Delete, state(xfrm.State{Dst: v.Dst, SPI: v.SPI, Proto: v.Proto, Mark: v.Mark}))
		p.Count(0, state(xfrm.State{}))
	}
}

// TestStatesByMark: the kernel takes the newest state whose mask lets the mark that is
// asked for pass. One that is not meant stays.
func TestStatesByMark(t *testing.T) {
	p := verbtest.New(t, "xfrm:esp")
	marked, plain := base(0x100), base(0x100)
	marked.Mark = mark(5, 0xff)
	key := func(v *xfrm.State) object.Ref {
		return state(xfrm.State{Dst: v.Dst, SPI: v.SPI, Proto: v.Proto, Mark: v.Mark})
	}
	p.Must(object.Add, state(marked))
	p.Must(object.Add, state(plain))
	p.Refused(object.Delete, key(&marked), "conflict", "mark")
	p.Count(2, state(xfrm.State{}))
	p.Must(object.Delete, key(&plain))
	p.Same(state(marked))
	p.Must(object.Delete, key(&marked))
	p.Refused(object.Delete, key(&marked), "not_found", "")
	p.Must(object.Add, state(plain))
	p.Refused(object.Delete, key(&marked), "not_found", "") // which would remove the other
	p.Count(1, state(xfrm.State{}))
	if !xfrm.StateType.Clashes(state(marked), state(plain)) {
		t.Error("a plan does not remove the one before it makes the other")
	}
}

// An update keeps keys: set refuses them, and sends what is there along.
func TestStateKeeps(t *testing.T) {
	p := verbtest.New(t, "xfrm:esp")
	v := base(0x100)
	v.Limit = &xfrm.Limits{TimeHard: n64(5000)}
	p.Must(object.Add, state(v))
	name := xfrm.State{Dst: v.Dst, SPI: v.SPI, Proto: v.Proto}
	change := name
	change.IfID = n32(3)
	p.Must(object.Set, state(change))
	if have, err := xfrm.StateType.Get(t.Context(), p.Scope, &name); err != nil || have.Limit.TimeHard.Or(0) != 5000 || have.IfID.Or(0) != 3 {
		t.Errorf("%+v, %v", have, err)
	}
	change = name
	change.Limit = &xfrm.Limits{TimeHard: n64(9000)}
	p.Must(object.Set, state(change))
	have, err := xfrm.StateType.Get(t.Context(), p.Scope, &name)
	if err != nil || have.Limit.TimeHard.Or(0) != 9000 || !bytes.Equal(have.AEAD.Key, key(20)) || have.ReqID.Or(0) != 7 {
		t.Errorf("%+v, %v", have, err)
	}
	change = name
	change.AEAD = &xfrm.AEAD{Name: v.AEAD.Name, Key: make([]byte, 20), ICV: v.AEAD.ICV}
	p.Refused(object.Set, state(change), "immutable", "aead")
	missing := name
	missing.SPI = n32(0x999)
	missing.Limit = v.Limit
	p.Refused(object.Set, state(missing), "not_found", "")
	p.Refused(object.Delete, state(missing), "not_found", "")
}

func TestStateRefused(t *testing.T) {
	p := verbtest.New(t, "xfrm:esp")
	v := base(0x100)
	v.AEAD = &xfrm.AEAD{Name: opt.Of("none(at all)"), Key: key(20), ICV: n32(128)}
	if _, err := p.Try(object.Add, state(v)); err == nil {
		t.Error("an unknown algorithm was taken")
	}
	v = base(0x100)
	v.AEAD = nil
	p.Refused(object.Add, state(v), "invalid", "")
	for spi := range uint32(3) {
		p.Must(object.Add, state(base(0x100+spi)))
	}
	p.Count(3, state(xfrm.State{Proto: opt.Of(xfrm.ESP)}))
	p.Count(0, state(xfrm.State{Proto: opt.Of(xfrm.AH)}))
	n, err := xfrm.StateType.Flush(t.Context(), p.Scope, &xfrm.State{})
	if err != nil || n != 3 {
		t.Errorf("%d flushed, %v", n, err)
	}
}

func TestPolicies(t *testing.T) {
	p := verbtest.New(t, "xfrm:esp")
	v := xfrm.Policy{Selector: xfrm.Selector{Src: to("10.0.0.0/8"), Dst: to("10.1.0.0/16"), IPProto: n8(6), DstPort: opt.Of(attr.Masked[uint16]{Value: 443, Mask: 0xffff})},
		Dir: opt.Of(xfrm.Out), Mark: mark(2, 0xff), IfID: n32(5), Priority: n32(77), LocalOK: on, ICMP: on,
		Limit: &xfrm.Limits{TimeHard: n64(2000)}, Templates: []xfrm.Template{{Src: ip("192.0.2.1"), Dst: ip("192.0.2.2"), Proto: opt.Of(xfrm.ESP), SPI: n32(0x100),
			ReqID: n32(7), Mode: opt.Of(xfrm.Tunnel)}, {Proto: opt.Of(xfrm.AH), Mode: opt.Of(xfrm.Transport), Family: n8(2)}}}
	p.Must(object.Add, pol(v))
	text := strings.Join(strings.Fields(p.Sh("ip -d -s xfrm policy")), " ")
	for _, s := range []string{"src 10.0.0.0/8 dst 10.1.0.0/16 proto tcp dport 443", "dir out", "priority 77", "flag localok icmp", "mark 0x2/0xff", "if_id 0x5",
		"tmpl src 192.0.2.1 dst 192.0.2.2 proto esp spi 0x00000100", "reqid 7", "mode tunnel", "proto ah", "expire add: soft 0(sec), hard 2000(sec)"} {
		if !strings.Contains(text, s) {
			t.Errorf("no %q in %s", s, text)
		}
	}
	p.Same(pol(v))
	p.Refused(object.Add, pol(v), "exists", "")
	changed := v
	changed.Priority, changed.Templates = n32(88), v.Templates[:1]
	p.Must(object.Replace, pol(changed))
	p.Same(pol(changed))
	set := xfrm.Policy{Selector: v.Selector, Dir: v.Dir, Mark: v.Mark, IfID: v.IfID, Action: n8(1)}
	p.Must(object.Set, pol(set))
	changed.Action = n8(1)
	p.Same(pol(changed))
	p.Must(object.Delete, pol(xfrm.Policy{Selector: v.Selector, Dir: v.Dir, Mark: v.Mark, IfID: v.IfID}))
	p.Refused(object.Delete, pol(xfrm.Policy{Selector: v.Selector, Dir: v.Dir, Mark: v.Mark, IfID: v.IfID}), "not_found", "")
}

// Everything is a selector like others, given or not.
func TestPolicyForAll(t *testing.T) {
	p := verbtest.New(t, "xfrm:esp")
	all := xfrm.Policy{Selector: xfrm.Selector{Src: to("0.0.0.0/0"), Dst: to("0.0.0.0/0")}, Dir: opt.Of(xfrm.In)}
	p.Must(object.Add, pol(all))
	p.Refused(object.Add, pol(xfrm.Policy{Dir: opt.Of(xfrm.In), Selector: xfrm.Selector{Family: n8(2)}}), "exists", "")
	p.Must(object.Add, pol(xfrm.Policy{Selector: xfrm.Selector{Src: to("2001:db8::/64")}, Dir: opt.Of(xfrm.Forward), Action: n8(1)}))
	p.Count(2, pol(xfrm.Policy{}))
	p.Count(1, pol(xfrm.Policy{Dir: opt.Of(xfrm.Forward)}))
	n, err := xfrm.PolicyType.Flush(t.Context(), p.Scope, &xfrm.Policy{})
	if err != nil || n != 2 {
		t.Errorf("%d flushed, %v", n, err)
	}
}

// The addresses of a policy, of a template and of a state are of one family
// each; a template's may be another than the policy's.
func TestOtherFamily(t *testing.T) {
	p := verbtest.New(t, "xfrm:esp")
	out, in, in6 := opt.Of(xfrm.Out), n8(unix.AF_INET), n8(unix.AF_INET6)
	sel := func(family opt.Value[uint8], src, dst netip.Prefix) xfrm.Selector {
		return xfrm.Selector{Family: family, Src: src, Dst: dst}
	}
	none := opt.Value[uint8]{}
	for _, test := range []struct {
		v    xfrm.Policy
		path string
	}{
		{xfrm.Policy{Dir: out, Selector: sel(none, to("10.9.0.0/16"), to("fd00::/64"))}, "dst"},
		{xfrm.Policy{Dir: out, Selector: sel(none, to("fd00::/64"), to("10.9.0.0/16"))}, "dst"},
		{xfrm.Policy{Dir: out, Selector: sel(in6, to("10.9.0.0/16"), netip.Prefix{})}, "src"},
		{xfrm.Policy{Dir: out, Selector: sel(in, netip.Prefix{}, to("fd00::/64"))}, "dst"},
		{xfrm.Policy{Dir: out, Selector: sel(none, to("10.9.0.0/16"), netip.Prefix{}),
			Templates: []xfrm.Template{{Src: ip("192.0.2.1"), Dst: ip("2001:db8::2"), Proto: opt.Of(xfrm.ESP)}}}, "tmpl[0].src"},
	} {
		for _, verb := range []object.Verb{object.Add, object.Replace} {
			p.Refused(verb, pol(test.v), "invalid", test.path)
		}
	}
	p.Refused(object.Delete, pol(xfrm.Policy{Dir: out, Selector: sel(none, to("10.9.0.0/16"), to("fd00::/64"))}), "invalid", "dst")
	s := base(9)
	s.Src = ip("2001:db8::1")
	p.Refused(object.Add, state(s), "invalid", "src")
	s = base(9)
	s.CareOf = ip("2001:db8::1")
	p.Refused(object.Add, state(s), "invalid", "coa")
	s = base(9)
	s.Sel = &xfrm.Selector{Src: to("10.0.0.0/8"), Dst: to("fd00::/8")}
	p.Refused(object.Add, state(s), "invalid", "sel.dst")
	if shown := p.Sh("ip xfrm policy; ip xfrm state"); shown != "" {
		t.Errorf("ip shows %s", shown)
	}
	other := xfrm.Policy{Dir: out, Selector: sel(none, to("fd00::/64"), to("fd01::/64")), Templates: []xfrm.Template{{
		Src: ip("192.0.2.1"), Dst: ip("192.0.2.2"), Proto: opt.Of(xfrm.ESP), Mode: opt.Of(xfrm.Tunnel)}}}
	p.Must(object.Add, pol(other))
	p.Same(pol(other))
}

// Without a direction the kernel would take "in".
func TestDirection(t *testing.T) {
	p := verbtest.New(t, "xfrm:esp")
	for _, verb := range []object.Verb{object.Add, object.Replace, object.Set, object.Delete} {
		p.Refused(verb, pol(xfrm.Policy{}), "invalid", "dir")
		p.Refused(verb, pol(xfrm.Policy{Selector: xfrm.Selector{Src: to("10.9.0.0/16")}}), "invalid", "dir")
	}
	if shown := p.Sh("ip xfrm policy"); shown != "" {
		t.Errorf("ip shows %s", shown)
	}
	v := xfrm.Policy{Dir: opt.Of(xfrm.In), Selector: xfrm.Selector{Src: to("10.9.0.0/16")}}
	p.Must(object.Add, pol(v))
	p.Count(1, pol(xfrm.Policy{}))
	p.Must(object.Delete, p.One(pol(xfrm.Policy{Selector: xfrm.Selector{Src: to("10.9.0.0/16")}})))
	p.Count(0, pol(xfrm.Policy{}))
}

// Handing the whole transform to hardware is younger than handing the
// cryptography.
func TestPacketOffloadSince(t *testing.T) {
	v := xfrm.State{Offload: &xfrm.Offload{Dev: rt.DevName("v0"), Packet: on}}
	path, needs := xfrm.StateType.Schema.Newer(attr.To(&v), attr.Release{Major: 6, Minor: 1})
	if path != "offload.packet" || needs != (attr.Release{Major: 6, Minor: 2}) {
		t.Errorf("%q needs %s", path, needs)
	}
	v.Offload.Packet = opt.Of(false)
	if path, _ := xfrm.StateType.Schema.Newer(attr.To(&v), attr.Release{Major: 6, Minor: 1}); path != "" {
		t.Errorf("%s is younger", path)
	}
}

// A change keeps the limits and ports that it does not name.
func TestPartialChange(t *testing.T) {
	p := verbtest.New(t, "xfrm:esp")
	v := base(0x100)
	v.Limit = &xfrm.Limits{ByteHard: n64(1 << 40), TimeHard: n64(5000)}
	v.Encap = &xfrm.Encap{Type: opt.Of[uint16](2), SrcPort: opt.Of[uint16](4500), DstPort: opt.Of[uint16](4501)}
	p.Must(object.Add, state(v))
	p.Must(object.Set, state(xfrm.State{Dst: v.Dst, SPI: v.SPI, Proto: v.Proto, Limit: &xfrm.Limits{TimeSoft: n64(4000)},
		Encap: &xfrm.Encap{SrcPort: opt.Of[uint16](4600)}}))
	wantWords(t, p.Sh("ip -s xfrm state"), "hard 1099511627776(bytes)", "add: soft 4000(sec), hard 5000(sec)", "encap type espinudp sport 4600 dport 4501")
	rule := xfrm.Policy{Dir: opt.Of(xfrm.Out), Selector: xfrm.Selector{Src: to("10.0.0.0/8")}, Limit: v.Limit}
	p.Must(object.Add, pol(rule))
	rule.Limit = &xfrm.Limits{TimeSoft: n64(4000)}
	p.Must(object.Set, pol(rule))
	wantWords(t, p.Sh("ip -s xfrm policy"), "hard 1099511627776(bytes)", "add: soft 4000(sec), hard 5000(sec)")
}

// A policy goes by its number too.
func TestPolicyNumber(t *testing.T) {
	p := verbtest.New(t)
	p.Sh(`ip xfrm policy add src 10.0.0.0/8 dst 10.1.0.0/16 dir out index 801
ip xfrm policy add src 10.0.0.0/8 dst 10.2.0.0/16 dir out index 809`)
	have, err := xfrm.PolicyType.Get(t.Context(), p.Scope, &xfrm.Policy{Index: n32(801)})
	if err != nil || have.Dst != to("10.1.0.0/16") {
		t.Errorf("%+v, %v", have, err)
	}
	p.Must(object.Delete, pol(xfrm.Policy{Dir: opt.Of(xfrm.Out), Index: n32(801)}))
	p.Refused(object.Delete, pol(xfrm.Policy{Dir: opt.Of(xfrm.Out), Index: n32(801)}), "not_found", "")
	p.Count(1, pol(xfrm.Policy{}))
	for number, gone := range map[uint32]int{801: 0, 809: 1} {
		if n, err := xfrm.PolicyType.Flush(t.Context(), p.Scope, &xfrm.Policy{Index: n32(number)}); err != nil || n != gone {
			t.Errorf("%d went with number %d, want %d: %v", n, number, gone, err)
		}
	}
}
