package tc

import "github.com/netlark/netlark/netlinkcore/rt"

// standing names a discipline or a class, and what it stands on: a class, or the
// discipline whose class comes by itself, or that discipline.
func standing(dev rt.Dev, h, parent Handle) (self string, on []string) {
	at := func(h Handle) string { return dev.Name() + " " + h.String() }
	switch parent {
	case Root, IngressSlot:
		return at(h), nil
	case parent.Major():
		return at(h), []string{at(parent)}
	}
	return at(h), []string{at(parent), at(parent.Major())}
}
