package object

import (
	"context"

	"github.com/netlark/netlark/netlinkcore/attr"
)

// Lasts reports whether the family's objects can be listed, made and removed.
func (t *Type[S]) Lasts() bool {
	return t.Can(List) && t.Can(Delete) && (t.Can(Add) || t.Can(Replace))
}

// Inventory returns all objects there are, and who made each. A kernel that
// lacks the family has none.
func (t *Type[S]) Inventory(ctx context.Context, s *Scope) ([]Item, error) {
	filters := t.Everything
	if filters == nil {
		filters = []*S{nil}
	}
	var all []*S
	for _, filter := range filters {
		list, err := t.Collect(ctx, s, filter)
		switch {
		case err != nil && Code(err) == "unsupported":
			continue
		case err != nil:
			return nil, err
		}
		all = append(all, list...)
	}
	users, err := t.users(ctx, s, all)
	if err != nil {
		return nil, err
	}
	items := make([]Item, len(all))
	for i, v := range all {
		items[i] = Item{t.Ref(v), t.Origin(v)}
		if items[i].Maker == User && !users[v] {
			items[i].Maker = Kernel
		}
	}
	return items, nil
}

// users are the objects that only other objects could tell to be the kernel's,
// and that are not.
func (t *Type[S]) users(ctx context.Context, s *Scope, all []*S) (map[*S]bool, error) {
	spared := append([]*S(nil), all...)
	if t.Spares != nil {
		var err error
		if spared, err = t.Spares(ctx, s, spared); err != nil {
			return nil, err
		}
	}
	users := make(map[*S]bool, len(spared))
	for _, v := range spared {
		users[v] = true
	}
	return users, nil
}

// Identity tells an object from others of its family.
func (t *Type[S]) Identity(r Ref) string {
	if t.IdentifiedBy == nil {
		return t.Schema.KeyText(r.p)
	}
	return t.IdentifiedBy(attr.From[S](r.p))
}

// Group tells which objects have an order among each other.
func (t *Type[S]) Group(r Ref) string {
	if t.OrderedBy == nil {
		return ""
	}
	return t.OrderedBy(attr.From[S](r.p))
}

// Ranked is the place of an object among those that are made together.
func (t *Type[S]) Ranked(r Ref) int {
	if t.Rank == nil {
		return 0
	}
	return t.Rank(attr.From[S](r.p))
}

// Devices yields the names of the devices that an object names.
func (t *Type[S]) Devices(r Ref, yield func(name string)) { t.Schema.Devices(r.p, yield) }

// NeedsUp reports whether objects need devices that are up.
func (t *Type[S]) NeedsUp() bool { return t.Upright }

// Affects is nothing: what a change takes along lasts, and shows in an inventory.
func (t *Type[S]) Affects(context.Context, *Scope, Ref) ([]Ref, error) { return nil, nil }

// Meant is what an add of r makes.
func (t *Type[S]) Meant(r Ref) Ref {
	r = r.Clone()
	if t.Fill != nil {
		t.Fill(Add, attr.From[S](r.p))
	}
	return r
}

// Bare is what makes another object like r.
func (t *Type[S]) Bare(r Ref) Ref {
	out := Ref{t, t.Schema.Makeable(r.p)}
	if t.Implied != nil {
		t.Implied(attr.From[S](out.p))
	}
	return out
}
