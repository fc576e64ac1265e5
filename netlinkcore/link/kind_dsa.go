package link

import (
	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// DSA is a port of a switch chip, which a driver makes (IFLA_DSA_*).
type DSA struct {
	attr.Extra
	Conduit rt.Dev
}

// KindName returns "dsa".
func (*DSA) KindName() string { return "dsa" }

var _ = kind("dsa", "port of a switch chip, which a driver makes", func(v *DSA) []attr.Field {
	return []attr.Field{
		attr.Device(unix.IFLA_DSA_CONDUIT, "conduit", &v.Conduit, "device between the switch and the processor"),
		attr.Unknown(&v.Extra),
	}
})
