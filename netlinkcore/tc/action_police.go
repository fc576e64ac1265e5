package tc

import (
	"encoding/binary"
	"fmt"
	"math"
	"strings"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/opt"
)

// Police lets packets pass up to a rate: tc-police(8). Rates are in bytes/s,
// sizes in bytes. Its verdicts are in ConformExceed, not in Control.
type Police struct {
	Common
	Rate, PeakRate, PacketRate opt.Value[uint64]
	Burst, MTU                 opt.Value[uint32]
	PacketBurst                opt.Value[uint64]
	AverageRate                opt.Value[uint32]
	Overhead, MPU              opt.Value[uint16]
	LinkLayer                  opt.Value[LinkLayer]
	ConformExceed              opt.Value[ConformExceed]
	wire                       policeWire
}

// ConformExceed are the verdicts for packets above the rate and within it.
type ConformExceed struct{ Exceed, Conform Verdict }

// policeWire is what requests and reports have beyond that.
type policeWire struct {
	exceed                   opt.Value[Verdict]
	conform                  opt.Value[Verdict]
	peakOverhead, peakMPU    opt.Value[uint16]
	peakLink                 opt.Value[LinkLayer]
	cellLog, peakCellLog     opt.Value[uint8]
	cellAlign, peakCellAlign opt.Value[int16]
	rateTable, peakTable     []byte
}

// ActionKind returns "police".
func (*Police) ActionKind() string { return "police" }

// complete sets what tc(8) sends when it is not given.
func (v *Police) complete() Action {
	w := *v
	w.anew()
	if !w.ConformExceed.IsSet() {
		w.ConformExceed.Set(ConformExceed{Reclassify, Pass})
	}
	if w.Rate.Or(0) != 0 && !w.LinkLayer.IsSet() {
		w.LinkLayer.Set(Ethernet)
	}
	return &w
}

var conformExceed = &attr.Code[ConformExceed]{Name: "verdicts above a rate and within it", Shape: attr.Text,
	Show: func(v ConformExceed) attr.Value { return attr.TextValue(v.Exceed.String() + "/" + v.Conform.String()) },
	Read: func(v attr.Value) (c ConformExceed, err error) {
		if v.Shape != attr.Text {
			return c, fmt.Errorf("got %s, want verdicts such as \"drop\" or \"drop/pipe\"", v)
		}
		exceed, conform, both := strings.Cut(v.S, "/")
		if c.Exceed, err = parseVerdict(exceed); err == nil && both {
			c.Conform, err = parseVerdict(conform)
		}
		return c, err
	}}

// send computes what the kernel wants of a policer. Unlike disciplines it asks
// for tables of what each size of packet takes (net/sched/act_police.c,
// tcf_police_init).
func (v *Police) send() {
	w := &v.wire
	if c, ok := v.ConformExceed.Get(); ok {
		w.exceed.Set(c.Exceed)
		if c.Conform != Pass {
			w.conform.Set(c.Conform)
		}
	}
	if v.Rate.Or(0) != 0 {
		w.cellLog.Set(cellLog(v.MTU.Or(0)))
		w.cellAlign.Set(-1)
		w.rateTable = v.table(v.Rate.Or(0))
	}
	if v.PeakRate.Or(0) != 0 {
		w.peakOverhead, w.peakMPU, w.peakLink = v.Overhead, v.MPU, v.LinkLayer
		w.peakCellLog, w.peakCellAlign = w.cellLog, w.cellAlign
		w.peakTable = v.table(v.PeakRate.Or(0))
	}
}

// received is the reverse of send.
func (v *Police) received() {
	if v.wire.exceed.IsSet() {
		v.ConformExceed.Set(ConformExceed{v.wire.exceed.Or(Pass), v.wire.conform.Or(Pass)})
	}
	v.wire = policeWire{}
}

// cellLog is how many bits of a size a table does not tell apart.
func cellLog(mtu uint32) (n uint8) {
	if mtu == 0 {
		mtu = 2047
	}
	for mtu>>n > 255 {
		n++
	}
	return n
}

// table is the time that each size of packet takes at a rate.
func (v *Police) table(rate uint64) []byte {
	log := v.wire.cellLog.Or(0)
	b := make([]byte, 0, 1024)
	for i := range uint64(256) {
		size := onLink(max((i+1)<<log, uint64(v.MPU.Or(0))), v.LinkLayer.Or(Ethernet))
		b = binary.NativeEndian.AppendUint32(b, uint32(min(attr.FillTime(size, rate), math.MaxUint32)))
	}
	return b
}

// The rates of struct tc_police begin at 20 and 32, each a struct tc_ratespec.
var _ = action("police", "let packets pass up to a rate", func(v *Police) []attr.Field {
	w := &v.wire
	inside := func(f attr.Field) attr.Field { return f.Only(attr.Inside) }
	return []attr.Field{
		attr.Nested(uapi.TCA_POLICE_TBF, 56,
			attr.HeadWide(28, uapi.TCA_POLICE_RATE64, "rate", &v.Rate, "rate").In(attr.Rate).Default(0),
			attr.HeadBucket(12, "burst", &v.Burst, &v.Rate, "how much may come at once").AlsoCalled("buffer"),
			attr.Head32(16, "mtu", &v.MTU, "largest packet; larger ones exceed").In(attr.Size),
			attr.HeadWide(40, uapi.TCA_POLICE_PEAKRATE64, "peakrate", &v.PeakRate, "rate at which a burst may come; 0 any").In(attr.Rate).Default(0),
			attr.Head16(22, "overhead", &v.Overhead, "bytes added to each packet").Default(0),
			attr.Head16(26, "mpu", &v.MPU, "smallest size that counts, bytes").Default(0),
			attr.Head8(21, "linklayer", &v.LinkLayer, "how the link frames packets").Words(linkLayers).Default("ethernet"),
			attr.Head32(0, "index", &v.Index, "of the instance, which filters may share; the kernel chooses unless given"),
			attr.Head32(44, "ref", &v.References, "references").Counter(),
			attr.Head32(48, "bind", &v.Bindings, "filters that have it").Counter(),
			inside(attr.Head32(4, "exceed", &w.exceed, "")),
			inside(attr.Head8(20, "cell_log", &w.cellLog, "")), inside(attr.Head16(24, "cell_align", &w.cellAlign, "")),
			inside(attr.Head8(32, "peak_cell_log", &w.peakCellLog, "")), inside(attr.Head16(36, "peak_cell_align", &w.peakCellAlign, "")),
			inside(attr.Head16(34, "peak_overhead", &w.peakOverhead, "")), inside(attr.Head16(38, "peak_mpu", &w.peakMPU, "")),
			inside(attr.Head8(33, "peak_linklayer", &w.peakLink, ""))),
		inside(attr.Binary(uapi.TCA_POLICE_RATE, "rate_table", &w.rateTable, "")),
		inside(attr.Binary(uapi.TCA_POLICE_PEAKRATE, "peak_table", &w.peakTable, "")),
		inside(attr.Uint32(uapi.TCA_POLICE_RESULT, "conform", &w.conform, "")),
		attr.Own([]uint16{0}, "conform_exceed", &v.ConformExceed, conformExceed, "verdicts above the rate and within it, as \"drop/pipe\"; reclassify/pass unless given").Apart(),
		attr.Uint32(uapi.TCA_POLICE_AVRATE, "avrate", &v.AverageRate, "average rate; wants an estimator").In(attr.Rate),
		attr.Uint64(uapi.TCA_POLICE_PKTRATE64, "pkts_rate", &v.PacketRate, "packets/s, in place of rate"),
		attr.Bucket(uapi.TCA_POLICE_PKTBURST64, "pkts_burst", &v.PacketBurst, &v.PacketRate, "how many packets may come at once"),
		v.times(uapi.TCA_POLICE_TM),
		attr.Ignored(uapi.TCA_POLICE_PAD),
	}
}).Hooks((*Police).send, (*Police).received)
