package tc

import (
	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
)

// HTB is a hierarchical token bucket (struct tc_htb_glob, TCA_HTB_*;
// tc-htb(8)): its classes share the link by guaranteed rates and ceilings. The
// kernel cannot change a discipline of this kind, only its classes.
type HTB struct {
	attr.Extra
	Default           opt.Value[uint32] // minor number of the class for what no filter takes
	RateToQuantum     opt.Value[uint32]
	DirectQueueLength opt.Value[uint32]
	Offload           opt.Value[bool]
	Debug             opt.Value[uint32]
	DirectPackets     opt.Value[uint32]
	version           opt.Value[uint32]
}

// htbVersion is the major version of the protocol, which requests have
// (net/sched/sch_htb.c, HTB_VER).
const htbVersion = 3

// QdiscKind returns "htb".
func (*HTB) QdiscKind() string { return "htb" }

// complete sets what tc(8) sends when it is not given: the kernel would take 0
// for 1.
func (v *HTB) complete(verb object.Verb) QdiscKind {
	w := *v
	if verb != object.Set && !w.RateToQuantum.IsSet() {
		w.RateToQuantum.Set(10)
	}
	return &w
}

var _ = qdisc("htb", "hierarchical token bucket", 0, func(v *HTB) []attr.Field {
	return []attr.Field{
		attr.InIP("htb", "%|!"),
		attr.Nested(uapi.TCA_HTB_INIT, 20,
			attr.Head32(0, "version", &v.version, "").Only(attr.Inside),
			attr.Head32(8, "default", &v.Default, "minor number of the class for what no filter takes, such as \"0x30\" or \"1:30\"; 0 sends it unshaped").Written(minors).Range(0, 0xffff).CreateOnly().Default("0x0"),
			attr.Head32(4, "r2q", &v.RateToQuantum, "what a class's rate, bytes/s, is divided by for its quantum").CreateOnly().Default(10),
			attr.Head32(12, "debug", &v.Debug, "not used").CreateOnly().Default(0).IP("-"),
			attr.Head32(16, "direct_packets_stat", &v.DirectPackets, "packets sent unshaped").Counter()),
		attr.Uint32(uapi.TCA_HTB_DIRECT_QLEN, "direct_qlen", &v.DirectQueueLength, "limit of the queue for what is sent unshaped, packets; the device's queue length unless given").CreateOnly(),
		attr.Flag(uapi.TCA_HTB_OFFLOAD, "offload", &v.Offload, "leave the tree to hardware").CreateOnly().Default(false),
		attr.Ignored(uapi.TCA_HTB_PAD),
		attr.Unknown(&v.Extra),
	}
}).Hooks(func(v *HTB) { v.version.Set(htbVersion) }, func(v *HTB) { v.version.Unset() })
