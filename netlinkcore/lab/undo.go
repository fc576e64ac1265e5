package lab

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/netlark/netlark/netlinkcore/netns"
	"github.com/netlark/netlark/netlinkcore/state"
)

// An undo knows what was before a Change, and makes it so again.
type undo struct {
	change   *Change
	made     []*site
	snapshot *state.Snapshot
}

// make makes the namespaces that are not there.
func (u *undo) make() error {
	for _, s := range u.change.sites {
		if s.ns != nil {
			continue
		}
		ns, err := netns.Create(s.node.NetNS)
		if err != nil {
			return err
		}
		u.change.enter(s, ns)
		s.goal.Space.Scope = s.scope
		u.made = append(u.made, s)
	}
	return nil
}

// before keeps what a plan is about to change. What was made just now goes as a
// whole.
func (u *undo) before(ctx context.Context, p *state.Plan) error {
	young := map[*state.Space]bool{}
	for _, s := range u.made {
		young[s.goal.Space] = true
	}
	for i := range p.Steps {
		s := &p.Steps[i]
		if young[s.Space] {
			continue
		}
		if err := u.snapshot.Touch(ctx, s.Space, s.Verb, s.Object); err != nil {
			return err
		}
	}
	return nil
}

// all undoes everything, and says how that went.
func (u *undo) all(ctx context.Context) error {
	var lines []string
	for _, s := range u.made {
		if err := netns.Delete(s.node.NetNS); err != nil {
			lines = append(lines, "  "+err.Error())
		}
	}
	done, left, err := u.snapshot.Restore(ctx)
	for _, l := range left {
		lines = append(lines, "  "+l.String())
	}
	if err != nil {
		lines = append(lines, "  "+err.Error())
	}
	said := fmt.Sprintf("undone: %s gone, %s taken back", count(len(u.made), "new namespace"), count(done, "step"))
	if lines != nil {
		return errors.New(said + ", but for:\n" + strings.Join(lines, "\n"))
	}
	return errors.New(said)
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what + " is"
	}
	return fmt.Sprintf("%d %ss are", n, what)
}
