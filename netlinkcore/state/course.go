package state

import (
	"context"
	"slices"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/object"
)

// A course plans one namespace.
type course struct {
	goal     *Goal
	families []object.Family
	live     *Image
	hung     *Image // with all that may hang on a device that goes
	phases   *phases
	gone     map[string]bool // devices that go, and take along what is on them
	remade   bool            // a device is made anew where what hangs on it is others'
	coming   map[string]bool // devices that are made
	returns  bool            // something comes back, and needs its devices
	fallen   map[string]bool // what carries something, and is made anew or goes with what is
	torn     map[string]bool // devices that are not joined with the other end of their pair
	brought  map[string]bool // devices that another object brings, and what stands on them
	pairs    map[any]bool    // of which the first is made, in all namespaces
	wants    map[object.Family][]Want
	steps    []Step
	missing  []MissingError
	left     []Left
	formers  map[string]*Former // of the last time, by identity
	next     []Former
	renewed  []string // identities of what is made anew
}

// look reads what is there.
func (c *course) look(ctx context.Context, families []object.Family) (err error) {
	c.wants = map[object.Family][]Want{}
	for _, w := range c.owed() {
		if w.Once && c.goal.young {
			continue
		}
		w.Object = named(w.Object)
		c.returns = c.returns || w.former != nil && w.former.Absent
		c.wants[w.Object.Family] = append(c.wants[w.Object.Family], w)
	}
	if c.live = c.goal.Fresh; c.live == nil {
		var read []object.Family
		for _, f := range families {
			if c.goal.Whole && !c.goal.young || c.wants[f] != nil || (c.goal.Leaving != nil || c.returns) && f == c.phases.naming {
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
	c.falls(families)
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
	planned := make(map[attr.Ptr]int, len(wants))
	items := make([]object.Item, 0, len(wants))
	var going []leaving
	for n, w := range wants {
		i, there := live.find(w.Object)
		if w.Absent && !there && w.former == nil {
			i, there = live.covers(w.Object, wants)
		}
		there = there && !c.along(live.items[i].Ref)
		if there && (c.blocks(&w) || c.torn[f.Identity(w.Object)]) {
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
		case w.former != nil && w.former.Absent && (there || !c.carried(w.Object)): // somebody made it, or took its device
			kept[i] = kept[i] || there
		case there && c.others(&w, have):
			kept[i] = true
		case w.Absent && there:
			kept[i] = true
			going = append(going, leaving{have, w.Note})
		case w.Absent, w.former != nil && !w.former.Absent && !there:
		case there:
			kept[i] = true
			wants[n] = w // less may be owed
			planned[w.Object.Ptr()] = n
			items = append(items, object.Item{Ref: w.Object})
		case w.Along && w.Born.IsZero():
			c.missing = append(c.missing, MissingError{c.goal.Space, w})
		default:
			planned[w.Object.Ptr()] = n
			items = append(items, object.Item{Ref: w.Object})
		}
	}
	for i, it := range live.items {
		if !kept[i] && c.drifts(it) && !c.along(it.Ref) {
			going = append(going, leaving{it.Ref, nil})
		}
	}
	c.makeRoom(f, live, items, going)
	for i, it := range live.items {
		if !kept[i] && c.astray(it, items) {
			planned[it.Birth.Ptr()] = len(wants)
			wants = append(wants[:len(wants):len(wants)], Want{Object: named(it.Birth)})
			items = append(items, object.Item{Ref: it.Birth})
		}
	}
	for _, it := range arranged(f, items) {
		c.want(wants[planned[it.Ptr()]], live)
	}
}

// astray reports whether an object that nobody wants is to be as the kernel made it, and
// may be: something else that is wanted may be why it is not (a port has one pvid).
func (c *course) astray(it object.Item, wanted []object.Item) bool {
	if !c.goal.Whole || !it.Born || it.Absent || it.Maker != object.User || c.along(it.Ref) || c.spared(it.Ref) {
		return false
	}
	return !slices.ContainsFunc(wanted, func(w object.Item) bool { return it.Family.Clashes(it.Birth, w.Ref) })
}

// carried reports whether the devices that an object needs are there, or come.
func (c *course) carried(r object.Ref) bool {
	ok := true
	devices := c.live.of(c.phases.naming)
	r.Family.Devices(r, func(name string) {
		_, there := devices.at[name]
		ok = ok && (there && !c.gone[name] || c.coming[name])
	})
	return ok
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
	if len(k.items) == 0 {
		return 0, false
	}
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

// covers returns the place of the first object that has all that r names, and that
// nothing else is said of.
func (k *kind) covers(r object.Ref, wants []Want) (int, bool) {
	t, f := r.Table(), r.Family
	said := map[string]bool{}
	for _, w := range wants {
		said[f.Identity(named(f.Meant(w.Object)))] = true
	}
	for i, it := range k.items {
		if t.Covers(it.Ptr(), r.Ptr()) && !said[f.Identity(it.Ref)] {
			return i, true
		}
	}
	return 0, false
}

// anew reports whether the kernel cannot make of have what is wanted.
func (c *course) anew(w *Want, have object.Ref) bool {
	want, lost := c.asBefore(w)
	t := have.Table()
	d := t.Difference(named(want).Ptr(), have.Ptr(), false)
	return len(d.Fixed()) > 0 || len(t.Lost(have.Ptr(), lost)) > 0
}

// along reports whether an object goes with a device that goes, or with what it stands on.
func (c *course) along(r object.Ref) (yes bool) {
	if r.Table().Naming() < 0 {
		r.Family.Devices(r, func(name string) { yes = yes || c.gone[name] })
	}
	return yes || c.falling(r)
}

// drifts reports whether an object that nobody wants is to go.
func (c *course) drifts(it object.Item) bool {
	return c.goal.Whole && it.Maker == object.User && !it.Born && (c.goal.Ignore == nil || !c.goal.Ignore(it.Ref))
}

// immutable reports whether something differs that no replacement changes: what is
// only to be taken away is not in it.
func immutable(d *attr.Difference, lost []attr.Loss) bool {
	return len(d.Fixed()) > len(lost)
}

// A leaving object is one that is removed.
type leaving struct {
	object object.Ref
	note   any
}

// makeRoom plans the removal of what goes, in reverse: what stands in the way of what is to
// be made goes before that is, all else when it is there.
func (c *course) makeRoom(f object.Family, live *kind, items []object.Item, going []leaving) {
	for _, g := range slices.Backward(going) {
		c.remove(g.object, g.note)
		for _, coming := range items {
			if !f.Clashes(coming.Ref, g.object) {
				continue
			}
			if _, there := live.find(coming.Ref); !there {
				c.steps[len(c.steps)-1].phase = c.phases.making(f)
				break
			}
		}
	}
}

func (c *course) remove(r object.Ref, note any) {
	c.steps = append(c.steps, Step{Space: c.goal.Space, Verb: object.Delete, Object: r.Clone(), Note: note, Losses: c.losses(r), phase: c.phases.removal(r.Family)})
}

// want plans one object that is to be there.
func (c *course) want(w Want, live *kind) {
	f := w.Object.Family
	s := Step{Space: c.goal.Space, Verb: Creating(w.Object), Object: w.Object, Note: w.Note, phase: c.making(&w)}
	i, there := live.find(w.Object)
	torn := there && c.torn[f.Identity(w.Object)]
	there = there && !c.along(live.items[i].Ref) && !c.blocks(&w) && !torn
	if !there && !w.Along {
		s.Whole, s.Object = w.shown(), w.atBirth()
		if f.Bears() {
			f.Devices(w.Object, func(name string) { s.borne = s.borne || c.coming[name] })
		}
		if torn {
			s.rejoined()
		}
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
	case replaces(want) && !immutable(&d, lost):
		s.Verb, s.Object, s.Losses = object.Replace, c.replacement(&w, want, have, lost), f.Losses(have)
	case !c.goal.Whole && f.Table().Naming() >= 0:
		s.Losses = c.losses(have)
		c.rehang(s, have, c.renew(&w, want, have, lost))
		return
	default:
		c.inTheWay(have, w.Note)
		c.steps[len(c.steps)-1].Losses = nil // they are the step's
		s.Object, s.Anew, s.Losses = c.renew(&w, want, have, lost), true, c.losses(have)
	}
	c.add(s)
}

// rehang makes a device anew in a namespace of others: what hangs on it is theirs, and
// is put back.
func (c *course) rehang(s Step, have, want object.Ref) {
	s.Object, s.Anew = want, true
	s.instead = func(ctx context.Context) error { return Recreate(ctx, s.Space, c.families, have, want) }
	c.steps = append(c.steps, s)
}

// inTheWay removes what has to go before another can take its place.
func (c *course) inTheWay(have object.Ref, note any) {
	phase := c.phases.making(have.Family)
	if have.Table().Naming() >= 0 {
		phase = c.phases.removal(have.Family)
	}
	c.steps = append(c.steps, Step{Space: c.goal.Space, Verb: object.Delete, Object: have.Clone(), Note: note, Part: true, Losses: c.losses(have), phase: phase})
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

// scope is where the settings are, or those of a namespace like the one to come.
func (c *course) scope() *object.Scope {
	if c.goal.Fresh != nil {
		return c.goal.Pristine
	}
	return c.goal.Space.Scope
}

// settled is a setting as it is wanted: what was named before and is named no longer
// is as it was then, or as a device begins with it, or as it is by default.
func (c *course) settled(ctx context.Context, w *Want, have object.Ref) (object.Ref, error) {
	f := c.former(w)
	if f == nil || !f.Before.IsZero() || w.Object.Family.Lasts() {
		want, _ := c.asBefore(w)
		return want, nil
	}
	start, err := w.Object.Family.Starts(ctx, c.scope(), have)
	if err != nil {
		return w.Object, err
	}
	if start.IsZero() {
		want, _ := c.asBefore(w)
		return want, nil
	}
	want := w.Object.Clone()
	want.Table().GiveBack(want.Ptr(), named(f.Declared).Ptr(), start.Ptr())
	return want, nil
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
		f.Devices(it.Ref, func(name string) { s.phase, later = c.phases.settingOf(f), later || c.coming[name] })
		w := by[it.Ptr()]
		var have object.Ref
		if !later && !(w.Once && c.goal.Fresh != nil) { // or else it is known to differ
			var err error
			have, err = f.One(ctx, c.scope(), object.Of(f, keyed(it.Ref)))
			if object.Code(err) == "not_found" && s.phase > c.phases.deviceSetting {
				later, err = true, nil // it comes with what other families make
			}
			if err != nil {
				return err
			}
			if !later && c.others(&w, have) {
				continue
			}
			if s.Object, err = c.settled(ctx, &w, have); err != nil {
				return err
			}
			if !later {
				s.Deltas = f.Table().Difference(s.Object.Ptr(), have.Ptr(), false).Deltas
			}
		}
		c.remember(&w, have)
		if later || have.IsZero() || s.Deltas != nil {
			c.steps = append(c.steps, s)
		}
	}
	return nil
}
