package state

import (
	"context"
	"errors"
	"slices"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/object"
)

// What the kernel makes by itself while a plan is carried out, and the plan was to make:
// the routes that come with an address.

// looks reports whether a step is to look before it makes an object that says of itself
// that the kernel makes it: the kernel may take another one beside its own, under the metric
// that others get. Its own may come a while after the address.
func (s *Step) looks() bool {
	return s.Verb == object.Add && s.Object.Table().Naming() < 0 && marked(s.Object)
}

// marked reports whether something that an object names besides its key, such as the
// protocol, tells that the kernel made it. What it tells by naming nothing it tells of what
// it learns, which is another matter.
func marked(r object.Ref) bool {
	f := r.Family
	return f.Maker(r) == object.Kernel && f.Maker(object.Of(f, keyed(r))) != object.Kernel
}

// meets reports whether the kernel has made by itself what a step is to make. What of it is
// wanted otherwise the next plan changes.
func (s *Step) meets(ctx context.Context) (bool, error) {
	found, err := Find(ctx, s.Space, s.Object)
	all := []object.Ref{found}
	var several *object.AmbiguousError
	switch {
	case errors.As(err, &several):
		all = several.Refs
	case errors.Is(err, object.ErrNotFound):
		return false, nil
	case err != nil:
		return false, err
	}
	i := slices.IndexFunc(all, marked)
	if i < 0 {
		return false, nil
	}
	s.hold().met = named(all[i])
	return true, nil
}

// met notes of what the kernel had made when its turn came that it was there before it was
// declared: it stays when it is declared no longer.
func (p *Plan) met(goals []*Goal, steps []*Step) {
	for _, s := range steps {
		if s.more == nil || s.more.met.IsZero() {
			continue
		}
		g := slices.IndexFunc(goals, func(g *Goal) bool { return g.Space == s.Space })
		id := IdentityOf(s.Object)
		formers := slices.Clone(p.Formers[g]) // somebody may be reading them
		for j := range formers {
			if f := &formers[j]; f.Before.IsNil() && f.identity() == id {
				f.Before = s.more.met.Ptr()
			}
		}
		p.Formers[g] = formers
	}
}

// keepMatch gives what takes the place of an object of the kernel's that by which the
// kernel finds it again, when what it belongs to goes.
func keepMatch(r, have object.Ref) {
	if marked(have) {
		r.Table().Merge(r.Ptr(), have.Ptr(), func(f *attr.Field) bool { return f.Access&(attr.Key|attr.Delete) != 0 })
	}
}
