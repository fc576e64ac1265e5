package object

import (
	"context"
	"slices"

	"github.com/netlark/netlark/netlinkcore/attr"
)

// Flush removes the objects that filter covers, and returns how many went. What the
// kernel made stays.
func (t *Type[S]) Flush(ctx context.Context, s *Scope, filter *S) (n int, err error) {
	list, err := t.flushable(ctx, s, filter)
	if err != nil {
		return 0, err
	}
	list = slices.DeleteFunc(list, func(v *S) bool { return t.Origin(v) == Kernel })
	if t.removeTogether(ctx, s, list) {
		return len(list), nil
	}
	for i := range list {
		if err := t.Delete(ctx, s, list[i]); err != nil && Code(err) != "not_found" { // that went along with another
			return n, err
		}
		n++
	}
	return n, nil
}

// manyGone is from how many objects on it pays to remove them together.
const manyGone = 8

func (t *Type[S]) removeTogether(ctx context.Context, s *Scope, gone []*S) bool {
	return t.Together != nil && len(gone) >= manyGone && t.Together(ctx, t, s, gone) == nil
}

// RemoveTogether is Together for callers that do not know S, if that pays.
func (t *Type[S]) RemoveTogether(ctx context.Context, s *Scope, gone []Ref) bool {
	list := make([]*S, len(gone))
	for i, r := range gone {
		list[i] = attr.From[S](r.p)
	}
	return t.removeTogether(ctx, s, list)
}

// Purge is Flush for callers that do not know S.
func (t *Type[S]) Purge(ctx context.Context, s *Scope, filter Ref) (int, error) {
	return t.Flush(ctx, s, attr.From[S](filter.p))
}

// flushable is what a flush may remove.
func (t *Type[S]) flushable(ctx context.Context, s *Scope, filter *S) ([]*S, error) {
	list, err := t.Collect(ctx, s, filter)
	if err == nil && t.Spares != nil {
		list, err = t.Spares(ctx, s, list)
	}
	if err != nil || t.Born == nil || len(list) == 0 {
		return list, err
	}
	return t.notBorn(ctx, s, list)
}

// notBorn takes out of a list what is as the kernel made it.
func (t *Type[S]) notBorn(ctx context.Context, s *Scope, list []*S) ([]*S, error) {
	births, err := t.births(ctx, s)
	if err != nil {
		return nil, err
	}
	born := make(map[string]Ref, len(births))
	for _, b := range births {
		born[t.Identity(b)] = b
	}
	return slices.DeleteFunc(list, func(v *S) bool {
		b := born[t.Identity(t.Ref(v))]
		return !b.IsZero() && asBorn(t.Ref(v), b)
	}), nil
}
