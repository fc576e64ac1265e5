package lab_test

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/all"
	"github.com/netlark/netlark/netlinkcore/internal/labtest"
	"github.com/netlark/netlark/netlinkcore/lab"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/tests/nstest"
)

// TestLoaded: a module that the kernel loads for a lab makes a device where nobody asked
// for one. It is told, and left alone.
func TestLoaded(t *testing.T) {
	nstest.Require(t, "kind:bond")
	if !nstest.Emulated() {
		t.Skip("modules of the machine are not the test's to take away")
	}
	if err := unix.DeleteModule("bonding", unix.O_NONBLOCK); err != nil && !errors.Is(err, unix.ENOENT) {
		t.Fatal(err)
	}
	labtest.Machine(t)
	l, err := lab.New("loaded", all.Families())
	if err != nil {
		t.Fatal(err)
	}
	labtest.Declare(t, labtest.Node(t, l, "a"), object.Add, link.Type.Ref(&link.Link{Name: "b", Kind: &link.Bond{}}))
	var got []lab.Loaded
	a := lab.Apply{Loaded: func(what lab.Loaded) { got = append(got, what) }}
	if _, err := a.Apply(t.Context(), l); err != nil {
		t.Fatal(err)
	}
	if len(got) != 1 || !slices.Contains(got[0].Modules, "bonding") || !slices.Equal(got[0].Devices, []string{"bond0"}) {
		t.Fatalf("told of %+v", got)
	}
	if said := got[0].String(); !strings.Contains(said, "bonding") || !strings.HasSuffix(said, "meanwhile: bond0") {
		t.Errorf("it says %q", got[0])
	}
	if n, err := a.Apply(t.Context(), l); n != 0 || err != nil || len(got) != 1 {
		t.Errorf("the second apply took %d steps and told of %+v: %v", n, got[1:], err)
	}
	if _, err := lab.Destroy(t.Context(), "loaded", all.Families()); err != nil {
		t.Fatal(err)
	}
	if devices, err := os.ReadFile("/proc/self/net/dev"); err != nil || !strings.Contains(string(devices), "bond0:") {
		t.Errorf("bond0 is gone: %v\n%s", err, devices)
	}
}
