package state

import (
	"slices"

	"github.com/netlark/netlark/netlinkcore/object"
)

// arranged returns what is about objects of one family in an order in which they can
// be made: each after those that it names and by rank, else as they were. It may be the
// same slice.
func arranged[T any](f object.Family, items []T, ref func(T) object.Ref) []T {
	byRank := func(a, b T) int { return f.Ranked(ref(a)) - f.Ranked(ref(b)) }
	if !slices.IsSortedFunc(items, byRank) {
		items = slices.Clone(items)
		slices.SortStableFunc(items, byRank)
	}
	if f.Table().Naming() < 0 { // none of them is a device that others name
		return items
	}
	at := make(map[string]int, len(items))
	for i, it := range items {
		at[f.Identity(ref(it))] = i
	}
	out := make([]T, 0, len(items))
	seen := make([]bool, len(items))
	var visit func(i int)
	visit = func(i int) {
		if seen[i] {
			return
		}
		seen[i] = true // before what it names: two ends of a pair name each other
		f.Devices(ref(items[i]), func(name string) {
			if j, ok := at[name]; ok {
				visit(j)
			}
		})
		out = append(out, items[i])
	}
	for i := range items {
		visit(i)
	}
	return out
}

// itemsInOrder is arranged for items of an image.
func itemsInOrder(f object.Family, items []object.Item) []object.Item {
	return arranged(f, items, func(it object.Item) object.Ref { return it.Ref })
}

// wantsInOrder is arranged for wants.
func wantsInOrder(f object.Family, wants []*Want) []*Want {
	return arranged(f, wants, func(w *Want) object.Ref { return w.Object })
}
