package xfrm

import (
	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
)

// An SPIRequest asks for a state without keys that has an SPI which no other
// has (struct xfrm_userspi_info). Adding the state fills it.
type SPIRequest struct {
	State
	Min, Max opt.Value[uint32]
}

// What ip-xfrm(8) asks for: SPIs below 256 are reserved (RFC 4303), those of
// IPComp have 16 bits.
const (
	minSPI     = 0x100
	maxSPI     = 0x0fffffff
	maxSPIComp = 0xffff
)

// spiSchema is struct xfrm_userspi_info: that of a state, of which the kernel
// looks at some, and two numbers.
var spiSchema = attr.Define("xfrm.state.allocspi", "reserve an SPI: a state without keys, for add to fill before the kernel drops it (net.core.xfrm_acq_expires)",
	232, func(v *SPIRequest) []attr.Field {
		var fields []attr.Field
		for _, f := range stateHead(&v.State) {
			switch f.Name {
			case "family", "dst", "src", "proto", "mode", "reqid", "seq":
				fields = append(fields, f)
			}
		}
		return append(fields,
			attr.Head32(224, "min", &v.Min, "smallest SPI; 0x100 unless given"),
			attr.Head32(228, "max", &v.Max, "largest SPI; 0x0fffffff unless given, 0xffff for comp"),
			mark(&v.Mark), ifID(&v.IfID), saDir(&v.Dir))
	})

// SPIType is the function that reserves an SPI. Its answer is the state.
var SPIType = object.Define(&object.Type[SPIRequest]{
	Schema:   spiSchema,
	Proto:    unix.NETLINK_XFRM,
	Requests: object.Requests{object.Call: {Type: uapi.XFRM_MSG_ALLOCSPI}},
	Answer:   StateType,
	Args:     []string{"dst"},
	Fill: func(_ object.Verb, v *SPIRequest) {
		most := uint32(maxSPI)
		if v.Proto.Or(0) == Comp {
			most = maxSPIComp
		}
		v.Min.Set(v.Min.Or(minSPI))
		v.Max.Set(v.Max.Or(max(most, v.Min.Or(0))))
	},
})
