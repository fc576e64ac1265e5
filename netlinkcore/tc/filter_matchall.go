package tc

import (
	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
)

// MatchAll matches every packet: tc-matchall(8). The kernel cannot change a
// filter of this kind.
type MatchAll struct {
	attr.Extra
	options
	Offload
	ClassID opt.Value[Handle]
	Hits    opt.Value[uint64]
}

// FilterKind returns "matchall".
func (*MatchAll) FilterKind() string { return "matchall" }

func (v *MatchAll) copied() acting { w := *v; return &w }

// complete sets the handle that the kernel would choose: it tells it wrongly
// (net/sched/cls_matchall.c, mall_change). And it wants options even if there
// are none.
func (v *MatchAll) complete(_ object.Verb, f *Filter) FilterKind {
	f.Handle.Set(f.Handle.Or(1))
	w := *v
	w.SkipHW.Set(w.SkipHW.Or(false))
	return &w
}

var _ = filter("matchall", "every packet", func(v *MatchAll) []attr.Field {
	return []attr.Field{
		attr.InIP("matchall", "%|!").Exactly(),
		attr.Uint32(uapi.TCA_MATCHALL_CLASSID, "classid", &v.ClassID, "class for the packets").Written(handles).CreateOnly().AlsoCalled("flowid"),
		attr.Nested(uapi.TCA_MATCHALL_PCNT, 8,
			attr.Head64(0, "rule_hit", &v.Hits, "packets that matched").Counter()),
		actionList(uapi.TCA_MATCHALL_ACT, &v.options),
		v.flagsAs(uapi.TCA_MATCHALL_FLAGS, attr.Field.CreateOnly),
		attr.Ignored(uapi.TCA_MATCHALL_PAD),
		attr.Unknown(&v.Extra),
	}
})
