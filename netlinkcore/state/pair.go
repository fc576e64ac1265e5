package state

import (
	"context"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/cores"
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
	var first []end
	second := map[any]end{}
	for _, c := range courses {
		for _, e := range c.pairEnds() {
			if e.want.Along {
				second[e.want.Pair] = e
			} else {
				first = append(first, e)
			}
		}
	}
	joined := make([]bool, len(first))
	err := cores.Each(len(first), func(i int) (err error) {
		a, b := first[i], second[first[i].want.Pair]
		switch {
		case !a.there || !b.there:
		case a.c.goal.young && b.c.goal.young: // made just now, in one request
			joined[i] = true
		default:
			joined[i], err = a.have.Family.Joined(ctx, a.c.goal.Space.Scope, a.have, b.c.goal.Space.Scope, b.have)
		}
		return err
	})
	for i, a := range first {
		switch b := second[a.want.Pair]; {
		case a.there && !joined[i]:
			a.c.torn[a.id] = []attr.Delta{{Path: "peer", Old: attr.TextValue("another"), New: attr.TextValue("its own")}}
		case joined[i] && !a.anew() && b.anew():
			a.c.torn[a.id] = b.fixed()
		}
	}
	return err
}

// anew reports whether the kernel cannot make of an end what is wanted.
func (e *end) anew() bool { return !e.c.agrees && e.c.anew(e.want, e.have) }

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

// pairEnds are the ends of pairs that are wanted in one namespace: of one that is as
// it should be, as much as matters of them.
func (c *course) pairEnds() (ends []end) {
	f := c.phases.naming
	switch {
	case c.agrees:
		return c.ends
	case f == nil, c.goal.Fresh != nil && c.goal.Pristine != nil: // nothing is there yet
		return nil
	}
	live := c.live.of(f)
	for _, w := range c.wants[f] {
		if w.Pair == nil || w.Absent {
			continue
		}
		e := end{c: c, want: w, id: f.Identity(w.Object)}
		if at, there := live.at[e.id]; there {
			e.there, e.have = true, live.items[at].Ref
		}
		ends = append(ends, e)
	}
	return ends
}

// follow notes which devices go because the other end of their pair is made anew, or the
// device that they stand on.
func (c *course) follow() {
	f := c.phases.naming
	if f == nil || c.agrees {
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
