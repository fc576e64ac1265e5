package tc

import (
	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/opt"
)

// Queues with a limit, which is the device's queue length unless given.
type (
	// PFIFO has a limit in packets (struct tc_fifo_qopt; tc-pfifo(8)).
	PFIFO struct{ Limit opt.Value[uint32] }
	// BFIFO has a limit in bytes (struct tc_fifo_qopt; tc-bfifo(8)).
	BFIFO struct{ Limit opt.Value[uint32] }
	// HeadDrop is PFIFO that drops the oldest packet when it is full (struct
	// tc_fifo_qopt).
	HeadDrop struct{ Limit opt.Value[uint32] }
)

// QdiscKind returns "pfifo".
func (*PFIFO) QdiscKind() string { return "pfifo" }

// QdiscKind returns "bfifo".
func (*BFIFO) QdiscKind() string { return "bfifo" }

// QdiscKind returns "pfifo_head_drop".
func (*HeadDrop) QdiscKind() string { return "pfifo_head_drop" }

// sizeofFIFO is struct tc_fifo_qopt.
const sizeofFIFO = 4

func packetLimit(p *opt.Value[uint32]) []attr.Field {
	return []attr.Field{attr.InIP("", ""), attr.Head32(0, "limit", p, "packets; the device's queue length unless given")}
}

var (
	_ = qdisc("pfifo", "queue with a limit in packets", sizeofFIFO, func(v *PFIFO) []attr.Field { return packetLimit(&v.Limit) })
	_ = qdisc("pfifo_head_drop", "queue with a limit in packets, which drops the oldest", sizeofFIFO,
		func(v *HeadDrop) []attr.Field { return packetLimit(&v.Limit) })
	_ = qdisc("bfifo", "queue with a limit in bytes", sizeofFIFO, func(v *BFIFO) []attr.Field {
		return []attr.Field{attr.InIP("", ""), attr.Head32(0, "limit", &v.Limit, "bytes; the device's queue length times its MTU unless given").In(attr.Size)}
	})
)
