package all_test

import (
	"bytes"
	"reflect"
	"testing"

	"github.com/netlark/netlark/netlinkcore/attr"
)

// TestNext: what a Dec keeps from one message to the next changes nothing of
// what it reads. The messages are those that kernels sent, each followed by
// itself with one byte of its head changed.
func TestNext(t *testing.T) {
	for _, c := range captures(t) {
		var next attr.Dec
		got := c.table.New()
		n := headSize(c.table)
		for i, m := range c.list {
			bodies := [][]byte{m.Body(), m.Body()}
			for at := range min(n, len(m.Body())) {
				b := bytes.Clone(m.Body())
				b[at] ^= 0x5a
				bodies = append(bodies, b, m.Body())
			}
			for _, b := range bodies {
				var d attr.Dec
				want := c.table.New()
				wantErr := c.table.Decode(&d, want, b)
				next.Family = 0 // the reader's, for each message
				err := c.table.DecodeNext(&next, got, b)
				if (err == nil) != (wantErr == nil) {
					t.Fatalf("%s: message %d: error %v, want %v", c.file, i, err, wantErr)
				}
				if err == nil && (next.Family != d.Family || !sameStruct(c.table, got, want)) {
					t.Fatalf("%s: message %d: got %s, want %s in %x", c.file, i, shown(c.table, got), shown(c.table, want), b)
				}
			}
		}
	}
}

// sameStruct compares all that can be seen of two structs.
func sameStruct(table *attr.Table, a, b attr.Ptr) bool {
	return reflect.DeepEqual(shown(table, a), shown(table, b))
}

// shown is a struct as nested maps, without pointers.
func shown(table *attr.Table, p attr.Ptr) map[string]any {
	out := map[string]any{}
	for i := range table.Fields() {
		if v := table.Get(p, i); v.Shape != attr.None {
			out[table.Fields()[i].Name] = shownValue(v)
		}
	}
	return out
}

func shownValue(v attr.Value) any {
	switch v.Shape {
	case attr.Object:
		return shown(v.T, v.P)
	case attr.Many, attr.Bits:
		list := []any{}
		for _, x := range v.L {
			list = append(list, shownValue(x))
		}
		return list
	}
	return v
}
