package state

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/netlark/netlark/netlinkcore/object"
)

// passes bounds how often Converge carries out what is still to be done.
const passes = 3

// A Converger makes namespaces what they are to be.
type Converger struct {
	// Families are in the order in which objects are made.
	Families []object.Family
	// Before is called with each plan before it is carried out; nil: nobody is.
	Before func(ctx context.Context, p *Plan) error
	// Try is called before each step, by several goroutines at once; an error from
	// it is the step's. nil: nobody is.
	Try func(s *Step) error
	// Done is called after each step, by several goroutines at once; nil: nobody is.
	Done func(s *Step)
}

// Converge carries out plans until nothing differs any more: what went along with
// something else shows in the next one. first, if it is not nil, is the first
// plan. It returns how many steps it carried out. A *StepError says which failed;
// an *UnsettledError what differs yet although the kernel took it; where the kernel does
// not tell of what is wanted, that is a *StepError, too.
func (v *Converger) Converge(ctx context.Context, goals []*Goal, first *Plan) (done int, err error) {
	p, noted := first, first
	for pass := 0; ; pass++ {
		if p == nil {
			if p, err = NewPlan(ctx, goals, v.Families); err != nil {
				return done, err
			}
			noted = cmp.Or(noted, p)
		}
		switch {
		case len(p.Missing) > 0:
			return done, p.Missing[0]
		case len(p.Steps) == 0:
			return done, nil
		case pass == passes:
			return done, unsettled(ctx, p.Steps)
		}
		if v.Before != nil {
			if err := v.Before(ctx, p); err != nil {
				return done, err
			}
		}
		if pass > 0 { // what is there may be removed now
			watch(goals)
		}
		n, err := v.carryOut(ctx, p)
		noted.met(goals, p.Steps)
		done += n
		if err != nil {
			return done, err
		}
		for i, g := range goals {
			g.renew(p.renewed[i])
			g.young = g.young || g.Fresh != nil
			g.Fresh, g.Pristine = nil, nil // it is made
			g.noted = true
		}
		p = nil
	}
}

// renew notes what was made anew.
func (g *Goal) renew(identities []Identity) {
	for _, id := range identities {
		if g.renewed == nil {
			g.renewed = map[Identity]bool{}
		}
		g.renewed[id] = true
	}
}

// watch has names of devices watched again, where they were not since the
// namespace was made just now.
func watch(goals []*Goal) {
	for _, g := range goals {
		if g.young {
			g.Space.Scope.Alone(false)
		}
	}
}

// inOrder does steps in one namespace, many in a system call. The kernel does not
// stop at a refusal: what it refused is tried again by itself.
func (v *Converger) inOrder(ctx context.Context, steps []*Step) (done int, err error) {
	refused := map[int]error{}
	refuse := func(at any, err error) {
		if refused[at.(int)] == nil { // a step may be several messages
			refused[at.(int)] = err
		}
	}
	b := steps[0].Space.Scope.Batch(refuse)
	ready, stopped := v.remove(ctx, steps)
	if stopped != nil {
		steps = steps[:ready]
	}
	tried := 0
	for ; tried < len(steps); tried++ {
		err := error(nil)
		if tried >= ready {
			err = v.try(ctx, steps[tried])
		}
		if err == nil {
			err = v.queue(ctx, b, steps[tried], tried, refuse)
		}
		if err != nil {
			stopped = err
			break
		}
	}
	if err := b.Flush(ctx); err != nil {
		return 0, err
	}
	done = tried - len(refused)
	for i, at := range slices.Sorted(maps.Keys(refused)) {
		if err := steps[at].again(ctx, refused[at], i == 0); err != nil {
			return done, &StepError{steps[at], err}
		}
		done++
	}
	for _, s := range steps[:tried] {
		if v.Done != nil {
			v.Done(s)
		}
	}
	return done, stopped
}

// remove does what the steps begin with, if that is to remove many objects of one family
// and goes faster together. It returns how many steps it tried, which are to be done one
// by one all the same; an error is that of the next.
func (v *Converger) remove(ctx context.Context, steps []*Step) (tried int, stopped error) {
	first := steps[0].Object.Family
	n := slices.IndexFunc(steps, func(s *Step) bool { return s.Verb != object.Delete || s.instead() != nil || s.Object.Family != first })
	if n < 0 {
		n = len(steps)
	}
	var gone []object.Ref
	for ; tried < n; tried++ {
		if stopped = v.try(ctx, steps[tried]); stopped != nil {
			break
		}
		gone = append(gone, steps[tried].Object)
	}
	first.RemoveTogether(ctx, steps[0].Space.Scope, gone)
	return tried, stopped
}

// try asks whether a step may be done.
func (v *Converger) try(ctx context.Context, s *Step) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if v.Try != nil {
		if err := v.Try(s); err != nil {
			return &StepError{s, err}
		}
	}
	return nil
}

// queue has a step wait with others. An error ends it; what is refused is told to
// refuse.
func (v *Converger) queue(ctx context.Context, b *object.Batch, s *Step, at int, refuse func(at any, err error)) error {
	if s.instead() != nil || s.looks() { // more than one request
		if err := b.Flush(ctx); err != nil {
			return err
		}
		switch err := s.Do(ctx); {
		case err == nil:
		case s.looks():
			refuse(at, err)
		default:
			return &StepError{s, err}
		}
		return nil
	}
	if err := s.Object.Family.Queue(ctx, b, s.Verb, s.Object, at); err != nil {
		refuse(at, err)
	}
	return nil
}

// again does what was refused for err: in another way, and when that passed for
// which it was. What is not the first may have been refused for the first's sake.
func (s *Step) again(ctx context.Context, err error, first bool) error {
	if !first {
		if again := s.Do(ctx); object.Code(again) != "exists" { // or else a part of it was done
			err = again
		}
	} else if !s.needless(err) {
		err = s.otherwise(ctx, err)
	}
	patience := time.Now().Add(settling)
	for err != nil && !s.needless(err) && !s.lapsed(ctx) {
		if object.Code(err) != "unreachable" && !s.looks() || time.Now().After(patience) || ctx.Err() != nil {
			return err
		}
		time.Sleep(settling / 50)
		err = s.Do(ctx)
	}
	return nil
}

// A StepError is the failure of a step.
type StepError struct {
	Step *Step
	Err  error
}

// Error returns the step and why it failed.
func (e *StepError) Error() string { return fmt.Sprintf("%s: %v", e.Step, e.Err) }

// Unwrap returns the failure itself.
func (e *StepError) Unwrap() error { return e.Err }

// unsettled says why steps do not come to an end.
func unsettled(ctx context.Context, steps []*Step) error {
	for _, s := range steps {
		if s.Verb != object.Delete {
			if err := s.Object.Family.Told(ctx, s.Space.Scope, s.Object); err != nil {
				return &StepError{s, err}
			}
		}
	}
	return &UnsettledError{steps}
}

// An UnsettledError says what still differs although every step succeeded.
type UnsettledError struct{ Steps []*Step }

// Error lists what differs.
func (e *UnsettledError) Error() string {
	lines := []string{fmt.Sprintf("after %d rounds this still differs, although the kernel took it:", passes)}
	for _, s := range e.Steps {
		lines = append(lines, "  "+s.String())
	}
	return strings.Join(lines, "\n")
}
