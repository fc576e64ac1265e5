// Package tc defines what shapes, classifies and changes packets: queueing
// disciplines, their classes, filters, and the actions of filters: tc(8).
//
// Each kind is a file: qdisc_<name>.go, class_<name>.go, filter_<name>.go,
// action_<name>.go. The generic attributes are in qdisc.go, class.go, filter.go
// and action.go.
package tc

import (
	"encoding/binary"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/opt"
)

// struct tcmsg
const (
	sizeofTCMsg = 20
	offDev      = 4
	offHandle   = 8
	offParent   = 12
	offInfo     = 16
)

// lowHalf and highHalf are where the halves of tcm_info lie, which is a number
// of 32 bits in host order.
var lowHalf, highHalf = halves(offInfo)

func halves(at int16) (low, high int16) {
	if binary.NativeEndian.Uint16([]byte{1, 0}) == 1 {
		return at, at + 2
	}
	return at + 2, at
}

// Stats are counters of a discipline, class, filter or action (TCA_STATS_*,
// struct gnet_stats_basic). Rates are estimates, and there only if asked for
// (tc's "estimator").
type Stats struct {
	attr.Extra
	Bytes                       opt.Value[uint64]
	Packets                     opt.Value[uint32]
	Packets64                   opt.Value[uint64]
	Rate, PacketRate            opt.Value[uint32]
	Rate64, PacketRate64        opt.Value[uint64]
	QueueLength, Backlog        opt.Value[uint32]
	Drops, Requeues, Overlimits opt.Value[uint32]
	HardwareBytes               opt.Value[uint64]
	HardwarePackets             opt.Value[uint32]
}

// stats is TCA_STATS_* (linux/gen_stats.h).
var stats = attr.Define("stats", "counters", 0, func(v *Stats) []attr.Field {
	return []attr.Field{
		attr.Nested(uapi.TCA_STATS_BASIC, 12,
			attr.Head64(0, "bytes", &v.Bytes, "bytes sent").Counter(),
			attr.Head32(8, "packets", &v.Packets, "packets sent, modulo 2^32").Counter()),
		attr.Uint64(uapi.TCA_STATS_PKT64, "packets64", &v.Packets64, "packets sent, when more than 32 bits hold").Counter(),
		attr.Nested(uapi.TCA_STATS_RATE_EST, 8,
			attr.Head32(0, "rate", &v.Rate, "estimated rate, bytes/s").Counter(),
			attr.Head32(4, "pps", &v.PacketRate, "estimated packets/s").Counter()),
		attr.Nested(uapi.TCA_STATS_RATE_EST64, 16,
			attr.Head64(0, "rate64", &v.Rate64, "estimated rate, bytes/s, when more than 32 bits hold").Counter(),
			attr.Head64(8, "pps64", &v.PacketRate64, "estimated packets/s, with rate64").Counter()),
		attr.Nested(uapi.TCA_STATS_QUEUE, 20,
			attr.Head32(0, "qlen", &v.QueueLength, "packets that wait").Counter(),
			attr.Head32(4, "backlog", &v.Backlog, "bytes that wait").Counter(),
			attr.Head32(8, "drops", &v.Drops, "packets dropped").Counter(),
			attr.Head32(12, "requeues", &v.Requeues, "packets taken back").Counter(),
			attr.Head32(16, "overlimits", &v.Overlimits, "how often a limit held packets back").Counter()),
		attr.Nested(uapi.TCA_STATS_BASIC_HW, 12,
			attr.Head64(0, "hw_bytes", &v.HardwareBytes, "bytes of them by hardware").Counter(),
			attr.Head32(8, "hw_packets", &v.HardwarePackets, "packets of them by hardware").Counter()),
		attr.Ignored(uapi.TCA_STATS_APP, uapi.TCA_STATS_PAD),
		attr.Unknown(&v.Extra),
	}
})

// estimated is the estimator of a discipline, a class, or the actions of a
// filter.
func estimated(e *opt.Value[Estimator]) attr.Field {
	return attr.Own([]uint16{unix.TCA_RATE}, "estimator", e, estimators, "estimate rates: how often, and over which time, as \"1s 8s\"").WriteOnly()
}

// common are counters and the attributes that messages of all families have and
// nobody uses: old counters, kinds' own counters, and padding.
func common(s **Stats, e *opt.Value[Estimator]) []attr.Field {
	return []attr.Field{
		attr.Nest(unix.TCA_STATS2, "stats", s, stats, "counters").Counter(), estimated(e),
		attr.Ignored(unix.TCA_STATS, unix.TCA_XSTATS, unix.TCA_FCNT, unix.TCA_PAD, unix.TCA_EXT_WARN_MSG),
	}
}

// A LinkLayer says how a link frames packets, for exact rates
// (TC_LINKLAYER_*).
type LinkLayer uint8

// Link layers.
const (
	Ethernet LinkLayer = 1
	ATM      LinkLayer = 2
)

var linkLayers = attr.Enum{{0, "unspec"}, {1, "ethernet"}, {2, "atm"}, {2, "adsl"}}
