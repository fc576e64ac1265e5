package object

import (
	"context"
	"iter"

	"github.com/netlark/netlark/netlinkcore/attr"
)

// Define makes of t, which is nothing but data and hooks so far, a Family.
func Define[S any](t *Type[S]) *Type[S] {
	t.core = core{
		self: t, table: t.Schema.Table, proto: t.Proto, requests: t.Requests, reply: t.Reply, answer: t.Answer, fills: t.Fills, args: t.Args,
		family: t.Family, lists: t.Lists, echo: t.Echo, complete: t.Complete, smallSends: t.SmallSends, events: t.Events, passing: t.Passing,
		changed: t.Changed, goneAs: t.GoneAs, allGone: t.AllGone, ofBridges: t.OfBridges, hashed: t.Hashed, upright: t.Upright,
		everything: attr.ToAll(t.Everything), notFor: t.NotFor,
		hooks: hooks{
			arrived: of(t.Arrived), made: of(t.Made), identifiedBy: of(t.IdentifiedBy), oneOfSeveral: of(t.OneOfSeveral), orderedBy: of(t.OrderedBy),
			loses: of(t.Loses), rank: of(t.Rank), vacant: of(t.Vacant), comes: of(t.Comes), unsettles: of(t.Unsettles),
			clash: ofTwo(t.Clash), skip: ofTwo(t.Skip), noise: ofTwo(t.Noise), check: ofVerb(t.Check), beforeIf: ofVerb(t.BeforeIf),
		},
	}
	t.hookVerbs()
	t.hookSeveral()
	t.hookPairs()
	return t
}

// of is a hook for objects whose Go type the caller does not know. A hook that is nil
// stays so, here and below.
func of[S, R any](fn func(*S) R) func(attr.Ptr) R {
	if fn == nil {
		return nil
	}
	return func(v attr.Ptr) R { return fn(attr.From[S](v)) }
}

func ofTwo[S, R any](fn func(a, b *S) R) func(a, b attr.Ptr) R {
	if fn == nil {
		return nil
	}
	return func(a, b attr.Ptr) R { return fn(attr.From[S](a), attr.From[S](b)) }
}

func ofVerb[S, R any](fn func(Verb, *S) R) func(Verb, attr.Ptr) R {
	if fn == nil {
		return nil
	}
	return func(verb Verb, v attr.Ptr) R { return fn(verb, attr.From[S](v)) }
}

// hookVerbs are the hooks that verbs call.
func (t *Type[S]) hookVerbs() {
	if t.Fill != nil {
		t.fill = func(verb Verb, v attr.Ptr) { t.Fill(verb, attr.From[S](v)) }
	}
	if t.Find != nil {
		t.find = func(ctx context.Context, s *Scope, v attr.Ptr) error { return t.Find(ctx, s, attr.From[S](v)) }
	}
	if t.Resolve != nil {
		t.resolve = func(ctx context.Context, s *Scope, verb Verb, v attr.Ptr) error {
			return t.Resolve(ctx, s, verb, attr.From[S](v))
		}
	}
	if t.Outside != nil {
		t.outside = func(verb Verb, v attr.Ptr) *act {
			a := t.Outside(verb, attr.From[S](v))
			if a == nil {
				return nil
			}
			return &act{a.Takes, func(ctx context.Context, s *Scope, v attr.Ptr) error { return a.Do(ctx, t, s, attr.From[S](v)) }}
		}
	}
	if t.Doubt != nil {
		t.doubt = func(ctx context.Context, s *Scope, v attr.Ptr) (bool, error) {
			return t.Doubt(ctx, t, s, attr.From[S](v))
		}
	}
	if t.Before != nil {
		t.before = func(ctx context.Context, s *Scope, verb Verb, v attr.Ptr) error {
			return t.Before(ctx, t, s, verb, attr.From[S](v))
		}
	}
	if t.Untold != nil {
		t.untold = func(ctx context.Context, s *Scope, v attr.Ptr) error { return t.Untold(ctx, s, attr.From[S](v)) }
	}
	if t.Insists != nil {
		t.insists = func(v attr.Ptr) { t.Insists(attr.From[S](v)) }
	}
	if t.Implied != nil {
		t.implied = func(v attr.Ptr) { t.Implied(attr.From[S](v)) }
	}
}

// hookSeveral are the hooks that make several objects of one, or choose among them.
func (t *Type[S]) hookSeveral() {
	if t.Together != nil {
		t.together = func(ctx context.Context, f Family, s *Scope, gone []Ref) error { return t.Together(ctx, f, s, gone) }
	}
	if t.Spares != nil {
		t.spares = func(ctx context.Context, s *Scope, found []attr.Ptr) ([]attr.Ptr, error) {
			spared, err := t.Spares(ctx, s, attr.FromAll[S](found))
			return attr.ToAll(spared), err
		}
	}
	if t.Spread != nil {
		t.spread = func(v attr.Ptr) iter.Seq[attr.Ptr] {
			return func(yield func(attr.Ptr) bool) {
				t.Spread(*attr.From[S](v))(func(one S) bool { return yield(attr.To(&one)) })
			}
		}
	}
	if t.Several != nil {
		t.several = func(v attr.Ptr) []attr.Ptr { return attr.ToAll(t.Several(attr.From[S](v))) }
	}
	if t.Born != nil {
		t.born = func(ctx context.Context, s *Scope) ([]attr.Ptr, error) {
			list, err := t.Born(ctx, s)
			return attr.ToAll(list), err
		}
	}
	if t.Inside != nil {
		t.inside = func(v attr.Ptr) []attr.Ptr { return places(t.Inside(attr.From[S](v))) }
	}
	if t.Parts != nil {
		t.parts = func(ctx context.Context, s *Scope, want attr.Ptr) ([]attr.Ptr, error) {
			list, err := t.Parts(ctx, s, attr.From[S](want))
			return places(list), err
		}
	}
}

// places are where the structs of a list are.
func places[S any](list []S) []attr.Ptr {
	out := make([]attr.Ptr, len(list))
	for i := range list {
		out[i] = attr.To(&list[i])
	}
	return out
}

// hookPairs are the hooks of objects that come with others.
func (t *Type[S]) hookPairs() {
	if t.Along != nil {
		t.along = func(v attr.Ptr) (attr.NetNS, attr.Ptr) {
			ns, rest := t.Along(attr.From[S](v))
			return ns, attr.To(rest)
		}
	}
	if t.Start != nil {
		t.start = func(v attr.Ptr) attr.Ptr { return attr.To(t.Start(attr.From[S](v))) }
	}
	if t.Ends != nil {
		t.joint = func(v attr.Ptr) attr.Ptr { return attr.To(t.EndOf(attr.From[S](v))) }
		t.ends = func(ctx context.Context, s *Scope, v attr.Ptr, there *Scope, other attr.Ptr) (bool, error) {
			return t.Ends(ctx, s, attr.From[S](v), there, attr.From[S](other))
		}
		t.far = func(v attr.Ptr) (int32, bool) { return t.Far(attr.From[S](v)) }
		t.with = func(v, other attr.Ptr, ns attr.NetNS) attr.Ptr {
			return attr.To(t.With(attr.From[S](v), attr.From[S](other), ns))
		}
	}
	if t.StandsOn != nil {
		t.standsOn = func(v attr.Ptr) (self string, on []string) { return t.StandsOn(attr.From[S](v)) }
	}
}
