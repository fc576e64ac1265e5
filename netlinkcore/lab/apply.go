package lab

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/netns"
	"github.com/netlark/netlark/netlinkcore/state"
)

// An Apply makes of a machine what a lab says.
type Apply struct {
	// Show is called with what is to be done, before it is; an error from it ends
	// the Apply. nil: nobody looks.
	Show func(c *Change) error
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
	if c.Empty() {
		return 0, nil
	}
	u := &undo{change: c, snapshot: state.NewSnapshot(l.families)}
	defer u.snapshot.Close()
	steps, err = a.carryOut(ctx, c, u)
	if err == nil {
		err = c.keep()
	}
	if err != nil {
		return 0, &FailedError{err, u.all(context.WithoutCancel(ctx))}
	}
	return steps, c.drop()
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
	v := state.Converger{Families: c.Lab.families, Done: a.Done, Before: u.before}
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
	for _, s := range c.sites {
		if !s.node.Owned {
			continue
		}
		id, err := s.ns.ID()
		if err != nil {
			return err
		}
		r.Pins = append(r.Pins, Pin{Node: s.node.Name, NetNS: s.node.NetNS, Boot: id.Boot, Cookie: id.Cookie})
	}
	r.Pins = append(r.Pins, c.Drop...) // until they are gone
	c.record = r
	return write(recordPath(c.Lab.Name), r)
}

// drop deletes the namespaces of nodes that the lab has no longer.
func (c *Change) drop() error {
	if len(c.Drop) == 0 {
		return nil
	}
	for _, p := range c.Drop {
		if err := p.delete(); err != nil {
			return err
		}
	}
	c.record.Pins = c.record.Pins[:len(c.record.Pins)-len(c.Drop)]
	return write(recordPath(c.Lab.Name), c.record)
}

// delete takes the name from a namespace, if it is still the one that the lab
// made.
func (p Pin) delete() error {
	ns, err := netns.Open(p.NetNS)
	if err != nil {
		if errors.Is(err, os.ErrNotExist) {
			return nil
		}
		return err
	}
	id, err := ns.ID()
	if err = errors.Join(err, ns.Close()); err != nil || !p.is(id) {
		return err
	}
	return netns.Delete(p.NetNS)
}

// A lock keeps others from the same lab.
type lock struct{ f *os.File }

// hold takes the lock of a lab; who has it is an error.
func hold(lab string) (*lock, error) {
	dir := filepath.Join(Dir, lab)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		defer f.Close() // only read from
		if !errors.Is(err, unix.EWOULDBLOCK) {
			return nil, err
		}
		pid := make([]byte, 20)
		n, _ := f.Read(pid)
		return nil, &BusyError{lab, string(pid[:n])}
	}
	err = errors.Join(f.Truncate(0), func() error { _, err := fmt.Fprint(f, os.Getpid()); return err }())
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &lock{f}, nil
}

func (l *lock) release() { _ = l.f.Close() } // which unlocks it

// A BusyError says that another process works on a lab.
type BusyError struct{ Lab, PID string }

// Error names the process.
func (e *BusyError) Error() string { return fmt.Sprintf("process %s works on lab %q", e.PID, e.Lab) }
