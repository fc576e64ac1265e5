package attr

import (
	"reflect"
	"testing"

	"github.com/netlark/netlark/netlinkcore/opt"
)

type memoRoute struct {
	Family opt.Value[uint8]
	TOS    opt.Value[uint8]
	Up     opt.Value[bool]
	Table  opt.Value[uint32]
	Mark   opt.Value[uint32]
}

var memoSchema = Define("memo", "a message", 8, func(v *memoRoute) []Field {
	return []Field{
		Family(0, "family", &v.Family, "4 or 6"),
		Head8(1, "tos", &v.TOS, "type of service"),
		HeadBit(4, -1, 4, 2, "up", &v.Up, "up"),
		Uint32(1, "table", &v.Table, "table").AlsoHead(2, 0),
		Uint32(2, "mark", &v.Mark, "mark"),
	}
})

// TestDecodeNext: a head that is the same as the one before says the same, and
// an attribute of the message before is forgotten.
func TestDecodeNext(t *testing.T) {
	table := []byte{8, 0, 1, 0, 7, 1, 0, 0}
	mark := []byte{8, 0, 2, 0, 9, 0, 0, 0}
	messages := [][]byte{
		append([]byte{2, 1, 3, 0, 2, 0, 0, 0}, mark...),
		{2, 1, 3, 0, 2, 0, 0, 0},
		append([]byte{2, 1, 3, 0, 2, 0, 0, 0}, table...),
		append([]byte{10, 1, 3, 0, 0, 0, 0, 0}, mark...),
		{2, 1, 3, 0, 2, 0, 0, 0, 8, 0}, // broken
		{2, 1, 3},                      // too short
		{2, 1, 3, 0, 2, 0, 0, 0},
	}
	var next Dec
	var got memoRoute
	for i, b := range messages {
		var d Dec
		var want memoRoute
		wantErr := memoSchema.Decode(&d, &want, b)
		err := memoSchema.DecodeNext(&next, &got, b)
		if (err == nil) != (wantErr == nil) {
			t.Errorf("message %d: error %v, want %v", i, err, wantErr)
		}
		if err == nil && (!reflect.DeepEqual(got, want) || next.Family != d.Family) {
			t.Errorf("message %d: got %+v of family %d, want %+v of %d", i, got, next.Family, want, d.Family)
		}
	}
}

type memoLimit struct{ Soft, Hard opt.Value[uint32] }

type memoPart struct{ ID opt.Value[uint32] }

type memoPolicy struct {
	Limit *memoLimit
	Index opt.Value[uint32]
	Parts []memoPart
	Text  opt.Value[string]
}

var memoPolicies = Define("policy", "a message with parts", 16, func(v *memoPolicy) []Field {
	limit := Define("limit", "limits", 8, func(v *memoLimit) []Field {
		return []Field{Head32(0, "soft", &v.Soft, "told"), Head32(4, "hard", &v.Hard, "gone")}
	})
	part := Define("part", "a part", 4, func(v *memoPart) []Field { return []Field{Head32(0, "id", &v.ID, "number")} })
	return []Field{
		HeadStruct(0, "limit", &v.Limit, limit, "limits"),
		Head32(8, "index", &v.Index, "number"),
		List(1, 0, Array, "parts", &v.Parts, part, "parts"),
		String(2, "text", &v.Text, "text"),
	}
})

// TestPartsAreTheirOwn: what objects of a list say alike is read once, and yet
// each can be changed without the others.
func TestPartsAreTheirOwn(t *testing.T) {
	message := func(index byte) []byte {
		return []byte{1, 0, 0, 0, 2, 0, 0, 0, index, 0, 0, 0, 0, 0, 0, 0, 12, 0, 1, 0, 3, 0, 0, 0, 4, 0, 0, 0, 6, 0, 2, 0, 'a', 0, 0, 0}
	}
	var d Dec
	var list [40]memoPolicy
	for i := range list {
		if i%3 == 1 { // one that nobody keeps comes between
			var other memoPolicy
			if err := memoPolicies.DecodeNext(&d, &other, message(100)); err != nil {
				t.Fatal(err)
			}
			other.Parts[0].ID.Set(77)
			d.TakeBack()
		}
		if err := memoPolicies.DecodeNext(&d, &list[i], message(byte(i))); err != nil {
			t.Fatal(err)
		}
		list[i].Limit.Soft.Set(uint32(i))
		list[i].Parts[0].ID.Set(uint32(i))
		list[i].Parts = append(list[i].Parts, memoPart{opt.Of(uint32(100 + i))})
	}
	for i := range list {
		n := uint32(i)
		want := memoPolicy{Limit: &memoLimit{opt.Of(n), opt.Of[uint32](2)}, Index: opt.Of(n), Text: opt.Of("a"),
			Parts: []memoPart{{opt.Of(n)}, {opt.Of[uint32](4)}, {opt.Of(100 + n)}}}
		if !reflect.DeepEqual(list[i], want) {
			t.Errorf("object %d is %+v, want %+v", i, list[i], want)
		}
	}
}

// TestTakeBack: what an object that nobody keeps took up is the next one's, and that of
// one that is kept is nobody's.
func TestTakeBack(t *testing.T) {
	b := []byte{1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 12, 0, 1, 0, 3, 0, 0, 0, 4, 0, 0, 0}
	want := memoPolicy{Limit: &memoLimit{opt.Of[uint32](1), opt.Of[uint32](2)}, Index: opt.Of[uint32](3),
		Parts: []memoPart{{opt.Of[uint32](3)}, {opt.Of[uint32](4)}}}
	var d Dec
	next := func() (v memoPolicy) {
		if err := memoPolicies.DecodeNext(&d, &v, b); err != nil || !reflect.DeepEqual(v, want) {
			t.Fatalf("%+v, %v; want %+v", v, err, want)
		}
		return v
	}
	kept := next()
	for range 100 {
		v := next()
		v.Limit.Soft.Set(9)
		v.Parts[1].ID.Set(9)
		d.TakeBack()
	}
	if !reflect.DeepEqual(kept, want) {
		t.Errorf("what is kept is %+v, want %+v", kept, want)
	}
	for _, s := range d.list.stocks {
		if s.size > 4 {
			t.Errorf("a block of %d structs was made for one object at a time", s.size)
		}
	}
}
