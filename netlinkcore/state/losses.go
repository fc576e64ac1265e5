package state

import (
	"context"
	"slices"

	"github.com/netlark/netlark/netlinkcore/object"
)

// losses says what cannot be given back of an object that goes, and of what goes
// along with it.
func (c *course) losses(r object.Ref) []string {
	why := r.Family.Losses(r)
	if r.Table().Naming() < 0 {
		return why
	}
	device := r.Family.Identity(r)
	for i := range c.hung.kinds {
		k := &c.hung.kinds[i]
		if k.family.Table().Naming() >= 0 {
			continue
		}
		for _, it := range k.items {
			on := false
			k.family.Devices(it.Ref, func(name string) { on = on || name == device })
			if !on {
				continue
			}
			for _, l := range k.family.Losses(it.Ref) {
				why = append(why, k.family.Name()+" on it: "+l)
			}
		}
	}
	slices.Sort(why)
	return slices.Compact(why)
}

// hangs reads what may go along with devices that go.
func (c *course) hangs(ctx context.Context) (err error) {
	c.hung = c.live
	if c.goal.Whole || c.goal.Fresh != nil || len(c.gone) == 0 && !c.remade {
		return nil
	}
	c.hung, err = Read(ctx, c.goal.Space, c.families)
	return err
}
