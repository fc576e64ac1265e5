package object

import (
	"context"

	"github.com/netlark/netlark/netlinkcore/attr"
)

// Lookup asks the kernel which object it would use for what r names: the route
// of a packet. It fails as the packet would.
func (t *Type[S]) Lookup(ctx context.Context, s *Scope, r Ref) (found Ref, err error) {
	if !t.Can(Lookup) {
		return found, hasNo(t.Name(), Lookup)
	}
	v := attr.From[S](t.Schema.Clone(r.p))
	if err := t.prepare(ctx, s, Lookup, v); err != nil {
		return found, err
	}
	err = t.call(ctx, s, Lookup, v, nil, func(r Ref) { found = r })
	if err == nil && found.IsZero() {
		err = missing(r)
	}
	return found, err
}
