package module

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"go.starlark.net/starlark"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/state"
	"github.com/netlark/netlark/starlarkmod/script"
)

// A transaction knows what namespaces were before transaction(fn) changed them.
type transaction struct {
	snapshot *state.Snapshot
	spaces   map[*Target]*state.Space
	undo     []func() error // of what is in no namespace, such as the names of namespaces
}

// TransactionFunction is transaction(fn): what fn changed is undone if it fails.
func TransactionFunction(families []object.Family) *Function {
	return NewFunction("transaction", "run fn() and return its value; if it fails or is interrupted, what it changed in the kernel is undone. "+
		"Programs that it started are not", 1,
		Fixed(Param{Name: "fn", Type: "function", Doc: "function without parameters"}),
		func(th *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
			var fn starlark.Callable
			if err := starlark.UnpackArgs(b.Name(), args, kwargs, "fn", &fn); err != nil {
				return nil, err
			}
			s, err := sessionOf(th)
			if err != nil {
				return nil, err
			}
			if s.transaction != nil { // the outer one decides
				return script.CallBack(th, fn, nil, nil)
			}
			return s.transact(th, fn, families)
		})
}

func (s *Session) transact(th *starlark.Thread, fn starlark.Callable, families []object.Family) (starlark.Value, error) {
	ctx := script.Context(th)
	if err := s.Sync(ctx); err != nil {
		return nil, err
	}
	t := &transaction{snapshot: state.NewSnapshot(families), spaces: map[*Target]*state.Space{}}
	t.snapshot.Around = s.around
	defer t.snapshot.Close()
	s.transaction = t
	v, err := script.CallBack(th, fn, nil, nil)
	s.transaction = nil
	if err == nil {
		err = s.Sync(ctx) // it may be in a batch
	}
	if err == nil {
		return v, nil
	}
	ctx, whole := context.WithoutCancel(ctx), ctx
	if s.batch != nil { // what waits would be sent after the undo
		err = errors.Join(err, s.batch.flush(ctx))
	}
	undone := t.rollBack(ctx)
	if whole.Err() != nil { // that it was interrupted others say
		return nil, undone
	}
	return nil, errors.Join(err, undone)
}

// around calls fn with the namespaces that scripts can reach.
func (s *Session) around(fn func(n attr.NetNS) error) error {
	for _, t := range s.targets {
		if t.Declares != nil {
			continue
		}
		home, err := t.Scope.Home()
		if err != nil {
			return err
		}
		if err := errors.Join(fn(attr.NSFD(t.Name, int(home.Fd()))), home.Close()); err != nil {
			return err
		}
	}
	for _, name := range NetNSNames() {
		if err := fn(attr.NSName(name)); err != nil {
			return err
		}
	}
	return nil
}

// touch tells the transaction at hand, if there is one, what is about to change.
func (s *Session) touch(ctx context.Context, t *Target, verb object.Verb, r object.Ref) error {
	tx := s.transaction
	if tx == nil {
		return nil
	}
	sp := tx.spaces[t]
	if sp == nil {
		sp = &state.Space{Name: t.Name, Scope: t.Scope}
		tx.spaces[t] = sp
	}
	return tx.snapshot.Touch(ctx, sp, verb, r)
}

// InTransaction reports whether a transaction is at hand.
func (s *Session) InTransaction() bool { return s.transaction != nil }

// OnUndo registers how to take back what was just done outside of namespaces. It
// reports false if no transaction is at hand.
func (s *Session) OnUndo(fn func() error) bool {
	if s.transaction == nil {
		return false
	}
	s.transaction.undo = append(s.transaction.undo, fn)
	return true
}

// rollBack undoes everything, and says how that went.
func (t *transaction) rollBack(ctx context.Context) error {
	done, left, err := t.snapshot.Restore(ctx)
	var lines []string
	for _, l := range left {
		lines = append(lines, "  "+l.String())
	}
	for i := len(t.undo) - 1; i >= 0; i-- {
		if e := t.undo[i](); e != nil {
			lines = append(lines, "  "+e.Error())
			continue
		}
		done++
	}
	if err != nil {
		lines = append(lines, "  "+err.Error())
	}
	if lines == nil {
		return fmt.Errorf("transaction: undone, in %d %s", done, plural(done, "step"))
	}
	return fmt.Errorf("transaction: undone, in %d %s, but for:\n%s", done, plural(done, "step"), strings.Join(lines, "\n"))
}

func plural(n int, word string) string {
	if n == 1 {
		return word
	}
	return word + "s"
}
