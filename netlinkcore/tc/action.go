package tc

import (
	"encoding/binary"
	"fmt"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/opt"
)

// An Action is what a filter does with a packet that matches: *Gact, *Mirred, …
// or *OtherAction.
type Action interface{ ActionKind() string }

// Common are the attributes of all actions.
type Common struct {
	attr.Extra
	Control     opt.Value[Verdict] // what happens next
	Index       opt.Value[uint32]  // of the instance, which filters may share
	Cookie      []byte
	NoPerCPU    opt.Value[bool]
	HWStats     opt.Value[HWStats]
	UsedHWStats opt.Value[HWStats]
	InHW        opt.Value[uint32]
	References  opt.Value[int32]
	Bindings    opt.Value[int32]
	Times       *Times
	Stats       *Stats
}

// Times are when an action was made and used, in 1/100 s before now (struct
// tcf_t).
type Times struct{ Install, LastUse, Expires, FirstUse opt.Value[uint64] }

// HWStats says how counters come from hardware (TCA_ACT_HW_STATS_*).
type HWStats uint32

// An OtherAction is a kind without a definition here. It is kept, and can be
// compared, but not sent back.
type OtherAction struct {
	Name string
	Data []byte // all attributes of the action
}

// ActionKind returns the kernel's name of the kind.
func (a *OtherAction) ActionKind() string { return a.Name }

// Raw returns Data.
func (a *OtherAction) Raw() []byte { return a.Data }

var actions = func() *attr.Union[Action] {
	u := attr.NewUnion(Action.ActionKind,
		func(name string, _ uint16, data []byte) Action { return &OtherAction{name, data} })
	u.Short(verdict)
	return u
}()

// action defines a kind of action: bind gives the attributes of its options. A
// script gives args without keywords.
func action[S any, P interface {
	*S
	Action
	common() *Common
}](name, doc string, bind func(*S) []attr.Field, args ...string) attr.Schema[S] {
	s := attr.Define(name, doc, 0, func(v *S) []attr.Field {
		options := attr.Nested(uapi.TCA_ACT_OPTIONS, 0, bind(v)...)
		return append([]attr.Field{options}, P(v).common().fields()...)
	}).Made("tc.action."+name, args...)
	attr.AddCase(actions, 0, s, func(p *S) Action { return P(p) }, func(a Action) *S { return (*S)(a.(P)) })
	return s
}

func (c *Common) common() *Common { return c }

// fields are the attributes beside the options.
func (c *Common) fields() []attr.Field {
	return []attr.Field{
		attr.Binary(uapi.TCA_ACT_COOKIE, "cookie", &c.Cookie, "bytes of the user's, which the kernel keeps").Range(1, 16).IP("-"),
		attr.Nested(uapi.TCA_ACT_FLAGS, 8,
			attr.HeadBit(0, 4, 4, 1, "no_percpu", &c.NoPerCPU, "one counter for all CPUs, which takes less memory").Default(false).IP("-")),
		attr.Own([]uint16{uapi.TCA_ACT_HW_STATS}, "hw_stats", &c.HWStats, hwStats, "how counters come from hardware").IP("-"),
		attr.Own([]uint16{uapi.TCA_ACT_USED_HW_STATS}, "used_hw_stats", &c.UsedHWStats, hwStats, "how they do come").Counter(),
		attr.Uint32(uapi.TCA_ACT_IN_HW_COUNT, "in_hw_count", &c.InHW, "devices whose hardware has the action").Counter(),
		attr.Nest(uapi.TCA_ACT_STATS, "stats", &c.Stats, stats, "counters").Counter(),
		attr.Ignored(uapi.TCA_ACT_KIND, uapi.TCA_ACT_INDEX, uapi.TCA_ACT_PAD),
		attr.Unknown(&c.Extra),
	}
}

// parms is the struct that the options of most actions have: it begins with
// struct tc_gen, and goes on with the action's own members.
func (c *Common) parms(id uint16, size int, own ...attr.Field) attr.Field {
	return attr.Nested(id, size, append(own,
		attr.Head32(8, "control", &c.Control, "what happens to the packet then").Words(verdictWords).Written(verdicts).IP(">%"),
		attr.Head32(0, "index", &c.Index, "of the instance, which filters may share; the kernel chooses unless given"),
		attr.Head32(12, "ref", &c.References, "references").Counter(),
		attr.Head32(16, "bind", &c.Bindings, "filters that have it").Counter())...)
}

// sizeofGen is struct tc_gen.
const sizeofGen = 20

// times is an action's TCA_*_TM, struct tcf_t.
func (c *Common) times(id uint16) attr.Field {
	return attr.Nest(id, "times", &c.Times, times, "when it was made and used").Counter()
}

var times = attr.Define("times", "when an action was made and used", 32, func(v *Times) []attr.Field {
	time := func(off int16, name string, p *opt.Value[uint64], doc string) attr.Field {
		return attr.Head64(off, name, p, doc).In(attr.Centiseconds).Counter()
	}
	return []attr.Field{
		time(0, "install", &v.Install, "since it was made"),
		time(8, "lastuse", &v.LastUse, "since it was used last"),
		time(16, "expires", &v.Expires, "until it expires"),
		time(24, "firstuse", &v.FirstUse, "since it was used first"),
	}
})

var hwStatsWords = attr.Enum{{0, "disabled"}, {1, "immediate"}, {2, "delayed"}, {3, "any"}}

// hwStats is a bit field whose selector has all bits.
var hwStats = &attr.Code[HWStats]{Name: "hardware statistics", Shape: attr.Text, Size: 8,
	Load: func(v *HWStats, _ uint16, b []byte) error { *v = HWStats(binary.NativeEndian.Uint32(b)); return nil },
	Payload: func(v HWStats, _ uint16) ([]byte, error) {
		return binary.NativeEndian.AppendUint32(binary.NativeEndian.AppendUint32(nil, uint32(v)), 3), nil
	},
	Show: func(v HWStats) attr.Value { return attr.TextValue(hwStatsWords.Name(uint64(v & 3))) },
	Read: func(v attr.Value) (HWStats, error) {
		n, ok := hwStatsWords.Number(v.S)
		if v.Shape != attr.Text || !ok {
			return 0, fmt.Errorf("%s is none of disabled, immediate, delayed, any", v)
		}
		return HWStats(n), nil
	}}

// anew makes an action that was read, and was its filter's own, stand for a new
// instance: under its index it would be shared.
func (c *Common) anew() {
	if c.References.Or(0) == 1 && c.Bindings.Or(0) == 1 {
		c.Index.Unset()
	}
}

// completed sets what tc(8) sends for actions when it is not given.
func completed(list []Action) []Action {
	if list == nil {
		return nil
	}
	out := make([]Action, len(list))
	for i, a := range list {
		out[i] = a
		if c, ok := a.(interface{ complete() Action }); ok {
			out[i] = c.complete()
		}
	}
	return out
}
