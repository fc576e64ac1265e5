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

// AddMDB creates a multicast entry. The error matches unix.EEXIST if it is there.
func AddMDB(ctx context.Context, s *object.Scope, v *MDB) error {
	return MDBType.Add(ctx, s, v)
}

// ReplaceMDB creates a multicast entry, or puts it in place of the one with its key, in one
// step of the kernel.
func ReplaceMDB(ctx context.Context, s *object.Scope, v *MDB) error {
	return MDBType.Replace(ctx, s, v)
}

// DeleteMDB removes the multicast entry with v's key, as far as v names it.
func DeleteMDB(ctx context.Context, s *object.Scope, v *MDB) error {
	return MDBType.Delete(ctx, s, v)
}

// GetMDB returns the only one of the multicast entries that filter covers. The error matches
// object.ErrNotFound if there is none, and is an *object.AmbiguousError if several are.
func GetMDB(ctx context.Context, s *object.Scope, filter *MDB) (*MDB, error) {
	return MDBType.Get(ctx, s, filter)
}

// ListMDBs yields the multicast entries that filter covers, all if it is nil, as they come. If
// they change meanwhile, nl.ErrInterrupted comes last; CollectMDBs starts anew then.
func ListMDBs(ctx context.Context, s *object.Scope, filter *MDB) iter.Seq2[MDB, error] {
	return MDBType.List(ctx, s, filter)
}

// CollectMDBs returns the multicast entries that filter covers, all if it is nil.
func CollectMDBs(ctx context.Context, s *object.Scope, filter *MDB) ([]*MDB, error) {
	return MDBType.Collect(ctx, s, filter)
}

// FlushMDBs removes the multicast entries that filter covers, all if it is nil, and returns how
// many. What the kernel made stays.
func FlushMDBs(ctx context.Context, s *object.Scope, filter *MDB) (int, error) {
	return MDBType.Flush(ctx, s, filter)
}

// WatchMDBs yields the multicast entries that filter covers, all if it is nil, then
// object.Synced, then what changes: until the loop is left or ctx ends, which is the
// last error.
func WatchMDBs(ctx context.Context, s *object.Scope, filter *MDB) iter.Seq2[object.Change[MDB], error] {
	return MDBType.Changes(ctx, s, filter)
}

// EnsureMDB makes sure that a multicast entry is there as v says, and reports whether it
// changed anything. What the kernel cannot change is an error with the code
// "immutable": state.Ensure makes it anew.
func EnsureMDB(ctx context.Context, s *object.Scope, v *MDB) (changed bool, err error) {
	return state.Ensure(ctx, &state.Space{Scope: s}, nil, MDBType.Ref(v), false)
}

// AddVLAN makes a port, or a bridge itself, a member of a VLAN. The error matches unix.EEXIST if
// it is one.
func AddVLAN(ctx context.Context, s *object.Scope, v *VLAN) error {
	return VLANType.Add(ctx, s, v)
}

// ReplaceVLAN makes a port a member of a VLAN, or changes the membership that has v's key, in one
// step of the kernel. Options that v does not name stay as they are; PVID and Untagged do not.
func ReplaceVLAN(ctx context.Context, s *object.Scope, v *VLAN) error {
	return VLANType.Replace(ctx, s, v)
}

// SetVLAN changes what v names, besides its key, of the VLAN with that key.
func SetVLAN(ctx context.Context, s *object.Scope, v *VLAN) error {
	return VLANType.Set(ctx, s, v)
}

// DeleteVLAN ends the membership with v's key.
func DeleteVLAN(ctx context.Context, s *object.Scope, v *VLAN) error {
	return VLANType.Delete(ctx, s, v)
}

// GetVLAN returns the only one of the VLANs that filter covers. The error matches
// object.ErrNotFound if there is none, and is an *object.AmbiguousError if several are.
func GetVLAN(ctx context.Context, s *object.Scope, filter *VLAN) (*VLAN, error) {
	return VLANType.Get(ctx, s, filter)
}

// ListVLANs yields the VLANs that filter covers, all if it is nil, as they come. If they change
// meanwhile, nl.ErrInterrupted comes last; CollectVLANs starts anew then.
func ListVLANs(ctx context.Context, s *object.Scope, filter *VLAN) iter.Seq2[VLAN, error] {
	return VLANType.List(ctx, s, filter)
}

// CollectVLANs returns the VLANs that filter covers, all if it is nil.
func CollectVLANs(ctx context.Context, s *object.Scope, filter *VLAN) ([]*VLAN, error) {
	return VLANType.Collect(ctx, s, filter)
}

// FlushVLANs removes the VLANs that filter covers, all if it is nil, and returns how many. What
// ports began with stays, if it is as it was then.
func FlushVLANs(ctx context.Context, s *object.Scope, filter *VLAN) (int, error) {
	return VLANType.Flush(ctx, s, filter)
}

// WatchVLANs yields the VLANs that filter covers, all if it is nil, then object.Synced, then what
// changes: until the loop is left or ctx ends, which is the last error.
func WatchVLANs(ctx context.Context, s *object.Scope, filter *VLAN) iter.Seq2[object.Change[VLAN], error] {
	return VLANType.Changes(ctx, s, filter)
}

// EnsureVLAN makes sure that a VLAN, or each of a range, is there as v says, and reports whether it
// changed anything.
func EnsureVLAN(ctx context.Context, s *object.Scope, v *VLAN) (changed bool, err error) {
	return state.Ensure(ctx, &state.Space{Scope: s}, nil, VLANType.Ref(v), false)
}

// SetVLANGlobal changes what v names, besides its key, of a VLAN of a bridge, or of each of a range.
func SetVLANGlobal(ctx context.Context, s *object.Scope, v *VLANGlobal) error {
	return VLANGlobalType.Set(ctx, s, v)
}

// GetVLANGlobal returns the only one of the VLANs of bridges that filter covers. The error matches
// object.ErrNotFound if there is none, and is an *object.AmbiguousError if several are.
func GetVLANGlobal(ctx context.Context, s *object.Scope, filter *VLANGlobal) (*VLANGlobal, error) {
	return VLANGlobalType.Get(ctx, s, filter)
}

// ListVLANGlobals yields the VLANs of bridges that filter covers, all if it is nil, as they come. If
// they change meanwhile, nl.ErrInterrupted comes last; CollectVLANGlobals starts anew then.
func ListVLANGlobals(ctx context.Context, s *object.Scope, filter *VLANGlobal) iter.Seq2[VLANGlobal, error] {
	return VLANGlobalType.List(ctx, s, filter)
}

// CollectVLANGlobals returns the VLANs of bridges that filter covers, all if it is nil.
func CollectVLANGlobals(ctx context.Context, s *object.Scope, filter *VLANGlobal) ([]*VLANGlobal, error) {
	return VLANGlobalType.Collect(ctx, s, filter)
}

// EnsureVLANGlobal makes sure that a VLAN of a bridge, or each of a range, is as v says, and reports
// whether it changed anything.
func EnsureVLANGlobal(ctx context.Context, s *object.Scope, v *VLANGlobal) (changed bool, err error) {
	return state.Ensure(ctx, &state.Space{Scope: s}, nil, VLANGlobalType.Ref(v), false)
}
