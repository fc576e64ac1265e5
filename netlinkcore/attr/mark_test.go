package attr

import (
	"testing"

	"github.com/netlark/netlark/netlinkcore/opt"
)

// TestMarks asks marks and the fields themselves which attributes a struct has: with each
// set or not, in the group and beside it, and with a group in which nothing is set.
func TestMarks(t *testing.T) {
	set := []func(v *formLink){
		func(v *formLink) { v.Family.Set(2) },
		func(v *formLink) { v.Index.Set(0) },
		func(v *formLink) { v.Name = "x" },
		func(v *formLink) { v.MTU.Set(0) },
		func(v *formLink) { v.Rare = &formRare{} },
		func(v *formLink) { v.Rare = &formRare{Weight: opt.Of[uint32](1)} },
		func(v *formLink) { v.Rare = &formRare{Cost: opt.Of[uint32](1)} },
		func(v *formLink) { v.Part = &formPart{} },
		func(v *formLink) { v.Parts = []formPart{{}} },
		func(v *formLink) { v.Key = []byte{0} },
		func(v *formLink) { v.Mask.Set(Masked[uint32]{}) },
	}
	for some := range 1 << len(set) {
		v := &formLink{}
		for i, do := range set {
			if some>>i&1 != 0 {
				do(v)
			}
		}
		p := To(v).p
		next := formLinks.next(p, 0)
		for i := range formLinks.Fields() {
			f := &formLinks.Fields()[i]
			if formLinks.has(p, i) != f.isSet(p) {
				t.Fatalf("%x: %s: the mark says %v, the field %v", some, f.Name, !f.isSet(p), f.isSet(p))
			}
			if f.isSet(p) {
				if next != i {
					t.Fatalf("%x: %s is set, and place %d comes next", some, f.Name, next)
				}
				next = formLinks.next(p, i+1)
			}
		}
		if next != len(formLinks.Fields()) {
			t.Fatalf("%x: place %d comes after all", some, next)
		}
	}
}
