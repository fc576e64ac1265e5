package xfrm_test

import (
	"testing"

	"github.com/netlark/netlark/netlinkcore/internal/verbtest"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
	"github.com/netlark/netlark/netlinkcore/xfrm"
)

func ae(v xfrm.Progress) object.Ref { return xfrm.ProgressType.Ref(&v) }

// A change says what changes, and the rest of the numbers stays.
func TestProgress(t *testing.T) {
	p := verbtest.New(t, "xfrm:esp")
	v := base(0x100)
	v.ReplayWindow = n8(32)
	v.Replay = &xfrm.Replay{OSeq: n32(5), Seq: n32(6)}
	p.Must(object.Add, state(v))
	name := xfrm.Progress{Dst: v.Dst, SPI: v.SPI, Proto: v.Proto}
	change := name
	change.Replay = &xfrm.Replay{OSeq: n32(77)}
	change.ReplayThreshold, change.Use = n32(9), &xfrm.Use{Bytes: n64(1000)}
	p.Must(object.Set, ae(change))
	wantWords(t, p.Sh("ip -s xfrm state"), "anti-replay context: seq 0x6, oseq 0x4d", "1000(bytes)")
	have, err := xfrm.ProgressType.Get(t.Context(), p.Scope, &name)
	if err != nil || have.Replay.OSeq.Or(0) != 77 || have.Replay.Seq.Or(0) != 6 || have.ReplayThreshold.Or(0) != 9 || !have.EventTime.IsSet() ||
		have.Use.Bytes.Or(0) != 1000 || have.Use.Added.Or(0) == 0 || have.ReqID.Or(0) != 7 || have.Src != v.Src {
		t.Errorf("%+v, %v", have, err)
	}
	wrong := name
	wrong.ReplayESN = &xfrm.ReplayESN{OSeq: n32(1)}
	p.Refused(object.Set, ae(wrong), "invalid", "replay_esn")
	missing := change
	missing.SPI = n32(0x999)
	p.Refused(object.Set, ae(missing), "not_found", "")
}

func TestProgressESN(t *testing.T) {
	p := verbtest.New(t, "xfrm:esp")
	v := base(0x100)
	v.Mark = mark(5, 0xff)
	v.ESN, v.ReplayESN = on, &xfrm.ReplayESN{Window: n32(128), Seq: n32(6)}
	p.Must(object.Add, state(v))
	change := xfrm.Progress{Dst: v.Dst, SPI: v.SPI, Proto: v.Proto, Mark: v.Mark, ReplayESN: &xfrm.ReplayESN{OSeq: n32(3), OSeqHi: n32(1)}}
	p.Must(object.Set, ae(change))
	wantWords(t, p.Sh("ip -s xfrm state"), "seq-hi 0x0, seq 0x6, oseq-hi 0x1, oseq 0x3", "replay_window 128")
	change.ReplayESN, change.Replay = nil, &xfrm.Replay{OSeq: n32(1)}
	p.Refused(object.Set, ae(change), "invalid", "replay")
	change.Mark, change.Replay, change.ReplayThreshold = opt.Value[rt.Mark]{}, nil, n32(1)
	p.Refused(object.Set, ae(change), "not_found", "") // it has a mark
}

// There is no list to look in, so the error says what is missing.
func TestProgressName(t *testing.T) {
	p := verbtest.New(t)
	_, err := xfrm.ProgressType.Get(t.Context(), p.Scope, &xfrm.Progress{Dst: ip("192.0.2.2"), Proto: opt.Of(xfrm.ESP)})
	if object.Code(err) != "invalid" || verbtest.Path(err) != "spi" {
		t.Errorf("%v", err)
	}
}
