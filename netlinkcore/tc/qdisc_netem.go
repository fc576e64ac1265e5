package tc

import (
	"errors"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
)

// A Chance is a share of 2³²-1, which is always.
type Chance = opt.Value[uint32]

// Netem makes a link worse: tc-netem(8). Times are in nanoseconds, rates in
// bytes/s.
type Netem struct {
	attr.Extra
	Delay, Jitter                      opt.Value[uint64]
	Limit, Gap                         opt.Value[uint32]
	Loss, Duplicate, Reorder, Corrupt  Chance
	DelayCorr, LossCorr, DuplicateCorr Chance
	ReorderCorr, CorruptCorr           Chance
	Distribution                       opt.Value[Distribution]
	LossState                          *LossState
	LossGE                             *LossGE
	ECN                                opt.Value[bool]
	Rate                               opt.Value[uint64]
	PacketOverhead, CellOverhead       opt.Value[int32]
	CellSize                           opt.Value[uint32]
	Slot                               *Slot
	SlotDistribution                   opt.Value[Distribution]
	Seed                               opt.Value[uint64]
}

// A LossState is a Markov chain of four states, which loses packets in two
// (struct tc_netem_gimodel).
type LossState struct{ P13, P31, P32, P23, P14 Chance }

// A LossGE is the Gilbert-Elliott model (struct tc_netem_gemodel): a good and a
// bad state.
type LossGE struct{ P, R, H, K1 Chance }

// A Slot collects packets and sends them together (struct tc_netem_slot). Times
// are in nanoseconds.
type Slot struct {
	MinDelay, MaxDelay, Delay, Jitter opt.Value[uint64]
	Packets, Bytes                    opt.Value[int32]
}

// QdiscKind returns "netem".
func (*Netem) QdiscKind() string { return "netem" }

// netemLimit is tc's limit, in packets. The kernel has none: it would take 0.
const netemLimit = 1000

// complete sets what tc(8) sends when it is not given. A replacement says all:
// the kernel keeps what is not sent.
func (v *Netem) complete(verb object.Verb) QdiscKind {
	w := *v
	if w.Reorder.Or(0) != 0 && !w.Gap.IsSet() {
		w.Gap.Set(1)
	}
	if verb == object.Set {
		return &w
	}
	if !w.Limit.IsSet() {
		w.Limit.Set(netemLimit)
	}
	if verb == object.Replace {
		for _, p := range []*Chance{&w.DelayCorr, &w.LossCorr, &w.DuplicateCorr, &w.Reorder, &w.ReorderCorr, &w.Corrupt, &w.CorruptCorr} {
			p.Set(p.Or(0))
		}
		w.Rate.Set(w.Rate.Or(0))
		w.ECN.Set(w.ECN.Or(false))
		if w.Slot == nil {
			w.Slot = &Slot{Packets: opt.Of[int32](0)}
		}
	}
	return &w
}

func (v *Netem) check(verb object.Verb) (string, error) {
	switch {
	case verb == object.Set:
	case v.Reorder.Or(0) != 0 && v.Delay.Or(0) == 0:
		return "reorder", errors.New("wants a delay: what is not delayed overtakes the rest")
	case v.Gap.Or(0) != 0 && v.Reorder.Or(0) == 0:
		return "gap", errors.New("wants reorder: the share that overtakes")
	case v.ECN.Or(false) && v.Loss.Or(0) == 0 && v.LossState == nil && v.LossGE == nil:
		return "ecn", errors.New("wants loss: what is marked instead of being dropped")
	case v.Distribution.IsSet() && (v.Delay.Or(0) == 0 || v.Jitter.Or(0) == 0):
		return "distribution", errors.New("wants delay and jitter, which it spreads")
	}
	return "", nil
}

// netem is struct tc_netem_qopt and TCA_NETEM_*. The kernel sets all of each
// struct that a change brings.
var _ = qdisc("netem", "delay, loss, duplication, reordering and corruption", 24, func(v *Netem) []attr.Field {
	share := func(off int16, name string, p *Chance, doc string) attr.Field {
		return attr.Head32(off, name, p, doc).In(attr.Percent).ResendOnChange().Default(0.0)
	}
	return []attr.Field{
		attr.InIP("netem", "%|!"),
		attr.HeadTicks(0, uapi.TCA_NETEM_LATENCY64, "delay", &v.Delay, "delay of each packet").ResendOnChange().Default(0).AlsoCalled("latency").IP("delay %+jitter+delay_corr"),
		attr.HeadTicks(20, uapi.TCA_NETEM_JITTER64, "jitter", &v.Jitter, "variation of the delay").ResendOnChange().Default(0).IP("!"),
		attr.Head32(4, "limit", &v.Limit, "most packets that wait").ResendOnChange().Default(netemLimit),
		share(8, "loss", &v.Loss, "share of packets that is lost").IP("loss %+loss_corr"),
		attr.Head32(12, "gap", &v.Gap, "every so many packets one may overtake; 1 with reorder unless given").ResendOnChange().Default(0),
		share(16, "duplicate", &v.Duplicate, "share of packets that is sent twice").IP("duplicate %+duplicate_corr"),
		attr.Nested(uapi.TCA_NETEM_CORR, 12,
			share(0, "delay_corr", &v.DelayCorr, "how much a delay depends on the one before").IP("!"),
			share(4, "loss_corr", &v.LossCorr, "how much a loss depends on the one before").IP("!"),
			share(8, "duplicate_corr", &v.DuplicateCorr, "how much a duplication depends on the one before").AlsoCalled("dup_corr").IP("!")),
		attr.Nested(uapi.TCA_NETEM_REORDER, 8,
			share(0, "reorder", &v.Reorder, "share of packets that is sent at once, before those delayed").IP("reorder %+reorder_corr"),
			share(4, "reorder_corr", &v.ReorderCorr, "how much that depends on the packet before").IP("!")),
		attr.Nested(uapi.TCA_NETEM_CORRUPT, 8,
			share(0, "corrupt", &v.Corrupt, "share of packets of which one bit is turned").IP("corrupt %+corrupt_corr"),
			share(4, "corrupt_corr", &v.CorruptCorr, "how much that depends on the packet before").IP("!")),
		attr.Nested(uapi.TCA_NETEM_RATE, 16,
			attr.HeadWide(0, uapi.TCA_NETEM_RATE64, "rate", &v.Rate, "rate; 0 any").In(attr.Rate).ResendOnChange().Default(0).IP("rate %+packet_overhead+cell_size+cell_overhead"),
			attr.Head32(4, "packet_overhead", &v.PacketOverhead, "bytes added to each packet").ResendOnChange().Default(0).IP("!"),
			attr.Head32(8, "cell_size", &v.CellSize, "bytes of a cell").ResendOnChange().Default(0).IP("!"),
			attr.Head32(12, "cell_overhead", &v.CellOverhead, "bytes added to each cell").ResendOnChange().Default(0).IP("!")),
		attr.Bool32(uapi.TCA_NETEM_ECN, "ecn", &v.ECN, "mark packets instead of losing them").Default(false),
		attr.Nested(uapi.TCA_NETEM_LOSS, 0,
			attr.Nest(uapi.NETEM_LOSS_GI, "loss_state", &v.LossState, lossState, "loss by a chain of four states").ResendOnChange().IP("-"),
			attr.Nest(uapi.NETEM_LOSS_GE, "loss_gemodel", &v.LossGE, lossGE, "loss by the Gilbert-Elliott model").ResendOnChange().IP("-")),
		attr.Nest(uapi.TCA_NETEM_SLOT, "slot", &v.Slot, slot, "packets are collected and sent together").IP("-"),
		attr.Uint64(uapi.TCA_NETEM_PRNG_SEED, "seed", &v.Seed, "of the random numbers; random unless given").FromKernel("6.6"),
		attr.Own([]uint16{uapi.TCA_NETEM_DELAY_DIST}, "distribution", &v.Distribution, distributions, "how delays spread: \"normal\", \"pareto\", \"paretonormal\"; evenly unless given").WriteOnly(),
		attr.Own([]uint16{uapi.TCA_NETEM_SLOT_DIST}, "slot_distribution", &v.SlotDistribution, distributions, "how the delays of slots spread").WriteOnly().IP("-"),
		attr.Ignored(uapi.TCA_NETEM_PAD),
		attr.Unknown(&v.Extra),
	}
})

// lossState is struct tc_netem_gimodel.
var lossState = attr.Define("loss_state", "loss by a chain of four states", 20, func(v *LossState) []attr.Field {
	share := func(off int16, name string, p *Chance, doc string) attr.Field {
		return attr.Head32(off, name, p, doc).In(attr.Percent)
	}
	return []attr.Field{
		share(0, "p13", &v.P13, "from receiving to a burst of losses"),
		share(4, "p31", &v.P31, "from the burst back; 100 less p13 unless given"),
		share(8, "p32", &v.P32, "from losing to receiving inside the burst; 0 unless given"),
		share(16, "p23", &v.P23, "from receiving inside the burst back to losing; 100 unless given"),
		share(12, "p14", &v.P14, "from receiving to one lone loss; 0 unless given"),
	}
}).Made("tc.qdisc.loss_state", "p13", "p31", "p32", "p23", "p14").Hooks(func(v *LossState) {
	whole := ^uint32(0)
	v.P31.Set(v.P31.Or(whole - v.P13.Or(0)))
	v.P23.Set(v.P23.Or(whole))
}, nil)

// lossGE is struct tc_netem_gemodel. tc(8) asks for 1-h, the share that is lost
// in the bad state.
var lossGE = attr.Define("loss_gemodel", "loss by the Gilbert-Elliott model", 16, func(v *LossGE) []attr.Field {
	share := func(off int16, name string, p *Chance, doc string) attr.Field {
		return attr.Head32(off, name, p, doc).In(attr.Percent)
	}
	return []attr.Field{
		share(0, "p", &v.P, "from the good state to the bad one"),
		share(4, "r", &v.R, "from the bad state to the good one; 100 less p unless given"),
		share(8, "h", &v.H, "share that is not lost in the bad state; 0 unless given"),
		share(12, "k1", &v.K1, "share that is lost in the good state; 0 unless given"),
	}
}).Made("tc.qdisc.loss_gemodel", "p", "r", "h", "k1").Hooks(func(v *LossGE) { v.R.Set(v.R.Or(^uint32(0) - v.P.Or(0))) }, nil)

// slot is struct tc_netem_slot.
var slot = attr.Define("slot", "packets are collected and sent together", 40, func(v *Slot) []attr.Field {
	time := func(off int16, name string, p *opt.Value[uint64], doc string) attr.Field {
		return attr.Head64(off, name, p, doc).In(attr.MicrosInNanos).Default(0)
	}
	return []attr.Field{
		time(0, "min_delay", &v.MinDelay, "shortest time between slots"),
		time(8, "max_delay", &v.MaxDelay, "longest time between slots"),
		attr.Head32(16, "packets", &v.Packets, "most packets in a slot; 0 any number").Default(0),
		attr.Head32(20, "bytes", &v.Bytes, "most bytes in a slot; 0 any number").Default(0),
		time(24, "delay", &v.Delay, "mean time between slots, with slot_distribution").IP("delay %+jitter+delay_corr"),
		time(32, "jitter", &v.Jitter, "variation of that time").IP("!"),
	}
}).Made("tc.qdisc.slot", "min_delay", "max_delay")
