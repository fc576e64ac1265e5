package state

import "github.com/netlark/netlark/netlinkcore/object"

// theirs tells what others did meanwhile of the steps that would undo it, where others
// work; nil: nobody does. What was touched is not theirs, nor what may have changed or
// gone along with that: what is near it.
func (k *kept) theirs() func(Step) bool {
	if !k.spares {
		return nil
	}
	near := k.closure()
	return func(s Step) bool {
		f := s.Object.Family
		id := f.Identity(named(s.Object))
		if s.Verb == object.Add || s.Verb == object.Append || s.Verb == object.Replace { // what goes without saying is not said
			id = IdentityOf(s.Object).Key
		}
		switch {
		case k.touched[f.Name()+" "+id]:
			return false
		case s.Verb == object.Delete && !k.had(s.Object):
			return true
		case f.Table().Naming() >= 0:
			return !near[id]
		}
		on, close := false, false
		f.Devices(s.Object, func(name string) { on, close = true, close || near[name] })
		return on && !close // what is on no device may hang on anything
	}
}

// closure are the devices that were touched, those of which something was, and all that
// are stacked on one another with them.
func (k *kept) closure() map[string]bool {
	near := map[string]bool{}
	for name := range k.near {
		near[name] = true
	}
	for i := range k.before.kinds {
		kind := &k.before.kinds[i]
		if kind.family.Table().Naming() < 0 {
			continue
		}
		for name := range kind.at {
			if k.touched[kind.family.Name()+" "+name] {
				near[name] = true
			}
		}
		for n := -1; n != len(near); {
			n = len(near)
			for name, at := range kind.at {
				kind.family.Devices(kind.items[at].Ref, func(under string) {
					if near[name] || near[under] {
						near[name], near[under] = true, true
					}
				})
			}
		}
	}
	return near
}

// Near says of a device that what the call does elsewhere may change it, or what is on it.
func (sn *Snapshot) Near(sp *Space, device string) {
	for _, k := range sn.kept {
		if same, err := k.space.Scope.Same(sp.Scope); err == nil && same && k.near != nil {
			k.near[device] = true
		}
	}
}
