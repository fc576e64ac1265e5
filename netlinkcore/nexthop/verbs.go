package nexthop

import (
	"context"
	"iter"

	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/state"
)

// Add creates a nexthop. The error matches unix.EEXIST if it is there.
func Add(ctx context.Context, s *object.Scope, v *NextHop) error {
	return Type.Add(ctx, s, v)
}

// Replace creates a nexthop, or puts it in place of the one with its key, in one
// step of the kernel.
func Replace(ctx context.Context, s *object.Scope, v *NextHop) error {
	return Type.Replace(ctx, s, v)
}

// Delete removes the nexthop with v's key, as far as v names it.
func Delete(ctx context.Context, s *object.Scope, v *NextHop) error {
	return Type.Delete(ctx, s, v)
}

// Get returns the only one of the nexthops that filter covers. The error matches
// object.ErrNotFound if there is none, and is an *object.AmbiguousError if several are.
func Get(ctx context.Context, s *object.Scope, filter *NextHop) (*NextHop, error) {
	return Type.Get(ctx, s, filter)
}

// List yields the nexthops that filter covers, all if it is nil, as they come. If
// they change meanwhile, nl.ErrInterrupted comes last; Collect starts anew then.
func List(ctx context.Context, s *object.Scope, filter *NextHop) iter.Seq2[NextHop, error] {
	return Type.List(ctx, s, filter)
}

// Collect returns the nexthops that filter covers, all if it is nil.
func Collect(ctx context.Context, s *object.Scope, filter *NextHop) ([]*NextHop, error) {
	return Type.Collect(ctx, s, filter)
}

// Flush removes the nexthops that filter covers, all if it is nil, and returns how
// many. What the kernel made stays.
func Flush(ctx context.Context, s *object.Scope, filter *NextHop) (int, error) {
	return Type.Flush(ctx, s, filter)
}

// Watch yields the nexthops that filter covers, all if it is nil, then
// object.Synced, then what changes: until the loop is left or ctx ends, which is the
// last error.
func Watch(ctx context.Context, s *object.Scope, filter *NextHop) iter.Seq2[object.Change[NextHop], error] {
	return Type.Changes(ctx, s, filter)
}

// Ensure makes sure that a nexthop is there as v says, and reports whether it
// changed anything. What the kernel cannot change is an error with the code
// "immutable": state.Ensure makes it anew.
func Ensure(ctx context.Context, s *object.Scope, v *NextHop) (changed bool, err error) {
	return state.Ensure(ctx, &state.Space{Scope: s}, nil, Type.Ref(v), false)
}

// GetBucket returns the only one of the buckets of resilient groups that filter covers. The error matches
// object.ErrNotFound if there is none, and is an *object.AmbiguousError if several are.
func GetBucket(ctx context.Context, s *object.Scope, filter *Bucket) (*Bucket, error) {
	return BucketType.Get(ctx, s, filter)
}

// ListBuckets yields the buckets of resilient groups that filter covers, all if it is nil, as they come. If
// they change meanwhile, nl.ErrInterrupted comes last; CollectBuckets starts anew then.
func ListBuckets(ctx context.Context, s *object.Scope, filter *Bucket) iter.Seq2[Bucket, error] {
	return BucketType.List(ctx, s, filter)
}

// CollectBuckets returns the buckets of resilient groups that filter covers, all if it is nil.
func CollectBuckets(ctx context.Context, s *object.Scope, filter *Bucket) ([]*Bucket, error) {
	return BucketType.Collect(ctx, s, filter)
}
