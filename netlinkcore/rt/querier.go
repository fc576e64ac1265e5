package rt

import (
	"net/netip"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/opt"
)

// A Querier is who asks for memberships of multicast groups, as a bridge knows it
// (BRIDGE_QUERIER_*). Times are in 1/100 s.
type Querier struct {
	Address, Address6 netip.Addr
	Port, Port6       Dev // not set: the bridge itself asks
	Left, Left6       opt.Value[uint64]
}

// QuerierState defines Querier.
var QuerierState = attr.Define("querier", "who asks for memberships", 0, func(v *Querier) []attr.Field {
	return []attr.Field{
		attr.Addr(uapi.BRIDGE_QUERIER_IP_ADDRESS, "address", &v.Address, "who asks by IGMP").Holding(unix.AF_INET),
		attr.Device(uapi.BRIDGE_QUERIER_IP_PORT, "port", &v.Port, "port towards it"),
		attr.Uint64(uapi.BRIDGE_QUERIER_IP_OTHER_TIMER, "other_timer", &v.Left, "until the bridge asks in its place").In(attr.Centiseconds),
		attr.Addr(uapi.BRIDGE_QUERIER_IPV6_ADDRESS, "address6", &v.Address6, "who asks by MLD").Holding(unix.AF_INET6),
		attr.Device(uapi.BRIDGE_QUERIER_IPV6_PORT, "port6", &v.Port6, "port towards it"),
		attr.Uint64(uapi.BRIDGE_QUERIER_IPV6_OTHER_TIMER, "other_timer6", &v.Left6, "until the bridge asks in its place").In(attr.Centiseconds),
		attr.Ignored(uapi.BRIDGE_QUERIER_PAD),
	}
})
