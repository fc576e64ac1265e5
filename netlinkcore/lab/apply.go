package lab

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/netlark/netlark/netlinkcore/netns"
	"github.com/netlark/netlark/netlinkcore/state"
)

// An Apply makes of a machine what a lab says.
type Apply struct {
	// Show is called with what is to be done, before it is; an error from it ends
	// the Apply. nil: nobody looks.
	Show func(c *Change) error
	// Try is called before each step, by several goroutines; an error from it is
	// the step's. nil: nobody is.
	Try func(s *state.Step) error
	// Done is called after each step, by several goroutines; nil: nobody counts.
	Done func(s *state.Step)
}

// Apply carries out what Compare finds. If anything fails, all is as it was
// before, and the error says what was undone. It returns how many steps it took.
func (a *Apply) Apply(ctx context.Context, l *Lab) (steps int, err error) {
	lock, err := hold(l.Name)
	if err != nil {
		return 0, err
	}
	defer lock.release()
	if _, err := recoverHeld(ctx, l.Name, l.families); err != nil {
		return 0, err
	}
	c, err := l.Compare(ctx)
	if err != nil {
		return 0, err
	}
	defer c.Close()
	if a.Show != nil {
		if err := a.Show(c); err != nil {
			return 0, err
		}
	}
	if len(c.Plan.Missing) > 0 {
		return 0, c.Plan.Missing[0]
	}
	if c.Empty() { // what is declared may be another all the same
		return 0, c.keep()
	}
	u := &undo{change: c, old: c.record, snapshot: state.NewSnapshot(l.families)}
	defer u.snapshot.Close()
	steps, err = a.carryOut(ctx, c, u)
	if err == nil {
		err = errors.Join(c.keep(), ctx.Err())
	}
	if err != nil {
		return 0, &FailedError{err, u.all(context.WithoutCancel(ctx))}
	}
	return steps, errors.Join(u.done(), c.drop(ctx))
}

// A FailedError says why an Apply failed, and that it was undone, or how far.
type FailedError struct{ Err, Undone error }

// Error returns why it failed, and what was undone.
func (e *FailedError) Error() string { return e.Err.Error() + "\n" + e.Undone.Error() }

// Unwrap returns why it failed.
func (e *FailedError) Unwrap() error { return e.Err }

func (a *Apply) carryOut(ctx context.Context, c *Change, u *undo) (steps int, err error) {
	first := c.Plan
	if err := u.make(); err != nil {
		return 0, err
	}
	v := state.Converger{Families: c.Lab.families, Try: a.Try, Done: a.Done, Before: u.before}
	n, err := v.Converge(ctx, c.goals(), first)
	if err == nil {
		err = settle(ctx, c.touched())
	}
	return len(u.made) + n, err
}

// touched are the sites in which something was to be done.
func (c *Change) touched() (sites []*site) {
	in := map[*state.Space]bool{}
	for i := range c.Plan.Steps {
		in[c.Plan.Steps[i].Space] = true
	}
	for _, s := range c.sites {
		if in[s.goal.Space] {
			sites = append(sites, s)
		}
	}
	return sites
}

// keep writes down what the lab is now.
func (c *Change) keep() error {
	r := &Record{Lab: c.Lab.Name}
	for i, s := range c.sites {
		known, err := s.identify()
		if err != nil {
			return err
		}
		if err := known.setFormers(c.Plan.Formers[i]); err != nil {
			return fmt.Errorf("node %q: %w", s.node.Name, err)
		}
		if known.Owned || known.Formers != nil {
			r.Sites = append(r.Sites, known)
		}
	}
	r.Sites = append(r.Sites, c.Drop...) // until they are gone
	c.record = r
	return r.restore()
}

// drop deletes the namespaces of nodes that the lab has no longer.
func (c *Change) drop(ctx context.Context) error {
	if len(c.Drop) == 0 {
		return nil
	}
	if _, err := endPrograms(ctx, c.Drop); err != nil {
		return err
	}
	for _, s := range c.Drop {
		if err := s.delete(); err != nil {
			return err
		}
	}
	c.record.Sites = c.record.Sites[:len(c.record.Sites)-len(c.Drop)]
	return c.record.restore()
}

// delete takes the name from a namespace, if it is still the one that the lab
// made.
func (s *Site) delete() error {
	ns, err := netns.Open(s.NetNS)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	id, err := ns.ID()
	if err = errors.Join(err, ns.Close()); err != nil || !s.is(id) {
		return err
	}
	return netns.Delete(s.NetNS)
}
