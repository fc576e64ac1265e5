package tc

import (
	"context"
	"iter"

	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/state"
)

// AddQdisc creates a queueing discipline. The error matches unix.EEXIST if it is there.
func AddQdisc(ctx context.Context, s *object.Scope, v *Qdisc) error {
	return QdiscType.Add(ctx, s, v)
}

// ReplaceQdisc creates a queueing discipline, or puts it in place of the one with its key, in one
// step of the kernel.
func ReplaceQdisc(ctx context.Context, s *object.Scope, v *Qdisc) error {
	return QdiscType.Replace(ctx, s, v)
}

// SetQdisc changes the attributes that v names, besides its key, of the queueing discipline with
// that key.
func SetQdisc(ctx context.Context, s *object.Scope, v *Qdisc) error {
	return QdiscType.Set(ctx, s, v)
}

// DeleteQdisc removes the queueing discipline with v's key, as far as v names it.
func DeleteQdisc(ctx context.Context, s *object.Scope, v *Qdisc) error {
	return QdiscType.Delete(ctx, s, v)
}

// GetQdisc returns the only one of the queueing disciplines that filter covers. The error matches
// object.ErrNotFound if there is none, and is an *object.AmbiguousError if several are.
func GetQdisc(ctx context.Context, s *object.Scope, filter *Qdisc) (*Qdisc, error) {
	return QdiscType.Get(ctx, s, filter)
}

// ListQdiscs yields the queueing disciplines that filter covers, all if it is nil, as they come. If
// they change meanwhile, nl.ErrInterrupted comes last; CollectQdiscs starts anew then.
func ListQdiscs(ctx context.Context, s *object.Scope, filter *Qdisc) iter.Seq2[Qdisc, error] {
	return QdiscType.List(ctx, s, filter)
}

// CollectQdiscs returns the queueing disciplines that filter covers, all if it is nil.
func CollectQdiscs(ctx context.Context, s *object.Scope, filter *Qdisc) ([]*Qdisc, error) {
	return QdiscType.Collect(ctx, s, filter)
}

// FlushQdiscs removes the queueing disciplines that filter covers, all if it is nil, and returns how
// many. What the kernel made stays.
func FlushQdiscs(ctx context.Context, s *object.Scope, filter *Qdisc) (int, error) {
	return QdiscType.Flush(ctx, s, filter)
}

// WatchQdiscs yields the queueing disciplines that filter covers, all if it is nil, then
// object.Synced, then what changes: until the loop is left or ctx ends, which is the
// last error.
func WatchQdiscs(ctx context.Context, s *object.Scope, filter *Qdisc) iter.Seq2[object.Change[Qdisc], error] {
	return QdiscType.Changes(ctx, s, filter)
}

// EnsureQdisc makes sure that a queueing discipline is there as v says, and reports whether it
// changed anything. What the kernel cannot change is an error with the code
// "immutable": state.Ensure makes it anew.
func EnsureQdisc(ctx context.Context, s *object.Scope, v *Qdisc) (changed bool, err error) {
	return state.Ensure(ctx, &state.Space{Scope: s}, nil, QdiscType.Ref(v), false)
}

// AddClass creates a class. The error matches unix.EEXIST if it is there.
func AddClass(ctx context.Context, s *object.Scope, v *Class) error {
	return ClassType.Add(ctx, s, v)
}

// ReplaceClass creates a class, or puts it in place of the one with its key, in one
// step of the kernel.
func ReplaceClass(ctx context.Context, s *object.Scope, v *Class) error {
	return ClassType.Replace(ctx, s, v)
}

// SetClass changes the attributes that v names, besides its key, of the class with
// that key.
func SetClass(ctx context.Context, s *object.Scope, v *Class) error {
	return ClassType.Set(ctx, s, v)
}

// DeleteClass removes the class with v's key, as far as v names it.
func DeleteClass(ctx context.Context, s *object.Scope, v *Class) error {
	return ClassType.Delete(ctx, s, v)
}

// GetClass returns the only one of the classes that filter covers. The error matches
// object.ErrNotFound if there is none, and is an *object.AmbiguousError if several are.
func GetClass(ctx context.Context, s *object.Scope, filter *Class) (*Class, error) {
	return ClassType.Get(ctx, s, filter)
}

// ListClasses yields the classes that filter covers, all if it is nil, as they come. If
// they change meanwhile, nl.ErrInterrupted comes last; CollectClasses starts anew then.
func ListClasses(ctx context.Context, s *object.Scope, filter *Class) iter.Seq2[Class, error] {
	return ClassType.List(ctx, s, filter)
}

// CollectClasses returns the classes that filter covers, all if it is nil.
func CollectClasses(ctx context.Context, s *object.Scope, filter *Class) ([]*Class, error) {
	return ClassType.Collect(ctx, s, filter)
}

// FlushClasses removes the classes that filter covers, all if it is nil, and returns how
// many. What the kernel made stays.
func FlushClasses(ctx context.Context, s *object.Scope, filter *Class) (int, error) {
	return ClassType.Flush(ctx, s, filter)
}

// WatchClasses yields the classes that filter covers, all if it is nil, then
// object.Synced, then what changes: until the loop is left or ctx ends, which is the
// last error.
func WatchClasses(ctx context.Context, s *object.Scope, filter *Class) iter.Seq2[object.Change[Class], error] {
	return ClassType.Changes(ctx, s, filter)
}

// EnsureClass makes sure that a class is there as v says, and reports whether it
// changed anything. What the kernel cannot change is an error with the code
// "immutable": state.Ensure makes it anew.
func EnsureClass(ctx context.Context, s *object.Scope, v *Class) (changed bool, err error) {
	return state.Ensure(ctx, &state.Space{Scope: s}, nil, ClassType.Ref(v), false)
}

// AddFilter creates a filter. The error matches unix.EEXIST if it is there.
func AddFilter(ctx context.Context, s *object.Scope, v *Filter) error {
	return FilterType.Add(ctx, s, v)
}

// ReplaceFilter creates a filter, or puts it in place of the one with its key, in one
// step of the kernel.
func ReplaceFilter(ctx context.Context, s *object.Scope, v *Filter) error {
	return FilterType.Replace(ctx, s, v)
}

// SetFilter changes the attributes that v names, besides its key, of the filter with
// that key.
func SetFilter(ctx context.Context, s *object.Scope, v *Filter) error {
	return FilterType.Set(ctx, s, v)
}

// DeleteFilter removes the filter with v's key, as far as v names it.
func DeleteFilter(ctx context.Context, s *object.Scope, v *Filter) error {
	return FilterType.Delete(ctx, s, v)
}

// GetFilter returns the only one of the filters that filter covers. The error matches
// object.ErrNotFound if there is none, and is an *object.AmbiguousError if several are.
func GetFilter(ctx context.Context, s *object.Scope, filter *Filter) (*Filter, error) {
	return FilterType.Get(ctx, s, filter)
}

// ListFilters yields the filters that filter covers, all if it is nil, as they come. If
// they change meanwhile, nl.ErrInterrupted comes last; CollectFilters starts anew then.
func ListFilters(ctx context.Context, s *object.Scope, filter *Filter) iter.Seq2[Filter, error] {
	return FilterType.List(ctx, s, filter)
}

// CollectFilters returns the filters that filter covers, all if it is nil.
func CollectFilters(ctx context.Context, s *object.Scope, filter *Filter) ([]*Filter, error) {
	return FilterType.Collect(ctx, s, filter)
}

// FlushFilters removes the filters that filter covers, all if it is nil, and returns how
// many. What the kernel made stays.
func FlushFilters(ctx context.Context, s *object.Scope, filter *Filter) (int, error) {
	return FilterType.Flush(ctx, s, filter)
}

// WatchFilters yields the filters that filter covers, all if it is nil, then
// object.Synced, then what changes: until the loop is left or ctx ends, which is the
// last error.
func WatchFilters(ctx context.Context, s *object.Scope, filter *Filter) iter.Seq2[object.Change[Filter], error] {
	return FilterType.Changes(ctx, s, filter)
}

// EnsureFilter makes sure that a filter is there as v says, and reports whether it
// changed anything. What the kernel cannot change is an error with the code
// "immutable": state.Ensure makes it anew.
func EnsureFilter(ctx context.Context, s *object.Scope, v *Filter) (changed bool, err error) {
	return state.Ensure(ctx, &state.Space{Scope: s}, nil, FilterType.Ref(v), false)
}
