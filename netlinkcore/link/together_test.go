package link_test

import (
	"strings"
	"testing"

	"github.com/netlark/netlark/netlinkcore/internal/verbtest"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
)

// many makes ten pairs, p0 to p9 of group 5.
const many = "for i in 0 1 2 3 4 5 6 7 8 9; do ip link add p$i group 5 type veth peer name q$i; done; ip link add other type veth peer name far"

func refs(links []*link.Link) (out []object.Ref) {
	for _, l := range links {
		out = append(out, link.Type.Ref(l))
	}
	return out
}

// Many devices go as a group, and nothing else does.
func TestRemovedTogether(t *testing.T) {
	p := verbtest.New(t, "kind:veth")
	p.Sh(many)
	gone, err := link.Collect(t.Context(), p.Scope, &link.Link{Group: opt.Of[uint32](5)})
	if err != nil || len(gone) != 10 {
		t.Fatalf("%d devices, %v", len(gone), err)
	}
	if err := link.Type.Together(t.Context(), link.Type, p.Scope, refs(gone)); err != nil {
		t.Fatal(err)
	}
	if left := p.Sh("ip -o link | cut -d: -f2 | cut -d@ -f1"); strings.Join(strings.Fields(left), " ") != "lo far other" {
		t.Errorf("left are %s", left)
	}
}

// What cannot be removed so is as it was.
func TestNotRemovedTogether(t *testing.T) {
	p := verbtest.New(t, "kind:veth")
	p.Sh(many)
	was := p.Sh("ip -o link")
	for _, one := range []string{"lo", "missing"} { // the kernel refuses lo, and there is no other
		gone, err := link.Collect(t.Context(), p.Scope, &link.Link{Group: opt.Of[uint32](5)})
		if err != nil {
			t.Fatal(err)
		}
		if err := link.Type.Together(t.Context(), link.Type, p.Scope, refs(append(gone, &link.Link{Name: one}))); err == nil {
			t.Errorf("with %s among them it passes", one)
		}
		if is := p.Sh("ip -o link"); is != was {
			t.Errorf("with %s among them it is\n%s\nwas\n%s", one, is, was)
		}
	}
}

// A flush counts what went, with others or by itself.
func TestFlushMany(t *testing.T) {
	p := verbtest.New(t, "kind:veth")
	p.Sh(many)
	if n, err := link.Type.Flush(t.Context(), p.Scope, &link.Link{Group: opt.Of[uint32](5)}); n != 10 || err != nil {
		t.Errorf("%d went, %v", n, err)
	}
	if n, err := link.Type.Flush(t.Context(), p.Scope, &link.Link{}); n != 2 || err != nil {
		t.Errorf("of the last pair %d went, %v", n, err)
	}
	if left := p.Sh("ip -o link"); strings.Contains(left, "\n") {
		t.Errorf("left are %s", left)
	}
}
