package state

import (
	"context"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/object"
)

// An end is a want that comes with another one, where it is.
type end struct {
	c     *course
	want  *Want
	id    string
	have  object.Ref
	there bool
}

// tear finds pairs that are not as they are wanted, although their first end is
// there: the other one is not, is another's, or has what the kernel cannot change.
// They are made anew.
func tear(ctx context.Context, courses []*course) error {
	first, second := map[any]end{}, map[any]end{}
	for _, c := range courses {
		f := c.phases.naming
		if f == nil || c.goal.Fresh != nil && c.goal.Pristine != nil {
			continue // nothing is there yet
		}
		c.ends(f, first, second)
	}
	for pair, a := range first {
		b, ok := second[pair]
		joined := false
		if ok && a.there && b.there {
			var err error
			if joined, err = a.have.Family.Joined(ctx, a.c.goal.Space.Scope, a.have, b.c.goal.Space.Scope, b.have); err != nil {
				return err
			}
		}
		switch {
		case a.there && !joined:
			a.c.torn[a.id] = []attr.Delta{{Path: "peer", Old: attr.TextValue("another"), New: attr.TextValue("its own")}}
		case joined && !a.c.anew(a.want, a.have) && b.c.anew(b.want, b.have):
			a.c.torn[a.id] = b.fixed()
		}
	}
	return nil
}

// fixed is what the kernel cannot change at the other end of a pair.
func (e *end) fixed() (deltas []attr.Delta) {
	_, _, d := e.c.difference(e.want, e.have)
	for _, delta := range d.Deltas {
		if delta.Fixed {
			delta.Path = "peer." + delta.Path
			deltas = append(deltas, delta)
		}
	}
	return deltas
}

// ends takes in the ends of pairs that are wanted in one namespace.
func (c *course) ends(f object.Family, first, second map[any]end) {
	live := c.live.of(f)
	for i := range c.wants[f] {
		w := c.wants[f][i]
		if w.Pair == nil || w.Absent {
			continue
		}
		e := end{c: c, want: w, id: f.Identity(w.Object)}
		at, there := live.at[e.id]
		if e.there = there; there {
			e.have = live.items[at].Ref
		}
		if w.Along {
			second[w.Pair] = e
		} else {
			first[w.Pair] = e
		}
	}
}

// follow notes which devices go because the other end of their pair is made anew, or the
// device that they stand on.
func (c *course) follow() {
	f := c.phases.naming
	if f == nil {
		return
	}
	live := c.live.of(f)
	for i := range c.wants[f] {
		w := c.wants[f][i]
		if id := f.Identity(w.Object); live.has(id) && c.blocks(w) {
			c.gone[id] = true
			c.comes(w, id)
		}
	}
	c.stacked(f, live)
}

// whyTorn says why a device that is there is made anew for the other end of its pair, or
// for what it stands on; nil: it is not.
func (c *course) whyTorn(r object.Ref) []attr.Delta {
	if len(c.torn) == 0 {
		return nil
	}
	return c.torn[r.Family.Identity(r)]
}
