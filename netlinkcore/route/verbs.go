package route

import (
	"context"
	"iter"

	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/state"
)

// Add creates a route. The error matches unix.EEXIST if it is there.
func Add(ctx context.Context, s *object.Scope, v *Route) error {
	return Type.Add(ctx, s, v)
}

// Append adds a route beside those to the same destination.
func Append(ctx context.Context, s *object.Scope, v *Route) error {
	return Type.Append(ctx, s, v)
}

// Replace creates a route, or puts it in place of the one with its key, in one
// step of the kernel.
func Replace(ctx context.Context, s *object.Scope, v *Route) error {
	return Type.Replace(ctx, s, v)
}

// Delete removes the route with v's key, as far as v names it.
func Delete(ctx context.Context, s *object.Scope, v *Route) error {
	return Type.Delete(ctx, s, v)
}

// Get returns the only one of the routes that filter covers. The error matches
// object.ErrNotFound if there is none, and is an *object.AmbiguousError if several are.
func Get(ctx context.Context, s *object.Scope, filter *Route) (*Route, error) {
	return Type.Get(ctx, s, filter)
}

// List yields the routes that filter covers, all if it is nil, as they come. If
// they change meanwhile, nl.ErrInterrupted comes last; Collect starts anew then.
func List(ctx context.Context, s *object.Scope, filter *Route) iter.Seq2[Route, error] {
	return Type.List(ctx, s, filter)
}

// Collect returns the routes that filter covers, all if it is nil.
func Collect(ctx context.Context, s *object.Scope, filter *Route) ([]*Route, error) {
	return Type.Collect(ctx, s, filter)
}

// Flush removes the routes that filter covers, all if it is nil, and returns how
// many. What the kernel made stays.
func Flush(ctx context.Context, s *object.Scope, filter *Route) (int, error) {
	return Type.Flush(ctx, s, filter)
}

// Lookup asks the kernel which route a packet takes: v.Dst is its destination, and other
// attributes say more of it. It fails as the packet would: unix.ENETUNREACH.
func Lookup(ctx context.Context, s *object.Scope, v *Route) (*Route, error) {
	return Type.Used(ctx, s, v)
}

// Watch yields the routes that filter covers, all if it is nil, then
// object.Synced, then what changes: until the loop is left or ctx ends, which is the
// last error.
func Watch(ctx context.Context, s *object.Scope, filter *Route) iter.Seq2[object.Change[Route], error] {
	return Type.Changes(ctx, s, filter)
}

// Ensure makes sure that a route is there as v says, and reports whether it
// changed anything. What the kernel cannot change is an error with the code
// "immutable": state.Ensure makes it anew.
func Ensure(ctx context.Context, s *object.Scope, v *Route) (changed bool, err error) {
	return state.Ensure(ctx, &state.Space{Scope: s}, nil, Type.Ref(v), false)
}
