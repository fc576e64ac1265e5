package lab

import (
	"fmt"
	"net/netip"
	"path"
	"strings"

	"github.com/netlark/netlark/netlinkcore/addr"
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

// home is the address that lo has when it goes up. Nothing marks it as the
// kernel's, as ::1 is marked.
var home = netip.MustParsePrefix("127.0.0.1/8")

// Ignores reports whether programs make such objects here, or the kernel does.
func (n *Node) Ignores(r object.Ref) bool {
	if a, ok := addr.Type.As(r); ok && a.Dev.Name() == "lo" && a.Address == home {
		return true
	}
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
