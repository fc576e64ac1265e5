package lab_test

import (
	"errors"
	"testing"

	"github.com/netlark/netlark/netlinkcore/all"
	"github.com/netlark/netlark/netlinkcore/internal/labtest"
	"github.com/netlark/netlark/netlinkcore/lab"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/object"
)

// bridgeCalled is a bridge with altnames.
func bridgeCalled(name string, more ...string) object.Ref {
	l := &link.Link{Name: name, Kind: &link.Bridge{}}
	for _, m := range more {
		l.AltNames = append(l.AltNames, link.AltName{Name: m})
	}
	return link.Type.Ref(l)
}

// TestNamed: a name or altname is one device's of a node, whoever declares it, and is free
// when it is declared otherwise.
func TestNamed(t *testing.T) {
	l, err := lab.New("named", all.Families())
	if err != nil {
		t.Fatal(err)
	}
	a, b := labtest.Node(t, l, "a"), labtest.Node(t, l, "b")
	labtest.Declare(t, a, object.Add, bridgeCalled("d0", "foo"))
	labtest.Declare(t, a, object.Delete, bridgeCalled("gone"))
	labtest.Declare(t, a, object.Add, bridgeCalled("d1", "bar", "gone"))
	labtest.Declare(t, b, object.Add, bridgeCalled("d0", "foo"))
	refused := func(verb object.Verb, r object.Ref, other string) {
		t.Helper()
		err := a.Declare(verb, r, nil)
		if named, ok := errors.AsType[*lab.NamedError](err); !ok || named.Other != other || object.Code(err) != "exists" {
			t.Errorf("%s %s: %v", verb, r, err)
		}
	}
	refused(object.Add, bridgeCalled("d2", "foo"), "d0")
	refused(object.Add, bridgeCalled("d2", "x", "d1"), "d1")
	refused(object.Add, bridgeCalled("bar"), "d1")
	refused(object.Set, bridgeCalled("d1", "foo"), "d0")
	refused(object.Add, link.Type.Ref(&link.Link{Name: "v0", Kind: &link.Veth{Peer: &link.Link{Name: "foo"}}}), "d0")
	if err := a.Declare(object.Add, bridgeCalled("d3", "d3"), nil); object.Code(err) != "invalid" {
		t.Errorf("twice: %v", err)
	}
	labtest.Declare(t, a, object.Set, bridgeCalled("d0", "other"))
	labtest.Declare(t, a, object.Set, bridgeCalled("d1", "foo"))
	labtest.Declare(t, a, object.Add, bridgeCalled("d2", "bar"))
}
