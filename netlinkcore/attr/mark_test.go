package attr

import (
	"math/rand/v2"
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

type numbered struct {
	Small opt.Value[uint8]
	Word  opt.Value[uint32]
	Sign  opt.Value[int32]
	Large opt.Value[uint64]
	Yes   opt.Value[bool]
}

var numbers = Define("numbers", "some numbers", 0, func(v *numbered) []Field {
	return []Field{
		Uint8(1, "small", &v.Small, "number").IsKey().Default(7),
		Uint32(2, "word", &v.Word, "number").IsKey().Words(Enum{{1, "one"}, {2, "two"}}),
		Uint32(3, "sign", &v.Sign, "number").IsKey(),
		Uint64(4, "large", &v.Large, "number").IsKey(),
		Flag(5, "yes", &v.Yes, "yes").IsKey(),
	}
})

// TestKeyNumbers writes keys of numbers, the same and others by turns, and compares with
// what their values say.
func TestKeyNumbers(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		v := &numbered{}
		for _, do := range []func(n uint64){
			func(n uint64) { v.Small.Set(uint8(n)) }, func(n uint64) { v.Word.Set(uint32(n)) }, func(n uint64) { v.Sign.Set(-int32(n)) },
			func(n uint64) { v.Large.Set(n << 40) }, func(n uint64) { v.Yes.Set(n&1 != 0) },
		} {
			if n := r.Uint64N(5); n > 0 {
				do(n - 1)
			}
		}
		want := ""
		for k, i := range numbers.Keys() {
			got := numbers.Get(To(v), i)
			if f := &numbers.Fields()[i]; got.Shape == None && f.def != nil {
				got = *f.def
			}
			if k > 0 {
				want += " "
			}
			want += got.String()
		}
		if got := numbers.KeyText(To(v)); got != want {
			t.Fatalf("the key is %s, its values %s", got, want)
		}
	}
}
