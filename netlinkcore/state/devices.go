package state

import (
	"slices"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/object"
)

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
			c.comes(w, id)
		case w.Along:
		case c.torn[id] == nil && !c.goal.Whole: // what others hung on it is put back, see rehang
			c.remade = c.remade || c.anew(w, live.items[i].Ref)
		case c.torn[id] != nil, c.anew(w, live.items[i].Ref):
			c.comes(w, id)
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

// stacked notes which devices go along with those that they stand on; what is wanted of
// them is made anew.
func (c *course) stacked(f object.Family, live *kind) {
	wants := make(map[string]*Want, len(c.wants[f]))
	for _, w := range c.wants[f] {
		wants[f.Identity(w.Object)] = w
	}
	moved := map[string]bool{} // what stands on them stays
	for _, l := range c.goal.Leaving {
		moved[f.Identity(l.Object)] = true
	}
	for n := -1; n < len(c.gone); {
		n = len(c.gone)
		for id, i := range live.at {
			below := under(live.items[i].Ref)
			if c.gone[id] || !c.gone[below.S] || moved[below.S] {
				continue
			}
			c.gone[id] = true
			if w := wants[id]; w != nil && !w.Absent && !w.Along {
				c.comes(w, id)
				c.torn[id] = []attr.Delta{{Path: "parent", Old: below, New: attr.TextValue(below.S + ", made anew")}}
			}
		}
	}
}

// under is the device that a device stands on; some kinds have an attribute of their own
// for it.
func under(r object.Ref) attr.Value {
	t := r.Table()
	if v := valueOf(t, r.Ptr(), "parent"); v.Shape != attr.None {
		return v
	}
	kind := valueOf(t, r.Ptr(), "kind")
	if kind.Shape != attr.Object {
		return attr.Value{}
	}
	return valueOf(kind.T, kind.P, "parent")
}

// valueOf is the attribute of a name; nothing if there is none of that name.
func valueOf(t *attr.Table, p attr.Ptr, name string) attr.Value {
	if i := t.Lookup(name); i >= 0 {
		return t.Get(p, i)
	}
	return attr.Value{}
}

// leave plans the devices that go to another namespace, and returns the wants that
// are not about them.
func (c *course) leave(f object.Family, live *kind, wants []*Want, kept []bool) []*Want {
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
	return slices.DeleteFunc(slices.Clone(wants), func(w *Want) bool { return leaving[f.Identity(w.Object)] })
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
func (c *course) making(w *Want) int32 {
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
