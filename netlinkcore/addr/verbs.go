package addr

import (
	"context"
	"iter"

	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/state"
)

// Add creates an address. The error matches unix.EEXIST if it is there.
func Add(ctx context.Context, s *object.Scope, v *Addr) error {
	return Type.Add(ctx, s, v)
}

// Replace creates an address, or puts it in place of the one with its key, in one
// step of the kernel.
func Replace(ctx context.Context, s *object.Scope, v *Addr) error {
	return Type.Replace(ctx, s, v)
}

// Set changes the attributes that v names, besides its key, of the address with
// that key.
func Set(ctx context.Context, s *object.Scope, v *Addr) error {
	return Type.Set(ctx, s, v)
}

// Delete removes the address with v's key, as far as v names it.
func Delete(ctx context.Context, s *object.Scope, v *Addr) error {
	return Type.Delete(ctx, s, v)
}

// Get returns the only one of the addresses that filter covers. The error matches
// object.ErrNotFound if there is none, and is an *object.AmbiguousError if several are.
func Get(ctx context.Context, s *object.Scope, filter *Addr) (*Addr, error) {
	return Type.Get(ctx, s, filter)
}

// List yields the addresses that filter covers, all if it is nil, as they come. If
// they change meanwhile, nl.ErrInterrupted comes last; Collect starts anew then.
func List(ctx context.Context, s *object.Scope, filter *Addr) iter.Seq2[Addr, error] {
	return Type.List(ctx, s, filter)
}

// Collect returns the addresses that filter covers, all if it is nil.
func Collect(ctx context.Context, s *object.Scope, filter *Addr) ([]*Addr, error) {
	return Type.Collect(ctx, s, filter)
}

// Flush removes the addresses that filter covers, all if it is nil, and returns how
// many. What the kernel made stays.
func Flush(ctx context.Context, s *object.Scope, filter *Addr) (int, error) {
	return Type.Flush(ctx, s, filter)
}

// Watch yields the addresses that filter covers, all if it is nil, then
// object.Synced, then what changes: until the loop is left or ctx ends, which is the
// last error.
func Watch(ctx context.Context, s *object.Scope, filter *Addr) iter.Seq2[object.Change[Addr], error] {
	return Type.Changes(ctx, s, filter)
}

// Ensure makes sure that an address is there as v says, and reports whether it
// changed anything. What the kernel cannot change is an error with the code
// "immutable": state.Ensure makes it anew.
func Ensure(ctx context.Context, s *object.Scope, v *Addr) (changed bool, err error) {
	return state.Ensure(ctx, &state.Space{Scope: s}, nil, Type.Ref(v), false)
}

// AddLabel creates a label. The error matches unix.EEXIST if it is there.
func AddLabel(ctx context.Context, s *object.Scope, v *Label) error {
	return LabelType.Add(ctx, s, v)
}

// ReplaceLabel creates a label, or puts it in place of the one with its key, in one
// step of the kernel.
func ReplaceLabel(ctx context.Context, s *object.Scope, v *Label) error {
	return LabelType.Replace(ctx, s, v)
}

// DeleteLabel removes the label with v's key, as far as v names it.
func DeleteLabel(ctx context.Context, s *object.Scope, v *Label) error {
	return LabelType.Delete(ctx, s, v)
}

// GetLabel returns the only one of the labels that filter covers. The error matches
// object.ErrNotFound if there is none, and is an *object.AmbiguousError if several are.
func GetLabel(ctx context.Context, s *object.Scope, filter *Label) (*Label, error) {
	return LabelType.Get(ctx, s, filter)
}

// ListLabels yields the labels that filter covers, all if it is nil, as they come. If
// they change meanwhile, nl.ErrInterrupted comes last; CollectLabels starts anew then.
func ListLabels(ctx context.Context, s *object.Scope, filter *Label) iter.Seq2[Label, error] {
	return LabelType.List(ctx, s, filter)
}

// CollectLabels returns the labels that filter covers, all if it is nil.
func CollectLabels(ctx context.Context, s *object.Scope, filter *Label) ([]*Label, error) {
	return LabelType.Collect(ctx, s, filter)
}

// FlushLabels removes the labels that filter covers, all if it is nil, and returns how
// many. What the kernel made stays.
func FlushLabels(ctx context.Context, s *object.Scope, filter *Label) (int, error) {
	return LabelType.Flush(ctx, s, filter)
}

// LookupLabel asks the kernel which label the address v.Prefix has.
func LookupLabel(ctx context.Context, s *object.Scope, v *Label) (*Label, error) {
	return LabelType.Used(ctx, s, v)
}

// EnsureLabel makes sure that a label is there as v says, and reports whether it
// changed anything. What the kernel cannot change is an error with the code
// "immutable": state.Ensure makes it anew.
func EnsureLabel(ctx context.Context, s *object.Scope, v *Label) (changed bool, err error) {
	return state.Ensure(ctx, &state.Space{Scope: s}, nil, LabelType.Ref(v), false)
}

// GetMulticast returns the only one of the multicast groups that devices have joined that filter covers. The error matches
// object.ErrNotFound if there is none, and is an *object.AmbiguousError if several are.
func GetMulticast(ctx context.Context, s *object.Scope, filter *Joined) (*Joined, error) {
	return MulticastType.Get(ctx, s, filter)
}

// ListMulticasts yields the multicast groups that devices have joined that filter covers, all if it is nil, as they come. If
// they change meanwhile, nl.ErrInterrupted comes last; CollectMulticasts starts anew then.
func ListMulticasts(ctx context.Context, s *object.Scope, filter *Joined) iter.Seq2[Joined, error] {
	return MulticastType.List(ctx, s, filter)
}

// CollectMulticasts returns the multicast groups that devices have joined that filter covers, all if it is nil.
func CollectMulticasts(ctx context.Context, s *object.Scope, filter *Joined) ([]*Joined, error) {
	return MulticastType.Collect(ctx, s, filter)
}

// GetAnycast returns the only one of the anycast addresses that filter covers. The error matches
// object.ErrNotFound if there is none, and is an *object.AmbiguousError if several are.
func GetAnycast(ctx context.Context, s *object.Scope, filter *Joined) (*Joined, error) {
	return AnycastType.Get(ctx, s, filter)
}

// ListAnycasts yields the anycast addresses that filter covers, all if it is nil, as they come. If
// they change meanwhile, nl.ErrInterrupted comes last; CollectAnycasts starts anew then.
func ListAnycasts(ctx context.Context, s *object.Scope, filter *Joined) iter.Seq2[Joined, error] {
	return AnycastType.List(ctx, s, filter)
}

// CollectAnycasts returns the anycast addresses that filter covers, all if it is nil.
func CollectAnycasts(ctx context.Context, s *object.Scope, filter *Joined) ([]*Joined, error) {
	return AnycastType.Collect(ctx, s, filter)
}
