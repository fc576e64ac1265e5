package tc

import (
	"errors"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
)

// HTBClass is a class of HTB (struct tc_htb_opt, TCA_HTB_*; tc-htb(8)). Rates
// are in bytes/s, sizes in bytes.
type HTBClass struct {
	attr.Extra
	Rate, Ceil    opt.Value[uint64]
	Burst, CBurst opt.Value[uint32]
	Priority      opt.Value[uint32]
	Quantum       opt.Value[uint32]
	Overhead, MPU opt.Value[uint16]
	LinkLayer     opt.Value[LinkLayer]
	Level         opt.Value[uint32]
	Offload       opt.Value[bool]
}

// ClassKind returns "htb".
func (*HTBClass) ClassKind() string { return "htb" }

// A bucket that is not given holds, as with tc(8), what the rate sends in one
// tick of the timer, and a packet with its headers. Timers tick in nanoseconds.
const (
	timerHz    = 1_000_000_000
	htbPacket  = 1600
	htbMaxPrio = 7
)

// complete computes what tc(8) does. A ceiling below the rate is the kernel's
// to judge.
func (v *HTBClass) complete(verb object.Verb) ClassKind {
	w := *v
	if verb == object.Set {
		return &w
	}
	if !w.Ceil.IsSet() {
		w.Ceil = w.Rate
	}
	if !w.Burst.IsSet() {
		w.Burst.Set(uint32(min(w.Rate.Or(0)/timerHz, 1<<31) + htbPacket))
	}
	if !w.CBurst.IsSet() {
		w.CBurst.Set(uint32(min(w.Ceil.Or(0)/timerHz, 1<<31) + htbPacket))
	}
	if !w.LinkLayer.IsSet() {
		w.LinkLayer.Set(Ethernet)
	}
	return &w
}

func (v *HTBClass) check(verb object.Verb) (string, error) {
	if verb != object.Set && v.Rate.Or(0) == 0 {
		return "rate", errors.New("a class has a rate")
	}
	return "", nil
}

// The two rates of struct tc_htb_opt begin at 0 and 12, each a struct
// tc_ratespec. As the link layer is always there, no tables of rates are
// needed (net/sched/sch_htb.c, htb_change_class).
var _ = class("htb", "class of htb", func(v *HTBClass) []attr.Field {
	return []attr.Field{
		attr.InIP("htb", ""),
		attr.Nested(uapi.TCA_HTB_PARMS, 44,
			attr.HeadWide(8, uapi.TCA_HTB_RATE64, "rate", &v.Rate, "rate that is guaranteed").In(attr.Rate).ResendOnChange(),
			attr.HeadWide(20, uapi.TCA_HTB_CEIL64, "ceil", &v.Ceil, "rate that others may lend up to; the rate unless given").In(attr.Rate).ResendOnChange(),
			attr.HeadBucket(24, "burst", &v.Burst, &v.Rate, "how much may be sent at once at the ceiling's rate; computed unless given").ResendOnChange().AlsoCalled("buffer"),
			attr.HeadBucket(28, "cburst", &v.CBurst, &v.Ceil, "how much may be sent at once at the link's rate; computed unless given").ResendOnChange().AlsoCalled("cbuffer"),
			attr.Head32(40, "prio", &v.Priority, "who gets what is left first: 0 before 7").Range(0, htbMaxPrio).ResendOnChange().Default(0),
			attr.Head32(32, "quantum", &v.Quantum, "bytes that a class may send before the next one's turn; from the rate unless given").ResendOnChange(),
			attr.Head16(2, "overhead", &v.Overhead, "bytes added to each packet").AndAt(14).ResendOnChange().Default(0),
			attr.Head16(6, "mpu", &v.MPU, "smallest size that counts, bytes").AndAt(18).ResendOnChange().Default(0),
			attr.Head8(1, "linklayer", &v.LinkLayer, "how the link frames packets").Words(linkLayers).AndAt(13).ResendOnChange().Default("ethernet"),
			attr.Head32(36, "level", &v.Level, "distance from the leaves").ReadOnly()),
		attr.Flag(uapi.TCA_HTB_OFFLOAD, "offload", &v.Offload, "in hardware").ReadOnly(),
		attr.Ignored(uapi.TCA_HTB_PAD),
		attr.Unknown(&v.Extra),
	}
})
