package bridge

import (
	"context"
	"iter"

	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/state"
)

// AddFDB creates a forwarding entry. The error matches unix.EEXIST if it is there.
func AddFDB(ctx context.Context, s *object.Scope, v *FDB) error {
	return FDBType.Add(ctx, s, v)
}

// AppendFDB adds one more destination for an address that has some.
func AppendFDB(ctx context.Context, s *object.Scope, v *FDB) error {
	return FDBType.Append(ctx, s, v)
}

// ReplaceFDB creates a forwarding entry, or puts it in place of the one with its key, in one
// step of the kernel.
func ReplaceFDB(ctx context.Context, s *object.Scope, v *FDB) error {
	return FDBType.Replace(ctx, s, v)
}

// DeleteFDB removes the forwarding entry with v's key, as far as v names it.
func DeleteFDB(ctx context.Context, s *object.Scope, v *FDB) error {
	return FDBType.Delete(ctx, s, v)
}

// GetFDB returns the only one of the forwarding entries that filter covers. The error matches
// object.ErrNotFound if there is none, and is an *object.AmbiguousError if several are.
func GetFDB(ctx context.Context, s *object.Scope, filter *FDB) (*FDB, error) {
	return FDBType.Get(ctx, s, filter)
}

// ListFDBs yields the forwarding entries that filter covers, all if it is nil, as they come. If
// they change meanwhile, nl.ErrInterrupted comes last; CollectFDBs starts anew then.
func ListFDBs(ctx context.Context, s *object.Scope, filter *FDB) iter.Seq2[FDB, error] {
	return FDBType.List(ctx, s, filter)
}

// CollectFDBs returns the forwarding entries that filter covers, all if it is nil.
func CollectFDBs(ctx context.Context, s *object.Scope, filter *FDB) ([]*FDB, error) {
	return FDBType.Collect(ctx, s, filter)
}

// FlushFDBs removes the forwarding entries that filter covers, all if it is nil, and returns how
// many. What the kernel made stays.
func FlushFDBs(ctx context.Context, s *object.Scope, filter *FDB) (int, error) {
	return FDBType.Flush(ctx, s, filter)
}

// WatchFDBs yields the forwarding entries that filter covers, all if it is nil, then
// object.Synced, then what changes: until the loop is left or ctx ends, which is the
// last error.
func WatchFDBs(ctx context.Context, s *object.Scope, filter *FDB) iter.Seq2[object.Change[FDB], error] {
	return FDBType.Changes(ctx, s, filter)
}

// EnsureFDB makes sure that a forwarding entry is there as v says, and reports whether it
// changed anything. What the kernel cannot change is an error with the code
// "immutable": state.Ensure makes it anew.
func EnsureFDB(ctx context.Context, s *object.Scope, v *FDB) (changed bool, err error) {
	return state.Ensure(ctx, &state.Space{Scope: s}, nil, FDBType.Ref(v), false)
}
