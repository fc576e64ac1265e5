package lab

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/netns"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/state"
)

// An undo knows what was before a Change, and makes it so again.
type undo struct {
	change   *Change
	old      *Record // what was known before
	made     []*site
	snapshot *state.Snapshot
	programs runner
	claims   []*Site   // in namespaces of others
	draft    *draft    // of the record; nil: it is not begun
	until    time.Time // when it is undone by itself; zero: it is not
	dropped  bool      // the namespaces that go are kept
}

// make makes the namespaces that are not there, and has v do what comes first in each.
func (u *undo) make(ctx context.Context, v *state.Converger) error {
	var missing []*site
	var spaces []*state.Space
	for _, s := range u.change.sites {
		if s.ns == nil {
			missing, spaces = append(missing, s), append(spaces, s.goal.Space)
		}
	}
	if missing == nil {
		return nil
	}
	made := make(chan *site, len(missing))
	var failed error
	go func() {
		defer close(made)
		failed = v.Start(ctx, u.change.Plan, spaces, func(i int) error {
			s := missing[i]
			ns, err := netns.CreateAnonymous()
			if err != nil {
				return fmt.Errorf("%s: %w", s.node.NetNS, err)
			}
			u.change.enter(s, ns)
			s.scope.Alone(true)
			s.goal.Space.Scope = s.scope
			s.goal.Space.ID, err = ns.ID()
			made <- s
			return err
		})
	}()
	var unnamed error
	for s := range made { // here, as names are those of the caller's mount namespace
		err := error(nil)
		if u.change.record.knows(s.node.NetNS) { // it was being deleted, perhaps
			err = netns.Sweep(s.node.NetNS)
		}
		if err == nil {
			err = s.ns.Pin(s.node.NetNS)
		}
		if err != nil {
			unnamed = errors.Join(unnamed, fmt.Errorf("%s: %w", s.node.NetNS, err))
			continue
		}
		u.snapshot.Passing(s.goal.Space)
		u.made = append(u.made, s)
	}
	return errors.Join(unnamed, failed)
}

// before keeps what a plan is about to change. What was made just now goes as a
// whole.
func (u *undo) before(ctx context.Context, p *state.Plan) error {
	young := map[*state.Space]bool{}
	for _, s := range u.made {
		young[s.goal.Space] = true
	}
	for _, s := range p.Steps {
		if err := u.touchPeer(ctx, s); err != nil {
			return err
		}
		if young[s.Space] {
			continue
		}
		if err := u.touch(ctx, s); err != nil {
			return err
		}
	}
	if err := u.keepDropped(ctx); err != nil {
		return err
	}
	u.near()
	return u.note()
}

// keepDropped keeps what is in the namespaces that go in the end: ends of pairs there
// go with the other ends before.
func (u *undo) keepDropped(ctx context.Context) error {
	if u.dropped {
		return nil
	}
	u.dropped = true
	for _, known := range u.change.Drop {
		s := &site{node: &Node{Name: known.Node, NetNS: known.NetNS, lab: u.change.Lab}}
		switch err := u.change.find(s); {
		case errors.Is(err, fs.ErrNotExist):
			continue
		case err != nil:
			return err
		}
		u.change.leaving = append(u.change.leaving, s)
		if s.known == nil { // it is another's by now
			continue
		}
		if err := u.snapshot.Keep(ctx, &state.Space{Name: known.NetNS, Scope: s.scope}); err != nil {
			return err
		}
	}
	return nil
}

// touch keeps what a step is about to change: of a device that moves also its
// settings, which do not move with it.
func (u *undo) touch(ctx context.Context, s *state.Step) error {
	if s.Moves {
		settings, err := settingsOf(ctx, s.Space.Scope, s.Object.Family.Identity(s.Object))
		if err != nil {
			return err
		}
		for _, r := range settings {
			if err := u.snapshot.Touch(ctx, s.Space, object.Set, r); err != nil {
				return err
			}
		}
	}
	return u.snapshot.Touch(ctx, s.Space, s.Verb, s.Object)
}

// done forgets what was before.
func (u *undo) done() error {
	return forgetJournal(u.change.Lab.Name)
}

// all undoes everything, and says how that went. The journal stays if anything is
// left: Recover tries again.
func (u *undo) all(ctx context.Context) error {
	r := report{}
	programs, failed := u.programs.takeBack(ctx, u.programs.begun)
	r.more = failed
	var err error
	if r.ended, err = u.endPrograms(ctx); err != nil {
		r.more = append(r.more, err.Error())
	}
	back, left := u.snapshot.SendBack(ctx) // before what they are in goes
	for _, s := range u.made {
		if err := netns.Delete(s.node.NetNS); err != nil {
			r.more = append(r.more, err.Error())
			continue
		}
		r.namespaces++
	}
	r.steps, r.left, r.err = u.snapshot.Restore(ctx)
	u.programs.lab = u.old
	again, failed := u.programs.runAgain(ctx, u.programs.undone)
	r.left = append(left, r.left...)
	r.steps, r.more = r.steps+back+programs+again, append(r.more, failed...)
	if r.err == nil && u.change.record != u.old {
		r.err = putBack(u.old.Lab, u.known())
	}
	if r.err == nil && r.left == nil && r.more == nil {
		r.err = u.done()
	}
	return errors.New(r.String())
}

// endPrograms ends what the programs left running, and what runs in the namespaces
// that go. It returns how many there were.
func (u *undo) endPrograms(ctx context.Context) (int, error) {
	files := map[nsfile]bool{}
	for _, s := range u.made {
		var st unix.Stat_t
		if err := unix.Fstat(s.ns.FD(), &st); err != nil {
			return 0, err
		}
		files[nsfileOf(&st)] = true
	}
	if len(files) == 0 && !u.programs.started() {
		return 0, nil
	}
	return endAll(ctx, func(pid int) bool { return livesIn(pid, files) || u.programs.started() && u.programs.mark.has(pid) })
}

// A report says what was undone.
type report struct {
	namespaces, steps int
	ended             int // programs
	left              []state.Leftover
	more              []string
	err               error
}

// String says it in a line, and what is left in further ones.
func (r *report) String() string {
	said := fmt.Sprintf("undone: %s gone, %s taken back", count(r.namespaces, "new namespace"), count(r.steps, "step"))
	switch {
	case r.ended == 1:
		said += ", 1 program that still ran is ended"
	case r.ended > 1:
		said += fmt.Sprintf(", %d programs that still ran are ended", r.ended)
	}
	var lines []string
	for _, l := range r.left {
		lines = append(lines, l.String())
	}
	lines = append(lines, r.more...)
	if r.err != nil {
		lines = append(lines, r.err.Error())
	}
	if lines == nil {
		return said
	}
	return said + ", but for:\n  " + strings.Join(lines, "\n  ")
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what + " is"
	}
	return fmt.Sprintf("%d %ss are", n, what)
}
