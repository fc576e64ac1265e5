// Package all is the one list of families.
package all

import (
	"github.com/netlark/netlark/netlinkcore/addr"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/route"
)

// Families returns all families, in the order in which objects are made.
func Families() []object.Family {
	return []object.Family{
		link.Type,
		addr.Type,
		route.Type,
	}
}
