package link_test

import (
	"slices"
	"testing"

	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
)

// TestMappingTakenAway: what is mapped and is not to be any more is mapped to 0, as the
// kernel keeps what a change does not name.
func TestMappingTakenAway(t *testing.T) {
	want := link.Type.Ref(&link.Link{Kind: &link.VLAN{}})
	have := link.Type.Ref(&link.Link{Kind: &link.VLAN{EgressQoS: []link.QoS{{From: opt.Of[uint32](1), To: opt.Of[uint32](2)}}}})
	d := want.Table().Difference(want.Ptr(), have.Ptr(), true)
	change, _ := link.Type.As(object.Of(link.Type, d.Change))
	got, ok := change.Kind.(*link.VLAN)
	if !ok || !slices.Equal(got.EgressQoS, []link.QoS{{From: opt.Of[uint32](1), To: opt.Of[uint32](0)}}) {
		t.Errorf("%v change it by %v", d.Deltas, change.Kind)
	}
}
