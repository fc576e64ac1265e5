package neigh

import (
	"context"
	"iter"

	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/state"
)

// Add creates a neighbour. The error matches unix.EEXIST if it is there.
func Add(ctx context.Context, s *object.Scope, v *Neigh) error {
	return Type.Add(ctx, s, v)
}

// Replace creates a neighbour, or puts it in place of the one with its key, in one
// step of the kernel.
func Replace(ctx context.Context, s *object.Scope, v *Neigh) error {
	return Type.Replace(ctx, s, v)
}

// Set changes the attributes that v names, besides its key, of the neighbour with
// that key.
func Set(ctx context.Context, s *object.Scope, v *Neigh) error {
	return Type.Set(ctx, s, v)
}

// Delete removes the neighbour with v's key, as far as v names it.
func Delete(ctx context.Context, s *object.Scope, v *Neigh) error {
	return Type.Delete(ctx, s, v)
}

// Get returns the only one of the neighbours that filter covers. The error matches
// object.ErrNotFound if there is none, and is an *object.AmbiguousError if several are.
func Get(ctx context.Context, s *object.Scope, filter *Neigh) (*Neigh, error) {
	return Type.Get(ctx, s, filter)
}

// List yields the neighbours that filter covers, all if it is nil, as they come. If
// they change meanwhile, nl.ErrInterrupted comes last; Collect starts anew then.
func List(ctx context.Context, s *object.Scope, filter *Neigh) iter.Seq2[Neigh, error] {
	return Type.List(ctx, s, filter)
}

// Collect returns the neighbours that filter covers, all if it is nil.
func Collect(ctx context.Context, s *object.Scope, filter *Neigh) ([]*Neigh, error) {
	return Type.Collect(ctx, s, filter)
}

// Flush removes the neighbours that filter covers, all if it is nil, and returns how
// many. What the kernel made stays.
func Flush(ctx context.Context, s *object.Scope, filter *Neigh) (int, error) {
	return Type.Flush(ctx, s, filter)
}

// Watch yields the neighbours that filter covers, all if it is nil, then
// object.Synced, then what changes: until the loop is left or ctx ends, which is the
// last error.
func Watch(ctx context.Context, s *object.Scope, filter *Neigh) iter.Seq2[object.Change[Neigh], error] {
	return Type.Changes(ctx, s, filter)
}

// Ensure makes sure that a neighbour is there as v says, and reports whether it
// changed anything. What the kernel cannot change is an error with the code
// "immutable": state.Ensure makes it anew.
func Ensure(ctx context.Context, s *object.Scope, v *Neigh) (changed bool, err error) {
	return state.Ensure(ctx, &state.Space{Scope: s}, nil, Type.Ref(v), false)
}

// SetTable changes the attributes that v names, besides its key, of the neighbour table with
// that key.
func SetTable(ctx context.Context, s *object.Scope, v *Table) error {
	return TableType.Set(ctx, s, v)
}

// GetTable returns the only one of the neighbour tables that filter covers. The error matches
// object.ErrNotFound if there is none, and is an *object.AmbiguousError if several are.
func GetTable(ctx context.Context, s *object.Scope, filter *Table) (*Table, error) {
	return TableType.Get(ctx, s, filter)
}

// ListTables yields the neighbour tables that filter covers, all if it is nil, as they come. If
// they change meanwhile, nl.ErrInterrupted comes last; CollectTables starts anew then.
func ListTables(ctx context.Context, s *object.Scope, filter *Table) iter.Seq2[Table, error] {
	return TableType.List(ctx, s, filter)
}

// CollectTables returns the neighbour tables that filter covers, all if it is nil.
func CollectTables(ctx context.Context, s *object.Scope, filter *Table) ([]*Table, error) {
	return TableType.Collect(ctx, s, filter)
}

// EnsureTable makes sure that the attributes that v names are as it says, and reports
// whether it changed anything.
func EnsureTable(ctx context.Context, s *object.Scope, v *Table) (changed bool, err error) {
	return state.Ensure(ctx, &state.Space{Scope: s}, nil, TableType.Ref(v), false)
}
