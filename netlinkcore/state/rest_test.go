package state_test

import (
	"os"
	"testing"

	"github.com/netlark/netlark/netlinkcore/all"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/netns"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/state"
	"github.com/netlark/netlark/tests/nstest"
)

// TestRest: where there are many namespaces, the sockets of those that are not at work
// are closed, so that thousands do not run out of descriptors; and all is as it is
// with few.
func TestRest(t *testing.T) {
	nstest.Require(t, "kind:veth")
	nstest.New(t)
	for roomy, most := range map[int]int{3: 0, 4: 4 * 4} {
		defer state.SetRoomy(state.SetRoomy(roomy))
		goals := fresh(t, 4)
		before := descriptors(t)
		v := state.Converger{Families: all.Families()}
		if n, err := v.Converge(t.Context(), goals, nil); n == 0 || err != nil {
			t.Fatal(n, err)
		}
		open := descriptors(t) - before
		if open > most || roomy == 4 && open < 4 {
			t.Errorf("with 4 namespaces of %d that may have sockets, %d are open", roomy, open)
		}
		if p, err := state.NewPlan(t.Context(), goals, all.Families()); err != nil || len(p.Steps) != 0 {
			t.Errorf("then there are %v, %v to do", p.Steps, err)
		}
		yet := &state.Goal{Space: &state.Space{Name: "yet to be made"}, Fresh: &state.Image{}}
		if _, err := state.NewPlan(t.Context(), append(goals, yet), all.Families()); err != nil {
			t.Error(err)
		}
	}
}

// fresh returns namespaces in which a pair of veths is to be.
func fresh(t *testing.T, n int) (goals []*state.Goal) {
	for range n {
		ns, err := netns.CreateAnonymous()
		if err != nil {
			t.Fatal(err)
		}
		scope := object.NewScope(object.Config{Enter: ns.Do, Owned: ns})
		t.Cleanup(func() { scope.Close() })
		pair := &link.Link{Name: "v0", Kind: &link.Veth{Peer: &link.Link{Name: "v1"}}}
		goals = append(goals, &state.Goal{Space: &state.Space{Name: "n", Scope: scope}, Wants: []state.Want{{Object: link.Type.Ref(pair)}}})
	}
	return goals
}

func descriptors(t *testing.T) int {
	t.Helper()
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(open)
}
