package link

import (
	"slices"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/opt"
)

// ERSPAN carries copies of frames over IPv4 (draft-foschiano-erspan;
// IFLA_GRE_ERSPAN_*). But for version 0 it wants keys and sequence numbers; the
// key is the session's number.
type ERSPAN struct {
	gre4
	erspan
}

// IP6ERSPAN is ERSPAN over IPv6 (IFLA_GRE_ERSPAN_*).
type IP6ERSPAN struct {
	gre6
	erspan
}

// KindName returns "erspan".
func (*ERSPAN) KindName() string { return "erspan" }

// KindName returns "ip6erspan".
func (*IP6ERSPAN) KindName() string { return "ip6erspan" }

// erspan are the options beyond those of GRE.
type erspan struct {
	Version    opt.Value[uint8]
	Index      opt.Value[uint32]
	Direction  opt.Value[uint8]
	HardwareID opt.Value[uint16]
}

var directions = attr.Enum{{0, "ingress"}, {1, "egress"}}

func (v *erspan) fields() []attr.Field {
	return []attr.Field{
		attr.Uint8(uapi.IFLA_GRE_ERSPAN_VER, "erspan_ver", &v.Version, "version of the header").Range(0, 2).ResendOnChange().Default(1),
		attr.Uint32(uapi.IFLA_GRE_ERSPAN_INDEX, "erspan", &v.Index, "index of the port that is copied; only version 1").Range(0, 1<<20-1).ResendOnChange().Default(0),
		attr.Uint8(uapi.IFLA_GRE_ERSPAN_DIR, "erspan_dir", &v.Direction, "direction that is copied; only version 2").Words(directions).Range(0, 1).ResendOnChange().Default("ingress"),
		attr.Uint16(uapi.IFLA_GRE_ERSPAN_HWID, "erspan_hwid", &v.HardwareID, "id of the engine that copies; only version 2").Range(0, 63).ResendOnChange().Default(0),
	}
}

var (
	_ = kind("erspan", "copies of frames over IPv4; key is the session", func(v *ERSPAN) []attr.Field {
		return slices.Concat(v.erspan.fields(), v.gre4.fields())
	}).Hooks(func(v *ERSPAN) { v.beforeTap() }, func(v *ERSPAN) { v.after() })
	_ = kind("ip6erspan", "copies of frames over IPv6; key is the session", func(v *IP6ERSPAN) []attr.Field {
		return slices.Concat(v.erspan.fields(), v.gre6.fields())
	}).Hooks(func(v *IP6ERSPAN) { v.beforeTap() }, func(v *IP6ERSPAN) { v.after() })
)
