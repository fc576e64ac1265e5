package state

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"

	"github.com/netlark/netlark/netlinkcore/object"
)

// A Want is one object as it is to be: its key, and the attributes that matter.
type Want struct {
	Object object.Ref
	// Absent: it is not to be there.
	Absent bool
	// Along: it is not made by itself. Either it is there, or another object
	// brings it, as the first end of a pair does the second.
	Along bool
	// Born is what it is like when it comes, or is given when it is made, besides
	// what is wanted: it may change later.
	Born object.Ref
	// Pair is the same for an object and what it brings along; nil: it is alone.
	Pair any
	// Once: it matters now and not later; nothing is owed for it.
	Once bool
	// Note is handed on to the steps: who asked for it.
	Note any

	former *Former // of what is declared no longer
}

// A Goal is what one namespace is to be.
type Goal struct {
	Space *Space
	// Wants name each object once, in the order in which they were asked for.
	Wants []Want
	// Whole: the wants are all there is to be. What else is there is removed, but
	// for what the kernel and daemons make, and what Ignore says.
	Whole  bool
	Ignore func(object.Ref) bool
	// Fresh is what the namespace will be when it is made, and Pristine one that
	// was just made; nil: it is there.
	Fresh    *Image
	Pristine *object.Scope
	// Formers are what was declared the last time, and is given back when it is
	// declared no longer.
	Formers []Former
}

// A Plan is what makes of namespaces what they are to be, in the order in which
// it is carried out.
type Plan struct {
	Steps []Step
	// Missing are wants for what is not there and nothing brings.
	Missing []MissingError
	// Left are objects that others changed since they were declared.
	Left []Left
	// Formers are those of the next time, of each goal.
	Formers [][]Former
}

// A MissingError says that what is to be changed is not there.
type MissingError struct {
	Space *Space
	Want  Want
}

// Error names what is not there.
func (e MissingError) Error() string {
	return fmt.Sprintf("%s%s is not there", e.Want.Object, e.Space.in())
}

// Unwrap makes errors.Is find object.ErrNotFound.
func (e MissingError) Unwrap() error { return object.ErrNotFound }

// NewPlan compares what is wanted with what is there. families are in the order
// in which objects are made.
func NewPlan(ctx context.Context, goals []*Goal, families []object.Family) (*Plan, error) {
	p := &Plan{}
	ph := newPhases(families)
	pairs := map[any]bool{}
	courses := make([]*course, len(goals))
	err := sideBySide(len(goals), func(i int) error {
		courses[i] = &course{goal: goals[i], families: families, phases: ph, gone: map[string]bool{}, coming: map[string]bool{}, torn: map[string]bool{}, pairs: pairs}
		return courses[i].failed(courses[i].look(ctx, families))
	})
	if err != nil {
		return nil, err
	}
	if err := tear(ctx, courses); err != nil {
		return nil, err
	}
	for _, c := range courses {
		c.departures()
	}
	for _, c := range courses {
		c.follow()
	}
	err = sideBySide(len(goals), func(i int) error { return courses[i].failed(courses[i].plot(ctx, families)) })
	if err != nil {
		return nil, err
	}
	for _, c := range courses {
		heights(c.steps)
		p.Steps = append(p.Steps, c.steps...)
		p.Missing = append(p.Missing, c.missing...)
		p.Left = append(p.Left, c.left...)
		p.Formers = append(p.Formers, c.next)
	}
	slices.SortStableFunc(p.Steps, func(a, b Step) int { return cmp.Or(a.phase-b.phase, a.height-b.height) })
	return p, nil
}

func (c *course) failed(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("plan%s: %w", c.goal.Space.in(), err)
}

// sideBySide calls fn for each of n namespaces, on all cores, and returns what
// failed, in order.
func sideBySide(n int, fn func(i int) error) error {
	failed := make([]error, n)
	turns := make(chan struct{}, 2*runtime.GOMAXPROCS(0))
	var all sync.WaitGroup
	for i := range n {
		turns <- struct{}{}
		all.Go(func() {
			failed[i] = fn(i)
			<-turns
		})
	}
	all.Wait()
	return errors.Join(failed...)
}
