package lab_test

import (
	"testing"

	"github.com/netlark/netlark/netlinkcore/all"
	"github.com/netlark/netlark/netlinkcore/internal/labtest"
	"github.com/netlark/netlark/netlinkcore/lab"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/object"
)

// TestNothingLeftOfOthers: where a lab has nothing any more in a namespace of others, its
// record says nothing of that.
func TestNothingLeftOfOthers(t *testing.T) {
	labtest.Machine(t)
	build := func(hosted bool) *lab.Lab {
		l, err := lab.New("nl", all.Families())
		if err != nil {
			t.Fatal(err)
		}
		labtest.Node(t, l, "a")
		if hosted {
			labtest.Declare(t, l.Host(nil), object.Add, link.Type.Ref(&link.Link{Name: "hb0", Kind: &link.Bridge{}}))
		}
		return l
	}
	for _, hosted := range []bool{true, false} {
		labtest.Apply(t, build(hosted))
		sites, err := lab.Sites("nl")
		if want := map[bool]int{true: 2, false: 1}[hosted]; err != nil || len(sites) != want {
			t.Errorf("hosted %v: %d namespaces, %v; want %d", hosted, len(sites), err, want)
		}
	}
}
