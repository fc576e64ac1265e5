// Package all is the one list of families.
package all

import (
	"github.com/netlark/netlark/netlinkcore/addr"
	"github.com/netlark/netlark/netlinkcore/bridge"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/neigh"
	"github.com/netlark/netlark/netlinkcore/nexthop"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/route"
	"github.com/netlark/netlark/netlinkcore/rule"
	"github.com/netlark/netlark/netlinkcore/sysctl"
	"github.com/netlark/netlark/netlinkcore/tc"
	"github.com/netlark/netlark/netlinkcore/xfrm"
)

// Families returns all families, in the order in which objects are made.
func Families() []object.Family {
	return []object.Family{
		sysctl.Type,
		link.Type,
		bridge.VLANType,
		bridge.VLANGlobalType,
		bridge.FDBType,
		tc.QdiscType,
		tc.ClassType,
		tc.FilterType,
		addr.Type,
		addr.LabelType,
		addr.MulticastType,
		addr.AnycastType,
		xfrm.StateType,
		xfrm.PolicyType,
		nexthop.Type,
		nexthop.BucketType,
		route.Type,
		neigh.Type,
		neigh.TableType,
		bridge.MDBType,
		rule.Type,
		xfrm.SPIType,
		xfrm.ProgressType,
		xfrm.DefaultType,
		xfrm.SPDType,
		xfrm.SADType,
		xfrm.MigrateType,
		xfrm.StateMigrationType,
		xfrm.AcquireType,
		xfrm.ExpireType,
		xfrm.PolicyExpireType,
		xfrm.ReportType,
		xfrm.MappingType,
	}
}
