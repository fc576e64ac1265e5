package lab_test

import (
	"errors"
	"testing"

	"github.com/netlark/netlark/netlinkcore/all"
	"github.com/netlark/netlark/netlinkcore/internal/labtest"
	"github.com/netlark/netlark/netlinkcore/lab"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/state"
)

// TestOrphan: a change of what the lab made and declares no longer is an error before
// anything is done; of what somebody else made it is none.
func TestOrphan(t *testing.T) {
	ns := labtest.Machine(t)
	ns.Sh(t, "ip link add others type bridge")
	build := func(declare func(a, host *lab.Node)) *lab.Lab {
		l, err := lab.New("orphan", all.Families())
		if err != nil {
			t.Fatal(err)
		}
		declare(labtest.Node(t, l, "a"), l.Host(nil))
		return l
	}
	set := func(n *lab.Node, name string) {
		labtest.Declare(t, n, object.Set, link.Type.Ref(&link.Link{Name: name, MTU: opt.Of[uint32](1400)}))
	}
	labtest.Apply(t, build(func(a, host *lab.Node) {
		labtest.Declare(t, a, object.Add, bridgeCalled("mine"))
		labtest.Declare(t, host, object.Add, bridgeCalled("mine"))
		labtest.Declare(t, a, object.Add, link.Type.Ref(&link.Link{Name: "v0", Kind: &link.Veth{Peer: &link.Link{Name: "v1"}}}))
		set(host, "others")
		set(a, "lo")
	}))
	before := labtest.Look(t, ns)
	for what, declare := range map[string]func(a, host *lab.Node){
		"in a node":    func(a, _ *lab.Node) { set(a, "mine") },
		"on the host":  func(_, host *lab.Node) { set(host, "mine") },
		"other end":    func(a, _ *lab.Node) { set(a, "v1") },
		"never there":  func(a, _ *lab.Node) { set(a, "nowhere") },
		"in two nodes": func(a, host *lab.Node) { set(a, "mine"); set(host, "mine") },
	} {
		_, err := (&lab.Apply{}).Apply(t.Context(), build(declare))
		missing, ok := errors.AsType[state.MissingError](err)
		if !ok || missing.Goes != (what != "never there") {
			t.Errorf("%s: %v", what, err)
		}
		if after := labtest.Look(t, ns); after != before {
			t.Errorf("%s:\n%s", what, labtest.Differ(after, before))
		}
	}
	labtest.Apply(t, build(func(a, host *lab.Node) { set(host, "others"); set(a, "lo") }))
	ns.Sh(t, "ip -n orphan.a link add others type bridge")
	for range 2 {
		labtest.Apply(t, build(func(a, _ *lab.Node) { set(a, "others") }))
	}
}
