package encap

import (
	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/opt"
)

// Tunnel is what IP and IP6 have in common: they tell an external tunnel device,
// by which the route leads, how to wrap.
type Tunnel struct {
	attr.Extra
	ID                 opt.Value[uint64]
	Key, Checksum, Seq opt.Value[bool]
	Geneve             []Geneve
	VXLAN              *VXLAN
	ERSPAN             *ERSPAN
}

// Geneve is an option of Geneve (RFC 8926).
type Geneve struct {
	attr.Extra
	Class opt.Value[uint16]
	Type  opt.Value[uint8]
	Data  []byte
}

// VXLAN is the group policy of VXLAN (LWTUNNEL_IP_OPT_VXLAN_*).
type VXLAN struct {
	attr.Extra
	GBP opt.Value[uint32]
}

// ERSPAN is the header of ERSPAN (LWTUNNEL_IP_OPT_ERSPAN_*): an index in
// version 1, direction and hardware id in version 2.
type ERSPAN struct {
	attr.Extra
	Version             opt.Value[uint8]
	Index               opt.Value[uint32]
	Direction, Hardware opt.Value[uint8]
}

var (
	genevePart = attr.Define("geneve_opt", "option of Geneve", 0, func(v *Geneve) []attr.Field {
		return []attr.Field{
			attr.BE16(uapi.LWTUNNEL_IP_OPT_GENEVE_CLASS, "class_", &v.Class, "who defines the type"),
			attr.Uint8(uapi.LWTUNNEL_IP_OPT_GENEVE_TYPE, "type", &v.Type, "type"),
			attr.Binary(uapi.LWTUNNEL_IP_OPT_GENEVE_DATA, "data", &v.Data, "a multiple of 4 bytes").Range(4, 124),
			attr.Unknown(&v.Extra),
		}
	})
	vxlanPart = attr.Define("vxlan_opts", "group policy of VXLAN", 0, func(v *VXLAN) []attr.Field {
		return []attr.Field{
			attr.Uint32(uapi.LWTUNNEL_IP_OPT_VXLAN_GBP, "gbp", &v.GBP, "group policy id"),
			attr.Unknown(&v.Extra),
		}
	})
	erspanPart = attr.Define("erspan_opts", "header of ERSPAN", 0, func(v *ERSPAN) []attr.Field {
		return []attr.Field{
			attr.Uint8(uapi.LWTUNNEL_IP_OPT_ERSPAN_VER, "ver", &v.Version, "version").Range(1, 2),
			attr.BE32(uapi.LWTUNNEL_IP_OPT_ERSPAN_INDEX, "index", &v.Index, "index, in version 1").Range(1, 1<<20-1),
			attr.Uint8(uapi.LWTUNNEL_IP_OPT_ERSPAN_DIR, "dir", &v.Direction, "direction, in version 2").Range(0, 1),
			attr.Uint8(uapi.LWTUNNEL_IP_OPT_ERSPAN_HWID, "hwid", &v.Hardware, "hardware id, in version 2").Range(0, 63),
			attr.Unknown(&v.Extra),
		}
	})
)

// fields are the attributes that IP and IP6 have under the same numbers.
func (v *Tunnel) fields() []attr.Field {
	flag := func(bit uint16, name string, p *opt.Value[bool], doc string) attr.Field {
		return attr.HeadBit(0, -1, 2, uint64(attr.Swap16(bit)), name, p, doc).Default(false)
	}
	return []attr.Field{
		attr.BE64(uapi.LWTUNNEL_IP_ID, "id", &v.ID, "key of the tunnel: a VNI, a GRE key").Default(0),
		attr.BitWord(uapi.LWTUNNEL_IP_FLAGS, 2,
			flag(uapi.TUNNEL_KEY, "key", &v.Key, "send the key"),
			flag(uapi.TUNNEL_CSUM, "csum", &v.Checksum, "send checksums"),
			flag(uapi.TUNNEL_SEQ, "seq", &v.Seq, "send sequence numbers")),
		attr.Nested(uapi.LWTUNNEL_IP_OPTS, 0,
			attr.List(uapi.LWTUNNEL_IP_OPTS_GENEVE, 0, attr.Grouped, "geneve_opts", &v.Geneve, genevePart, "options of Geneve, each (class, type, data)").IP("-"),
			attr.Nest(uapi.LWTUNNEL_IP_OPTS_VXLAN, "vxlan_opts", &v.VXLAN, vxlanPart, "group policy of VXLAN").IP("-"),
			attr.Nest(uapi.LWTUNNEL_IP_OPTS_ERSPAN, "erspan_opts", &v.ERSPAN, erspanPart, "header of ERSPAN").IP("-")),
		attr.Ignored(uapi.LWTUNNEL_IP_PAD),
		attr.Unknown(&v.Extra),
	}
}
