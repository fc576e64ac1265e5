package lab_test

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"testing"

	"github.com/netlark/netlark/netlinkcore/all"
	"github.com/netlark/netlark/netlinkcore/internal/labtest"
	"github.com/netlark/netlark/netlinkcore/lab"
	"github.com/netlark/netlark/netlinkcore/state"
)

// TestStopped: an Apply whose context ends while namespaces are made makes hardly any more,
// and takes those away that are there.
func TestStopped(t *testing.T) {
	const nodes = 200
	ns := labtest.Machine(t)
	l, err := lab.New("sp", all.Families())
	if err != nil {
		t.Fatal(err)
	}
	for i := range nodes {
		labtest.Node(t, l, fmt.Sprintf("n%d", i))
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	a := lab.Apply{Try: func(*state.Step) error { stop(); return nil }}
	_, err = a.Apply(ctx, l)
	failed, ok := errors.AsType[*lab.FailedError](err)
	if !ok || !errors.Is(err, context.Canceled) {
		t.Fatalf("it ended with %v", err)
	}
	made := regexp.MustCompile(`(\d+) new namespaces? (is|are) gone`).FindStringSubmatch(failed.Undone.Error())
	if made == nil {
		t.Fatalf("it says %v", failed.Undone)
	}
	if n, _ := strconv.Atoi(made[1]); n == 0 || n > nodes/2 {
		t.Errorf("%d namespaces were made", n)
	}
	if left := ns.Sh(t, "ls /run/netns | grep ^sp || true"); left != "" {
		t.Errorf("there are yet %s", left)
	}
}
