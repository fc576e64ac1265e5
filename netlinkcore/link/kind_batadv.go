package link

import (
	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/opt"
)

// Batadv is a mesh of devices (B.A.T.M.A.N. advanced; IFLA_BATADV_*). Its other
// settings are not rtnetlink's.
type Batadv struct {
	attr.Extra
	Algorithm opt.Value[string]
}

// KindName returns "batadv".
func (*Batadv) KindName() string { return "batadv" }

var _ = kind("batadv", "mesh of devices (B.A.T.M.A.N. advanced)", func(v *Batadv) []attr.Field {
	return []attr.Field{
		attr.String(uapi.IFLA_BATADV_ALGO_NAME, "ra", &v.Algorithm, "routing algorithm, such as \"BATMAN_V\"").Range(1, 19).WriteOnly().CreateOnly(),
		attr.Unknown(&v.Extra),
	}
})
