package rule

import (
	"context"
	"iter"

	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/state"
)

// Add creates a rule. The kernel chooses a priority unless one is given: Type.Create
// returns it. The error matches unix.EEXIST if the same rule is there.
func Add(ctx context.Context, s *object.Scope, v *Rule) error {
	return Type.Add(ctx, s, v)
}

// Delete removes the rule with v's key, as far as v names it.
func Delete(ctx context.Context, s *object.Scope, v *Rule) error {
	return Type.Delete(ctx, s, v)
}

// Get returns the only one of the rules that filter covers. The error matches
// object.ErrNotFound if there is none, and is an *object.AmbiguousError if several are.
func Get(ctx context.Context, s *object.Scope, filter *Rule) (*Rule, error) {
	return Type.Get(ctx, s, filter)
}

// List yields the rules that filter covers, all if it is nil, as they come. If
// they change meanwhile, nl.ErrInterrupted comes last; Collect starts anew then.
func List(ctx context.Context, s *object.Scope, filter *Rule) iter.Seq2[Rule, error] {
	return Type.List(ctx, s, filter)
}

// Collect returns the rules that filter covers, all if it is nil.
func Collect(ctx context.Context, s *object.Scope, filter *Rule) ([]*Rule, error) {
	return Type.Collect(ctx, s, filter)
}

// Flush removes the rules that filter covers, all if it is nil, and returns how
// many. What the kernel made stays.
func Flush(ctx context.Context, s *object.Scope, filter *Rule) (int, error) {
	return Type.Flush(ctx, s, filter)
}

// Watch yields the rules that filter covers, all if it is nil, then
// object.Synced, then what changes: until the loop is left or ctx ends, which is the
// last error.
func Watch(ctx context.Context, s *object.Scope, filter *Rule) iter.Seq2[object.Change[Rule], error] {
	return Type.Changes(ctx, s, filter)
}

// Ensure makes sure that a rule is there as v says, and reports whether it
// changed anything. What the kernel cannot change is an error with the code
// "immutable": state.Ensure makes it anew.
func Ensure(ctx context.Context, s *object.Scope, v *Rule) (changed bool, err error) {
	return state.Ensure(ctx, &state.Space{Scope: s}, nil, Type.Ref(v), false)
}
