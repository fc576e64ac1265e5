package tc

import (
	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/opt"
)

// Gact does nothing but give a verdict: tc-gact(8). A verdict in a list of
// actions is short for it.
type Gact struct {
	Common
	Random       opt.Value[Randomness] // when the other verdict is taken
	OtherVerdict opt.Value[Verdict]
	OneIn        opt.Value[uint16]
}

// A Randomness says how it is chosen when the other verdict is taken.
type Randomness uint16

// Ways to choose.
const (
	NetRand Randomness = 1 // at random, one packet in so many
	Determ  Randomness = 2 // every so many packets
)

var randomWords = attr.Enum{{uint64(NetRand), "netrand"}, {uint64(Determ), "determ"}}

// ActionKind returns "gact".
func (*Gact) ActionKind() string { return "gact" }

func (v *Gact) complete() Action {
	w := *v
	w.anew()
	w.Control.Set(w.Control.Or(Pass))
	return &w
}

var _ = action("gact", "verdict", func(v *Gact) []attr.Field {
	return []attr.Field{
		attr.InIP("gact", ""),
		v.parms(uapi.TCA_GACT_PARMS, sizeofGen),
		attr.Nested(uapi.TCA_GACT_PROB, 8,
			attr.Head16(0, "random", &v.Random, "how the other verdict's packets are chosen").Words(randomWords).IP("-"),
			attr.Head16(2, "value", &v.OneIn, "one packet in so many has the other verdict").IP("-"),
			attr.Head32(4, "other", &v.OtherVerdict, "the other verdict").Words(verdictWords).Written(verdicts).IP("-")),
		v.times(uapi.TCA_GACT_TM),
		attr.Ignored(uapi.TCA_GACT_PAD),
	}
}, "control")

// verdict reads a word as an action.
func verdict(word string) (Action, bool) {
	v, err := parseVerdict(word)
	return &Gact{Common: Common{Control: opt.Of(v)}}, err == nil
}
