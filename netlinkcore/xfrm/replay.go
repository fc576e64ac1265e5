package xfrm

import (
	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/opt"
)

// Replay is where the sequence numbers stand (struct xfrm_replay_state).
type Replay struct{ OSeq, Seq, Bitmap opt.Value[uint32] }

// ReplayESN is where extended sequence numbers stand (struct
// xfrm_replay_state_esn).
type ReplayESN struct {
	Words, OSeq, Seq, OSeqHi, SeqHi, Window opt.Value[uint32]
	Bitmap                                  []byte
}

// What a change of the numbers does not name becomes 0.
var (
	replaySchema = attr.Define("replay", "sequence numbers", 12, func(v *Replay) []attr.Field {
		return []attr.Field{
			attr.Head32(0, "oseq", &v.OSeq, "sent last").ResendOnChange(),
			attr.Head32(4, "seq", &v.Seq, "highest received").ResendOnChange(),
			attr.Head32(8, "bitmap", &v.Bitmap, "received of the last 32").ResendOnChange(),
		}
	}).Made("xfrm.replay")
	replayESNSchema = attr.Define("replay_esn", "extended sequence numbers", 24, func(v *ReplayESN) []attr.Field {
		return []attr.Field{
			attr.Head32(0, "words", &v.Words, "length of the bitmap, 32 bit words; follows from the window"),
			attr.Head32(4, "oseq", &v.OSeq, "sent last").ResendOnChange(),
			attr.Head32(8, "seq", &v.Seq, "highest received").ResendOnChange(),
			attr.Head32(12, "oseq_hi", &v.OSeqHi, "upper half of oseq").ResendOnChange(),
			attr.Head32(16, "seq_hi", &v.SeqHi, "upper half of seq").ResendOnChange(),
			attr.Head32(20, "window", &v.Window, "replay window, packets").Range(0, maxWindow).ResendOnChange(),
			attr.BytesBehind(-1, "bitmap", &v.Bitmap, "received within the window").ResendOnChange(),
		}
	}).Made("xfrm.replay_esn", "window").Hooks(bitmap, nil)
)

func replay(p **Replay) attr.Field {
	return attr.Nest(uapi.XFRMA_REPLAY_VAL, "replay", p, replaySchema, "sequence numbers").Also(attr.Volatile)
}

func replayESN(p **ReplayESN) attr.Field {
	return attr.Nest(uapi.XFRMA_REPLAY_ESN_VAL, "replay_esn", p, replayESNSchema, "extended sequence numbers").Also(attr.Volatile)
}

func replayThreshold(p *opt.Value[uint32]) attr.Field {
	return attr.Uint32(uapi.XFRMA_REPLAY_THRESH, "replay_thresh", p, "packets between events of sequence numbers")
}

// eventTime is taken in ticks of the kernel (CONFIG_HZ) and reported in another
// unit: net/xfrm/xfrm_user.c.
func eventTime(p *opt.Value[uint32]) attr.Field {
	return attr.Uint32(uapi.XFRMA_ETIMER_THRESH, "etimer_thresh", p,
		"time between events of sequence numbers, in the kernel's ticks; reported in 1/10 s")
}

// maxWindow is XFRMA_REPLAY_ESN_MAX: the kernel takes no longer one.
const maxWindow = 4096

// bitmap gives the bitmap the length that the window asks for.
func bitmap(v *ReplayESN) {
	words := (min(v.Window.Or(0), maxWindow) + 31) / 32
	v.Words.Set(words)
	if len(v.Bitmap) != int(4*words) {
		v.Bitmap = append(v.Bitmap, make([]byte, 4*words)...)[:4*words]
	}
}
