package state

import (
	"slices"

	"github.com/netlark/netlark/netlinkcore/object"
)

// arranged returns objects of one family in an order in which they can be made:
// each after those that it names and by rank, else as they were.
func arranged(f object.Family, items []object.Item) []object.Item {
	sorted := slices.Clone(items)
	byRank := func(a, b object.Item) int { return f.Ranked(a.Ref) - f.Ranked(b.Ref) }
	if !slices.IsSortedFunc(sorted, byRank) {
		slices.SortStableFunc(sorted, byRank)
	}
	if f.Table().Naming() < 0 { // none of them is a device that others name
		return sorted
	}
	at := make(map[string]int, len(sorted))
	for i, it := range sorted {
		at[f.Identity(it.Ref)] = i
	}
	out := make([]object.Item, 0, len(sorted))
	seen := make([]bool, len(sorted))
	var visit func(i int)
	visit = func(i int) {
		if seen[i] {
			return
		}
		seen[i] = true // before what it names: two ends of a pair name each other
		f.Devices(sorted[i].Ref, func(name string) {
			if j, ok := at[name]; ok {
				visit(j)
			}
		})
		out = append(out, sorted[i])
	}
	for i := range sorted {
		visit(i)
	}
	return out
}
