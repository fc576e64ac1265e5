package object

import "context"

// flushable is what a flush may remove.
func (t *Type[S]) flushable(ctx context.Context, s *Scope, filter *S) ([]S, error) {
	list, err := t.Collect(ctx, s, filter)
	if err == nil && t.Spares != nil {
		list, err = t.Spares(ctx, s, list)
	}
	return list, err
}
