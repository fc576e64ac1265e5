package lab

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/state"
)

// What labs declare in a namespace of others is each one's own: two would fight over
// it, and neither could say what it was before. The record of a lab says what it has
// there, and while it is applied its journal does.

// A ClaimedError says that another lab declared the same object in a namespace of
// others.
type ClaimedError struct {
	Object object.Ref
	Node   *Node
	First  string // the lab that was first
	Note   any    // of who declared it now
}

// Error names the lab that was first.
func (e *ClaimedError) Error() string {
	return fmt.Sprintf("%s of %s is declared by lab %q already, which is there", e.Object, e.Node.Name, e.First)
}

// unclaimed refuses what another lab has.
func (c *Change) unclaimed() error {
	if !c.claims() {
		return nil
	}
	names, err := Names()
	if err != nil {
		return err
	}
	for _, name := range names {
		if name == c.Lab.Name {
			continue
		}
		for _, theirs := range claimed(name) {
			if err := c.clash(name, theirs); err != nil {
				return err
			}
		}
	}
	return nil
}

// claims reports whether anything is declared in namespaces of others.
func (c *Change) claims() bool {
	for _, s := range c.sites {
		if !s.node.Owned && len(s.node.wants) > 0 {
			return true
		}
	}
	return false
}

// claimed are the namespaces of others where a lab has something. What cannot be read
// is for who works on that lab.
func claimed(name string) (sites []*Site) {
	if r, err := readRecord(name); err == nil {
		sites = r.Sites
	}
	var j struct {
		Claims []*Site `json:"claims"`
	}
	if data, err := os.ReadFile(journalPath(name)); err == nil && json.Unmarshal(data, &j) == nil {
		sites = append(sites, j.Claims...)
	}
	return sites
}

// clash finds what is declared and another lab has.
func (c *Change) clash(name string, theirs *Site) error {
	for _, s := range c.sites {
		if s.node.Owned || theirs.Owned || s.ns == nil {
			continue
		}
		if id, err := s.ns.ID(); err != nil || !theirs.is(id) {
			if err != nil {
				return err
			}
			continue
		}
		formers, err := theirs.formers(c.Lab.families)
		if err != nil {
			return nil // as if it could not be read
		}
		for _, f := range formers {
			if i, ok := s.node.at.Find(state.IdentityOf(f.Declared)); ok {
				w := &s.node.wants[i]
				return &ClaimedError{w.Object, s.node, name, w.Note}
			}
		}
	}
	return nil
}

// claim calls fn, which writes down what the lab has, when no other has it.
func (c *Change) claim(fn func() error) error {
	if !c.claims() {
		return fn()
	}
	dir, err := os.Open(Dir)
	if err != nil {
		return err
	}
	defer dir.Close() // which unlocks it
	if err := unix.Flock(int(dir.Fd()), unix.LOCK_EX); err != nil {
		return os.NewSyscallError("flock "+Dir, err)
	}
	if err := c.unclaimed(); err != nil {
		return err
	}
	return fn()
}

// own is what the lab is about to have in namespaces of others.
func (c *Change) own() (sites []*Site, err error) {
	for i, s := range c.sites {
		if s.node.Owned || len(s.node.wants) == 0 {
			continue
		}
		known, err := c.known(i)
		if err != nil {
			return nil, err
		}
		if known == nil {
			continue
		}
		var objects bytes.Buffer
		if _, err := known.writeObjects(&objects, nil); err != nil {
			return nil, err
		}
		known.Objects = objects.Bytes()
		sites = append(sites, known)
	}
	return sites, nil
}
