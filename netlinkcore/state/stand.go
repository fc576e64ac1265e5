package state

import (
	"slices"

	"github.com/netlark/netlark/netlinkcore/object"
)

// heights orders steps on what stands on each other in one namespace, over several
// families: what carries is made first, and removed last. What is there already
// carries at once.
func heights(steps []Step) {
	making, removal := map[string]*Step{}, map[string]*Step{}
	for i := range steps {
		s := &steps[i]
		self, _ := s.Object.Family.Stands(s.Object)
		switch {
		case self == "":
		case s.removes():
			removal[self] = s
		case s.Verb != object.Delete:
			making[self] = s
		}
	}
	for i := range steps {
		if s := &steps[i]; s.removes() {
			s.height = -int32(height(removal, s, len(steps)))
		} else {
			s.height = int32(height(making, s, len(steps)))
		}
	}
}

// falls finds what is made anew of what carries something, and what goes with that because
// it stands on it and carries something itself.
func (c *course) falls() {
	c.fallen = map[string]bool{}
	families := slices.DeleteFunc(slices.Clone(c.families), func(f object.Family) bool { return !c.phases.stacks[f] })
	for _, f := range families {
		live := c.live.of(f)
		for _, w := range c.wants[f] {
			if i, there := live.find(w); there && !w.Absent && c.anew(w, live.items[i].Ref) {
				self, _ := f.Stands(live.items[i].Ref)
				c.fallen[self] = true
			}
		}
	}
	for n := -1; n < len(c.fallen); {
		n = len(c.fallen)
		for _, f := range families {
			for _, it := range c.live.of(f).items {
				if self, _ := f.Stands(it.Ref); c.falling(it.Ref) {
					c.fallen[self] = true
				}
			}
		}
	}
}

// falling reports whether an object stands on what falls.
func (c *course) falling(r object.Ref) bool {
	_, on := r.Family.Stands(r)
	return slices.ContainsFunc(on, func(name string) bool { return c.fallen[name] })
}

// removes reports whether a step removes what nothing is to take the place of.
func (s *Step) removes() bool { return s.Verb == object.Delete && !s.Part }

// height counts what a step stands on; most bounds a ring of such.
func height(at map[string]*Step, s *Step, most int) int {
	_, on := s.Object.Family.Stands(s.Object)
	for _, name := range on {
		if below := at[name]; below != nil && most > 0 {
			return 1 + height(at, below, most-1)
		}
	}
	return 0
}

// stands reports whether objects of a family stand on others.
func stands(f object.Family) bool {
	self, _ := f.Stands(f.New())
	return self != ""
}
