package attr

import (
	"bytes"
	"testing"

	"github.com/netlark/netlark/netlinkcore/opt"
)

// TestNextUnknown: what one message of a list has that nobody knows, behind a struct in a
// nest, the next one does not have.
func TestNextUnknown(t *testing.T) {
	type object struct {
		Extra
		Top, Head, Known opt.Value[uint32]
	}
	s := Define("object", "", 4, func(v *object) []Field {
		return []Field{Head32(0, "top", &v.Top, ""), Nested(1, 4, Head32(0, "head", &v.Head, ""), Uint32(2, "known", &v.Known, "")), Unknown(&v.Extra)}
	})
	body := func(id byte) []byte { return []byte{1, 0, 0, 0, 16, 0, 1, 0, 7, 0, 0, 0, 8, 0, id, 0, 5, 0, 0, 0} }
	var d Dec
	for i, id := range append(bytes.Repeat([]byte{9}, 40), 2, 2, 9, 2) { // a form comes after some
		var v object
		if err := s.DecodeNext(&d, &v, body(id)); err != nil {
			t.Fatal(err)
		}
		if (len(v.Unknown()) == 1) != (id == 9) || v.Known.IsSet() != (id == 2) {
			t.Errorf("message %d: %d unknown, known %v", i, len(v.Unknown()), v.Known)
		}
	}
}
