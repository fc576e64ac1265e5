package tc

import (
	"errors"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
)

// TBF is a token bucket (struct tc_tbf_qopt, TCA_TBF_*; tc-tbf(8)): it sends at
// no more than a rate. Rates are in bytes/s, sizes in bytes.
type TBF struct {
	attr.Extra
	Rate, PeakRate    opt.Value[uint64]
	Burst, MinBurst   opt.Value[uint32] // buckets of the rate and of the peak rate
	Limit             opt.Value[uint32] // how much may wait
	Latency           opt.Value[uint32] // for how long it may wait, µs; in place of Limit
	Overhead, MPU     opt.Value[uint16]
	LinkLayer         opt.Value[LinkLayer]
	peakOverhead, mpu opt.Value[uint16]
	peakLink          opt.Value[LinkLayer]
}

// QdiscKind returns "tbf".
func (*TBF) QdiscKind() string { return "tbf" }

// complete computes what tc(8) does: the limit follows from a latency.
func (v *TBF) complete(object.Verb) QdiscKind {
	w := *v
	if us, ok := w.Latency.Get(); ok {
		limit := wait(w.Rate, us) + float64(w.Burst.Or(0))
		if w.PeakRate.Or(0) != 0 {
			limit = min(limit, wait(w.PeakRate, us)+float64(w.MinBurst.Or(0)))
		}
		w.Limit.Set(uint32(min(limit, 1<<32-1)))
		w.Latency.Unset()
	}
	if !w.LinkLayer.IsSet() {
		w.LinkLayer.Set(Ethernet)
	}
	return &w
}

// wait is what a rate sends in a time.
func wait(rate opt.Value[uint64], us uint32) float64 { return float64(rate.Or(0)) * float64(us) / 1e6 }

func (v *TBF) check(verb object.Verb) (string, error) {
	switch {
	case verb == object.Set:
	case v.Rate.Or(0) == 0:
		return "rate", errors.New("a token bucket has a rate")
	case v.Burst.Or(0) == 0:
		return "burst", errors.New("a token bucket has a size")
	case v.Limit.Or(0) == 0:
		return "limit", errors.New("say how much may wait, or for how long (latency)")
	}
	return "", nil
}

// both gives the peak rate what is said of the rate.
func (v *TBF) both() {
	if v.PeakRate.Or(0) != 0 {
		v.peakOverhead, v.mpu, v.peakLink = v.Overhead, v.MPU, v.LinkLayer
	}
}

// The two rates of struct tc_tbf_qopt begin at 0 and 12, each a struct
// tc_ratespec.
var _ = qdisc("tbf", "token bucket", 0, func(v *TBF) []attr.Field {
	return []attr.Field{
		attr.InIP("tbf", ""),
		attr.Nested(uapi.TCA_TBF_PARMS, 36,
			attr.HeadWide(8, uapi.TCA_TBF_RATE64, "rate", &v.Rate, "rate").In(attr.Rate).ResendOnChange(),
			attr.HeadBucket(28, "burst", &v.Burst, &v.Rate, "how much may be sent at once").ResendOnChange().AlsoCalled("buffer"),
			attr.Head32(24, "limit", &v.Limit, "how much may wait").In(attr.Size).ResendOnChange(),
			attr.HeadWide(20, uapi.TCA_TBF_PRATE64, "peakrate", &v.PeakRate, "rate at which the bucket is emptied; 0 any").In(attr.Rate).ResendOnChange().Default(0),
			attr.HeadBucket(32, "mtu", &v.MinBurst, &v.PeakRate, "size of the bucket of the peak rate").ResendOnChange().AlsoCalled("minburst"),
			attr.Head16(2, "overhead", &v.Overhead, "bytes added to each packet").ResendOnChange().Default(0),
			attr.Head16(6, "mpu", &v.MPU, "smallest size that counts, bytes").ResendOnChange().Default(0),
			attr.Head8(1, "linklayer", &v.LinkLayer, "how the link frames packets").Words(linkLayers).ResendOnChange().Default("ethernet"),
			attr.Head16(14, "peak_overhead", &v.peakOverhead, "").Only(attr.Inside),
			attr.Head16(18, "peak_mpu", &v.mpu, "").Only(attr.Inside),
			attr.Head8(13, "peak_linklayer", &v.peakLink, "").Only(attr.Inside)),
		attr.Uint32(0, "latency", &v.Latency, "for how long a packet may wait, in place of limit").In(attr.Microseconds).WriteOnly().Apart(),
		attr.Ignored(uapi.TCA_TBF_PAD),
		attr.Unknown(&v.Extra),
	}
}).Hooks((*TBF).both, func(v *TBF) {
	v.peakOverhead.Unset()
	v.mpu.Unset()
	v.peakLink.Unset()
})
