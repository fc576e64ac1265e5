package link_test

import (
	"testing"

	"github.com/netlark/netlark/netlinkcore/internal/verbtest"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
)

// TestListNames: a list names the parents and masters of links, those too that
// come later in it. What is in another namespace has no name, not that of a
// device here with its index.
func TestListNames(t *testing.T) {
	p := verbtest.New(t, "kind:veth", "kind:bridge")
	p.Sh(`ip link add v0 type veth peer name v1
		ip link add b0 type bridge; ip link set v1 master b0
		ip link add far index 77 type veth peer name there index 3 netns ` + p.Other.Path())
	want := map[string]string{"v0": "v1", "v1": "v0", "far": "", "lo": "", "b0": ""}
	for _, filter := range []*link.Link{nil, {}, {Up: opt.Of(false)}} {
		s := object.NewScope(object.Config{}) // knows no names yet
		list, err := link.Type.Collect(t.Context(), s, filter)
		if err != nil || len(list) < len(want)-1 {
			t.Fatalf("%d links, %v", len(list), err)
		}
		for _, l := range list {
			name := l.Name
			if parent := l.Parent.Name(); parent != want[name] {
				t.Errorf("the parent of %s is %q, want %q", name, parent, want[name])
			}
			if name == "v1" && l.Master.Name() != "b0" {
				t.Errorf("the master of v1 is %s", l.Master)
			}
			if name == "far" && l.Parent.String() != "#3" {
				t.Errorf("the parent of far, in another namespace, is %s", l.Parent)
			}
		}
		s.Close()
	}
}

// TestListNamesUnknown: what a list does not tell is asked for.
func TestListNamesUnknown(t *testing.T) {
	p := verbtest.New(t, "kind:veth", "kind:bridge")
	p.Sh(`ip link add b0 type bridge; ip link add v0 master b0 type veth peer name v1`)
	list, err := link.Type.Collect(t.Context(), p.Scope, &link.Link{Kind: &link.Veth{}})
	if err != nil || len(list) != 2 {
		t.Fatalf("%d links, %v", len(list), err)
	}
	for _, l := range list {
		if l.Name == "v0" && l.Master.Name() != "b0" {
			t.Errorf("the master of v0 is %s", l.Master)
		}
	}
}
