package lab

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/netlark/netlark/netlinkcore/internal/cores"
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
	// Drop are namespaces that the lab made, and of whose nodes it is no longer.
	Drop []*Site
	// Turns are the programs to be run or taken back: those that are declared no
	// longer first.
	Turns []Turn
	// Lost says which devices of others cannot go back, as they or their namespaces
	// are gone.
	Lost []string

	adopted  map[*Adoption]*Adopted
	record   *Record
	sites    []*site
	places   map[string]*site // by namespace
	leaving  []*site          // of Drop, while they are undone
	host     *netns.NS
	pristine *netns.NS // one that was just made: what those to come are like
	scope    *object.Scope
}

// A site is where a node is.
type site struct {
	node  *Node
	known *Site     // nil: nothing was done there before
	ns    *netns.NS // nil: it is yet to be made
	scope *object.Scope
	goal  *state.Goal

	declared bool            // and not only known from before
	transit  bool            // it is there for devices that go back
	works    map[string]bool // devices that are up and send, or have no carrier; see saw
}

// Compare reads what is there, and finds what is to be done. Nothing is changed.
// What another lab has in a namespace of others is a *ClaimedError.
func (l *Lab) Compare(ctx context.Context) (*Change, error) {
	if err := l.fits(); err != nil {
		return nil, err
	}
	r, err := readRecord(l.Name)
	if err != nil {
		return nil, err
	}
	return l.compareOwn(ctx, r)
}

// compareOwn is Compare, with what is known of the lab.
func (l *Lab) compareOwn(ctx context.Context, r *Record) (*Change, error) {
	c, err := l.compare(ctx, r)
	if err != nil {
		return nil, err
	}
	if err := c.unclaimed(); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

// compare is compareOwn, whatever other labs have.
func (l *Lab) compare(ctx context.Context, r *Record) (_ *Change, err error) {
	c := &Change{Lab: l, record: r, places: map[string]*site{}}
	defer func() {
		if err != nil {
			_ = c.Close() // only read from
		}
	}()
	if c.host, err = netns.Current(); err != nil {
		return nil, err
	}
	if err := c.findAll(l.nodes); err != nil {
		return nil, err
	}
	for _, known := range r.Sites {
		if err := c.past(known); err != nil {
			return nil, err
		}
	}
	for _, complete := range []func(context.Context) error{c.transits, c.setGoals, c.moves, c.turns} {
		if err := complete(ctx); err != nil {
			return nil, err
		}
	}
	c.Plan, err = state.NewPlan(ctx, c.goals(), l.families)
	return c, err
}

// Close releases the namespaces. It may be called again.
func (c *Change) Close() (err error) {
	for _, s := range append(c.sites[:len(c.sites):len(c.sites)], c.leaving...) {
		err = errors.Join(err, s.close(c.host))
	}
	if c.scope != nil {
		err = errors.Join(err, c.scope.Close())
	}
	for _, ns := range []*netns.NS{c.host, c.pristine} {
		if ns != nil {
			err = errors.Join(err, ns.Close())
		}
	}
	return err
}

// past finds what the lab did in a namespace that it has no longer: what it made
// goes, what it changed in others' is given back.
func (c *Change) past(known *Site) error {
	if c.places[known.NetNS] != nil {
		return nil
	}
	if known.Owned {
		c.Drop = append(c.Drop, known)
		return nil
	}
	s := &site{node: &Node{Name: known.Node, NetNS: known.NetNS, lab: c.Lab}}
	switch err := c.find(s); {
	case errors.Is(err, fs.ErrNotExist): // it is gone, and what was done in it with it
		return nil
	case err != nil:
		return err
	case s.known == nil: // it is another one
		return s.close(c.host)
	}
	c.add(s)
	return nil
}

func (c *Change) add(s *site) {
	c.sites = append(c.sites, s)
	c.places[s.node.NetNS] = s
}

func (s *site) close(host *netns.NS) error {
	if s.scope == nil {
		return nil
	}
	err := s.scope.Close()
	if s.ns != host {
		err = errors.Join(err, s.ns.Close())
	}
	return err
}

// Empty reports whether there is nothing to be done.
func (c *Change) Empty() bool {
	return len(c.Plan.Steps) == 0 && len(c.Plan.Missing) == 0 && len(c.Make) == 0 && len(c.Drop) == 0 && len(c.Turns) == 0
}

// findAll opens the namespaces of nodes that are there.
func (c *Change) findAll(nodes []*Node) error {
	opened, failed := make([]*netns.NS, len(nodes)), make([]error, len(nodes))
	_ = cores.EachHere(len(nodes), func(i int) error {
		opened[i], failed[i] = c.open(nodes[i])
		return nil
	})
	err := identify(opened)
	for i, n := range nodes {
		s := &site{node: n, declared: true}
		if err == nil {
			err = c.found(s, opened[i], failed[i])
		} else if opened[i] != nil && opened[i] != c.host {
			_ = opened[i].Close() // only looked for
		}
		if err == nil {
			c.add(s)
		}
	}
	return err
}

// open opens the namespace of a node.
func (c *Change) open(n *Node) (*netns.NS, error) {
	if n.NetNS == HostNetNS {
		return c.host, nil
	}
	return netns.Open(n.NetNS)
}

// find opens the namespace of a node, if it is there.
func (c *Change) find(s *site) error {
	ns, err := c.open(s.node)
	return c.found(s, ns, err)
}

// found takes in the namespace of a node, if it is there.
func (c *Change) found(s *site, ns *netns.NS, err error) error {
	switch {
	case s.node.Owned && (errors.Is(err, fs.ErrNotExist) || errors.Is(err, netns.ErrLeftover) && c.record.knows(s.node.NetNS)):
		c.Make = append(c.Make, s.node)
		return nil
	case err != nil:
		return err
	}
	c.enter(s, ns)
	if s.known, err = c.record.site(s.node.NetNS, ns); err != nil {
		return errors.Join(err, s.close(c.host))
	}
	if s.node.Owned && (s.known == nil || !s.known.Owned) {
		err := fmt.Errorf("namespace %q is there and was not made by lab %q: delete it, or call the lab or the node otherwise", s.node.NetNS, c.Lab.Name)
		return errors.Join(err, s.close(c.host))
	}
	return nil
}

// enter makes of an open namespace the site's.
func (c *Change) enter(s *site, ns *netns.NS) {
	s.ns = ns
	s.scope = object.NewScope(object.Config{Enter: ns.Do, Namespace: c.namespace})
}

// A lent namespace is not closed by who opened it: it is the site's.
type lent struct{ *netns.NS }

// Close does nothing.
func (lent) Close() error { return nil }

// namespace opens a namespace that a message names.
func (c *Change) namespace(name string) (object.Namespace, error) {
	if s := c.places[name]; s != nil && s.ns != nil {
		return lent{s.ns}, nil
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
		if fresh, birth, err = c.fresh(ctx); err != nil {
			return err
		}
	}
	for _, s := range c.sites {
		s.goal = &state.Goal{
			Space: &state.Space{Name: s.node.NetNS, Scope: s.scope},
			Wants: s.node.wants, Whole: s.node.Owned, Ignore: s.node.Ignores, Saw: s.saw,
		}
		if s.ns == nil {
			s.goal.Fresh, s.goal.Pristine = fresh, c.scope
			s.goal.Birth = s.node.undeclared(birth)
		}
	}
	return cores.Each(len(c.sites), func(i int) (err error) {
		s := c.sites[i]
		if s.known == nil || s.transit {
			return nil
		}
		if s.goal.Formers, err = s.known.formers(c.Lab.families); err != nil {
			return fmt.Errorf("record of lab %q, node %q: %w", c.Lab.Name, s.node.Name, err)
		}
		s.known.Objects = nil // nobody needs the text any more
		return nil
	})
}

func (c *Change) goals() (goals []*state.Goal) {
	for _, s := range c.sites {
		goals = append(goals, s.goal)
	}
	return goals
}

// undeclared is what nodes start with and this one does not say otherwise: most nodes have
// the same.
func (n *Node) undeclared(birth []state.Want) []state.Want {
	declared := func(w state.Want) bool {
		_, is := n.at.Find(w.Identity())
		return is
	}
	if !slices.ContainsFunc(birth, declared) {
		return birth
	}
	return slices.DeleteFunc(slices.Clone(birth), declared)
}

// fresh looks at a namespace that was just made, and says in which settings it is
// not as a node starts.
func (c *Change) fresh(ctx context.Context) (*state.Image, []state.Want, error) {
	var err error
	if c.pristine, err = netns.CreateAnonymous(); err != nil {
		return nil, nil, err
	}
	c.scope = object.NewScope(object.Config{Enter: c.pristine.Do})
	image, err := state.Read(ctx, &state.Space{Name: "new", Scope: c.scope}, c.Lab.families)
	if err != nil {
		return nil, nil, err
	}
	wants, err := c.Lab.birthWants(ctx, c.scope)
	return image, wants, err
}

// NodeOf returns the node that a step's space is of.
func (c *Change) NodeOf(sp *state.Space) *Node {
	if s := c.places[sp.Name]; s != nil {
		return s.node
	}
	return nil
}

// Space returns where a node is; nil if it is yet to be made.
func (c *Change) Space(n *Node) *state.Space {
	for _, s := range c.sites {
		if s.node == n && s.ns != nil {
			return s.goal.Space
		}
	}
	return nil
}

// Nodes returns the lab's nodes, and those that it had in namespaces of others.
func (c *Change) Nodes() (nodes []*Node) {
	for _, s := range c.sites {
		nodes = append(nodes, s.node)
	}
	return nodes
}
