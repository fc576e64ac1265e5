package lab_test

import (
	"slices"
	"testing"

	"github.com/netlark/netlark/netlinkcore/all"
	"github.com/netlark/netlark/netlinkcore/internal/labtest"
	"github.com/netlark/netlark/netlinkcore/lab"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
	"github.com/netlark/netlark/netlinkcore/state"
	"github.com/netlark/netlark/netlinkcore/tc"
)

// TestStands: a plan makes what carries something before that, in whichever order they are
// declared. The kernel would not tell: what it refuses is tried again.
func TestStands(t *testing.T) {
	labtest.Machine(t)
	l, err := lab.New("sd", all.Families())
	if err != nil {
		t.Fatal(err)
	}
	a, dev := labtest.Node(t, l, "a"), rt.DevName("br0")
	root, upper, lower := tc.NewHandle(1, 0), opt.Of(tc.NewHandle(1, 1)), opt.Of(tc.NewHandle(1, 2))
	below := []object.Ref{
		tc.QdiscType.Ref(&tc.Qdisc{Dev: dev, Handle: opt.Of(root), Kind: &tc.HTB{}}),
		tc.ClassType.Ref(&tc.Class{Dev: dev, ID: upper, Kind: &tc.HTBClass{Rate: opt.Of[uint64](2000)}}),
		tc.ClassType.Ref(&tc.Class{Dev: dev, ID: lower, Parent: upper, Kind: &tc.HTBClass{Rate: opt.Of[uint64](1000)}}),
	}
	for _, r := range slices.Backward(below) {
		labtest.Declare(t, a, object.Add, r)
	}
	labtest.Declare(t, a, object.Add, link.Type.Ref(&link.Link{Name: "br0", Kind: &link.Bridge{}}))
	c, err := l.Compare(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	at := -1
	for _, r := range below {
		i := slices.IndexFunc(c.Plan.Steps, func(s *state.Step) bool {
			return s.Object.Family == r.Family && r.Family.Identity(s.Object) == r.Family.Identity(r)
		})
		if i <= at {
			t.Errorf("%v is step %d, after %d", r, i, at)
		}
		at = i
	}
}
