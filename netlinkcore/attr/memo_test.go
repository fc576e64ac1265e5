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
