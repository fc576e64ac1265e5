package lab

import (
	"fmt"
	"path"
	"strings"

	"github.com/netlark/netlark/netlinkcore/object"
)

// CheckIgnore refuses what would ignore nothing.
func (l *Lab) CheckIgnore(what string) error {
	name, pattern, _ := strings.Cut(what, ":")
	known := false
	for _, f := range l.families {
		known = known || inside(f.Name(), name) && f.Lasts()
	}
	if !known {
		return fmt.Errorf("no objects are called %q: a family, such as \"xfrm\" or \"route\", or a family and a pattern, \"link:tun*\"", name)
	}
	if _, err := path.Match(pattern, ""); err != nil {
		return fmt.Errorf("%q is no pattern", pattern)
	}
	return nil
}

// inside reports whether a family is, or is part of, what a name means: xfrm is
// xfrm.state and xfrm.policy.
func inside(family, name string) bool {
	return family == name || strings.HasPrefix(family, name+".")
}

// ignores reports whether programs make such objects here.
func (n *Node) ignores(r object.Ref) bool {
	for _, what := range n.Ignore {
		name, pattern, chosen := strings.Cut(what, ":")
		if !inside(r.Family.Name(), name) {
			continue
		}
		if ok, _ := path.Match(pattern, r.Family.Identity(r)); ok || !chosen { // CheckIgnore saw it
			return true
		}
	}
	return false
}
