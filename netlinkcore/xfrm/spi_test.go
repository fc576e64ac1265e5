package xfrm_test

import (
	"fmt"
	"testing"

	"github.com/netlark/netlark/netlinkcore/internal/verbtest"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/xfrm"
)

// reserve asks for an SPI between two.
func reserve(p *verbtest.Place, lo, hi uint32) (*xfrm.State, error) {
	v := xfrm.SPIRequest{State: xfrm.State{Src: ip("192.0.2.1"), Dst: ip("192.0.2.2"), Proto: opt.Of(xfrm.ESP), Mode: opt.Of(xfrm.Tunnel), ReqID: n32(lo)},
		Min: n32(lo), Max: n32(hi)}
	r, err := p.Try(object.Call, xfrm.SPIType.Ref(&v))
	if err != nil {
		return nil, err
	}
	s, ok := xfrm.StateType.As(r)
	if !ok {
		p.Fatalf("the answer is %v, want a state", r)
	}
	return s, nil
}

// A reserved SPI is nobody else's until its state is filled.
func TestSPI(t *testing.T) {
	p := verbtest.New(t, "xfrm:esp")
	got, err := reserve(p, 0x500, 0x5ff)
	if err != nil {
		t.Fatal(err)
	}
	spi := got.SPI.Or(0)
	if spi < 0x500 || spi > 0x5ff || !got.IsReserved() {
		t.Fatalf("got %+v", got)
	}
	wantWords(t, p.Sh("ip xfrm state"), fmt.Sprintf("proto esp spi 0x%08x reqid 1280 mode tunnel", spi))
	v := base(spi)
	p.Must(object.Add, state(v))
	wantWords(t, p.Sh("ip xfrm state"), "rfc4106(gcm(aes)) 0x5a5a", "reqid 7")
	p.Count(1, state(xfrm.State{}))
	p.Same(state(v))
	p.Refused(object.Add, state(v), "exists", "") // it is filled now
	if _, err := reserve(p, spi, spi); err == nil {
		t.Errorf("SPI %#x was given twice", spi)
	}
	if _, err := reserve(p, 9, 5); object.Code(err) != "invalid" {
		t.Errorf("SPI from 9 to 5: %v", err)
	}
}

// Without bounds the SPI is none of those that are reserved for other uses.
func TestAnySPI(t *testing.T) {
	p := verbtest.New(t, "xfrm:esp", "xfrm:comp")
	for proto, most := range map[xfrm.Proto]uint32{xfrm.ESP: 0x0fffffff, xfrm.Comp: 0xffff} {
		r := p.Must(object.Call, xfrm.SPIType.Ref(&xfrm.SPIRequest{State: xfrm.State{Dst: ip("2001:db8::1"), Proto: opt.Of(proto)}}))
		s, _ := xfrm.StateType.As(r)
		if n := s.SPI.Or(0); n < 0x100 || n > most {
			t.Errorf("SPI %#x for protocol %d", n, proto)
		}
	}
}

// States go by their transform; those of Mobile IPv6 have no SPI.
func TestFlushStates(t *testing.T) {
	p := verbtest.New(t, "xfrm:esp", "xfrm:ah")
	p.Must(object.Add, state(base(1)))
	p.Must(object.Add, state(base(2)))
	p.Sh("ip xfrm state add src 192.0.2.1 dst 192.0.2.2 proto ah spi 1 auth 'hmac(sha256)' 0x00112233445566778899aabbccddeeff")
	p.Sh("ip xfrm state add src 2001:db8::1 dst 2001:db8::4 proto hao mode ro coa 2001:db8::99")
	for _, test := range []struct {
		filter xfrm.State
		gone   int
	}{{xfrm.State{Proto: opt.Of(xfrm.AH)}, 1}, {xfrm.State{Proto: opt.Of(xfrm.AH)}, 0}, {xfrm.State{SPI: n32(2)}, 1}, {xfrm.State{}, 2}} {
		n, err := xfrm.StateType.Flush(t.Context(), p.Scope, &test.filter)
		if err != nil || n != test.gone {
			t.Errorf("%d went, want %d: %v", n, test.gone, err)
		}
	}
	if left := p.Sh("ip xfrm state"); left != "" {
		t.Errorf("ip shows %s", left)
	}
}
