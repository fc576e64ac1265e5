package object

import (
	"context"
	"fmt"
)

// Lookup asks the kernel which object it would use for what r names: the route
// of a packet. It fails as the packet would.
func (t *core) Lookup(ctx context.Context, s *Scope, r Ref) (found Ref, err error) {
	if !t.Can(Lookup) {
		return found, fmt.Errorf("%s has no %s", t.Name(), Lookup)
	}
	v := t.table.Clone(r.p)
	if err := t.prepare(ctx, s, Lookup, v); err != nil {
		return found, err
	}
	err = t.call(ctx, s, Lookup, v, nil, func(r Ref) { found = r })
	if err == nil && found.IsZero() {
		err = fmt.Errorf("%s: %w", r, ErrNotFound)
	}
	return found, err
}
