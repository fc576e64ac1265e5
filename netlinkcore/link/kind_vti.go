package link

import (
	"slices"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/opt"
)

// VTI is a device for IPsec over IPv4 (IFLA_VTI_*): its keys are the marks of
// states and policies. The kernel resets what a change does not name, so a
// change sends all.
type VTI struct{ vti }

// VTI6 is a device for IPsec over IPv6 (IFLA_VTI_*).
type VTI6 struct{ vti }

// KindName returns "vti".
func (*VTI) KindName() string { return "vti" }

// KindName returns "vti6".
func (*VTI6) KindName() string { return "vti6" }

// vti are the options that both have.
type vti struct {
	attr.Extra
	ends
	InputKey, OutputKey opt.Value[uint32]
	Mark                opt.Value[uint32]
}

var (
	_ = kind("vti", "device for IPsec over IPv4", func(v *VTI) []attr.Field { return v.fields(unix.AF_INET) })
	_ = kind("vti6", "device for IPsec over IPv6", func(v *VTI6) []attr.Field { return v.fields(unix.AF_INET6) })
)

func (v *vti) fields(family byte) []attr.Field {
	return slices.Concat(v.ends.fields(family, uapi.IFLA_VTI_LINK, uapi.IFLA_VTI_LOCAL, uapi.IFLA_VTI_REMOTE), []attr.Field{
		attr.BE32(uapi.IFLA_VTI_IKEY, "ikey", &v.InputKey, "mark of states for packets received").ResendOnChange().Default(0),
		attr.BE32(uapi.IFLA_VTI_OKEY, "okey", &v.OutputKey, "mark of policies for packets sent").ResendOnChange().Default(0),
		fwmark(uapi.IFLA_VTI_FWMARK, &v.Mark),
		attr.Unknown(&v.Extra),
	})
}
