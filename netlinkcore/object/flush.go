package object

import (
	"context"
	"slices"

	"github.com/netlark/netlark/netlinkcore/attr"
)

// Flush removes the objects that filter covers, and returns how many. What the
// kernel made stays.
func (t *Type[S]) Flush(ctx context.Context, s *Scope, filter *S) (n int, err error) {
	list, err := t.flushable(ctx, s, filter)
	if err != nil {
		return 0, err
	}
	for i := range list {
		if t.Origin(list[i]) == Kernel {
			continue
		}
		switch err := t.Delete(ctx, s, list[i]); {
		case err == nil:
			n++
		case Code(err) != "not_found": // what went along with another is gone
			return n, err
		}
	}
	return n, nil
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
