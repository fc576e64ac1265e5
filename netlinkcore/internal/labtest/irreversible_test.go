package labtest_test

import (
	"errors"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/all"
	"github.com/netlark/netlark/netlinkcore/internal/labtest"
	"github.com/netlark/netlark/netlinkcore/lab"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/tests/nstest"
)

// TestIrreversible: what cannot be undone is not done in namespaces of others unless
// it is asked for, and nothing else is done then.
func TestIrreversible(t *testing.T) {
	ns := labtest.Machine(t)
	fd := nstest.Program(t, unix.BPF_PROG_TYPE_XDP)
	s := object.NewScope(object.Config{})
	defer s.Close()
	attach := &link.Link{Name: "theirs", XDP: &link.XDP{FD: opt.Of(int32(fd)), Flags: opt.Of[uint32](unix.XDP_FLAGS_SKB_MODE)}}
	if err := link.Type.Set(t.Context(), s, attach); err != nil {
		t.Fatal(err)
	}
	before := labtest.Look(t, ns)
	without := func() *lab.Lab {
		l, err := lab.New("irr", all.Families())
		if err != nil {
			t.Fatal(err)
		}
		labtest.Node(t, l, "a")
		labtest.Declare(t, l.Host(nil), object.Delete, link.Type.Ref(&link.Link{Name: "theirs"}))
		return l
	}
	_, err := (&lab.Apply{}).Apply(t.Context(), without())
	if e, ok := errors.AsType[*lab.IrreversibleError](err); !ok || len(e.Steps) != 1 || !strings.Contains(e.Steps[0], "XDP program") {
		t.Errorf("%v", err)
	}
	if after := labtest.Look(t, ns); after != before {
		t.Error(labtest.Differ(after, before))
	}
	if _, err := (&lab.Apply{Irreversible: true}).Apply(t.Context(), without()); err != nil {
		t.Fatal(err)
	}
	if out := ns.Sh(t, "ip -o link"); strings.Contains(out, "theirs") {
		t.Errorf("it is there: %s", out)
	}
}
