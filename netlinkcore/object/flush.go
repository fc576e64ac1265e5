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
	var gone []Ref
	for _, v := range list {
		if t.Origin(v) != Kernel {
			gone = append(gone, t.Ref(v))
		}
	}
	return removeAll(ctx, s, t, gone)
}

// removeAll removes objects of a family, and returns how many went.
func removeAll(ctx context.Context, s *Scope, f Family, gone []Ref) (n int, err error) {
	if f.RemoveTogether(ctx, s, gone) {
		return len(gone), nil
	}
	for _, r := range gone {
		if _, err := f.Do(ctx, s, Delete, r); err != nil && Code(err) != "not_found" { // that went along with another
			return n, err
		}
		n++
	}
	return n, nil
}

// manyGone is from how many objects on it pays to remove them together.
const manyGone = 8

// RemoveTogether is Together, if that pays.
func (t *Type[S]) RemoveTogether(ctx context.Context, s *Scope, gone []Ref) bool {
	return t.Together != nil && len(gone) >= manyGone && t.Together(ctx, t, s, gone) == nil
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
