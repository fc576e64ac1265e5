package state

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/object"
)

// Do carries out a step.
func (s *Step) Do(ctx context.Context) error {
	if s.more != nil && s.more.finally != nil {
		defer s.more.finally()
	}
	if instead := s.instead(); instead != nil {
		return instead(ctx)
	}
	if s.looks() {
		if met, err := s.meets(ctx); met || err != nil {
			return err
		}
	}
	_, err := s.Object.Family.Do(ctx, s.Space.Scope, s.Verb, s.Object)
	if err == nil {
		return nil
	}
	return s.otherwise(ctx, err)
}

// otherwise does a step that failed in another way, if there is one.
func (s *Step) otherwise(ctx context.Context, err error) error {
	f, t := s.Object.Family, s.Object.Table()
	switch {
	case s.Verb == object.Set && t.WantsDown(s.Object.Ptr()): // changeable only while it is down
		_, downErr := f.Do(ctx, s.Space.Scope, s.Verb, s.with(down))
		if downErr == nil {
			return nil
		}
	case s.Verb == object.Add && s.borne && object.Code(err) == "exists": // its device brought it
		_, again := f.Do(ctx, s.Space.Scope, object.Replace, s.Object)
		return again
	case s.Verb == object.Add && t.Naming() < 0 && object.Code(err) == "exists": // something else brought it
		if met, again := s.meets(ctx); met || again != nil {
			return again
		}
	case s.Verb == object.Add && t.Naming() >= 0: // perhaps another has the number by now
		_, again := f.Do(ctx, s.Space.Scope, s.Verb, s.with(unnumbered))
		if again == nil {
			return nil
		}
	}
	return err
}

// needless reports whether an error says that there was nothing to do any more:
// what was to go, or to change, went along with something else. What is wanted of that the
// next plan makes.
func (s *Step) needless(err error) bool {
	f := s.Object.Family
	goes := s.Verb == object.Delete || s.Verb == object.Set && f.Lasts() && f.Table().Naming() < 0
	return goes && object.Code(err) == "not_found"
}

// lapsed reports whether what a step is to give back went along with something else: then
// nothing is owed any more.
func (s *Step) lapsed(ctx context.Context) bool {
	if !s.owed {
		return false
	}
	_, err := Find(ctx, s.Space, s.Object)
	return errors.Is(err, object.ErrNotFound)
}

func (s *Step) with(change func(t *attr.Table, p attr.Ptr)) object.Ref {
	r := s.Object.Clone()
	change(r.Table(), r.Ptr())
	return r
}

func down(t *attr.Table, p attr.Ptr) {
	for i := range t.Fields() {
		if t.Fields()[i].Last {
			_ = t.Put(&attr.Put{}, p, i, attr.BoolValue(false))
		}
	}
}

func unnumbered(t *attr.Table, p attr.Ptr) { t.Unset(p, t.Lookup("index")) }

// String says what the step does, and where, in a line.
func (s *Step) String() string { return s.Does() + s.Space.in() }

// Does says what the step does, in a line.
func (s *Step) Does() string {
	sign := map[object.Verb]string{object.Add: "+", object.Replace: "~", object.Set: "~", object.Delete: "-"}[s.Verb]
	if s.Anew {
		sign = "±"
	}
	out := sign + " " + s.Object.String()
	var changes []string
	for _, d := range s.Deltas() {
		changes = append(changes, d.String())
	}
	if changes != nil {
		out += ": " + strings.Join(changes, ", ")
	}
	return out
}

// String returns the attribute with what it is and what it should be.
func (l *Leftover) String() string {
	if l.Err == nil {
		return l.Step.String()
	}
	return fmt.Sprintf("%s (%s)", l.Step.String(), l.Err)
}
