package lab

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/netns"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
	"github.com/netlark/netlark/netlinkcore/state"
)

// An Adoption is a device of a namespace of others that a node has as long as the
// lab is there.
type Adoption struct {
	Device string // its name where it comes from
	From   *Node
	Name   string // in the node; Device unless given
	Note   any

	node *Node
}

// An Adopted is a device that a node took in, as records keep it.
type Adopted struct {
	Name   string `json:"name"`   // in the node
	Device string `json:"device"` // where it came from, which is:
	From   string `json:"from"`
	NetNS  string `json:"netns"`
	Boot   string `json:"boot"`
	Cookie uint64 `json:"cookie"`
	// Before is the device as it was there, then what was on it, and its settings.
	Before []json.RawMessage `json:"before"`
}

// String returns the adoption as scripts say it, for messages.
func (a *Adoption) String() string { return fmt.Sprintf("adopt %s of %s", a.Device, a.From.Name) }

// Adopt declares that a node that the lab owns takes in a device of a namespace of
// others. What is declared of the device in the node applies to it there.
func (n *Node) Adopt(a *Adoption) error {
	if !n.Owned {
		return fmt.Errorf("node %q is a namespace of others: only those that the lab makes adopt devices", n.Name)
	}
	if a.From.Owned {
		return fmt.Errorf("node %q is the lab's own: declare the device where it is to be", a.From.Name)
	}
	a.node = n
	if a.Name == "" {
		a.Name = a.Device
	}
	for _, first := range n.lab.adoptions {
		if first.From == a.From && first.Device == a.Device {
			return &DeclaredError{Object: a, Node: first.node, First: first.Note}
		}
	}
	w := state.Want{Object: link.Type.Ref(&link.Link{Name: a.Name}), Along: true, Moves: true, Pair: a, Note: a.Note}
	if err := n.want(w); err != nil {
		return err
	}
	n.lab.adoptions = append(n.lab.adoptions, a)
	return nil
}

// An AdoptError says why a device cannot be taken in, or not be given back.
type AdoptError struct {
	Text string
	Note any
}

// Error returns the reason.
func (e *AdoptError) Error() string { return e.Text }

// Unwrap makes errors.Is find object.ErrNotFound.
func (e *AdoptError) Unwrap() error { return object.ErrNotFound }

// A Move is the note of a step that moves a device into a node, or back.
type Move struct {
	Node, Name   string
	From, Device string
	Back         bool
	Note         any // of the Adoption
}

// String returns the move, for plans.
func (m *Move) String() string {
	if m.Back {
		return fmt.Sprintf("adopted %s: it goes back to %s as %s", m.Name, m.From, m.Device)
	}
	return fmt.Sprintf("adopt %s of %s as %s", m.Device, m.From, m.Name)
}

// transits adds the sites that a device goes back to or comes back from, and that
// the lab has nothing to do with otherwise.
func (c *Change) transits(context.Context) error {
	for _, known := range c.record.Sites {
		for _, a := range known.Adopted {
			if err := errors.Join(c.transit(known.Node, known.NetNS), c.transit(a.From, a.NetNS)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *Change) transit(name, netNS string) error {
	if c.places[netNS] != nil {
		return nil
	}
	s := &site{node: &Node{Name: name, NetNS: netNS, lab: c.Lab}, transit: true}
	err := c.find(s)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		c.add(s)
	}
	return err
}

// moves completes the goals by the devices that are taken in and given back.
func (c *Change) moves(ctx context.Context) error {
	c.adopted = map[*Adoption]*Adopted{}
	held := map[*Adopted]bool{}
	for _, a := range c.Lab.adoptions {
		was, err := c.take(ctx, a)
		if err != nil {
			return err
		}
		held[was] = true
	}
	for _, known := range c.record.Sites {
		for _, a := range known.Adopted {
			if held[a] {
				continue
			}
			if err := c.giveBack(ctx, known, a); err != nil {
				return err
			}
		}
	}
	return nil
}

// device is the device with a name; nil: there is none, or no namespace.
func (s *site) device(ctx context.Context, name string) (*link.Link, error) {
	if s == nil || s.ns == nil {
		return nil, nil
	}
	l, err := link.Type.Get(ctx, s.scope, &link.Link{Name: name})
	if errors.Is(err, object.ErrNotFound) || err == nil && l.Name != name { // another name of it
		return nil, nil
	}
	return l, err
}

// home is the device of a name, or one that a node had, and that the kernel sent home
// when the node's namespace went: hardware outlives it, and keeps the name that it
// had there.
func (s *site) home(ctx context.Context, name string, had *Adopted) (*link.Link, error) {
	l, err := s.device(ctx, name)
	if l != nil || err != nil || had == nil {
		return l, err
	}
	if l, err = s.device(ctx, had.Name); l == nil || err != nil || len(had.Before) == 0 {
		return nil, err
	}
	before, err := object.ReadRef(s.node.lab.families, had.Before[0])
	if err != nil {
		return nil, err
	}
	if was, ok := link.Type.As(before); ok && was.Address == l.Address {
		return l, nil
	}
	return nil, nil
}

// take has a node take in a device, unless it has it. It returns what is known of it
// from before, if anything is.
func (c *Change) take(ctx context.Context, a *Adoption) (*Adopted, error) {
	s, from := c.siteOf(a.node), c.siteOf(a.From)
	if declared(a.From, a.Device) {
		return nil, &AdoptError{fmt.Sprintf("%s: the device is declared there, and cannot leave it", a), a.Note}
	}
	had, there, l, err := c.holder(ctx, a)
	switch {
	case err != nil:
		return nil, err
	case l == nil:
		there = from
		if l, err = from.home(ctx, a.Device, had); err != nil {
			return nil, err
		}
	case there == s && had.Name == a.Name:
		c.adopted[a] = had
		return had, nil
	case there == s:
		return nil, &AdoptError{fmt.Sprintf("%s as %s: the node has it as %s; apply once without it to change that", a, a.Name, had.Name), a.Note}
	}
	if l == nil {
		return nil, &AdoptError{fmt.Sprintf("%s: no device of this name is there%s", a, formerly(c.Lab, had)), a.Note}
	}
	known := had
	if known == nil || !from.isStill(known) { // or else it went back without what was on it
		if known, err = from.describe(ctx, a); err != nil {
			return nil, err
		}
	}
	here := *known
	here.Name = a.Name
	c.adopted[a] = &here
	s.expect(a, arrived(l, a.Name))
	m := &Move{a.node.Name, a.Name, a.From.Name, a.Device, false, a.Note}
	there.goal.Leaving = append(there.goal.Leaving, leave(l.Name, a.node.NetNS, a.Name, a, m))
	return had, nil
}

// holder is what is known of a device that a node of the lab took in, where that
// was, and the device if it is there.
func (c *Change) holder(ctx context.Context, a *Adoption) (*Adopted, *site, *link.Link, error) {
	for _, known := range c.record.Sites {
		for _, had := range known.Adopted {
			if had.Device != a.Device || had.NetNS != a.From.NetNS {
				continue
			}
			s := c.places[known.NetNS]
			if s == nil || s.known != known {
				return had, s, nil, nil
			}
			l, err := s.device(ctx, had.Name)
			return had, s, l, err
		}
	}
	return nil, nil, nil, nil
}

// expect says of a device that is wanted what it will be like when it comes.
func (s *site) expect(a *Adoption, born object.Ref) {
	s.goal.Wants = slices.Clone(s.goal.Wants)
	for i := range s.goal.Wants {
		if s.goal.Wants[i].Pair == a {
			s.goal.Wants[i].Born = born.Ptr()
		}
	}
}

func declared(n *Node, device string) bool {
	_, is := n.at.Find(state.IdentityOf(link.Type.Ref(&link.Link{Name: device})))
	return is
}

// formerly says what became of a device that the lab took in and that is gone.
func formerly(l *Lab, had *Adopted) string {
	if had == nil {
		return ""
	}
	return fmt.Sprintf(": lab %q had it as %s in a node, where it is gone", l.Name, had.Name)
}

// leave is the move of a device; to is "" if it only gets its name back.
func leave(device, to, name string, pair any, m *Move) state.Leave {
	l := &link.Link{Name: device}
	if to != "" {
		l.NetNS = rt.NSName(to)
	}
	if name != device {
		l.Rename = name
	}
	return state.Leave{Object: link.Type.Ref(l), Pair: pair, Note: m}
}

// arrived is a device as it comes into another namespace: the kernel takes it down,
// and from its master.
func arrived(l *link.Link, name string) object.Ref {
	there := *l
	there.Name, there.Up = name, opt.Of(false)
	there.Master, there.Port = rt.Dev{}, nil
	return link.Type.Ref(&there).Clone()
}

// describe reads a device and what is on it.
func (s *site) describe(ctx context.Context, a *Adoption) (*Adopted, error) {
	id, err := s.ns.ID()
	if err != nil {
		return nil, err
	}
	image, err := state.Read(ctx, s.goal.Space, s.node.lab.families)
	if err != nil {
		return nil, err
	}
	out := &Adopted{Name: a.Name, Device: a.Device, From: a.From.Name, NetNS: a.From.NetNS, Boot: id.Boot, Cookie: id.Cookie}
	for _, it := range image.Objects() {
		r, on := it.Ref, false
		if r.Table().Naming() >= 0 {
			on = r.Family.Identity(r) == a.Device
		} else if it.Maker == object.User && !it.Absent {
			r.Family.Devices(r, func(name string) { on = on || name == a.Device })
			r = r.Family.Bare(r)
		}
		if !on {
			continue
		}
		text, err := r.MarshalJSON()
		if err != nil {
			return nil, err
		}
		if r.Table().Naming() >= 0 {
			out.Before = slices.Insert(out.Before, 0, json.RawMessage(text))
			continue
		}
		out.Before = append(out.Before, text)
	}
	settings, err := settingsOf(ctx, s.scope, a.Device)
	for _, r := range settings {
		text, failed := r.MarshalJSON()
		out.Before, err = append(out.Before, text), errors.Join(err, failed)
	}
	return out, err
}

// giveBack has a device go back to where it came from, and be what it was there.
func (c *Change) giveBack(ctx context.Context, known *Site, a *Adopted) error {
	s, home := c.places[known.NetNS], c.places[a.NetNS]
	what := fmt.Sprintf("device %s of %s, which was %s in %s", a.Device, a.From, a.Name, known.NetNS)
	if home == nil || !home.isStill(a) {
		c.Lost = append(c.Lost, what+": the namespace that it came from is gone")
		return nil
	}
	move := &Move{known.Node, a.Name, a.From, a.Device, true, nil}
	var l *link.Link
	var err error
	if s != nil && s.known == known {
		l, err = s.device(ctx, a.Name)
	}
	back, backErr := home.home(ctx, a.Device, a)
	switch {
	case errors.Join(err, backErr) != nil:
		return errors.Join(err, backErr)
	case l == nil && back == nil:
		c.Lost = append(c.Lost, what+": it is gone")
		return nil
	case l != nil && back != nil && back.Name == a.Device:
		return &AdoptError{fmt.Sprintf("%s: it cannot go back, since another device has its name", what), nil}
	case l != nil:
		s.goal.Leaving = append(s.goal.Leaving, leave(a.Name, a.NetNS, a.Device, nil, move))
		back = l
	case back.Name != a.Device:
		home.goal.Leaving = append(home.goal.Leaving, leave(back.Name, "", a.Device, nil, move))
	}
	return home.welcome(a, arrived(back, a.Device), c.Lab.families)
}

// isStill reports whether a site is the namespace that a device came from.
func (s *site) isStill(a *Adopted) bool {
	if s.ns == nil {
		return false
	}
	now, err := s.ns.ID()
	return err == nil && now == netns.ID{Boot: a.Boot, Cookie: a.Cookie}
}

// welcome wants a device to be as it was, and what was on it to be there. What is
// declared there now counts more.
func (s *site) welcome(a *Adopted, born object.Ref, families []object.Family) error {
	s.goal.Wants = slices.Clone(s.goal.Wants)
	for _, text := range a.Before {
		r, err := object.ReadRef(families, text)
		if err != nil {
			return fmt.Errorf("what is known of %s: %w", a.Device, err)
		}
		w := state.Want{Object: r, Once: true}
		if r.Table().Naming() >= 0 {
			w.Along, w.Moves, w.Born = true, true, born.Ptr()
		}
		i := slices.IndexFunc(s.goal.Wants, func(d state.Want) bool { return d.Identity() == state.IdentityOf(r) })
		switch {
		case i < 0:
			s.goal.Wants = append(s.goal.Wants, w)
		case w.Moves:
			s.goal.Wants[i].Moves, s.goal.Wants[i].Born = true, born.Ptr()
		}
	}
	return nil
}
