package link

import (
	"context"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// ownParent returns where a kind has the device underneath as an attribute of
// its own: tunnels ignore the generic one.
func ownParent(v *Link) (kind attr.Value, i int, ok bool) {
	if v.Kind == nil {
		return kind, 0, false
	}
	kind = kinds.Value(v.Kind)
	if kind.Shape != attr.Object {
		return kind, 0, false
	}
	i = kind.T.Lookup("parent")
	return kind, i, i >= 0
}

// setOwnParent gives v a copy of its kind with another parent.
func setOwnParent(v *Link, kind attr.Value, i int, dev attr.Value) {
	own := kind.T.Clone(kind.P)
	ctx := &attr.Put{}
	_ = kind.T.Put(ctx, own, i, dev)                                                      // a device is a device
	_ = schema.Put(ctx, attr.To(v), schema.Lookup("kind"), attr.ObjectValue(kind.T, own)) // it was one before
}

// fill moves the parent to where the kind wants it. The parent of one end of a
// pair is the other end: so it reads, and so it can be given again.
func fill(verb object.Verb, v *Link) {
	if verb.Reads() || !v.Parent.IsSet() {
		return
	}
	here := !v.ParentNetNS.IsSet() && !v.ParentNSID.IsSet() && v.Parent.Name() != ""
	if end, ok := v.Kind.(pair); ok && here && verb == object.Add && end.peer() == nil {
		v.Kind, v.Parent = end.with(&Link{Name: v.Parent.Name()}), rt.Dev{}
		return
	}
	kind, i, ok := ownParent(v)
	if !ok || kind.T.IsSet(kind.P, i) {
		return
	}
	setOwnParent(v, kind, i, schema.Get(attr.To(v), schema.Lookup("parent")))
	v.Parent = rt.Dev{}
}

// nameless takes the name from a parent that is in another namespace: its index
// means another device in this one.
func nameless(v *Link) {
	v.Parent = rt.DevIndex(v.Parent.Index)
	_, isPair := v.Kind.(pair)                                 // the other end may have the same number there
	if i, _ := v.Index.Get(); v.Parent.Index == i && !isPair { // what has no parent beside its kind's is said to be its own
		v.Parent = rt.Dev{}
	}
	if kind, i, ok := ownParent(v); ok {
		kind.T.ForgetName(kind.P, i)
	}
}

// resolve finds the parent in the namespace that it is in, and the number of
// that namespace in this one. A read gives no number to a namespace.
func resolve(ctx context.Context, s *object.Scope, verb object.Verb, v *Link) error {
	ns := v.ParentNetNS
	if !ns.IsSet() {
		return nil
	}
	v.ParentNetNS = rt.NetNS{}
	here, err := s.Is(ns)
	if here {
		return nil
	}
	var id int32
	if err == nil {
		id, err = s.NSID(ctx, ns, !verb.Reads())
	}
	if err != nil {
		return &object.AttributeError{Code: object.Code(err), Path: "parent_netns", Err: err}
	}
	v.ParentNSID = opt.Of(id)
	if err := s.In(ns, func(there *object.Scope) error { return indexParent(ctx, there, v) }); err != nil {
		return &object.AttributeError{Code: object.Code(err), Path: "parent", Err: err}
	}
	return nil
}

// indexParent puts the parent's index, in the namespace of s, in place of its
// name.
func indexParent(ctx context.Context, s *object.Scope, v *Link) error {
	kind, i, own := ownParent(v)
	name := v.Parent.Name()
	if own && name == "" {
		if dev := kind.T.Get(kind.P, i); dev.Shape == attr.Text {
			name = dev.S
		}
	}
	if name == "" {
		return nil
	}
	index, err := s.Index(ctx, name)
	switch {
	case err != nil:
		return err
	case v.Parent.IsSet():
		v.Parent = rt.DevIndex(index)
	default:
		setOwnParent(v, kind, i, attr.UintValue(uint64(index)))
	}
	return nil
}

// arrived is a link after it moved: under its new name, and perhaps with
// another index.
func arrived(v *Link) rt.NetNS {
	ns := v.NetNS
	v.NetNS, v.Index = rt.NetNS{}, opt.Value[uint32]{}
	if v.Rename != "" {
		v.Name, v.Rename = v.Rename, ""
	}
	return ns
}
