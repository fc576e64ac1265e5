package tc

import (
	"context"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/object"
)

// Each priority of u32 begins with a table that the kernel numbers, from 800: on
// and another one each time. So a filter in it is known by its number in the table.
const (
	firstRoot  = 0x800
	numberMask = 0xfff
)

// inRoot reports whether v is a filter in the table that its priority begins with.
func inRoot(v *Filter) bool {
	_, ok := v.Kind.(*U32)
	h := v.Handle.Or(0)
	return ok && h>>20 >= firstRoot && h>>12&0xff == 0 && h&numberMask != 0
}

// filterIdentity tells filters apart.
func filterIdentity(v *Filter) string {
	w := *v
	w.unroot()
	return filterSchema.KeyText(attr.To(&w))
}

// unroot leaves of the handle of a filter in the first table its number: the
// kernel then takes the table that there is.
func (v *Filter) unroot() {
	if !inRoot(v) {
		return
	}
	h := v.Handle.Or(0)
	if k := v.Kind.(*U32); k.Table.IsSet() {
		if k.Table.Or(0)>>20 != h>>20 {
			return
		}
		own := *k
		own.Table.Unset()
		v.Kind = &own
	}
	v.Handle.Set(h & numberMask)
}

// anyRoot makes one of the numbers of first tables.
func anyRoot(table uint64) uint64 {
	if table>>20 >= firstRoot {
		return firstRoot << 20
	}
	return table
}

// numberTaken refuses a second filter with a number in the first table: the kernel
// would say that there is no room.
func numberTaken(ctx context.Context, t *object.Type[Filter], s *object.Scope, v *Filter) error {
	if _, ok := v.Kind.(*U32); !ok || v.Handle.Or(0) == 0 || v.Handle.Or(0) > numberMask {
		return nil
	}
	all, err := t.Collect(ctx, s, &Filter{Dev: v.Dev, Parent: v.Parent, Chain: v.Chain, Priority: v.Priority})
	for _, have := range all {
		if inRoot(have) && have.Handle.Or(0)&numberMask == v.Handle.Or(0) {
			return &object.AttributeError{Code: "exists", Path: "handle", Err: unix.EEXIST}
		}
	}
	if object.Code(err) == "not_found" { // nothing is there yet
		return nil
	}
	return err
}

// lastOfPriority has the deletion of the last filter of a priority remove the
// priority: else the kernel keeps its first table, if other priorities of the
// place are u32's too.
func lastOfPriority(ctx context.Context, t *object.Type[Filter], s *object.Scope, v *Filter) error {
	if _, ok := v.Kind.(*U32); !ok {
		return nil
	}
	all, err := t.Collect(ctx, s, &Filter{Dev: v.Dev, Parent: v.Parent, Chain: v.Chain, Priority: v.Priority})
	if err == nil && len(all) == 1 {
		v.Handle.Unset()
	}
	return err
}
