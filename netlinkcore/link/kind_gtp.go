package link

import (
	"net/netip"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/opt"
)

// GTP carries mobile users' packets (IFLA_GTP_*; 3GPP TS 29.281). The kernel
// opens its sockets.
type GTP struct {
	attr.Extra
	Role, HashSize opt.Value[uint32]
	RestartCount   opt.Value[uint8]
	Local, Local6  netip.Addr
	sockets        opt.Value[bool]
}

// KindName returns "gtp".
func (*GTP) KindName() string { return "gtp" }

var gtpRoles = attr.Enum{{0, "ggsn"}, {1, "sgsn"}}

var _ = kind("gtp", "GPRS tunnel of mobile users' packets", func(v *GTP) []attr.Field {
	return []attr.Field{
		attr.Uint32(unix.IFLA_GTP_ROLE, "role", &v.Role, "end of the tunnel").Words(gtpRoles).Range(0, 1).CreateOnly().Default("ggsn"),
		attr.Uint32(unix.IFLA_GTP_PDP_HASHSIZE, "hsize", &v.HashSize, "size of the table of users").CreateOnly().Default(1024),
		attr.Uint8(unix.IFLA_GTP_RESTART_COUNT, "restart_count", &v.RestartCount, "how often the node started").CreateOnly().Default(0),
		attr.Addr(unix.IFLA_GTP_LOCAL, "local", &v.Local, "IPv4 address of the sockets; all unless given").Holding(unix.AF_INET).WriteOnly().CreateOnly().FromKernel("6.11"),
		attr.Addr(unix.IFLA_GTP_LOCAL6, "local6", &v.Local6, "IPv6 address of the sockets, in place of an IPv4 one").Holding(unix.AF_INET6).WriteOnly().CreateOnly().FromKernel("6.11"),
		attr.Bool8(unix.IFLA_GTP_CREATE_SOCKETS, "create_sockets", &v.sockets, "").Only(attr.Inside),
		attr.Unknown(&v.Extra),
	}
}).Hooks(func(v *GTP) { v.sockets.Set(true) }, func(v *GTP) { v.sockets.Unset() })
