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
	gone     map[string]bool         // devices that go, and take along what is on them
	remade   bool                    // a device is made anew where what hangs on it is others'
	coming   map[string]bool         // devices that are made
	returns  bool                    // something comes back, and needs its devices
	fallen   map[string]bool         // what carries something, and is made anew or goes with what is
	torn     map[string][]attr.Delta // devices that are made anew for the other end of their pair, and why
	brought  map[string]bool         // devices that another object brings, and what stands on them
	pairs    map[any]bool            // of which the first is made, in all namespaces
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

// An outline is what is to become of the objects of a family.
type outline struct {
	live    *kind
	wants   []Want
	kept    map[int]bool // of live: somebody wants them
	items   []object.Item
	planned map[attr.Ptr]int // which of wants an item is
	going   []leaving
}

// family plans the objects of a family that lasts.
func (c *course) family(f object.Family, wants []Want) {
	o := &outline{live: c.live.of(f), kept: make(map[int]bool, len(wants)), planned: make(map[attr.Ptr]int, len(wants)), items: make([]object.Item, 0, len(wants))}
	o.wants = c.leave(f, o.live, wants, o.kept)
	for n := range o.wants {
		c.outline(o, n)
	}
	for i, it := range o.live.items {
		if !o.kept[i] && c.drifts(it) && !c.along(it.Ref) {
			o.going = append(o.going, leaving{it.Ref, nil})
		}
	}
	c.makeRoom(f, o.live, o.items, o.going)
	for i, it := range o.live.items {
		if !o.kept[i] && c.astray(it, o.items) {
			o.wants = append(o.wants[:len(o.wants):len(o.wants)], Want{Object: named(it.Birth)})
			o.plan(it.Birth, len(o.wants)-1)
		}
	}
	for _, it := range arranged(f, o.items) {
		c.want(o.wants[o.planned[it.Ptr()]], o.live)
	}
}

// plan notes that the n-th want is to be so.
func (o *outline) plan(r object.Ref, n int) {
	o.planned[r.Ptr()] = n
	o.items = append(o.items, object.Item{Ref: r})
}

// outline says what is to become of what the n-th want is about.
func (c *course) outline(o *outline, n int) {
	w, live := o.wants[n], o.live
	f := w.Object.Family
	i, there := live.find(w.Object)
	if w.Absent && !there && w.former == nil {
		i, there = live.covers(w.Object, o.wants)
	}
	there = there && !c.along(live.items[i].Ref)
	if there && (c.blocks(&w) || c.torn[f.Identity(w.Object)] != nil) {
		o.kept[i] = true
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
		o.kept[i] = o.kept[i] || there
	case there && c.others(&w, have):
		o.kept[i] = true
	case w.Absent && there:
		o.kept[i] = true
		o.going = append(o.going, leaving{have, w.Note})
	case w.Absent, w.former != nil && !w.former.Absent && !there:
	case there:
		o.kept[i] = true
		o.wants[n] = w // less may be owed
		o.plan(w.Object, n)
	case w.Along && w.Born.IsZero():
		c.missing = append(c.missing, MissingError{c.goal.Space, w})
	default:
		o.plan(w.Object, n)
	}
}

// astray reports whether an object that nobody wants is to be as the kernel made it, and
// may be: something else that is wanted may be why it is not (a port has one pvid).
func (c *course) astray(it object.Item, wanted []object.Item) bool {
	if !c.goal.Whole || it.Birth.IsZero() || it.Absent || it.Maker != object.User || c.along(it.Ref) || c.spared(it.Ref) {
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
	_, _, d := c.difference(w, have)
	return d.Fixed() != nil
}

// difference is what is wanted, with what is given back, and how have differs from that.
// lost are attributes that only making the object anew gives back.
func (c *course) difference(w *Want, have object.Ref) (want object.Ref, lost []attr.Loss, d attr.Difference) {
	t := w.Object.Table()
	want, lost = c.asBefore(w)
	d = t.Difference(named(want).Ptr(), have.Ptr(), w.Moves && w.Once)
	d.Deltas = append(d.Deltas, t.Lost(have.Ptr(), lost)...)
	return want, lost, d
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
	i, there := live.find(w.Object)
	s := Step{Space: c.goal.Space, Verb: Creating(w.Object), Object: w.Object, Note: w.Note, phase: c.making(&w)}
	if there {
		s.Deltas = c.torn[f.Identity(w.Object)]
	}
	s.Anew = s.Deltas != nil
	if there && !s.Anew && !c.along(live.items[i].Ref) && !c.blocks(&w) {
		c.modify(s, &w, live.items[i].Ref, live.items[i].Ref)
		return
	}
	if c.former(&w) != nil { // what only that gives back is given back
		c.renewed = append(c.renewed, identity(w.Object))
	}
	if w.Along {
		s.phase, s.Along = c.phases.along, !w.Moves
		c.modify(s, &w, w.Born, w.Object)
		return
	}
	s.Whole, s.Object = w.shown(), w.atBirth()
	if f.Bears() {
		f.Devices(w.Object, func(name string) { s.borne = s.borne || c.coming[name] })
	}
	c.add(s)
}

// modify plans what makes of an object what is wanted of it: of one that is there, or
// comes with another one. key names it.
func (c *course) modify(s Step, w *Want, have, key object.Ref) {
	f := w.Object.Family
	want, lost, d := c.difference(w, have)
	if w.Moves { // another one would not be the same
		d.Deltas = slices.DeleteFunc(d.Deltas, func(d attr.Delta) bool { return d.Fixed })
	}
	switch s.Deltas = d.Deltas; {
	case len(d.Deltas) == 0:
		return
	case f.Can(object.Set) && d.Fixed() == nil:
		s.Verb, s.Object = object.Set, changed(key, &d)
	case replaces(want) && !immutable(&d, lost):
		s.Verb, s.Object, s.Losses = object.Replace, c.replacement(w, want, have, lost), f.Losses(have)
	case !c.goal.Whole && f.Table().Naming() >= 0:
		s.Losses = c.losses(have)
		c.rehang(s, have, c.renew(w, want, have, lost))
		return
	default:
		c.inTheWay(have, w.Note)
		c.steps[len(c.steps)-1].Losses = nil // they are the step's
		s.Object, s.Anew, s.Losses = c.renew(w, want, have, lost), true, c.losses(have)
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
