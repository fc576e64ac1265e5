package addr

import (
	"net/netip"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// A Joined is an address that a device receives by, beside its own (struct
// ifaddrmsg, IFA_MULTICAST, IFA_ANYCAST): a multicast group or an anycast
// address.
type Joined struct {
	attr.Extra
	Family           opt.Value[uint8]
	Address          netip.Addr
	Dev              rt.Dev
	Scope            opt.Value[rt.Scope]
	Users            opt.Value[uint32]
	Created, Updated opt.Value[uint32] // 1/100 s since boot
	lifetimes        [2]opt.Value[uint32]
}

// joined is struct ifaddrmsg and the attribute that has the address.
func joined(number uint16, name, doc string, more func(*Joined) []attr.Field) attr.Schema[Joined] {
	return attr.Define(name, doc, unix.SizeofIfAddrmsg, func(v *Joined) []attr.Field {
		return append(more(v),
			attr.Family(0, "family", &v.Family, "6 unless given; 4 for multicast groups since Linux 6.15"),
			attr.Addr(number, "address", &v.Address, "address").ReadOnly(),
			attr.HeadDevice(4, "dev", &v.Dev, "device").ReadOnly().Also(attr.Filter),
			attr.Head8(3, "scope", &v.Scope, "where the address is valid").Words(rt.Scopes).ReadOnly(),
			attr.Nested(unix.IFA_CACHEINFO, 16,
				attr.Head32(0, "preferred_lft", &v.lifetimes[0], "").Only(attr.Inside),
				attr.Head32(4, "valid_lft", &v.lifetimes[1], "").Only(attr.Inside),
				attr.Head32(8, "created", &v.Created, "when it was joined, 1/100 s since boot").Counter(),
				attr.Head32(12, "updated", &v.Updated, "when it was changed, 1/100 s since boot").Counter()),
			attr.Unknown(&v.Extra))
	})
}

func users(v *Joined) []attr.Field {
	return []attr.Field{attr.Uint32(uapi.IFA_MC_USERS, "users", &v.Users, "programs and protocols that joined").Counter()}
}

func none(*Joined) []attr.Field { return nil }

// lists is a family that is only listed. Requests and answers have one number.
func lists(s attr.Schema[Joined], number uint16) *object.Type[Joined] {
	return object.Define(&object.Type[Joined]{
		Schema:   s,
		Requests: object.Requests{object.List: {Type: number}},
		Reply:    number,
		Args:     []string{"address"},
		Lists:    []byte{unix.AF_INET6},
		Made:     func(*Joined) object.Origin { return object.Kernel },
	})
}

// Types of what is joined.
var (
	MulticastType = lists(joined(unix.IFA_MULTICAST, "addr.multicast", "multicast group that a device is in", users), unix.RTM_GETMULTICAST)
	AnycastType   = lists(joined(unix.IFA_ANYCAST, "addr.anycast", "anycast address of a device", none), unix.RTM_GETANYCAST)
)
