package state

import (
	"context"
	"slices"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/roll"
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
	torn     map[string][]attr.Delta // devices made anew for the other end of their pair, or what they stand on, and why
	brought  map[string]bool         // devices that another object brings, and what stands on them
	pairs    map[any]bool            // of which the first is made, in all namespaces
	wants    map[object.Family][]*Want
	steps    []Step
	missing  []MissingError
	unclear  error
	left     []Left
	formers  *roll.Roll[Identity] // of the last time
	next     []Former
	renewed  []Identity               // what is made anew
	agrees   bool                     // nothing is to be done: see begin
	sifts    bool                     // what is as it is wanted is not kept: see sift
	as       map[object.Family][]bool // of wants: they were seen to be as they are to be
	ends     []end                    // of pairs, if it agrees
}

// gather takes in what is wanted.
func (c *course) gather() {
	owed := c.owed()
	if c.wants = roomFor(owed); !c.goal.noted {
		c.next = make([]Former, 0, len(owed))
	}
	for _, w := range owed {
		if w.Once && c.goal.young {
			continue
		}
		w = w.named()
		c.returns = c.returns || w.former != nil && w.former.Absent
		c.wants[w.Object.Family] = append(c.wants[w.Object.Family], w)
	}
}

// look reads what is there of what matters.
func (c *course) look(ctx context.Context) (err error) {
	c.gather()
	if c.live = c.goal.Fresh; c.live != nil {
		return nil
	}
	var needed []object.Family
	for _, f := range c.families {
		if c.goal.Whole && !c.goal.young || len(c.wants[f]) > 0 || (c.goal.Leaving != nil || c.returns) && f == c.phases.naming {
			needed = append(needed, f)
		}
	}
	c.live, err = read(ctx, c.goal.Space, needed, c.sieve)
	return err
}

// roomFor makes room for wants by their families: a namespace may have very many.
func roomFor(wants []*Want) map[object.Family][]*Want {
	count := map[object.Family]int{}
	for i := range wants {
		count[wants[i].Object.Family]++
	}
	room := make(map[object.Family][]*Want, len(count))
	for f, n := range count {
		room[f] = make([]*Want, 0, n)
	}
	return room
}

// plot plans all families.
func (c *course) plot(ctx context.Context) error {
	if c.agrees {
		return nil
	}
	if err := c.hangs(ctx); err != nil {
		return err
	}
	c.falls()
	for _, f := range c.families { // devices first: settings may be theirs
		if f.Lasts() {
			c.family(f, c.wants[f])
		}
	}
	for _, f := range c.families {
		if !f.Lasts() {
			if err := c.settings(ctx, f, c.wants[f]); err != nil {
				return err
			}
		}
	}
	return c.unclear
}

// An outline is what is to become of the objects of a family.
type outline struct {
	live    *kind
	wants   []*Want
	kept    []bool // of live: somebody wants them
	planned []*Want
	going   []leaving
}

// family plans the objects of a family that lasts.
func (c *course) family(f object.Family, wants []*Want) {
	o := &outline{live: c.live.of(f), planned: make([]*Want, 0, len(wants))}
	o.kept = make([]bool, len(o.live.items))
	o.wants = c.leave(f, o.live, wants, o.kept)
	for n := range o.wants {
		if as := c.as[f]; as != nil && as[n] {
			c.remember(o.wants[n], object.Ref{})
			continue
		}
		c.outline(o, n)
	}
	for i, it := range o.live.items {
		if !o.kept[i] && c.drifts(it) && !c.along(it.Ref) {
			o.going = append(o.going, leaving{it.Ref, nil})
		}
	}
	c.makeRoom(f, o.live, o.planned, o.going)
	for i, it := range o.live.items {
		if !o.kept[i] && c.astray(it, o.planned) {
			o.planned = append(o.planned, &Want{Object: named(it.Birth)})
		}
	}
	if len(o.live.items) == 0 {
		c.steps = slices.Grow(c.steps, len(o.planned))
	}
	for _, w := range wantsInOrder(f, o.planned) {
		c.want(w, o.live)
	}
}

// outline says what is to become of what the n-th want is about.
func (c *course) outline(o *outline, n int) {
	w, live := *o.wants[n], o.live
	i, there := live.find(&w)
	if w.Absent && !there && w.former == nil {
		i, there = c.covered(&w, live, o.wants)
	}
	there = there && !c.along(live.items[i].Ref)
	if there && (c.blocks(&w) || c.whyTorn(w.Object) != nil) {
		o.kept[i] = true
		c.inTheWay(live.items[i].Ref, w.Note)
		there = false
	}
	if there && c.orphan(&w, live.items[i]) {
		o.kept[i] = true
		c.missing = append(c.missing, MissingError{c.goal.Space, w, true})
		return
	}
	var have object.Ref
	if there {
		have = live.items[i].Ref
	}
	c.remember(&w, have)
	switch {
	case w.former != nil && w.former.Absent && (there || !c.carried(w.Object)): // somebody made it, or took its device
		if there {
			o.kept[i] = true
		}
	case there && c.others(&w, have):
		o.kept[i] = true
	case w.Absent && there:
		o.kept[i] = true
		o.going = append(o.going, leaving{have, w.Note})
	case w.Absent, w.former != nil && !w.former.Absent && !there:
	case there:
		o.kept[i] = true
		if w.former != o.wants[n].former { // less is owed
			less := w
			o.wants[n] = &less
		}
		o.planned = append(o.planned, o.wants[n])
	case w.Along && w.Born.IsNil():
		c.missing = append(c.missing, MissingError{c.goal.Space, w, false})
	default:
		o.planned = append(o.planned, o.wants[n])
	}
}

// astray reports whether an object that nobody wants is to be as the kernel made it, and
// may be: something else that is wanted may be why it is not (a port has one pvid).
func (c *course) astray(it object.Item, wanted []*Want) bool {
	if !c.goal.Whole || it.Birth.IsZero() || it.Absent || it.Maker != object.User || c.along(it.Ref) || c.spared(it.Ref) {
		return false
	}
	return !slices.ContainsFunc(wanted, func(w *Want) bool { return it.Family.Clashes(it.Birth, w.Object) })
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
	if len(c.gone) == 0 && len(c.fallen) == 0 {
		return false
	}
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
func (c *course) makeRoom(f object.Family, live *kind, planned []*Want, going []leaving) {
	for _, g := range slices.Backward(going) {
		c.remove(g.object, g.note)
		for _, coming := range planned {
			if !f.Clashes(coming.Object, g.object) {
				continue
			}
			if _, there := live.find(coming); !there {
				c.steps[len(c.steps)-1].phase = c.phases.making(f)
				break
			}
		}
	}
}

func (c *course) remove(r object.Ref, note any) {
	s := Step{Space: c.goal.Space, Verb: object.Delete, Object: r.Clone(), Note: note, phase: c.phases.removal(r.Family)}
	s.loses(c.losses(r))
	c.steps = append(c.steps, s)
}

// want plans one object that is to be there.
func (c *course) want(w *Want, live *kind) {
	f := w.Object.Family
	i, there := live.find(w)
	s := Step{Space: c.goal.Space, Verb: Creating(w.Object), Object: w.Object, Note: w.Note, phase: c.making(w)}
	if there {
		s.changes(c.whyTorn(w.Object))
	}
	s.Anew = s.Deltas() != nil
	if there && !s.Anew && !c.along(live.items[i].Ref) && !c.blocks(w) {
		c.modify(s, w, live.items[i].Ref, live.items[i].Ref)
		return
	}
	if c.former(w) != nil { // what only that gives back is given back
		c.renewed = append(c.renewed, w.Identity())
	}
	if w.Along {
		s.phase, s.Along = c.phases.along, !w.Moves
		c.modify(s, w, object.Of(w.Object.Family, w.Born), w.Object)
		return
	}
	s.Object = w.atBirth()
	s.shows(w.shown())
	s.borne = f.Bears() && c.onComing(w.Object)
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
	s.owed = w.former != nil && !w.former.Absent
	s.changes(d.Deltas)
	switch {
	case len(d.Deltas) == 0:
		return
	case f.Can(object.Set) && d.Fixed() == nil:
		s.Verb, s.Object = object.Set, changed(key, &d)
	case replaces(want) && !immutable(&d, lost):
		s.Verb, s.Object = object.Replace, c.replacement(w, want, have, lost)
		s.loses(f.Losses(have))
	case !c.goal.Whole && f.Table().Naming() >= 0:
		s.loses(c.losses(have))
		c.rehang(s, have, c.renew(w, want, have, lost))
		return
	default:
		c.inTheWay(have, w.Note)
		c.steps[len(c.steps)-1].loses(nil) // they are the step's
		s.Object, s.Anew = c.renew(w, want, have, lost), true
		s.loses(c.losses(have))
	}
	c.add(s)
}

// onComing reports whether an object is on a device that is made.
func (c *course) onComing(r object.Ref) (yes bool) {
	r.Family.Devices(r, func(name string) { yes = yes || c.coming[name] })
	return yes
}

// rehang makes a device anew in a namespace of others: what hangs on it is theirs, and
// is put back.
func (c *course) rehang(s Step, have, want object.Ref) {
	s.Object, s.Anew = want, true
	s.hold().instead = func(ctx context.Context) error { return Recreate(ctx, s.Space, c.families, have, want) }
	c.steps = append(c.steps, s)
}

// inTheWay removes what has to go before another can take its place.
func (c *course) inTheWay(have object.Ref, note any) {
	phase := c.phases.making(have.Family)
	if have.Table().Naming() >= 0 {
		phase = c.phases.removal(have.Family)
	}
	s := Step{Space: c.goal.Space, Verb: object.Delete, Object: have.Clone(), Note: note, Part: true, phase: phase}
	s.loses(c.losses(have))
	c.steps = append(c.steps, s)
}

// atBirth is the object as it is made.
func (w *Want) atBirth() object.Ref {
	if w.Born.IsNil() {
		return w.Object
	}
	r := w.Object.Clone()
	r.Table().Merge(r.Ptr(), w.Born, func(*attr.Field) bool { return true })
	return r
}

// shown is the object as users see it.
func (w *Want) shown() object.Ref {
	if w.Shown.IsNil() {
		return w.Object
	}
	return object.Of(w.Object.Family, w.Shown)
}
