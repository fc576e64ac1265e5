package xfrm

import (
	"context"
	"iter"

	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/state"
)

// AddState creates a state. The error matches unix.EEXIST if it is there.
func AddState(ctx context.Context, s *object.Scope, v *State) error {
	return StateType.Add(ctx, s, v)
}

// SetState changes the attributes that v names, besides its key, of the state with
// that key.
func SetState(ctx context.Context, s *object.Scope, v *State) error {
	return StateType.Set(ctx, s, v)
}

// DeleteState removes the state with v's key, as far as v names it.
func DeleteState(ctx context.Context, s *object.Scope, v *State) error {
	return StateType.Delete(ctx, s, v)
}

// GetState returns the only one of the states that filter covers. The error matches
// object.ErrNotFound if there is none, and is an *object.AmbiguousError if several are.
func GetState(ctx context.Context, s *object.Scope, filter *State) (*State, error) {
	return StateType.Get(ctx, s, filter)
}

// ListStates yields the states that filter covers, all if it is nil, as they come. If
// they change meanwhile, nl.ErrInterrupted comes last; CollectStates starts anew then.
func ListStates(ctx context.Context, s *object.Scope, filter *State) iter.Seq2[State, error] {
	return StateType.List(ctx, s, filter)
}

// CollectStates returns the states that filter covers, all if it is nil.
func CollectStates(ctx context.Context, s *object.Scope, filter *State) ([]*State, error) {
	return StateType.Collect(ctx, s, filter)
}

// FlushStates removes the states that filter covers, all if it is nil, and returns how
// many. What the kernel made stays.
func FlushStates(ctx context.Context, s *object.Scope, filter *State) (int, error) {
	return StateType.Flush(ctx, s, filter)
}

// WatchStates yields the states that filter covers, all if it is nil, then
// object.Synced, then what changes: until the loop is left or ctx ends, which is the
// last error.
func WatchStates(ctx context.Context, s *object.Scope, filter *State) iter.Seq2[object.Change[State], error] {
	return StateType.Changes(ctx, s, filter)
}

// EnsureState makes sure that a state is there as v says, and reports whether it
// changed anything. What the kernel cannot change is an error with the code
// "immutable": state.Ensure makes it anew.
func EnsureState(ctx context.Context, s *object.Scope, v *State) (changed bool, err error) {
	return state.Ensure(ctx, &state.Space{Scope: s}, nil, StateType.Ref(v), false)
}

// AddPolicy creates a policy. The error matches unix.EEXIST if it is there.
func AddPolicy(ctx context.Context, s *object.Scope, v *Policy) error {
	return PolicyType.Add(ctx, s, v)
}

// ReplacePolicy creates a policy, or puts it in place of the one with its key, in one
// step of the kernel.
func ReplacePolicy(ctx context.Context, s *object.Scope, v *Policy) error {
	return PolicyType.Replace(ctx, s, v)
}

// SetPolicy changes the attributes that v names, besides its key, of the policy with
// that key.
func SetPolicy(ctx context.Context, s *object.Scope, v *Policy) error {
	return PolicyType.Set(ctx, s, v)
}

// DeletePolicy removes the policy with v's key, as far as v names it.
func DeletePolicy(ctx context.Context, s *object.Scope, v *Policy) error {
	return PolicyType.Delete(ctx, s, v)
}

// GetPolicy returns the only one of the policies that filter covers. The error matches
// object.ErrNotFound if there is none, and is an *object.AmbiguousError if several are.
func GetPolicy(ctx context.Context, s *object.Scope, filter *Policy) (*Policy, error) {
	return PolicyType.Get(ctx, s, filter)
}

// ListPolicies yields the policies that filter covers, all if it is nil, as they come. If
// they change meanwhile, nl.ErrInterrupted comes last; CollectPolicies starts anew then.
func ListPolicies(ctx context.Context, s *object.Scope, filter *Policy) iter.Seq2[Policy, error] {
	return PolicyType.List(ctx, s, filter)
}

// CollectPolicies returns the policies that filter covers, all if it is nil.
func CollectPolicies(ctx context.Context, s *object.Scope, filter *Policy) ([]*Policy, error) {
	return PolicyType.Collect(ctx, s, filter)
}

// FlushPolicies removes the policies that filter covers, all if it is nil, and returns how
// many. What the kernel made stays.
func FlushPolicies(ctx context.Context, s *object.Scope, filter *Policy) (int, error) {
	return PolicyType.Flush(ctx, s, filter)
}

// WatchPolicies yields the policies that filter covers, all if it is nil, then
// object.Synced, then what changes: until the loop is left or ctx ends, which is the
// last error.
func WatchPolicies(ctx context.Context, s *object.Scope, filter *Policy) iter.Seq2[object.Change[Policy], error] {
	return PolicyType.Changes(ctx, s, filter)
}

// EnsurePolicy makes sure that a policy is there as v says, and reports whether it
// changed anything. What the kernel cannot change is an error with the code
// "immutable": state.Ensure makes it anew.
func EnsurePolicy(ctx context.Context, s *object.Scope, v *Policy) (changed bool, err error) {
	return state.Ensure(ctx, &state.Space{Scope: s}, nil, PolicyType.Ref(v), false)
}

// SetProgress changes the attributes that v names.
func SetProgress(ctx context.Context, s *object.Scope, v *Progress) error {
	return ProgressType.Set(ctx, s, v)
}

// GetProgress returns how far the state that filter names has come.
func GetProgress(ctx context.Context, s *object.Scope, filter *Progress) (*Progress, error) {
	return ProgressType.Get(ctx, s, filter)
}

// EnsureProgress makes sure that the attributes that v names are as it says, and reports
// whether it changed anything.
func EnsureProgress(ctx context.Context, s *object.Scope, v *Progress) (changed bool, err error) {
	return state.Ensure(ctx, &state.Space{Scope: s}, nil, ProgressType.Ref(v), false)
}

// SetDefault changes the attributes that v names.
func SetDefault(ctx context.Context, s *object.Scope, v *Default) error {
	return DefaultType.Set(ctx, s, v)
}

// GetDefault returns what happens to packets without a policy.
func GetDefault(ctx context.Context, s *object.Scope, filter *Default) (*Default, error) {
	return DefaultType.Get(ctx, s, filter)
}

// EnsureDefault makes sure that the attributes that v names are as it says, and reports
// whether it changed anything.
func EnsureDefault(ctx context.Context, s *object.Scope, v *Default) (changed bool, err error) {
	return state.Ensure(ctx, &state.Space{Scope: s}, nil, DefaultType.Ref(v), false)
}

// SetSPD changes the attributes that v names.
func SetSPD(ctx context.Context, s *object.Scope, v *SPD) error {
	return SPDType.Set(ctx, s, v)
}

// GetSPD returns the database of policies as a whole.
func GetSPD(ctx context.Context, s *object.Scope, filter *SPD) (*SPD, error) {
	return SPDType.Get(ctx, s, filter)
}

// EnsureSPD makes sure that the attributes that v names are as it says, and reports
// whether it changed anything.
func EnsureSPD(ctx context.Context, s *object.Scope, v *SPD) (changed bool, err error) {
	return state.Ensure(ctx, &state.Space{Scope: s}, nil, SPDType.Ref(v), false)
}

// GetSAD returns the database of states as a whole.
func GetSAD(ctx context.Context, s *object.Scope, filter *SAD) (*SAD, error) {
	return SADType.Get(ctx, s, filter)
}

// WatchAcquires yields packets that wait for a state, when they do, as far as filter covers them:
// until the loop is left or ctx ends, which is the last error. object.Synced comes first.
func WatchAcquires(ctx context.Context, s *object.Scope, filter *Acquire) iter.Seq2[object.Change[Acquire], error] {
	return AcquireType.Changes(ctx, s, filter)
}

// WatchExpiries yields states that reach a limit, when they do, as far as filter covers them:
// until the loop is left or ctx ends, which is the last error. object.Synced comes first.
func WatchExpiries(ctx context.Context, s *object.Scope, filter *Expiry) iter.Seq2[object.Change[Expiry], error] {
	return ExpireType.Changes(ctx, s, filter)
}

// WatchPolicyExpiries yields policies that reach a limit, when they do, as far as filter covers them:
// until the loop is left or ctx ends, which is the last error. object.Synced comes first.
func WatchPolicyExpiries(ctx context.Context, s *object.Scope, filter *PolicyExpiry) iter.Seq2[object.Change[PolicyExpiry], error] {
	return PolicyExpireType.Changes(ctx, s, filter)
}

// WatchReports yields packets that cannot go as they are, when they do, as far as filter covers them:
// until the loop is left or ctx ends, which is the last error. object.Synced comes first.
func WatchReports(ctx context.Context, s *object.Scope, filter *Report) iter.Seq2[object.Change[Report], error] {
	return ReportType.Changes(ctx, s, filter)
}

// WatchMappings yields states whose peer has another address, when they do, as far as filter covers them:
// until the loop is left or ctx ends, which is the last error. object.Synced comes first.
func WatchMappings(ctx context.Context, s *object.Scope, filter *Mapping) iter.Seq2[object.Change[Mapping], error] {
	return MappingType.Changes(ctx, s, filter)
}

// AllocSPI reserves an SPI for a state without keys, which it returns: AddState has
// to fill it before the kernel drops it (net.core.xfrm_acq_expires, seconds).
func AllocSPI(ctx context.Context, s *object.Scope, v *SPIRequest) (*State, error) {
	r, err := SPIType.Do(ctx, s, object.Call, SPIType.Ref(v))
	if err != nil {
		return nil, err
	}
	state, _ := StateType.As(r)
	return state, nil
}

// Migrate moves a policy and its states to other addresses; keys and counters stay.
func Migrate(ctx context.Context, s *object.Scope, v *Migration) error {
	_, err := MigrateType.Do(ctx, s, object.Call, MigrateType.Ref(v))
	return err
}

// MigrateState gives the state that v names other addresses (Linux 7.2). The error
// matches object.ErrNotFound if there is no such state, and unix.EEXIST if
// another has the new addresses: the state stays as it was then.
func MigrateState(ctx context.Context, s *object.Scope, v *StateMigration) error {
	_, err := StateMigrationType.Do(ctx, s, object.Call, StateMigrationType.Ref(v))
	return err
}
