package tc

import "github.com/netlark/netlark/netlinkcore/attr"

// Disciplines without options.
type (
	// Ingress holds filters for packets received (net/sched/sch_ingress.c). It
	// queues nothing.
	Ingress struct{}
	// Clsact holds filters for packets received and for those sent
	// (net/sched/sch_ingress.c).
	Clsact struct{}
	// NoQueue sends at once (net/sched/sch_generic.c).
	NoQueue struct{}
)

// QdiscKind returns "ingress".
func (*Ingress) QdiscKind() string { return "ingress" }

// QdiscKind returns "clsact".
func (*Clsact) QdiscKind() string { return "clsact" }

// QdiscKind returns "noqueue".
func (*NoQueue) QdiscKind() string { return "noqueue" }

var (
	_ = qdisc("ingress", "place for filters of packets received", 0, func(*Ingress) []attr.Field { return []attr.Field{attr.InIP("", "")} })
	_ = qdisc("clsact", "place for filters of packets received and sent", 0, func(*Clsact) []attr.Field { return []attr.Field{attr.InIP("", "")} })
	_ = qdisc("noqueue", "no queue: packets are sent at once", 0, func(*NoQueue) []attr.Field { return []attr.Field{attr.InIP("", "")} })
)
