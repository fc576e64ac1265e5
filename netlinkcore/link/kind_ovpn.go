package link

import (
	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/opt"
)

// OVPN is the data channel of OpenVPN (IFLA_OVPN_*). Its peers and keys are not
// rtnetlink's.
type OVPN struct {
	attr.Extra
	Mode opt.Value[uint8]
}

// KindName returns "ovpn".
func (*OVPN) KindName() string { return "ovpn" }

var ovpnModes = attr.Enum{{0, "p2p"}, {1, "mp"}}

var _ = kind("ovpn", "data channel of OpenVPN; peers and keys are set by other means", func(v *OVPN) []attr.Field {
	return []attr.Field{
		attr.Uint8(uapi.IFLA_OVPN_MODE, "mode", &v.Mode, "one peer, or many").Words(ovpnModes).Range(0, 1).CreateOnly().Default("p2p"),
		attr.Unknown(&v.Extra),
	}
}).Lost("its peers and keys are set by other means")
