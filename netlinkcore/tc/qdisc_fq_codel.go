package tc

import (
	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/opt"
)

// FQCoDel shares the link fairly between flows and keeps their queues short
// (RFC 8290). Times are in microseconds, sizes in bytes.
type FQCoDel struct {
	attr.Extra
	Limit, Flows, Quantum, DropBatch, MemoryLimit opt.Value[uint32]
	Target, Interval, CEThreshold                 opt.Value[uint32]
	ECN                                           opt.Value[bool]
	CEValue, CEMask                               opt.Value[uint8]
}

// QdiscKind returns "fq_codel".
func (*FQCoDel) QdiscKind() string { return "fq_codel" }

// codelTime is what is reported of a time in microseconds: the kernel counts
// in units of 1024 ns (net/codel.h).
func codelTime(us uint64) uint64 { return us * 1000 >> 10 << 10 / 1000 }

var _ = qdisc("fq_codel", "fair queueing with controlled delay (RFC 8290)", 0, func(v *FQCoDel) []attr.Field {
	time := func(id uint16, name string, p *opt.Value[uint32], doc string) attr.Field {
		return attr.Uint32(id, name, p, doc).In(attr.Microseconds).KeptAs(codelTime)
	}
	return []attr.Field{
		attr.InIP("fq_codel", "%|no%"),
		attr.Uint32(uapi.TCA_FQ_CODEL_LIMIT, "limit", &v.Limit, "most packets in all queues").Default(10240),
		attr.Uint32(uapi.TCA_FQ_CODEL_FLOWS, "flows", &v.Flows, "number of queues").Range(1, 65536).CreateOnly().Default(1024),
		attr.Uint32(uapi.TCA_FQ_CODEL_QUANTUM, "quantum", &v.Quantum, "bytes that a queue may send before the next one's turn; the MTU with its header unless given").In(attr.Size),
		time(uapi.TCA_FQ_CODEL_TARGET, "target", &v.Target, "delay that is accepted, 5 ms unless given"),
		time(uapi.TCA_FQ_CODEL_INTERVAL, "interval", &v.Interval, "for how long delay may be above the target, 100 ms unless given"),
		time(uapi.TCA_FQ_CODEL_CE_THRESHOLD, "ce_threshold", &v.CEThreshold, "delay above which packets are marked"),
		attr.Bool32(uapi.TCA_FQ_CODEL_ECN, "ecn", &v.ECN, "mark packets before dropping them").Default(true),
		attr.Uint32(uapi.TCA_FQ_CODEL_DROP_BATCH_SIZE, "drop_batch", &v.DropBatch, "most packets dropped at once").Default(64),
		attr.Uint32(uapi.TCA_FQ_CODEL_MEMORY_LIMIT, "memory_limit", &v.MemoryLimit, "most memory for packets").In(attr.Size).Default(32 << 20),
		attr.Uint8(uapi.TCA_FQ_CODEL_CE_THRESHOLD_SELECTOR, "ce_threshold_selector", &v.CEValue, "DS field that ce_threshold is for").IP("-"),
		attr.Uint8(uapi.TCA_FQ_CODEL_CE_THRESHOLD_MASK, "ce_threshold_mask", &v.CEMask, "bits of it that count; 0 takes all packets").Default(0).IP("-"),
		attr.Unknown(&v.Extra),
	}
})
