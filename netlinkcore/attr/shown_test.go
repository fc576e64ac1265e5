package attr

import (
	"testing"

	"github.com/netlark/netlark/netlinkcore/opt"
)

// TestShown: what changes of a list of structs, or in a struct, is told.
func TestShown(t *testing.T) {
	old := memoPolicy{Parts: []memoPart{{opt.Of[uint32](3)}}}
	now := memoPolicy{Parts: []memoPart{{opt.Of[uint32](3)}, {opt.Of[uint32](4)}}}
	table := memoPolicies.Table
	i := table.Lookup("parts")
	d := Delta{Path: "parts", Old: table.Get(To(&old), i), New: table.Get(To(&now), i)}
	if got, want := d.String(), "parts [part(id = 3)] → [part(id = 3), part(id = 4)]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
