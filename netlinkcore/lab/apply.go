package lab

import (
	"context"
	"errors"
	"os"
	"time"

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
	// TryOnce is called before each program, or its Undo; an error from it is the
	// program's. nil: nobody is.
	TryOnce func(r *Ran, undo bool) error
	// Recovered is called with what was undone first of an Apply that died; nil: nobody
	// is.
	Recovered func(said string)
	// Loaded is called at the end with what the kernel loaded meanwhile, if it did; nil:
	// nobody is.
	Loaded func(l Loaded)
	// Undoing is called when an Apply failed for err, before what it did is undone; nil:
	// nobody is.
	Undoing func(err error)
	// Commit is given what makes the Apply final, and calls it: from then on nothing is
	// undone, and all that is left to do is to take away the namespaces of nodes that the
	// lab has no longer. nil: it is called at once.
	Commit func(final func() error) error
	// Irreversible: what cannot be fully undone is done in namespaces of others, too.
	// Without it that is an *IrreversibleError.
	Irreversible bool
	// Confirm, if it is not 0, is after how long what was done is undone, unless
	// Confirm was called. Detach then starts a process that outlives this one, has
	// the files and calls Await; it returns its number.
	Confirm time.Duration
	Detach  func(p *Pending) (pid int, err error)
}

// Apply carries out what Compare finds. If anything fails, all is as it was
// before, and the error says what was undone. It returns how many steps it took.
func (a *Apply) Apply(ctx context.Context, l *Lab) (steps int, err error) {
	lock, err := l.hold()
	if err != nil {
		return 0, err
	}
	defer lock.release()
	_ = os.Remove(LogPath(l.Name)) // of an earlier one
	said, err := recoverHeld(ctx, l.Name, l.families)
	if err != nil {
		return 0, err
	}
	if said != "" && a.Recovered != nil {
		a.Recovered(said)
	}
	known, err := readRecord(l.Name)
	if err != nil {
		return 0, err
	}
	c, err := l.compareOwn(ctx, known)
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
	if err := a.reversible(c, c.Plan); err != nil {
		return 0, err
	}
	if c.Empty() { // what is declared may be another all the same
		return 0, c.claim(func() error { return c.keep((*Record).restore) })
	}
	before := thisMoment()
	steps, err = a.change(ctx, c, lock)
	if came := l.loadedSince(before); len(came.Modules) > 0 && a.Loaded != nil {
		a.Loaded(came)
	}
	return steps, err
}

// hold locks a lab that can be applied.
func (l *Lab) hold() (*lock, error) {
	if err := l.fits(); err != nil {
		return nil, err
	}
	return hold(l.Name)
}

// change carries out what is to be done, or undoes what it did of that.
func (a *Apply) change(ctx context.Context, c *Change, lock *lock) (steps int, err error) {
	u := &undo{change: c, old: c.record, snapshot: state.NewSnapshot(c.Lab.families)}
	u.snapshot.Shared = c.shared
	u.programs.try, u.programs.note, u.programs.mark = a.TryOnce, u.note, newMark(c.Lab.Name)
	defer u.snapshot.Close()
	if err := c.claim(func() error { return unwritten(u.note()) }); err != nil {
		return 0, err
	}
	defer func() { u.draft.drop() }()
	steps, err = a.carryOut(ctx, c, u)
	if err == nil {
		err = errors.Join(c.keep(u.draft.supersede), ctx.Err())
	}
	if err == nil && a.Confirm > 0 {
		err = u.pend(lock, a.Confirm, a.Detach)
	}
	if err != nil {
		if a.Undoing != nil {
			a.Undoing(err)
		}
		u.spare(context.WithoutCancel(ctx), err)
		return 0, &FailedError{err, u.all(context.WithoutCancel(ctx))}
	}
	if a.Confirm > 0 {
		return steps, nil
	}
	return steps, a.finish(context.WithoutCancel(ctx), u)
}

// finish makes the Apply final. An end of ctx comes too late for it.
func (a *Apply) finish(ctx context.Context, u *undo) error {
	commit := a.Commit
	if commit == nil {
		commit = func(final func() error) error { return final() }
	}
	return errors.Join(commit(u.done), u.change.record.drop(ctx))
}

// A FailedError says why an Apply failed, and that it was undone, or how far.
type FailedError struct{ Err, Undone error }

// Error returns why it failed, and what was undone.
func (e *FailedError) Error() string { return e.Err.Error() + "\n" + e.Undone.Error() }

// Unwrap returns why it failed.
func (e *FailedError) Unwrap() error { return e.Err }

func (a *Apply) carryOut(ctx context.Context, c *Change, u *undo) (steps int, err error) {
	v := state.Converger{Families: c.Lab.families, Try: a.Try, Done: a.Done}
	if err := u.make(ctx, &v); err != nil {
		return 0, err
	}
	if u.programs.lab, err = c.names(); err != nil {
		return 0, err
	}
	if u.draft, err = c.beginRecord(); err != nil {
		return 0, err
	}
	left, err := u.programs.leave(ctx, c.Turns)
	if err != nil {
		return 0, err
	}
	v.Before = func(ctx context.Context, p *state.Plan) error {
		return errors.Join(a.reversible(c, p), u.before(ctx, p))
	}
	n, err := v.Converge(ctx, c.goals(), c.Plan)
	if err == nil {
		err = settle(ctx, c.touched())
	}
	if err != nil {
		return 0, err
	}
	came, err := u.programs.come(ctx, c)
	return len(u.made) + left + n + came, err
}

// names knows the nodes, as programs do: while a lab is applied it has no record yet.
func (c *Change) names() (*Record, error) {
	r := &Record{Lab: c.Lab.Name}
	if len(c.Turns) == 0 { // nobody asks
		return r, nil
	}
	for _, s := range c.sites {
		known, err := s.identify()
		if err != nil {
			return nil, err
		}
		r.Sites = append(r.Sites, known)
	}
	return r, nil
}

// touched are the sites in which something was to be done.
func (c *Change) touched() (sites []*site) {
	in := map[*state.Space]bool{}
	for _, s := range c.Plan.Steps {
		in[s.Space] = true
	}
	for _, s := range c.sites {
		if in[s.goal.Space] {
			sites = append(sites, s)
		}
	}
	return sites
}

// drop deletes the namespaces of nodes that the lab has no longer.
func (r *Record) drop(ctx context.Context) error {
	var stay, gone []*Site
	for _, s := range r.Sites {
		if s.Drop {
			gone = append(gone, s)
		} else {
			stay = append(stay, s)
		}
	}
	if len(gone) == 0 {
		return nil
	}
	if err := remove(ctx, gone); err != nil {
		return err
	}
	r.Sites = stay
	return r.restore()
}

// delete takes the name from a namespace, if it is still the one that the lab
// made.
func (s *Site) delete() error {
	c, err := condemn([]*Site{s})
	if err != nil {
		return err
	}
	defer c.close()
	_, err = c.delete()
	return err
}
