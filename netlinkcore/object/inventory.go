package object

import (
	"context"
	"slices"

	"github.com/netlark/netlark/netlinkcore/attr"
)

// Lasts reports whether the family's objects can be listed, made and removed.
func (t *Type[S]) Lasts() bool {
	return t.Can(List) && t.Can(Delete) && (t.Can(Add) || t.Can(Replace))
}

// Inventory returns all objects there are, who made each, and those that the
// kernel made and somebody removed. A kernel that lacks the family has none.
func (t *Type[S]) Inventory(ctx context.Context, s *Scope) ([]Item, error) {
	filters := t.Everything
	if filters == nil {
		filters = []*S{nil}
	}
	var all []*S
	lacks := 0
	for _, filter := range filters {
		list, err := t.collect(ctx, s, filter, true)
		switch {
		case err != nil && Code(err) == "unsupported":
			lacks++
			continue
		case err != nil:
			return nil, err
		}
		all = append(all, list...)
	}
	if lacks == len(filters) {
		return nil, nil
	}
	if t.Vacant != nil {
		all = slices.DeleteFunc(all, t.Vacant)
	}
	users, err := t.users(ctx, s, all)
	if err != nil {
		return nil, err
	}
	born, err := t.births(ctx, s)
	if err != nil {
		return nil, err
	}
	items := make([]Item, len(all), len(all)+len(born))
	for i, v := range all {
		items[i] = Item{Ref: t.Ref(v), Maker: t.Origin(v)}
		if items[i].Maker == User && !users[v] {
			items[i].Maker = Kernel
		}
	}
	return compareBirths(t, items, born), nil
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

// births are the objects that the kernel makes by itself for what is there; nil: it
// makes none of this family.
func (t *Type[S]) births(ctx context.Context, s *Scope) ([]Ref, error) {
	if t.Born == nil {
		return nil, nil
	}
	list, err := t.Born(ctx, s)
	born := make([]Ref, len(list))
	for i, v := range list {
		born[i] = t.Ref(v)
	}
	return born, err
}

// asBorn reports whether an object is as the kernel made it.
func asBorn(r, born Ref) bool { return len(r.Table().Difference(born.p, r.p, true).Deltas) == 0 }

// compareBirths tells of items which are born, and adds those that are not there
// any more.
func compareBirths(f Family, items []Item, born []Ref) []Item {
	if born == nil {
		return items
	}
	at := make(map[string]int, len(items))
	for i, it := range items {
		at[f.Identity(it.Ref)] = i
	}
	for _, b := range born {
		i, there := at[f.Identity(b)]
		if !there {
			items = append(items, Item{b, Kernel, true, true})
			continue
		}
		items[i].Born = true
		if asBorn(items[i].Ref, b) {
			items[i].Maker = Kernel
		}
	}
	return items
}

// Singles are the objects that r means.
func (t *Type[S]) Singles(r Ref) []Ref {
	if t.Several == nil {
		return []Ref{r}
	}
	var out []Ref
	for _, v := range t.Several(attr.From[S](r.p)) {
		out = append(out, t.Ref(v))
	}
	return out
}

// Identity tells an object from others of its family.
func (t *Type[S]) Identity(r Ref) string {
	if t.IdentifiedBy == nil {
		return t.Schema.KeyText(r.p)
	}
	return t.IdentifiedBy(attr.From[S](r.p))
}

// Beside reports whether an object is one of several of one key.
func (t *Type[S]) Beside(r Ref) bool {
	return t.OneOfSeveral != nil && t.OneOfSeveral(attr.From[S](r.p))
}

// Group tells which objects have an order among each other.
func (t *Type[S]) Group(r Ref) string {
	if t.OrderedBy == nil {
		return ""
	}
	return t.OrderedBy(attr.From[S](r.p))
}

// Clashes reports whether r cannot be made while other is there.
func (t *Type[S]) Clashes(r, other Ref) bool {
	return t.Clash != nil && t.Clash(attr.From[S](r.p), attr.From[S](other.p))
}

// Starts is what a setting of a device was when that came.
func (t *Type[S]) Starts(ctx context.Context, s *Scope, r Ref) (Ref, error) {
	if t.Start == nil {
		return Ref{}, nil
	}
	return t.One(ctx, s, t.Ref(t.Start(attr.From[S](r.p))))
}

// Ranked is the place of an object among those that are made together.
func (t *Type[S]) Ranked(r Ref) int {
	if t.Rank == nil {
		return 0
	}
	return t.Rank(attr.From[S](r.p))
}

// Stands tells what an object is called, and what it stands on.
func (t *Type[S]) Stands(r Ref) (self string, on []string) {
	if t.StandsOn == nil {
		return "", nil
	}
	return t.StandsOn(attr.From[S](r.p))
}

// Joined reports whether two objects are the ends of one pair.
func (t *Type[S]) Joined(ctx context.Context, s *Scope, r Ref, there *Scope, other Ref) (bool, error) {
	if t.Ends == nil {
		return false, nil
	}
	return t.Ends(ctx, s, attr.From[S](r.p), there, attr.From[S](other.p))
}

// FarEnd returns the number that the kernel has for the namespace of the other end
// of a pair, if that is another one.
func (t *Type[S]) FarEnd(r Ref) (nsid int32, elsewhere bool) {
	if t.Far == nil {
		return 0, false
	}
	return t.Far(attr.From[S](r.p))
}

// Join returns what makes one end of a pair together with the other one.
func (t *Type[S]) Join(r, other Ref, ns attr.NetNS) Ref {
	return t.Ref(t.With(attr.From[S](r.p), attr.From[S](other.p), ns))
}

// Hashes reports whether the order of a list means nothing.
func (t *Type[S]) Hashes() bool { return t.Hashed }

// Devices yields the names of the devices that an object names.
func (t *Type[S]) Devices(r Ref, yield func(name string)) { t.Schema.Devices(r.p, yield) }

// Losses says what of an object cannot be given back.
func (t *Type[S]) Losses(r Ref) []string {
	why := t.Schema.Losses(r.p)
	if t.Loses != nil {
		if more := t.Loses(attr.From[S](r.p)); more != "" {
			why = append(why, more)
		}
	}
	return why
}

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
