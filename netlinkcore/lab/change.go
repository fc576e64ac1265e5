package lab

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/netlark/netlark/netlinkcore/netns"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/state"
)

// A Change is what there is to be done so that a machine is what a lab says.
// Close it after use.
type Change struct {
	Lab  *Lab
	Plan *state.Plan
	// Make are the nodes whose namespaces do not exist yet.
	Make []*Node
	// Drop are namespaces of nodes that the lab had and has no longer.
	Drop []Pin

	record *Record
	sites  []*site
	host   *netns.NS
}

// A site is where a node is.
type site struct {
	node  *Node
	ns    *netns.NS // nil: it is yet to be made
	scope *object.Scope
	goal  *state.Goal
}

// Compare reads what is there, and finds what is to be done. Nothing is changed.
func (l *Lab) Compare(ctx context.Context) (_ *Change, err error) {
	c := &Change{Lab: l}
	defer func() {
		if err != nil {
			_ = c.Close() // only read from
		}
	}()
	if c.record, err = readRecord(l.Name); err != nil {
		return nil, err
	}
	if c.host, err = netns.Current(); err != nil {
		return nil, err
	}
	for _, n := range l.nodes {
		s := &site{node: n}
		if err := c.find(s); err != nil {
			return nil, err
		}
		c.sites = append(c.sites, s)
	}
	c.Drop = slices.DeleteFunc(slices.Clone(c.record.Pins), func(p Pin) bool {
		return slices.ContainsFunc(l.nodes, func(n *Node) bool { return n.Owned && n.NetNS == p.NetNS })
	})
	if err := c.setGoals(ctx); err != nil {
		return nil, err
	}
	c.Plan, err = state.NewPlan(ctx, c.goals(), l.families)
	return c, err
}

// Close releases the namespaces. It may be called again.
func (c *Change) Close() (err error) {
	for _, s := range c.sites {
		if s.scope != nil {
			err = errors.Join(err, s.scope.Close())
		}
		if s.ns != nil && s.ns != c.host {
			err = errors.Join(err, s.ns.Close())
		}
	}
	if c.host != nil {
		err = errors.Join(err, c.host.Close())
	}
	return err
}

// Empty reports whether there is nothing to be done.
func (c *Change) Empty() bool {
	return len(c.Plan.Steps) == 0 && len(c.Plan.Missing) == 0 && len(c.Make) == 0 && len(c.Drop) == 0
}

// find opens the namespace of a node, if it is there.
func (c *Change) find(s *site) error {
	if s.node.NetNS == hostName {
		c.enter(s, c.host)
		return nil
	}
	ns, err := netns.Open(s.node.NetNS)
	switch {
	case errors.Is(err, fs.ErrNotExist) && s.node.Owned:
		c.Make = append(c.Make, s.node)
		return nil
	case err != nil:
		return err
	}
	if s.node.Owned {
		mine, err := c.record.has(s.node.NetNS, ns)
		if err == nil && !mine {
			err = fmt.Errorf("namespace %q is there and was not made by lab %q: delete it, or call the lab or the node otherwise", s.node.NetNS, c.Lab.Name)
		}
		if err != nil {
			_ = ns.Close() // only looked at
			return err
		}
	}
	c.enter(s, ns)
	return nil
}

// enter makes of an open namespace the site's.
func (c *Change) enter(s *site, ns *netns.NS) {
	s.ns = ns
	s.scope = object.NewScope(object.Config{Enter: ns.Do, Namespace: c.namespace})
}

// A lent namespace is not closed by who opened it: it is the site's.
type lent struct{ *netns.NS }

func (lent) Close() error { return nil }

// namespace opens a namespace that a message names.
func (c *Change) namespace(name string) (object.Namespace, error) {
	for _, s := range c.sites {
		if s.node.NetNS == name && s.ns != nil {
			return lent{s.ns}, nil
		}
	}
	if len(name) > 0 && name[0] == '/' {
		return netns.OpenPath(name)
	}
	return netns.Open(name)
}

// setGoals says of each site what it is to be.
func (c *Change) setGoals(ctx context.Context) (err error) {
	var fresh *state.Image
	var birth []state.Want
	if len(c.Make) > 0 {
		if fresh, birth, err = c.Lab.fresh(ctx); err != nil {
			return err
		}
	}
	for _, s := range c.sites {
		s.goal = &state.Goal{
			Space: &state.Space{Name: s.node.NetNS, Scope: s.scope},
			Wants: s.node.wants, Whole: s.node.Owned, Ignore: s.node.ignores,
		}
		if s.ns == nil {
			s.goal.Fresh = fresh
			s.goal.Wants = s.node.over(birth)
		}
	}
	return nil
}

func (c *Change) goals() (goals []*state.Goal) {
	for _, s := range c.sites {
		goals = append(goals, s.goal)
	}
	return goals
}

// over is what is declared, and what is not and the node starts with.
func (n *Node) over(birth []state.Want) (wants []state.Want) {
	for _, w := range birth {
		if _, declared := n.at[identity(w.Object)]; !declared {
			wants = append(wants, w)
		}
	}
	return append(wants, n.wants...)
}

// fresh looks at a namespace that was just made, and says in which settings it is
// not as a node starts.
func (l *Lab) fresh(ctx context.Context) (*state.Image, []state.Want, error) {
	ns, err := netns.CreateAnonymous()
	if err != nil {
		return nil, nil, err
	}
	defer ns.Close()
	scope := object.NewScope(object.Config{Enter: ns.Do})
	defer scope.Close()
	image, err := state.Read(ctx, &state.Space{Name: "new", Scope: scope}, l.families)
	if err != nil {
		return nil, nil, err
	}
	wants, err := l.birthWants(ctx, scope)
	return image, wants, err
}

// NodeOf returns the node that a step's space is of.
func (c *Change) NodeOf(sp *state.Space) *Node {
	for _, s := range c.sites {
		if s.goal.Space == sp {
			return s.node
		}
	}
	return nil
}
