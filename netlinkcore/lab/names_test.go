package lab_test

import (
	"errors"
	"testing"

	"github.com/netlark/netlark/netlinkcore/all"
	"github.com/netlark/netlark/netlinkcore/internal/labtest"
	"github.com/netlark/netlark/netlinkcore/lab"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/rt"
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

// TestNumbered: a device that is named as it was read elsewhere, with the number that it has
// there, is the one of that name.
func TestNumbered(t *testing.T) {
	labtest.Machine(t)
	port := func(master rt.Dev) *lab.Lab {
		l, err := lab.New("numbered", all.Families())
		if err != nil {
			t.Fatal(err)
		}
		a := labtest.Node(t, l, "a")
		labtest.Declare(t, a, object.Add, bridgeCalled("br0"))
		labtest.Declare(t, a, object.Add, link.Type.Ref(&link.Link{Name: "i0", Kind: &link.IFB{}}))
		labtest.Declare(t, a, object.Set, link.Type.Ref(&link.Link{Name: "i0", Master: master}))
		return l
	}
	numbered := rt.DevName("br0")
	numbered.Index = 77
	labtest.Apply(t, port(numbered))
	if n := labtest.Apply(t, port(rt.DevName("br0"))); n != 0 {
		t.Errorf("with its name alone, it takes %d steps more", n)
	}
}
