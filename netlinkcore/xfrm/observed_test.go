package xfrm_test

import (
	"bytes"
	"errors"
	"net/netip"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
	"github.com/netlark/netlark/netlinkcore/xfrm"
	"github.com/netlark/netlark/tests/nstest"
)

func TestMain(m *testing.M) { nstest.Main(m) }

func scope(t *testing.T) (*nstest.NS, *object.Scope) {
	t.Helper()
	ns := nstest.New(t)
	s := object.NewScope(object.Config{Enter: ns.Do})
	t.Cleanup(func() { s.Close() })
	return ns, s
}

var (
	left  = netip.MustParseAddr("192.0.2.1")
	right = netip.MustParseAddr("192.0.2.2")
)

func gcm() *xfrm.State {
	return &xfrm.State{
		Src: left, Dst: right, Proto: opt.Of(xfrm.ESP), SPI: opt.Of[uint32](0x100), Mode: opt.Of(xfrm.Tunnel), ReqID: opt.Of[uint32](7),
		AEAD: &xfrm.AEAD{Name: opt.Of("rfc4106(gcm(aes))"), Key: bytes.Repeat([]byte{0x5a}, 20), ICV: opt.Of[uint32](128)},
	}
}

// ip-xfrm(8) has no JSON for states: its words are compared.
func wantWords(t *testing.T, out string, words ...string) {
	t.Helper()
	flat := strings.Join(strings.Fields(out), " ")
	for _, w := range words {
		if !strings.Contains(flat, w) {
			t.Errorf("ip does not say %q:\n%s", w, out)
		}
	}
}

func TestStateAEAD(t *testing.T) {
	nstest.Require(t, "xfrm:esp")
	ns, s := scope(t)
	ctx := t.Context()
	v := gcm()
	v.Mark = opt.Of(rt.Mark{Value: 5, Mask: 0xff})
	v.IfID, v.NoPMTUDisc = opt.Of[uint32](9), opt.Of(true)
	v.OutputMark, v.OutputMarkMask = opt.Of[uint32](3), opt.Of[uint32](0xf)
	v.Sel = &xfrm.Selector{Src: netip.MustParsePrefix("10.0.0.0/8"), DstPort: opt.Of(attr.Masked[uint16]{Value: 80, Mask: 0xffff}), IPProto: opt.Of[uint8](6)}
	v.Limit = &xfrm.Limits{ByteHard: opt.Of[uint64](1 << 40), TimeSoft: opt.Of[uint64](3600)}
	if err := xfrm.StateType.Add(ctx, s, v); err != nil {
		t.Fatal(err)
	}
	wantWords(t, ns.Sh(t, "ip -d xfrm state"), "src 192.0.2.1 dst 192.0.2.2", "proto esp spi 0x00000100 reqid 7 mode tunnel",
		"nopmtudisc", "mark 0x5/0xff", "output-mark 0x3/0xf", "if_id 0x9", "aead rfc4106(gcm(aes)) 0x"+strings.Repeat("5a", 20)+" 128",
		"sel src 10.0.0.0/8", "proto tcp dport 80")
	key := &xfrm.State{Dst: right, Proto: opt.Of(xfrm.ESP), SPI: v.SPI, Mark: v.Mark}
	got, err := xfrm.StateType.Get(ctx, s, key)
	if err != nil {
		t.Fatal(err)
	}
	if !xfrm.StateType.Schema.Covers(attr.To(got), attr.To(v)) {
		t.Errorf("read back %+v, want at least %+v", got, v)
	}
	if err := xfrm.StateType.Add(ctx, s, v); !errors.Is(err, unix.EEXIST) {
		t.Errorf("adding it twice: %v", err)
	}
	if err := xfrm.StateType.Delete(ctx, s, got); err != nil {
		t.Error(err)
	}
	if _, err := xfrm.StateType.Get(ctx, s, key); !errors.Is(err, object.ErrNotFound) {
		t.Errorf("after the deletion: %v", err)
	}
}

func TestStateESN(t *testing.T) {
	nstest.Require(t, "xfrm:esp")
	ns, s := scope(t)
	ctx := t.Context()
	v := &xfrm.State{
		Src: netip.MustParseAddr("2001:db8::1"), Dst: netip.MustParseAddr("2001:db8::2"), Proto: opt.Of(xfrm.ESP), SPI: opt.Of[uint32](1),
		Mode: opt.Of(xfrm.Transport), ESN: opt.Of(true), ReplayWindow: opt.Of[uint8](32),
		Enc:  &xfrm.Enc{Name: opt.Of("cbc(aes)"), Key: bytes.Repeat([]byte{1}, 16)},
		Auth: &xfrm.Auth{Name: opt.Of("hmac(sha256)"), Key: bytes.Repeat([]byte{2}, 32), Bits: opt.Of[uint32](96)},
	}
	if err := xfrm.StateType.Add(ctx, s, v); err != nil {
		t.Fatal(err)
	}
	wantWords(t, ns.Sh(t, "ip -d xfrm state"), "src 2001:db8::1 dst 2001:db8::2", "mode transport", "flag esn",
		"auth-trunc hmac(sha256) 0x"+strings.Repeat("02", 32)+" 96", "enc cbc(aes) 0x"+strings.Repeat("01", 16), "replay_window 32, bitmap-length 1")
	got, err := xfrm.StateType.Get(ctx, s, &xfrm.State{Dst: v.Dst})
	if err != nil || got.ReplayESN == nil || got.ReplayESN.Window.Or(0) != 32 || got.Auth.Bits.Or(0) != 96 {
		t.Errorf("read back %+v, %v", got, err)
	}
}

// The kernel's update changes limits and silently keeps keys and mode: a set
// sends all that is there, and refuses to name what would be kept.
func TestStateSet(t *testing.T) {
	nstest.Require(t, "xfrm:esp")
	ns, s := scope(t)
	ctx := t.Context()
	if err := xfrm.StateType.Add(ctx, s, gcm()); err != nil {
		t.Fatal(err)
	}
	key := xfrm.State{Dst: right, Proto: opt.Of(xfrm.ESP), SPI: opt.Of[uint32](0x100)}
	change := key
	change.Limit = &xfrm.Limits{PacketHard: opt.Of[uint64](1000)}
	if err := xfrm.StateType.Set(ctx, s, &change); err != nil {
		t.Fatal(err)
	}
	wantWords(t, ns.Sh(t, "ip -s xfrm state"), "hard 1000(packets)", "mode tunnel", "rfc4106(gcm(aes)) 0x"+strings.Repeat("5a", 20))
	fixed := key
	fixed.AEAD = &xfrm.AEAD{Name: opt.Of("rfc4106(gcm(aes))"), Key: bytes.Repeat([]byte{1}, 20), ICV: opt.Of[uint32](128)}
	var wrong *object.AttributeError
	if err := xfrm.StateType.Set(ctx, s, &fixed); !errors.As(err, &wrong) || wrong.Code != "immutable" || wrong.Path != "aead" {
		t.Errorf("setting a key: %v", err)
	}
	missing := xfrm.State{Dst: left, Proto: opt.Of(xfrm.ESP), SPI: opt.Of[uint32](1), Limit: change.Limit}
	if err := xfrm.StateType.Set(ctx, s, &missing); !errors.Is(err, object.ErrNotFound) {
		t.Errorf("setting what is not there: %v", err)
	}
	if n, err := xfrm.StateType.Flush(ctx, s, nil); n != 1 || err != nil {
		t.Errorf("flush: %d, %v", n, err)
	}
}

func policy() *xfrm.Policy {
	return &xfrm.Policy{
		Selector: xfrm.Selector{Src: netip.MustParsePrefix("10.0.0.0/24"), Dst: netip.MustParsePrefix("10.1.0.0/24"), IPProto: opt.Of[uint8](17)},
		Dir:      opt.Of(xfrm.Out), Priority: opt.Of[uint32](77), Mark: opt.Of(rt.Mark{Value: 1, Mask: 0xf}), IfID: opt.Of[uint32](4),
		Templates: []xfrm.Template{{Src: left, Dst: right, Proto: opt.Of(xfrm.ESP), Mode: opt.Of(xfrm.Tunnel), ReqID: opt.Of[uint32](7)},
			{Src: left, Dst: right, Proto: opt.Of(xfrm.AH), Optional: opt.Of[uint8](1)}},
	}
}

func TestPolicy(t *testing.T) {
	ns, s := scope(t)
	ctx := t.Context()
	v := policy()
	if err := xfrm.PolicyType.Add(ctx, s, v); err != nil {
		t.Fatal(err)
	}
	wantWords(t, ns.Sh(t, "ip -d xfrm policy"), "src 10.0.0.0/24 dst 10.1.0.0/24 proto udp", "dir out priority 77", "mark 0x1/0xf", "if_id 0x4",
		"tmpl src 192.0.2.1 dst 192.0.2.2 proto esp reqid 7 mode tunnel", "proto ah reqid 0 mode transport level use")
	got, err := xfrm.PolicyType.Get(ctx, s, &xfrm.Policy{Dir: opt.Of(xfrm.Out)})
	if err != nil || !xfrm.PolicyType.Schema.Covers(attr.To(got), attr.To(v)) {
		t.Fatalf("read back %+v, %v", got, err)
	}
	if err := xfrm.PolicyType.Add(ctx, s, v); !errors.Is(err, unix.EEXIST) {
		t.Errorf("adding it twice: %v", err)
	}
	key := *v
	key.Templates, key.Priority = nil, opt.Of[uint32](5)
	if err := xfrm.PolicyType.Set(ctx, s, &key); err != nil {
		t.Fatal(err)
	}
	wantWords(t, ns.Sh(t, "ip -d xfrm policy"), "priority 5", "tmpl src 192.0.2.1 dst 192.0.2.2 proto esp reqid 7")
	v.Templates, v.Action = nil, opt.Of[uint8](1)
	if err := xfrm.PolicyType.Replace(ctx, s, v); err != nil {
		t.Fatal(err)
	}
	if out := ns.Sh(t, "ip -d xfrm policy"); strings.Contains(out, "tmpl") || !strings.Contains(out, "action block") {
		t.Errorf("after replace:\n%s", out)
	}
	if err := xfrm.PolicyType.Delete(ctx, s, v); err != nil {
		t.Error(err)
	}
	if err := xfrm.PolicyType.Delete(ctx, s, v); object.Code(err) != "not_found" {
		t.Errorf("deleting it twice: %v", err)
	}
}

// What ip makes is read as it was meant.
func TestPolicyOfIP(t *testing.T) {
	ns, s := scope(t)
	ns.Sh(t, `ip xfrm policy add src 2001:db8::/32 dst ::/0 sport 500 dir in action block priority 9 flag icmp
ip xfrm policy add src 0.0.0.0/0 dst 10.0.0.0/8 dir fwd limit packet-hard 5 tmpl src 192.0.2.9 dst 192.0.2.8 proto comp spi 0x11 mode tunnel`)
	list, err := xfrm.PolicyType.Collect(t.Context(), s, nil)
	if err != nil || len(list) != 2 {
		t.Fatalf("%d policies, %v", len(list), err)
	}
	for i := range list {
		p := list[i]
		switch p.Dir.Or(99) {
		case xfrm.In:
			want := &xfrm.Policy{Selector: xfrm.Selector{Family: opt.Of[uint8](unix.AF_INET6), Src: netip.MustParsePrefix("2001:db8::/32"),
				SrcPort: opt.Of(attr.Masked[uint16]{Value: 500, Mask: 0xffff})}, Action: opt.Of[uint8](1), Priority: opt.Of[uint32](9), ICMP: opt.Of(true)}
			if !xfrm.PolicyType.Schema.Covers(attr.To(p), attr.To(want)) || p.Dst.IsValid() {
				t.Errorf("in: %+v", p)
			}
		case xfrm.Forward:
			if len(p.Templates) != 1 || p.Templates[0].SPI.Or(0) != 0x11 || p.Templates[0].Proto.Or(0) != xfrm.Comp || p.Limit.PacketHard.Or(0) != 5 {
				t.Errorf("fwd: %+v", p)
			}
		default:
			t.Errorf("unexpected %+v", p)
		}
	}
}
