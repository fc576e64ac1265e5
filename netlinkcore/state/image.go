package state

import (
	"context"
	"fmt"

	"github.com/netlark/netlark/netlinkcore/netns"
	"github.com/netlark/netlark/netlinkcore/object"
)

// A Space is a network namespace that plans act on.
type Space struct {
	Name  string // for messages; "" is the one at hand
	Scope *object.Scope
	ID    netns.ID // zero: it is asked for when it is needed
}

// An Image is what a namespace was when it was read: all objects that can be
// listed, made and removed. They name devices by their names alone, so that two
// images can be compared although a device got another index meanwhile.
type Image struct {
	kinds []kind
}

// A kind is what an Image holds of one family.
type kind struct {
	family object.Family
	items  []object.Item // in the order in which the kernel lists them
	at     map[string]int
	// removed are those that the kernel makes by itself and somebody removed, and
	// lacks their identities.
	removed []object.Item
	lacks   map[string]bool
}

// Read takes an image of a namespace. The families' order is that in which
// objects are made.
func Read(ctx context.Context, sp *Space, families []object.Family) (*Image, error) {
	return read(ctx, sp, families, func(object.Family) sieve { return nil })
}

// A sieve tells of objects of a family, made by whom, which are left out.
type sieve func(r object.Ref, by object.Origin) bool

// read is Read without what needless tells.
func read(ctx context.Context, sp *Space, families []object.Family, needless func(object.Family) sieve) (*Image, error) {
	im := &Image{}
	ctx = sp.Scope.Glance(ctx)
	for _, f := range families {
		if !f.Lasts() {
			continue
		}
		items, err := f.Inventory(ctx, sp.Scope, needless(f))
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", f.Name(), err)
		}
		im.kinds = append(im.kinds, kindOf(f, items))
	}
	return im, nil
}

// show calls fn, if it is not nil, with each object.
func (im *Image) show(fn func(object.Ref)) {
	if fn == nil {
		return
	}
	for i := range im.kinds {
		for _, it := range im.kinds[i].items {
			fn(it.Ref)
		}
	}
}

func kindOf(f object.Family, items []object.Item) kind {
	k := kind{family: f}
	if len(items) == 0 { // of most families a namespace has nothing
		return k
	}
	k.at, k.lacks, k.items = make(map[string]int, len(items)), map[string]bool{}, items[:0]
	for _, it := range items {
		f.Table().NameDevices(it.Ptr())
		if it.Absent {
			k.removed = append(k.removed, it)
			k.lacks[f.Identity(it.Ref)] = true
			continue
		}
		k.at[k.name(it.Ref)] = len(k.items)
		k.items = append(k.items, it)
	}
	return k
}

// name is the identity of an object. Where the kernel lets several share one,
// those after the first are numbered.
func (k *kind) name(r object.Ref) string {
	id := k.family.Identity(r)
	name := id
	for n := 2; ; n++ {
		if _, taken := k.at[name]; !taken {
			return name
		}
		name = fmt.Sprintf("%s #%d", id, n)
	}
}

func (k *kind) has(identity string) bool {
	_, there := k.at[identity]
	return there
}

// names are the identities of the items, in their order.
func (k *kind) names() []string {
	out := make([]string, len(k.items))
	for name, i := range k.at {
		out[i] = name
	}
	return out
}

// of returns what the image holds of a family; it has to hold it.
func (im *Image) of(f object.Family) *kind {
	for i := range im.kinds {
		if im.kinds[i].family == f {
			return &im.kinds[i]
		}
	}
	return &kind{family: f}
}

// Objects returns all objects, in the order in which they can be made. Those of
// a family that the kernel made and somebody removed come behind the others.
func (im *Image) Objects() (out []object.Item) {
	for i := range im.kinds {
		k := &im.kinds[i]
		out = append(append(out, itemsInOrder(k.family, k.items)...), k.removed...)
	}
	return out
}
