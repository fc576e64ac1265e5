package xfrm

import (
	"net/netip"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
)

// A Migration moves a policy and its states to other addresses: ends of a
// tunnel that have moved (RFC 4555, Mobile IPv6).
type Migration struct {
	attr.Extra
	Selector
	Dir     opt.Value[Direction]
	Type    opt.Value[uint8]
	IfID    opt.Value[uint32]
	Moves   []Move
	Keys    *KeyManager
	Encap   *Encap
	Offload *Offload
}

// A Move gives states of a template new addresses (struct xfrm_user_migrate).
type Move struct {
	OldSrc, OldDst, NewSrc, NewDst netip.Addr
	Proto                          opt.Value[Proto]
	Mode                           opt.Value[Mode]
	ReqID                          opt.Value[uint32]
}

// A KeyManager is where a daemon that exchanges keys sits (struct
// xfrm_user_kmaddress). The kernel only tells others.
type KeyManager struct{ Local, Remote netip.Addr }

var (
	moveSchema = attr.Define("move", "states that move", 76, func(v *Move) []attr.Field {
		return []attr.Field{
			attr.HeadAddr(0, 72, "old_dst", &v.OldDst, "where their packets go now"),
			attr.HeadAddr(16, 72, "old_src", &v.OldSrc, "where their packets come from now"),
			attr.HeadAddr(32, 74, "new_dst", &v.NewDst, "where their packets are to go"),
			attr.HeadAddr(48, 74, "new_src", &v.NewSrc, "where their packets are to come from"),
			attr.Head8(64, "proto", &v.Proto, "transform").Words(protos),
			attr.Head8(65, "mode", &v.Mode, "how packets are wrapped").Words(modes).Default("transport"),
			attr.Head32(68, "reqid", &v.ReqID, "number by which templates find them; 0 any").Default(0),
		}
	})
	keyManagerSchema = attr.Define("kmaddress", "who exchanges keys", 40, func(v *KeyManager) []attr.Field {
		return []attr.Field{
			attr.HeadAddr(0, 36, "local", &v.Local, "own address"),
			attr.HeadAddr(16, 36, "remote", &v.Remote, "the other's address"),
		}
	})
)

// migrationSchema is struct xfrm_userpolicy_id and XFRMA_*.
var migrationSchema = attr.Define("xfrm.migrate", "move a policy and its states to other addresses; keys and counters stay", 64, func(v *Migration) []attr.Field {
	fields := append([]attr.Field{attr.Family16(40, "family", &v.Family, "4 or 6")}, selector(&v.Selector, isKey)...)
	return append(fields,
		attr.Head8(60, "dir", &v.Dir, "direction").Words(dirs).IsKey(),
		policyType(&v.Type),
		ifID(&v.IfID).WriteOnly(),
		attr.List(uapi.XFRMA_MIGRATE, 0, attr.Array, "migrate", &v.Moves, moveSchema, "states to move, up to 6"),
		attr.Nest(uapi.XFRMA_KMADDRESS, "kmaddress", &v.Keys, keyManagerSchema, "who exchanges keys, for others to be told"),
		encap(&v.Encap),
		offload(&v.Offload).WriteOnly().FromKernel("6.16"),
		attr.Unknown(&v.Extra))
})

// MigrateType is the function that moves a policy and its states.
var MigrateType = object.Define(&object.Type[Migration]{
	Schema:   migrationSchema,
	Proto:    unix.NETLINK_XFRM,
	Requests: object.Requests{object.Call: {Type: uapi.XFRM_MSG_MIGRATE}},
	Args:     []string{},
	Family:   unix.AF_INET,
	Check:    func(_ object.Verb, v *Migration) error { return needsDir(v.Dir) },
})
