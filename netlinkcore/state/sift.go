package state

import (
	"slices"

	"github.com/netlark/netlark/netlinkcore/internal/roll"
	"github.com/netlark/netlark/netlinkcore/object"
)

// What is read is mostly what is wanted: to keep all of it, only to find that it does not
// differ, takes more memory than the plan.

// sieve tells which objects of a family a plan does not ask for: those of the kernel's own that
// nobody wants, and that come again with what they belong to; and, where it sifts, those that
// are as they are wanted. nil: all are needed.
func (c *course) sieve(f object.Family) sieve {
	if f == c.phases.naming || c.phases.stacks[f] || slices.ContainsFunc(f.Table().Keys(), func(i int) bool { return f.Table().Fields()[i].Chosen }) {
		return nil
	}
	wants := c.wants[f]
	if slices.ContainsFunc(wants, func(w *Want) bool { return w.Absent }) { // it may name a part of the key
		return nil
	}
	listed := roll.Of(len(wants), func(i int) Identity { return wants[i].Identity() }, Identity.Hash)
	return func(r object.Ref, by object.Origin) bool {
		if len(wants) > 0 {
			if n, wanted := listed.Find(Identity{f, f.Identity(r)}); wanted {
				return c.sift(wants, n, r)
			}
		}
		return by == object.Kernel && len(f.Losses(r)) == 0
	}
}

// sift notes that an object that is there is as the n-th want of its family says, if it is
// and nothing else is to be known of it.
func (c *course) sift(wants []*Want, n int, have object.Ref) bool {
	w := wants[n]
	if !c.sifts || w.Along || w.Moves || w.Pair != nil || w.former != nil {
		return false
	}
	if old := c.former(w); !c.goal.noted && (old == nil || old.Absent || !old.Before.IsNil()) {
		return false // what it is now is to be remembered
	}
	have.Table().NameDevices(have.Ptr())
	if _, lost, d := c.difference(w, have); len(d.Deltas)+len(lost) > 0 {
		return false
	}
	if c.as == nil {
		c.as = map[object.Family][]bool{}
	}
	as := c.as[have.Family]
	if as == nil {
		as = make([]bool, len(wants))
		c.as[have.Family] = as
	}
	first := !as[n] // another one is not wanted
	as[n] = true
	return first
}
