package state

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/object"
)

// Ensure makes sure that an object is there with the attributes that want names.
// It reports whether it changed anything. What the kernel cannot change is an
// error with the code "immutable", unless recreate lets the object be removed
// and made again: what hung on it is then put back. families, in the order in
// which objects are made, are those that may hang on it. A key that names several
// objects means each of them, one after the other.
func Ensure(ctx context.Context, sp *Space, families []object.Family, want object.Ref, recreate bool) (changed bool, err error) {
	for _, one := range want.Family.Singles(want) {
		did, err := ensure(ctx, sp, families, one, recreate)
		if err != nil {
			return changed, err
		}
		changed = changed || did
	}
	return changed, nil
}

// ensure is Ensure for one object.
func ensure(ctx context.Context, sp *Space, families []object.Family, want object.Ref, recreate bool) (bool, error) {
	f := want.Family
	want = f.Asked(want)
	if err := f.Told(ctx, sp.Scope, want); err != nil {
		return false, err
	}
	have, err := Find(ctx, sp, want)
	switch {
	case errors.Is(err, object.ErrNotFound) && f.Lasts():
		_, err := f.Do(ctx, sp.Scope, Creating(want), want)
		return err == nil, err
	case err != nil:
		return false, err
	}
	d := want.Table().Difference(want.Ptr(), have.Ptr(), false)
	if len(d.Deltas) == 0 {
		return false, nil
	}
	fixed := d.Fixed()
	if f.Can(object.Set) {
		if fixed == nil {
			_, err = f.Do(ctx, sp.Scope, object.Set, changed(have, &d))
			return err == nil, err
		}
	} else if f.Does(object.Replace) && f.Can(object.Add) && fixed == nil {
		_, err = f.Do(ctx, sp.Scope, object.Replace, completed(want, have))
		return err == nil, err
	} else {
		fixed = paths(d.Deltas)
	}
	if !recreate {
		return false, immutableError(&d, fixed[0])
	}
	return true, Recreate(ctx, sp, families, have, completed(want, have))
}

// Find returns the object that an add of want would meet.
func Find(ctx context.Context, sp *Space, want object.Ref) (object.Ref, error) {
	f, t := want.Family, want.Table()
	if !f.Lasts() {
		return f.One(ctx, sp.Scope, object.Of(f, keyed(want)))
	}
	meant := f.Meant(want)
	key := t.New()
	t.Merge(key, meant.Ptr(), func(f *attr.Field) bool { return f.Access&attr.Key != 0 })
	list, err := f.All(ctx, sp.Scope, object.Of(f, key))
	if err != nil && object.Code(err) != "not_found" {
		return object.Ref{}, err
	}
	var found []object.Ref
	for _, have := range list {
		if f.Identity(known(meant, have)) == f.Identity(have) {
			found = append(found, have)
		}
	}
	switch len(found) {
	case 0:
		return object.Ref{}, fmt.Errorf("%s: %w", want, object.ErrNotFound)
	case 1:
		return found[0], nil
	}
	return object.Ref{}, &object.AmbiguousError{Refs: found}
}

// known is the key of want, as have says it: a device may be meant by another of
// its names, and what the kernel chooses is as it has chosen.
func known(want, have object.Ref) object.Ref {
	t := want.Table()
	p := t.Clone(want.Ptr())
	for _, i := range t.Keys() {
		if t.IsSet(p, i) || t.Fields()[i].Chosen {
			t.Unset(p, i)
			t.Merge(p, have.Ptr(), func(f *attr.Field) bool { return f == &t.Fields()[i] })
		}
	}
	return object.Of(want.Family, p)
}

// changed is what changes have as d says.
func changed(have object.Ref, d *attr.Difference) object.Ref {
	p := keyed(have)
	if !d.Change.IsNil() {
		have.Table().Merge(p, d.Change, func(*attr.Field) bool { return true })
	}
	return object.Of(have.Family, p)
}

// completed is want with what it does not name as it is.
func completed(want, have object.Ref) object.Ref {
	t := want.Table()
	p := t.Clone(want.Ptr())
	t.Complete(p, t.Makeable(have.Ptr()))
	return object.Of(want.Family, p)
}

func paths(deltas []attr.Delta) (out []string) {
	for _, d := range deltas {
		out = append(out, d.Path)
	}
	return out
}

func immutableError(d *attr.Difference, path string) error {
	for _, delta := range d.Deltas {
		if delta.Path == path {
			what := fmt.Sprintf("it is %s", delta.Old)
			if delta.Secret {
				what = "it is another"
			}
			return &object.AttributeError{Code: "immutable", Path: path,
				Err: errors.New(what + ", and the kernel cannot change it; recreate = True removes the object and makes it again")}
		}
	}
	return nil
}

// Recreate removes an object and makes another one in its place. What hung on it
// (addresses, routes, ports, what is stacked on it) is put back as it was.
func Recreate(ctx context.Context, sp *Space, families []object.Family, have, want object.Ref) error {
	before, err := Read(ctx, sp, families)
	if err != nil {
		return err
	}
	if err := before.put(have, want); err != nil {
		return err
	}
	k := &kept{space: sp, before: before, touched: map[string]bool{}, near: map[string]bool{}, spares: true}
	k.touched[have.Family.Name()+" "+have.Family.Identity(have)] = true
	_, left, err := k.restore(ctx, &Snapshot{families: families, kept: []*kept{k}}, true)
	if err != nil || len(left) == 0 {
		return err
	}
	var lines []string
	var first error
	for _, l := range left {
		lines = append(lines, "  "+l.String())
		if first == nil {
			first = l.Err
		}
	}
	err = fmt.Errorf("%s was made anew, but this is not as it was:\n%s", have, strings.Join(lines, "\n"))
	return errors.Join(first, err)
}

// put puts another object in an object's place.
func (im *Image) put(old, r object.Ref) error {
	k := im.of(old.Family)
	i, ok := k.at[k.family.Identity(old)]
	if !ok {
		return fmt.Errorf("%s: %w", old, object.ErrNotFound)
	}
	k.family.Table().NameDevices(r.Ptr())
	k.items[i].Ref, k.items[i].Maker = r, k.family.Maker(r) // what was the kernel's may be wanted now
	return nil
}
