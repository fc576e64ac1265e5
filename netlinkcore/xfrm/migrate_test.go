package xfrm_test

import (
	"strings"
	"testing"

	"github.com/netlark/netlark/netlinkcore/internal/verbtest"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/xfrm"
	"github.com/netlark/netlark/tests/nstest"
)

// A tunnel moves with its policy: keys and sequence numbers stay.
func TestMigrate(t *testing.T) {
	p := verbtest.New(t, "xfrm:esp")
	p.Sh(`ip xfrm state add src 192.0.2.1 dst 192.0.2.2 proto esp spi 0x100 mode tunnel reqid 7 aead 'rfc4106(gcm(aes))' 0x00112233445566778899aabbccddeeff00112233 128 replay-oseq 5
ip xfrm policy add src 10.0.0.0/24 dst 10.1.0.0/24 dir out tmpl src 192.0.2.1 dst 192.0.2.2 proto esp reqid 7 mode tunnel`)
	move := xfrm.Migration{Selector: xfrm.Selector{Src: to("10.0.0.0/24"), Dst: to("10.1.0.0/24")}, Dir: opt.Of(xfrm.Out),
		Moves: []xfrm.Move{{OldSrc: ip("192.0.2.1"), OldDst: ip("192.0.2.2"), NewSrc: ip("192.0.2.1"), NewDst: ip("198.51.100.9"),
			Proto: opt.Of(xfrm.ESP), Mode: opt.Of(xfrm.Tunnel)}}}
	nowhere := move
	nowhere.Dir = opt.Value[xfrm.Direction]{}
	p.Refused(object.Call, xfrm.MigrateType.Ref(&nowhere), "invalid", "dir")
	answer := p.Must(object.Call, xfrm.MigrateType.Ref(&move))
	if !answer.IsZero() {
		t.Errorf("the answer is %v, want none", answer)
	}
	wantWords(t, p.Sh("ip -s xfrm state"), "src 192.0.2.1 dst 198.51.100.9", "spi 0x00000100", "0x00112233445566778899aabbccddeeff00112233", "oseq 0x5")
	wantWords(t, p.Sh("ip xfrm policy"), "tmpl src 192.0.2.1 dst 198.51.100.9")
	move.Dst = to("10.9.0.0/24")
	if _, err := p.Try(object.Call, xfrm.MigrateType.Ref(&move)); object.Code(err) != "not_found" && object.Code(err) != "invalid" {
		t.Errorf("what is not there moves: %v", err)
	}
}

// A tunnel may move to another address family.
func TestMigrateFamily(t *testing.T) {
	p := verbtest.New(t, "xfrm:esp", "xfrm:esp6")
	p.Sh(`ip xfrm state add src 192.0.2.1 dst 192.0.2.2 proto esp spi 0x100 mode tunnel reqid 7 aead 'rfc4106(gcm(aes))' 0x00112233445566778899aabbccddeeff00112233 128 sel src 10.0.0.0/24 dst 10.1.0.0/24
ip xfrm policy add src 10.0.0.0/24 dst 10.1.0.0/24 dir out tmpl src 192.0.2.1 dst 192.0.2.2 proto esp reqid 7 mode tunnel`)
	p.Must(object.Call, xfrm.MigrateType.Ref(&xfrm.Migration{Selector: xfrm.Selector{Src: to("10.0.0.0/24"), Dst: to("10.1.0.0/24")}, Dir: opt.Of(xfrm.Out),
		Moves: []xfrm.Move{{OldSrc: ip("192.0.2.1"), OldDst: ip("192.0.2.2"), NewSrc: ip("2001:db8::1"), NewDst: ip("2001:db8::2"),
			Proto: opt.Of(xfrm.ESP), Mode: opt.Of(xfrm.Tunnel), ReqID: n32(7)}}}))
	text := p.Sh("ip xfrm policy")
	wantWords(t, text, "tmpl src 2001:db8::1 dst 2001:db8::2")
	if strings.Contains(text, "192.0.2.2") {
		t.Errorf("ip shows %s", text)
	}
}

// A state alone moves, and with it what is not named: mark, selector, counters.
// Older kernels cannot.
func TestMigrateState(t *testing.T) {
	p := verbtest.New(t, "xfrm:esp", "xfrm:esp6")
	if !nstest.Has(t, "kernel:7.2") {
		p.Refused(object.Call, xfrm.StateMigrationType.Ref(&xfrm.StateMigration{Dst: ip("192.0.2.2"), SPI: n32(0x100), Proto: opt.Of(xfrm.ESP)}), "unsupported", "dst")
		return
	}
	for path, v := range map[string]xfrm.StateMigration{
		"dst":   {SPI: n32(1), Proto: opt.Of(xfrm.ESP)},
		"spi":   {Dst: ip("192.0.2.2"), Proto: opt.Of(xfrm.ESP)},
		"proto": {Dst: ip("192.0.2.2"), SPI: n32(1)},
		"sel":   {Dst: ip("192.0.2.2"), SPI: n32(1), Proto: opt.Of(xfrm.ESP), HostSel: on, Sel: &xfrm.Selector{Src: to("10.0.0.0/8")}},
	} {
		p.Refused(object.Call, xfrm.StateMigrationType.Ref(&v), "invalid", path)
	}
	const key = "0x00112233445566778899aabbccddeeff00112233"
	p.Sh(`ip xfrm state add src 192.0.2.1 dst 192.0.2.2 proto esp spi 0x100 mode tunnel reqid 7 mark 5 mask 0xff aead 'rfc4106(gcm(aes))' ` + key + ` 128 replay-oseq 5
ip xfrm state add src 192.0.2.1 dst 192.0.2.3 proto esp spi 0x101 mode tunnel reqid 7 aead 'rfc4106(gcm(aes))' ` + key + ` 128 sel src 10.0.0.0/24 dst 10.1.0.0/24
ip xfrm state add src 192.0.2.1 dst 192.0.2.4 proto esp spi 0x102 mode transport aead 'rfc4106(gcm(aes))' ` + key + ` 128 sel src 192.0.2.1/32 dst 192.0.2.4/32
ip xfrm state add src 192.0.2.1 dst 192.0.2.5 proto esp spi 0x102 mode tunnel aead 'rfc4106(gcm(aes))' ` + key + ` 128`)
	shown := func(spi string) string { return p.Sh("ip -s xfrm state list spi " + spi) }
	move := func(v xfrm.StateMigration) object.Ref {
		v.Proto = opt.Of(xfrm.ESP)
		return xfrm.StateMigrationType.Ref(&v)
	}

	p.Must(object.Call, move(xfrm.StateMigration{Dst: ip("192.0.2.2"), SPI: n32(0x100), Mark: mark(5, 0xff), NewDst: ip("198.51.100.9")}))
	wantWords(t, shown("0x100"), "src 192.0.2.1 dst 198.51.100.9", "reqid 7(", "mark 0x5/0xff", key, "oseq 0x5")
	p.Must(object.Call, move(xfrm.StateMigration{Dst: ip("198.51.100.9"), SPI: n32(0x100), Mark: mark(5, 0xff), NewMark: mark(6, 0xff), NewReqID: n32(0),
		OutputMark: n32(9), Encap: &xfrm.Encap{Type: opt.Of[uint16](2), SrcPort: opt.Of[uint16](4500), DstPort: opt.Of[uint16](4501)}}))
	wantWords(t, shown("0x100"), "src 192.0.2.1 dst 198.51.100.9", "reqid 0", "mark 0x6/0xff", "encap type espinudp sport 4500 dport 4501", "output-mark 0x9")

	p.Must(object.Call, move(xfrm.StateMigration{Dst: ip("192.0.2.3"), SPI: n32(0x101), NewSrc: ip("2001:db8::1"), NewDst: ip("2001:db8::9"), NewReqID: n32(9)}))
	wantWords(t, shown("0x101"), "src 2001:db8::1 dst 2001:db8::9", "reqid 9(", "sel src 10.0.0.0/24 dst 10.1.0.0/24")

	taken := move(xfrm.StateMigration{Dst: ip("192.0.2.4"), SPI: n32(0x102), NewDst: ip("192.0.2.5")})
	p.Refused(object.Call, taken, "exists", "")
	p.Must(object.Call, move(xfrm.StateMigration{Dst: ip("192.0.2.4"), SPI: n32(0x102), NewDst: ip("192.0.2.6"), HostSel: on}))
	wantWords(t, shown("0x102"), "src 192.0.2.1 dst 192.0.2.6", "sel src 192.0.2.1/32 dst 192.0.2.6/32")
	p.Refused(object.Call, move(xfrm.StateMigration{Dst: ip("192.0.2.4"), SPI: n32(0x102), NewDst: ip("192.0.2.7")}), "not_found", "")
}
