package state

import (
	"context"
	"errors"
	"math"
	"slices"
	"sync"

	"github.com/netlark/netlark/netlinkcore/internal/cores"
)

// A group is what steps are in one namespace, in order.
type group struct {
	space *Space
	steps []*Step
}

// bySpace groups steps, in the order in which their namespaces come up.
func bySpace(steps []*Step) (groups []group) {
	at := map[*Space]int{}
	for len(steps) > 0 {
		sp, n := steps[0].Space, 1 // those of one namespace stand together, in a phase
		for n < len(steps) && steps[n].Space == sp {
			n++
		}
		run := steps[:n:n]
		steps = steps[n:]
		if i, ok := at[sp]; ok {
			groups[i].steps = append(groups[i].steps, run...)
			continue
		}
		at[sp] = len(groups)
		groups = append(groups, group{sp, run})
	}
	return groups
}

// An opening is what of a plan comes before the first barrier, as far as it is to be done
// yet.
type opening struct {
	once   sync.Once
	groups []group
	mu     sync.Mutex
	begun  map[*Space]bool
	done   int // steps
}

func (p *Plan) open() []group {
	p.opening.once.Do(func() {
		p.opening.groups, p.opening.begun = bySpace(p.Steps[:p.until(p.barriers[0])]), map[*Space]bool{}
	})
	return p.opening.groups
}

// until is how many steps come before a phase.
func (p *Plan) until(phase int32) int {
	n := slices.IndexFunc(p.Steps, func(s *Step) bool { return s.phase >= phase })
	if n < 0 {
		return len(p.Steps)
	}
	return n
}

// Start does what p begins with in each of some namespaces that are made meanwhile: what
// needs nothing of others, such as settings: making namespaces leaves the cores time for that.
// made is called with each by several goroutines, and makes it. Converge goes on from there.
func (v *Converger) Start(ctx context.Context, p *Plan, spaces []*Space, made func(i int) error) error {
	groups := map[*Space]*group{}
	for i := range p.open() {
		g := &p.opening.groups[i]
		groups[g.space] = g
	}
	return cores.Each(len(spaces), func(i int) error {
		if err := ctx.Err(); err != nil { // what is to be undone need not be made
			return err
		}
		if err := made(i); err != nil {
			return err
		}
		g := groups[spaces[i]]
		if g == nil {
			return nil
		}
		n, err := v.inOrder(ctx, g.steps)
		p.opening.mu.Lock()
		defer p.opening.mu.Unlock()
		p.opening.begun[g.space], p.opening.done = true, p.opening.done+n
		return errors.Join(err, rest(len(spaces), g.space))
	})
}

// carryOut does the steps of a plan, from barrier to barrier.
func (v *Converger) carryOut(ctx context.Context, p *Plan) (done int, err error) {
	first := slices.DeleteFunc(slices.Clone(p.open()), func(g group) bool { return p.opening.begun[g.space] })
	done, err = v.sideBySide(ctx, first)
	done += p.opening.done
	from := p.until(p.barriers[0])
	for _, phase := range append(slices.Clone(p.barriers[1:]), math.MaxInt32) {
		if err != nil {
			return done, err
		}
		to := p.until(phase)
		ok := 0
		ok, err = v.sideBySide(ctx, bySpace(p.Steps[from:to]))
		done, from = done+ok, to
	}
	return done, err
}

// sideBySide does steps that need nothing of those in other namespaces. In one
// namespace they go in order.
func (v *Converger) sideBySide(ctx context.Context, groups []group) (done int, err error) {
	counts := make([]int, len(groups))
	err = cores.Each(len(groups), func(i int) (err error) {
		counts[i], err = v.inOrder(ctx, groups[i].steps)
		return errors.Join(err, rest(len(groups), groups[i].space))
	})
	for _, n := range counts {
		done += n
	}
	return done, err
}
