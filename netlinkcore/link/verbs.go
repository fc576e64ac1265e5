package link

import (
	"context"
	"iter"

	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/state"
)

// Add creates a link; what comes along, such as a veth's peer, is finished too, and
// all is undone if a part fails. The error matches unix.EEXIST if the name is taken.
func Add(ctx context.Context, s *object.Scope, v *Link) error {
	return Type.Add(ctx, s, v)
}

// Set changes the attributes that v names, besides its key, of the link with
// that key.
func Set(ctx context.Context, s *object.Scope, v *Link) error {
	return Type.Set(ctx, s, v)
}

// Delete removes a link, and its peer if it has one.
func Delete(ctx context.Context, s *object.Scope, v *Link) error {
	return Type.Delete(ctx, s, v)
}

// Get returns the only one of the links that filter covers. The error matches
// object.ErrNotFound if there is none, and is an *object.AmbiguousError if several are.
func Get(ctx context.Context, s *object.Scope, filter *Link) (*Link, error) {
	return Type.Get(ctx, s, filter)
}

// List yields the links that filter covers, all if it is nil, as they come. If
// they change meanwhile, nl.ErrInterrupted comes last; Collect starts anew then.
func List(ctx context.Context, s *object.Scope, filter *Link) iter.Seq2[Link, error] {
	return Type.List(ctx, s, filter)
}

// Collect returns the links that filter covers, all if it is nil.
func Collect(ctx context.Context, s *object.Scope, filter *Link) ([]*Link, error) {
	return Type.Collect(ctx, s, filter)
}

// Flush removes the links that filter covers, all if it is nil, and returns how
// many. What the kernel made stays.
func Flush(ctx context.Context, s *object.Scope, filter *Link) (int, error) {
	return Type.Flush(ctx, s, filter)
}

// Watch yields the links that filter covers, all if it is nil, then
// object.Synced, then what changes: until the loop is left or ctx ends, which is the
// last error.
func Watch(ctx context.Context, s *object.Scope, filter *Link) iter.Seq2[object.Change[Link], error] {
	return Type.Changes(ctx, s, filter)
}

// Ensure makes sure that a link is there as v says, and reports whether it
// changed anything. What the kernel cannot change is an error with the code
// "immutable": state.Ensure makes it anew.
func Ensure(ctx context.Context, s *object.Scope, v *Link) (changed bool, err error) {
	return state.Ensure(ctx, &state.Space{Scope: s}, nil, Type.Ref(v), false)
}
