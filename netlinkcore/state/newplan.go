package state

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/cores"
	"github.com/netlark/netlark/netlinkcore/object"
)

// NewPlan compares what is wanted with what is there. families are in the order
// in which objects are made.
func NewPlan(ctx context.Context, goals []*Goal, families []object.Family) (*Plan, error) {
	shared := course{families: families, phases: newPhases(families), pairs: map[any]bool{}}
	courses := make([]*course, len(goals))
	each := func(courses []*course, do func(c *course) error) error {
		return cores.Each(len(courses), func(i int) error {
			c := courses[i]
			return c.failed(errors.Join(do(c), rest(len(goals), c.goal.Space)))
		})
	}
	for i, g := range goals {
		courses[i] = shared.of(g)
	}
	if err := each(courses, func(c *course) error { return c.begin(ctx) }); err != nil {
		return nil, err
	}
	if err := tear(ctx, courses); err != nil {
		return nil, err
	}
	for now := courses; len(now) > 0; {
		now = depart(now, courses)
		if err := each(now, func(c *course) error { return c.look(ctx) }); err != nil {
			return nil, err
		}
	}
	for _, c := range courses {
		c.follow()
	}
	if err := each(courses, func(c *course) error { return c.plot(ctx) }); err != nil {
		return nil, err
	}
	p := &Plan{Steps: inPhases(courses, shared.phases.last)}
	for _, c := range courses {
		p.Missing = append(p.Missing, c.missing...)
		p.Left = append(p.Left, c.left...)
		p.Formers = append(p.Formers, c.next)
		p.renewed = append(p.renewed, c.renewed)
	}
	p.barriers = shared.phases.barriers(p.Steps)
	return p, nil
}

// of begins the course of one namespace.
func (c *course) of(g *Goal) *course {
	return &course{goal: g, families: c.families, phases: c.phases, pairs: c.pairs,
		gone: map[string]bool{}, coming: map[string]bool{}, torn: map[string][]attr.Delta{}, brought: map[string]bool{}}
}

// begin reads what is there. Where that is all that is wanted, it keeps of it what
// tells of pairs: most namespaces of a large lab are as they should be, and all that is
// in all of them is much.
func (c *course) begin(ctx context.Context) error {
	c.sifts = c.goal.Fresh == nil && c.goal.Leaving == nil
	if err := c.look(ctx); err != nil || !c.sifts {
		return err
	}
	c.sifts = false
	switch {
	case c.alone(ctx):
		return nil
	case c.as == nil:
		c.gather()
		return nil
	}
	c.as = nil
	return c.look(ctx) // at all of it
}

// alone plans a namespace as if there were no others, and reports whether nothing is to be
// done there.
func (c *course) alone(ctx context.Context) bool {
	shared := course{families: c.families, phases: c.phases, pairs: map[any]bool{}}
	t := shared.of(c.goal)
	t.wants, t.formers, t.returns, t.next = c.wants, c.formers, c.returns, c.next
	t.live, t.as = c.live, c.as
	t.departures()
	if len(t.gone)+len(t.coming) > 0 || t.remade {
		return false
	}
	if err := t.plot(ctx); err != nil || len(t.steps)+len(t.missing)+len(t.left)+len(t.renewed) > 0 {
		return false // it comes again, when others are known
	}
	c.live.show(c.goal.Saw)
	c.ends = c.pairEnds()
	for i := range c.ends {
		if e := &c.ends[i]; e.there {
			e.have = e.have.Family.Joint(e.have)
		}
	}
	c.agrees, c.next = true, t.next
	c.live, c.wants, c.formers, c.as = nil, nil, nil, nil
	return true
}

// depart notes which devices of some namespaces go and come. It returns those among all
// that seemed to be as they should, and have the other end of a pair that is made anew:
// they have to be looked at again.
func depart(some, all []*course) (again []*course) {
	for _, c := range some {
		if !c.agrees {
			c.departures()
		}
	}
	for _, c := range all {
		if c.agrees && c.disturbed() {
			c.agrees = false
			again = append(again, c)
		}
	}
	return again
}

// disturbed reports whether the end of a pair goes for the sake of the other one.
func (c *course) disturbed() bool {
	return len(c.torn) > 0 || slices.ContainsFunc(c.ends, func(e end) bool { return c.blocks(e.want) })
}

// inPhases are the steps of all courses, by phase. In each they stand as they were
// planned, in one namespace after what they stand on.
func inPhases(courses []*course, last int32) []*Step {
	next := make([]int, 2*last+2) // place of a phase's next step
	for _, c := range courses {
		for i := range c.steps {
			next[c.steps[i].phase+1]++
		}
	}
	for phase := range next[1:] {
		next[phase+1] += next[phase]
	}
	all := make([]*Step, next[len(next)-1])
	for _, c := range courses {
		heights(c.steps)
		if lower := func(a, b Step) int { return int(a.height - b.height) }; !slices.IsSortedFunc(c.steps, lower) {
			slices.SortStableFunc(c.steps, lower)
		}
		for i := range c.steps {
			s := &c.steps[i]
			all[next[s.phase]] = s
			next[s.phase]++
		}
	}
	return all
}

func (c *course) failed(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("plan%s: %w", c.goal.Space.in(), err)
}
