package object

import (
	"context"
	"slices"

	"github.com/netlark/netlark/netlinkcore/attr"
)

// Purge removes the objects that filter covers, and returns how many went. What the
// kernel made stays.
func (t *core) Purge(ctx context.Context, s *Scope, filter Ref) (n int, err error) {
	list, err := t.flushable(ctx, s, filter.p)
	if err != nil {
		return 0, err
	}
	var gone []Ref
	for _, v := range list {
		if t.origin(v) != Kernel {
			gone = append(gone, t.ref(v))
		}
	}
	return removeAll(ctx, s, t.self, gone)
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
func (t *core) RemoveTogether(ctx context.Context, s *Scope, gone []Ref) bool {
	return t.together != nil && len(gone) >= manyGone && t.together(ctx, t.self, s, gone) == nil
}

// flushable is what a flush may remove.
func (t *core) flushable(ctx context.Context, s *Scope, filter attr.Ptr) ([]attr.Ptr, error) {
	list, err := t.collect(ctx, s, filter)
	if err == nil && t.spares != nil {
		list, err = t.spares(ctx, s, list)
	}
	if err != nil || t.born == nil || len(list) == 0 {
		return list, err
	}
	return t.notBorn(ctx, s, list)
}

// notBorn takes out of a list what is as the kernel made it.
func (t *core) notBorn(ctx context.Context, s *Scope, list []attr.Ptr) ([]attr.Ptr, error) {
	births, err := t.births(ctx, s)
	if err != nil {
		return nil, err
	}
	born := make(map[string]Ref, len(births))
	for _, b := range births {
		born[t.Identity(b)] = b
	}
	return slices.DeleteFunc(list, func(v attr.Ptr) bool {
		b := born[t.Identity(t.ref(v))]
		return !b.IsZero() && asBorn(t.ref(v), b)
	}), nil
}
