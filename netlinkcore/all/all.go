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
		link.Type,
		addr.Type,
		neigh.Type,
		bridge.FDBType,
		nexthop.Type,
		route.Type,
		rule.Type,
		sysctl.Type,
		tc.QdiscType,
		tc.ClassType,
		tc.FilterType,
		xfrm.StateType,
		xfrm.PolicyType,
	}
}
