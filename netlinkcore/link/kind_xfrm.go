package link

import (
	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// XFRM is a device for IPsec (IFLA_XFRM_*): its id ties it to states and
// policies.
type XFRM struct {
	attr.Extra
	Parent   rt.Dev
	ID       opt.Value[uint32]
	External opt.Value[bool]
}

// KindName returns "xfrm".
func (*XFRM) KindName() string { return "xfrm" }

// A change that lacks the parent takes it away, and one that names another has
// no effect that one could rely on.
var _ = kind("xfrm", "device for IPsec", func(v *XFRM) []attr.Field {
	return []attr.Field{
		attr.InIP("xfrm", "%|!"),
		attr.Device(unix.IFLA_XFRM_LINK, "parent", &v.Parent, "device underneath").CreateOnly().ResendOnChange().Clears("").IP("dev"),
		attr.Uint32(unix.IFLA_XFRM_IF_ID, "if_id", &v.ID, "id that states and policies have; 0 only if external").ResendOnChange().Default(0),
		external(unix.IFLA_XFRM_COLLECT_METADATA, &v.External),
		attr.Unknown(&v.Extra),
	}
})
