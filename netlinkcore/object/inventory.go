package object

import (
	"context"
	"slices"

	"github.com/netlark/netlark/netlinkcore/attr"
)

// Lasts reports whether the family's objects can be listed, made and removed.
func (t *core) Lasts() bool {
	return t.Can(List) && t.Can(Delete) && (t.Can(Add) || t.Can(Replace))
}

// Inventory returns all objects there are, who made each, and those that the
// kernel made and somebody removed. A kernel that lacks the family has none.
// needless, which may be nil, tells what is not wanted.
func (t *core) Inventory(ctx context.Context, s *Scope, needless func(r Ref, by Origin) bool) ([]Item, error) {
	how := reader{noise: true}
	if needless != nil && t.spares == nil && t.born == nil && t.spread == nil { // else they tell of others
		how.needless = func(v attr.Ptr) bool { return (t.vacant == nil || !t.vacant(v)) && needless(t.ref(v), t.origin(v)) }
	}
	filters := t.everything
	if filters == nil {
		filters = []attr.Ptr{{}}
	}
	var all []attr.Ptr
	lacks := 0
	for _, filter := range filters {
		list, err := t.gather(ctx, s, filter, how)
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
	if t.vacant != nil {
		all = slices.DeleteFunc(all, t.vacant)
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
		items[i] = Item{Ref: t.ref(v), Maker: t.origin(v)}
		if items[i].Maker == User && users != nil && !users[v] {
			items[i].Maker = Kernel
		}
	}
	return compareBirths(t.self, items, born), nil
}

// users are the objects that only other objects could tell to be the kernel's,
// and that are not; nil: all are.
func (t *core) users(ctx context.Context, s *Scope, all []attr.Ptr) (map[attr.Ptr]bool, error) {
	if t.spares == nil {
		return nil, nil
	}
	spared, err := t.spares(ctx, s, slices.Clone(all))
	if err != nil {
		return nil, err
	}
	users := make(map[attr.Ptr]bool, len(spared))
	for _, v := range spared {
		users[v] = true
	}
	return users, nil
}

// Maker tells who made an object, as far as it tells itself.
func (t *core) Maker(r Ref) Origin { return t.origin(r.p) }

// Bears reports whether the kernel makes some by itself.
func (t *core) Bears() bool { return t.born != nil }

// births are the objects that the kernel makes by itself for what is there; nil: it
// makes none of this family.
func (t *core) births(ctx context.Context, s *Scope) ([]Ref, error) {
	if t.born == nil {
		return nil, nil
	}
	list, err := t.born(ctx, s)
	born := make([]Ref, len(list))
	for i, v := range list {
		born[i] = t.ref(v)
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
			items = append(items, Item{b, Kernel, true, true, b})
			continue
		}
		items[i].Born, items[i].Birth = true, b
		if asBorn(items[i].Ref, b) {
			items[i].Maker = Kernel
		}
	}
	return items
}

// Singles are the objects that r means.
func (t *core) Singles(r Ref) []Ref {
	if t.several == nil {
		return []Ref{r}
	}
	var out []Ref
	for _, v := range t.several(r.p) {
		out = append(out, t.ref(v))
	}
	return out
}

// Identity tells an object from others of its family.
func (t *core) Identity(r Ref) string {
	if t.identifiedBy == nil {
		return t.table.KeyText(r.p)
	}
	return t.identifiedBy(r.p)
}

// Beside reports whether an object is one of several of one key.
func (t *core) Beside(r Ref) bool {
	return t.oneOfSeveral != nil && t.oneOfSeveral(r.p)
}

// Group tells which objects have an order among each other.
func (t *core) Group(r Ref) string {
	if t.orderedBy == nil {
		return ""
	}
	return t.orderedBy(r.p)
}

// Clashes reports whether r cannot be made while other is there.
func (t *core) Clashes(r, other Ref) bool {
	return t.clash != nil && t.clash(r.p, other.p)
}

// Starts is what a setting of a device was when that came.
func (t *core) Starts(ctx context.Context, s *Scope, r Ref) (Ref, error) {
	if t.start == nil {
		return Ref{}, nil
	}
	return t.One(ctx, s, t.ref(t.start(r.p)))
}

// Ranked is the place of an object among those that are made together.
func (t *core) Ranked(r Ref) int {
	if t.rank == nil {
		return 0
	}
	return t.rank(r.p)
}

// Stands tells what an object is called, and what it stands on.
func (t *core) Stands(r Ref) (self string, on []string) {
	if t.standsOn == nil {
		return "", nil
	}
	return t.standsOn(r.p)
}

// Joint is as much of an object as Joined looks at.
func (t *core) Joint(r Ref) Ref {
	if t.joint == nil {
		return r
	}
	return t.ref(t.joint(r.p))
}

// Joined reports whether two objects are the ends of one pair.
func (t *core) Joined(ctx context.Context, s *Scope, r Ref, there *Scope, other Ref) (bool, error) {
	if t.ends == nil {
		return false, nil
	}
	return t.ends(ctx, s, r.p, there, other.p)
}

// FarEnd returns the number that the kernel has for the namespace of the other end
// of a pair, if that is another one.
func (t *core) FarEnd(r Ref) (nsid int32, elsewhere bool) {
	if t.far == nil {
		return 0, false
	}
	return t.far(r.p)
}

// Join returns what makes one end of a pair together with the other one.
func (t *core) Join(r, other Ref, ns attr.NetNS) Ref {
	return t.ref(t.with(r.p, other.p, ns))
}

// Hashes reports whether the order of a list means nothing.
func (t *core) Hashes() bool { return t.hashed }

// Devices yields the names of the devices that an object names.
func (t *core) Devices(r Ref, yield func(name string)) { t.table.Devices(r.p, yield) }

// Losses says what of an object cannot be given back.
func (t *core) Losses(r Ref) []string {
	why := t.table.Losses(r.p)
	if t.loses != nil {
		if more := t.loses(r.p); more != "" {
			why = append(why, more)
		}
	}
	return why
}

// Told is why what r names cannot be compared.
func (t *core) Told(ctx context.Context, s *Scope, r Ref) error {
	if t.untold == nil {
		return nil
	}
	return t.untold(ctx, s, r.p)
}

// NeedsUp reports whether objects need devices that are up.
func (t *core) NeedsUp() bool { return t.upright }

// Affects is nothing: what a change takes along lasts, and shows in an inventory.
func (t *core) Affects(context.Context, *Scope, Ref) ([]Ref, error) { return nil, nil }

// Meant is what an add of r makes: r itself, where that implies nothing.
func (t *core) Meant(r Ref) Ref {
	if t.fill == nil {
		return r
	}
	r = r.Clone()
	t.fill(Add, r.p)
	return r
}

// Asked is what an add of r asks for.
func (t *core) Asked(r Ref) Ref {
	if t.insists == nil {
		return r
	}
	out := r.Clone()
	if t.insists(out.p); t.table.Equal(r.p, out.p) {
		return r
	}
	return out
}

// Bare is what makes another object like r.
func (t *core) Bare(r Ref) Ref {
	out := t.ref(t.table.Makeable(r.p))
	if t.implied != nil {
		t.implied(out.p)
	}
	return out
}
