package state

import (
	"context"
	"slices"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/object"
)

// A course plans one namespace.
type course struct {
	goal    *Goal
	live    *Image
	hung    *Image // with all that may hang on a device that goes
	phases  *phases
	gone    map[string]bool // devices that go, and take along what is on them
	coming  map[string]bool // devices that are made
	brought map[string]bool // devices that another object brings, and what stands on them
	pairs   map[any]bool    // of which the first is made, in all namespaces
	wants   map[object.Family][]Want
	steps   []Step
	missing []MissingError
	left    []Left
	formers map[string]*Former // of the last time, by identity
	next    []Former
}

// look reads what is there.
func (c *course) look(ctx context.Context, families []object.Family) (err error) {
	c.wants = map[object.Family][]Want{}
	for _, w := range c.owed() {
		if w.Once && c.goal.young {
			continue
		}
		w.Object = named(w.Object)
		c.wants[w.Object.Family] = append(c.wants[w.Object.Family], w)
	}
	if c.live = c.goal.Fresh; c.live == nil {
		var read []object.Family
		for _, f := range families {
			if c.goal.Whole && !c.goal.young || c.wants[f] != nil || c.goal.Leaving != nil && f == c.phases.naming {
				read = append(read, f)
			}
		}
		if c.live, err = Read(ctx, c.goal.Space, read); err != nil {
			return err
		}
	}
	return nil
}

// plot plans all families.
func (c *course) plot(ctx context.Context, families []object.Family) error {
	if err := c.hangs(ctx, families); err != nil {
		return err
	}
	for _, f := range families { // devices first: settings may be theirs
		if f.Lasts() {
			c.family(f, c.wants[f])
		}
	}
	for _, f := range families {
		if !f.Lasts() {
			if err := c.settings(ctx, f, c.wants[f]); err != nil {
				return err
			}
		}
	}
	return nil
}

// family plans the objects of a family that lasts.
func (c *course) family(f object.Family, wants []Want) {
	live := c.live.of(f)
	kept := make(map[int]bool, len(wants))
	wants = c.leave(f, live, wants, kept)
	planned := make(map[attr.Ptr]Want, len(wants))
	var items []object.Item
	for _, w := range wants {
		i, there := live.find(w.Object)
		there = there && !c.along(live.items[i].Ref)
		if there && c.blocks(&w) {
			kept[i] = true
			c.inTheWay(live.items[i].Ref, w.Note)
			there = false
		}
		var have object.Ref
		if there {
			have = live.items[i].Ref
		}
		c.remember(&w, have)
		switch {
		case there && c.others(&w, have):
			kept[i] = true
		case w.Absent && there:
			kept[i] = true
			c.remove(have, w.Note)
		case w.Absent, w.former != nil && !there:
		case there:
			kept[i] = true
			planned[w.Object.Ptr()] = w
			items = append(items, object.Item{Ref: w.Object})
		case w.Along && w.Born.IsZero():
			c.missing = append(c.missing, MissingError{c.goal.Space, w})
		default:
			planned[w.Object.Ptr()] = w
			items = append(items, object.Item{Ref: w.Object})
		}
	}
	for _, it := range arranged(f, items) {
		c.want(planned[it.Ptr()], live)
	}
	c.drift(live, kept)
}

// named is a copy of an object that names devices by their names alone, as
// images do.
func named(r object.Ref) object.Ref {
	r = r.Clone()
	r.Table().NameDevices(r.Ptr())
	return r
}

// meant is what an add of r makes, with devices by their names alone.
func meant(r object.Ref) object.Ref {
	r = r.Family.Meant(r)
	r.Table().NameDevices(r.Ptr())
	return r
}

// find returns the place of the object that an add of r would meet.
func (k *kind) find(r object.Ref) (int, bool) {
	f := r.Family
	meant := meant(r)
	if i, ok := k.at[f.Identity(meant)]; ok {
		return i, true
	}
	for _, i := range f.Table().Keys() {
		if !f.Table().Fields()[i].Chosen || f.Table().IsSet(meant.Ptr(), i) {
			continue
		}
		for j, it := range k.items { // the kernel chose a part of the key
			if f.Identity(known(meant, it.Ref)) == f.Identity(it.Ref) {
				return j, true
			}
		}
	}
	return 0, false
}

// departures finds the devices that go, and those that come.
func (c *course) departures() {
	f := c.phases.naming
	if f == nil {
		return
	}
	wants, live := c.wants[f], c.live.of(f)
	wanted := map[string]bool{}
	for _, w := range wants {
		id := f.Identity(w.Object)
		wanted[id] = !w.Absent
		i, there := live.at[id]
		switch {
		case w.Absent:
		case !there:
			c.comes(&w, id)
		case w.Along:
		case c.anew(&w, live.items[i].Ref):
			c.comes(&w, id)
			c.gone[id] = true
		}
	}
	for _, l := range c.goal.Leaving {
		if id := f.Identity(l.Object); live.has(id) {
			c.gone[id], c.pairs[l.Pair] = true, true
		}
	}
	for id, i := range live.at {
		keep, named := wanted[id]
		if named && !keep || !named && c.drifts(live.items[i]) {
			c.gone[id] = true
		}
	}
}

// leave plans the devices that go to another namespace, and returns the wants that
// are not about them.
func (c *course) leave(f object.Family, live *kind, wants []Want, kept map[int]bool) []Want {
	if f != c.phases.naming || c.goal.Leaving == nil {
		return wants
	}
	leaving := map[string]bool{}
	for _, l := range c.goal.Leaving {
		id := f.Identity(l.Object)
		leaving[id] = true
		if i, there := live.at[id]; there {
			kept[i] = true
			c.steps = append(c.steps, Step{Space: c.goal.Space, Verb: object.Set, Object: l.Object, Note: l.Note, Moves: true, phase: c.phases.moving})
		}
	}
	return slices.DeleteFunc(slices.Clone(wants), func(w Want) bool { return leaving[f.Identity(w.Object)] })
}

// comes notes a device that is made.
func (c *course) comes(w *Want, id string) {
	c.coming[id] = true
	switch {
	case w.Pair == nil:
	case w.Along:
		c.brought[id] = true
	default:
		c.pairs[w.Pair] = true
	}
}

// making is when an object is made. What stands on a device that comes from
// another namespace has to wait for it; so has what stands on that.
func (c *course) making(w *Want) int {
	f := w.Object.Family
	if f.Table().Naming() < 0 || w.Pair != nil {
		return c.phases.making(f)
	}
	waits := false
	f.Devices(w.Object, func(name string) { waits = waits || c.brought[name] })
	if !waits {
		return c.phases.making(f)
	}
	c.brought[f.Identity(w.Object)] = true
	return c.phases.stacked
}

// blocks reports whether what is there under the name of a device is not the one
// that another device is about to bring along.
func (c *course) blocks(w *Want) bool {
	return w.Along && w.Pair != nil && c.pairs[w.Pair]
}

// anew reports whether the kernel cannot make of have what is wanted.
func (c *course) anew(w *Want, have object.Ref) bool {
	want, lost := c.asBefore(w)
	t := have.Table()
	d := t.Difference(named(want).Ptr(), have.Ptr(), false)
	return len(d.Fixed()) > 0 || len(t.Lost(have.Ptr(), lost)) > 0
}

// along reports whether an object goes with a device that goes.
func (c *course) along(r object.Ref) (yes bool) {
	if r.Table().Naming() < 0 {
		r.Family.Devices(r, func(name string) { yes = yes || c.gone[name] })
	}
	return yes
}

// drifts reports whether an object that nobody wants is to go.
func (c *course) drifts(it object.Item) bool {
	return c.goal.Whole && it.Maker == object.User && !it.Born && (c.goal.Ignore == nil || !c.goal.Ignore(it.Ref))
}

// drift removes what nobody wants.
func (c *course) drift(live *kind, kept map[int]bool) {
	for i, it := range live.items {
		if !kept[i] && c.drifts(it) && !c.along(it.Ref) {
			c.remove(it.Ref, nil)
		}
	}
}

func (c *course) remove(r object.Ref, note any) {
	c.steps = append(c.steps, Step{Space: c.goal.Space, Verb: object.Delete, Object: r.Clone(), Note: note, Losses: c.losses(r), phase: c.phases.removal(r.Family)})
}

// losses says what cannot be given back of an object that goes, and of what goes
// along with it.
func (c *course) losses(r object.Ref) []string {
	why := r.Family.Losses(r)
	if r.Table().Naming() < 0 {
		return why
	}
	device := r.Family.Identity(r)
	for i := range c.hung.kinds {
		k := &c.hung.kinds[i]
		if k.family.Table().Naming() >= 0 {
			continue
		}
		for _, it := range k.items {
			on := false
			k.family.Devices(it.Ref, func(name string) { on = on || name == device })
			if !on {
				continue
			}
			for _, l := range k.family.Losses(it.Ref) {
				why = append(why, k.family.Name()+" on it: "+l)
			}
		}
	}
	slices.Sort(why)
	return slices.Compact(why)
}

// hangs reads what may go along with devices that go.
func (c *course) hangs(ctx context.Context, families []object.Family) (err error) {
	c.hung = c.live
	if c.goal.Whole || c.goal.Fresh != nil || len(c.gone) == 0 {
		return nil
	}
	c.hung, err = Read(ctx, c.goal.Space, families)
	return err
}

// want plans one object that is to be there.
func (c *course) want(w Want, live *kind) {
	f := w.Object.Family
	s := Step{Space: c.goal.Space, Verb: Creating(w.Object), Object: w.Object, Note: w.Note, phase: c.making(&w)}
	i, there := live.find(w.Object)
	there = there && !c.along(live.items[i].Ref) && !c.blocks(&w)
	if !there && !w.Along {
		s.Whole, s.Object = w.shown(), w.atBirth()
		c.add(s)
		return
	}
	have, key := w.Born, w.Object
	if there {
		have = live.items[i].Ref
		key = have
	} else {
		s.phase, s.Along = c.phases.along, !w.Moves
	}
	want, lost := c.asBefore(&w)
	d := f.Table().Difference(want.Ptr(), have.Ptr(), w.Moves && w.Once)
	d.Deltas = append(d.Deltas, f.Table().Lost(have.Ptr(), lost)...)
	if w.Moves { // another one would not be the same
		d.Deltas = slices.DeleteFunc(d.Deltas, func(d attr.Delta) bool { return d.Fixed })
	}
	switch s.Deltas = d.Deltas; {
	case len(d.Deltas) == 0:
		return
	case f.Can(object.Set) && d.Fixed() == nil:
		s.Verb, s.Object = object.Set, changed(key, &d)
	case replaces(want):
		s.Verb, s.Object, s.Losses = object.Replace, c.without(completed(want, have), lost), f.Losses(have)
	default:
		c.inTheWay(have, w.Note)
		c.steps[len(c.steps)-1].Losses = nil // they are the step's
		s.Object, s.Anew, s.Losses = c.without(completed(want, have), lost), true, c.losses(have)
	}
	c.add(s)
}

// without is an object without attributes that nobody wants any more.
func (c *course) without(r object.Ref, lost []int) object.Ref {
	for _, i := range lost {
		r.Table().Unset(r.Ptr(), i)
	}
	return r
}

// inTheWay removes what has to go before another can take its place.
func (c *course) inTheWay(have object.Ref, note any) {
	phase := c.phases.making(have.Family)
	if have.Table().Naming() >= 0 {
		phase = c.phases.removal(have.Family)
	}
	c.steps = append(c.steps, Step{Space: c.goal.Space, Verb: object.Delete, Object: have.Clone(), Note: note, Part: true, Losses: c.losses(have), phase: phase})
}

// add takes a step in, in two parts if one of them has to wait: a device goes up
// when it has its addresses.
func (c *course) add(s Step) {
	t := s.Object.Table()
	last := func(f *attr.Field) bool { return f.Last }
	if !slices.ContainsFunc(t.Fields(), func(f attr.Field) bool { return f.Last }) {
		c.steps = append(c.steps, s)
		return
	}
	rest := Step{Space: s.Space, Verb: object.Set, Object: object.Of(s.Object.Family, keyed(s.Object)), Note: s.Note, Part: true, phase: c.phases.up}
	t.Merge(rest.Object.Ptr(), s.Object.Ptr(), last)
	if s.Whole.IsZero() {
		s.Whole = s.Object
	}
	s.Object = s.Object.Clone()
	waits := false
	for i := range t.Fields() {
		if last(&t.Fields()[i]) && t.IsSet(s.Object.Ptr(), i) {
			waits = waits || s.Verb == object.Set || !t.IsDefault(s.Object.Ptr(), i, t.Get(s.Object.Ptr(), i))
			t.Unset(s.Object.Ptr(), i)
		}
	}
	if !waits {
		c.steps = append(c.steps, s)
		return
	}
	if s.Verb == object.Set && !sets(s.Object) { // that is all that changes
		rest.Part, rest.Along, rest.Deltas = false, s.Along, s.Deltas
		c.steps = append(c.steps, rest)
		return
	}
	c.steps = append(c.steps, s, rest)
}

// atBirth is the object as it is made.
func (w *Want) atBirth() object.Ref {
	if w.Born.IsZero() {
		return w.Object
	}
	r := w.Object.Clone()
	r.Table().Merge(r.Ptr(), w.Born.Ptr(), func(*attr.Field) bool { return true })
	return r
}

// shown is the object as users see it.
func (w *Want) shown() object.Ref {
	if w.Shown.IsZero() {
		return w.Object
	}
	return w.Shown
}

// sets reports whether an object names more than its key.
func sets(r object.Ref) bool {
	t := r.Table()
	for i := range t.Fields() {
		if t.Fields()[i].Access&attr.Key == 0 && t.IsSet(r.Ptr(), i) {
			return true
		}
	}
	return false
}

// scope is where the settings are, or those of a namespace like the one to come.
func (c *course) scope() *object.Scope {
	if c.goal.Fresh != nil {
		return c.goal.Pristine
	}
	return c.goal.Space.Scope
}

// settings plans values of what is always there.
func (c *course) settings(ctx context.Context, f object.Family, wants []Want) error {
	var items []object.Item
	by := map[attr.Ptr]Want{}
	for _, w := range wants {
		items = append(items, object.Item{Ref: w.Object})
		by[w.Object.Ptr()] = w
	}
	for _, it := range arranged(f, items) {
		s := Step{Space: c.goal.Space, Verb: object.Set, Object: it.Ref, Note: by[it.Ptr()].Note, phase: c.phases.setting}
		later := false // its device does not exist yet
		f.Devices(it.Ref, func(name string) { s.phase, later = c.phases.deviceSetting, later || c.coming[name] })
		w := by[it.Ptr()]
		var have object.Ref
		if !later && !(w.Once && c.goal.Fresh != nil) { // or else it is known to differ
			var err error
			if have, err = f.One(ctx, c.scope(), object.Of(f, keyed(it.Ref))); err != nil {
				return err
			}
			if c.others(&w, have) {
				continue
			}
			s.Object, _ = c.asBefore(&w)
			s.Deltas = f.Table().Difference(s.Object.Ptr(), have.Ptr(), false).Deltas
		}
		c.remember(&w, have)
		if later || have.IsZero() || s.Deltas != nil {
			c.steps = append(c.steps, s)
		}
	}
	return nil
}
