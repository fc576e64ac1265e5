package link_test

import (
	"testing"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/link"
)

// TestOtherKinds: kinds without a definition are compared by their bytes.
func TestOtherKinds(t *testing.T) {
	x := called("x", &link.OtherKind{Name: "strange", Data: []byte{1, 2}})
	for _, c := range []struct {
		kind link.Kind
		want bool
	}{
		{&link.OtherKind{Name: "strange", Data: []byte{1, 2}}, true},
		{&link.OtherKind{Name: "strange", Data: []byte{1, 3}}, false},
		{&link.OtherKind{Name: "strange"}, false},
		{&link.OtherKind{Name: "stranger", Data: []byte{1, 2}}, false},
		{&link.Bridge{}, false},
	} {
		if got := link.Type.Schema.Equal(attr.To(x), attr.To(called("x", c.kind))); got != c.want {
			t.Errorf("equal to %+v: %t", c.kind, got)
		}
	}
}
