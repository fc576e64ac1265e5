package link

import (
	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// HSR is a node of a redundant ring, or of two networks by PRP (IFLA_HSR_*; IEC
// 62439-3).
type HSR struct {
	attr.Extra
	Slave1, Slave2, Interlink rt.Dev
	Supervision               opt.Value[uint8]
	SupervisionAddr           rt.MAC
	Sequence                  opt.Value[uint16]
	Version, Protocol         opt.Value[uint8]
}

// KindName returns "hsr".
func (*HSR) KindName() string { return "hsr" }

var hsrProtocols = attr.Enum{{0, "hsr"}, {1, "prp"}}

var _ = kind("hsr", "node of a redundant ring (IEC 62439-3)", func(v *HSR) []attr.Field {
	return []attr.Field{
		attr.InIP("hsr", ""),
		attr.Device(unix.IFLA_HSR_SLAVE1, "slave1", &v.Slave1, "one port of the ring").CreateOnly(),
		attr.Device(unix.IFLA_HSR_SLAVE2, "slave2", &v.Slave2, "the other port of the ring").CreateOnly(),
		attr.Device(unix.IFLA_HSR_INTERLINK, "interlink", &v.Interlink, "port to nodes that know nothing of the ring").CreateOnly().FromKernel("6.10"),
		attr.Uint8(unix.IFLA_HSR_MULTICAST_SPEC, "supervision", &v.Supervision, "last byte of supervision_addr").WriteOnly().CreateOnly().Default(0),
		attr.LinkAddr(unix.IFLA_HSR_SUPERVISION_ADDR, "supervision_addr", &v.SupervisionAddr, "where supervision frames go").ReadOnly(),
		attr.Uint8(unix.IFLA_HSR_VERSION, "version", &v.Version, "version of HSR, which old kernels do not tell").Range(0, 1).CreateOnly().Default(0),
		attr.Uint8(unix.IFLA_HSR_PROTOCOL, "proto", &v.Protocol, "ring or two networks").Words(hsrProtocols).Range(0, 1).CreateOnly().Default("hsr").IP("proto %#"),
		attr.Uint16(unix.IFLA_HSR_SEQ_NR, "seq_nr", &v.Sequence, "number of the next frame").Counter(),
		attr.Unknown(&v.Extra),
	}
}).Hooks(nil, func(v *HSR) {
	if b := v.SupervisionAddr.Bytes(); len(b) == 6 {
		v.Supervision.Set(b[5])
	}
})
