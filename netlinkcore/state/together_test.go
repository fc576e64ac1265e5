package state_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/netlark/netlark/netlinkcore/all"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/state"
	"github.com/netlark/netlark/tests/nstest"
)

// TestRemoveTogether: devices that go from a namespace go together, but for those of which
// a step is not allowed and those after it.
func TestRemoveTogether(t *testing.T) {
	nstest.Require(t, "kind:veth")
	for allowed, left := range map[int]int{10: 0, 9: 1, 3: 7} {
		ns := nstest.New(t)
		scope := object.NewScope(object.Config{Enter: ns.Do})
		defer scope.Close()
		goal := &state.Goal{Space: &state.Space{Name: "n", Scope: scope}}
		for i := range 10 {
			name := fmt.Sprintf("p%d", i)
			ns.Sh(t, "ip link add "+name+" type veth peer name q"+name)
			goal.Wants = append(goal.Wants, state.Want{Object: link.Type.Ref(&link.Link{Name: name}), Absent: true})
		}
		together := 0
		whole := link.Type.Together
		link.Type.Together = func(ctx context.Context, f object.Family, s *object.Scope, gone []object.Ref) error {
			together += len(gone)
			return whole(ctx, f, s, gone)
		}
		tried, refused := 0, errors.New("not allowed")
		v := state.Converger{Families: all.Families(), Try: func(*state.Step) error {
			if tried++; tried > allowed {
				return refused
			}
			return nil
		}}
		done, err := v.Converge(t.Context(), []*state.Goal{goal}, nil)
		link.Type.Together = whole
		if done != allowed || errors.Is(err, refused) != (allowed < 10) || err != nil && allowed == 10 {
			t.Errorf("of 10, %d allowed: %d done, %v", allowed, done, err)
		}
		if allowed >= 8 && together != allowed || allowed < 8 && together != 0 { // few go one by one
			t.Errorf("of 10, %d allowed: %d went together", allowed, together)
		}
		if there := strings.Count(ns.Sh(t, "ip -o link"), ": p"); there != left {
			t.Errorf("of 10, %d allowed: %d are left", allowed, there)
		}
	}
}
