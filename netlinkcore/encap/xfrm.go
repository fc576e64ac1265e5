package encap

import (
	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// XFRM tells an external xfrm interface its id (LWT_XFRM_*).
type XFRM struct {
	attr.Extra
	IfID   opt.Value[uint32]
	Parent rt.Dev
}

// EncapName returns "xfrm".
func (*XFRM) EncapName() string { return "xfrm" }

var _ = encap(unix.LWTUNNEL_ENCAP_XFRM, "xfrm", "id for an external xfrm interface", func(v *XFRM) []attr.Field {
	return []attr.Field{
		attr.InIP("xfrm", ""),
		attr.Uint32(uapi.LWT_XFRM_IF_ID, "if_id", &v.IfID, "id that IPsec policies and states have").Range(1, 1<<32-1),
		attr.Device(uapi.LWT_XFRM_LINK, "parent", &v.Parent, "device underneath").AlsoCalled("link_dev").IP("link_dev"),
		attr.Unknown(&v.Extra),
	}
}, "if_id")
