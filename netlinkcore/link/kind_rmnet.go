package link

import (
	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/opt"
)

// RMNet is a channel of a Qualcomm modem, Link.Parent (IFLA_RMNET_*).
type RMNet struct {
	attr.Extra
	MuxID                             opt.Value[uint16]
	Deaggregation, Commands           opt.Value[bool]
	InputChecksumV4, OutputChecksumV4 opt.Value[bool]
	InputChecksumV5, OutputChecksumV5 opt.Value[bool]
}

// KindName returns "rmnet".
func (*RMNet) KindName() string { return "rmnet" }

var _ = kind("rmnet", "channel of a Qualcomm modem", func(v *RMNet) []attr.Field {
	flag := func(bit uint64, name string, p *opt.Value[bool], doc string) attr.Field {
		return attr.HeadBit(0, 4, 4, bit, name, p, doc)
	}
	return []attr.Field{
		attr.Uint16(unix.IFLA_RMNET_MUX_ID, "mux_id", &v.MuxID, "number of the channel").Range(0, 254),
		attr.Nested(unix.IFLA_RMNET_FLAGS, 8,
			flag(1, "ingress_deaggregation", &v.Deaggregation, "take apart what the modem sends at once").Default(true),
			flag(2, "ingress_commands", &v.Commands, "act on flow control of the modem").Default(false),
			flag(4, "ingress_chksumv4", &v.InputChecksumV4, "checksums of MAPv4 on packets received").Default(false),
			flag(8, "egress_chksumv4", &v.OutputChecksumV4, "checksums of MAPv4 on packets sent").Default(false),
			flag(16, "ingress_chksumv5", &v.InputChecksumV5, "checksums of MAPv5 on packets received").Default(false),
			flag(32, "egress_chksumv5", &v.OutputChecksumV5, "checksums of MAPv5 on packets sent").Default(false)),
		attr.Unknown(&v.Extra),
	}
})
