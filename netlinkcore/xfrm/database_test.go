package xfrm_test

import (
	"testing"

	"github.com/netlark/netlark/netlinkcore/internal/verbtest"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/xfrm"
)

func TestSPD(t *testing.T) {
	p := verbtest.New(t)
	p.Sh(`ip xfrm policy set hthresh4 24 16 hthresh6 64 48
ip xfrm policy add src 10.0.0.0/24 dst 10.1.0.0/24 dir out
ip xfrm policy add src 10.0.0.0/24 dst 10.1.0.0/24 dir in
ip xfrm policy add src 10.0.0.0/24 dst 10.2.0.0/24 dir in`)
	have, err := xfrm.SPDType.Get(t.Context(), p.Scope, &xfrm.SPD{})
	if err != nil || have.In.Or(9) != 2 || have.Out.Or(9) != 1 || have.Forward.Or(9) != 0 || have.Buckets.Or(0) == 0 || have.MaxBuckets.Or(0) == 0 ||
		have.Hash4.Local.Or(0) != 24 || have.Hash4.Remote.Or(0) != 16 || have.Hash6.Local.Or(0) != 64 || have.Hash6.Remote.Or(0) != 48 {
		t.Errorf("%+v, %v", have, err)
	}
	p.Must(object.Set, xfrm.SPDType.Ref(&xfrm.SPD{Hash4: &xfrm.HashThreshold{Remote: n8(20)}}))
	wantWords(t, p.Sh("ip -s -s xfrm policy count"), "SPD IPv4 thresholds: local 24 remote 20", "SPD IPv6 thresholds: local 64 remote 48")
	p.Refused(object.Set, xfrm.SPDType.Ref(&xfrm.SPD{Hash4: &xfrm.HashThreshold{Remote: n8(33)}}), "invalid", "hthresh4.remote")
}

func TestSAD(t *testing.T) {
	p := verbtest.New(t, "xfrm:esp")
	for spi := range uint32(3) {
		p.Must(object.Add, state(base(0x100+spi)))
	}
	have, err := xfrm.SADType.Get(t.Context(), p.Scope, &xfrm.SAD{})
	if err != nil || have.Count.Or(0) != 3 || have.Buckets.Or(0) == 0 || have.MaxBuckets.Or(0) == 0 {
		t.Errorf("%+v, %v", have, err)
	}
	wantWords(t, p.Sh("ip xfrm state count"), "SAD count 3")
}

// A change of one direction leaves the others.
func TestDefault(t *testing.T) {
	p := verbtest.New(t)
	p.Sh("ip xfrm policy setdefault in block")
	p.Must(object.Set, xfrm.DefaultType.Ref(&xfrm.Default{Forward: n8(1)}))
	wantWords(t, p.Sh("ip xfrm policy getdefault"), "in: block fwd: block out: accept")
	have, err := xfrm.DefaultType.Get(t.Context(), p.Scope, &xfrm.Default{})
	if err != nil || have.In.Or(0) != 1 || have.Forward.Or(0) != 1 || have.Out.Or(0) != 2 {
		t.Errorf("%+v, %v", have, err)
	}
}
