package all_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/netlark/netlark/netlinkcore/attr"
)

// TestNext: what a Dec keeps from one message to the next changes nothing of
// what it reads. The messages are those that kernels sent, each followed by
// itself with one byte of its head changed.
func TestNext(t *testing.T) {
	for _, passing := range []bool{false, true} {
		testNext(t, passing)
	}
}

func testNext(t *testing.T, passing bool) {
	for _, c := range captures(t) {
		next := attr.Dec{Passing: passing}
		got, seen := c.table.New(), map[int]bool{}
		for i, body := range c.objects(t) {
			many := 1 // and more of one of each length
			bodies := [][]byte{body, body}
			if n := len(body); !seen[n] {
				many, seen[n] = 64, true
			}
			for _, at := range places(len(body), many) {
				for _, bits := range []byte{0x5a, 1} {
					b := bytes.Clone(body)
					b[at] ^= bits
					bodies = append(bodies, b, body)
				}
			}
			for k, b := range bodies {
				if k%2 == 1 && k%16 != 1 { // the same again
					next.Family = 0
					if err := c.table.DecodeNext(&next, got, b); err != nil {
						t.Fatal(err)
					}
					continue
				}
				var d attr.Dec
				want := c.table.New()
				wantErr := c.table.Decode(&d, want, b)
				next.Family = 0 // the reader's, for each message
				err := c.table.DecodeNext(&next, got, b)
				if (err == nil) != (wantErr == nil) {
					t.Fatalf("%s: object %d: error %v, want %v", c.file, i, err, wantErr)
				}
				if err == nil && (next.Family != d.Family || !sameStruct(c.table, got, want)) {
					t.Fatalf("%s: object %d: %s in %x", c.file, i, unlike(c.table, got, want), b)
				}
			}
		}
	}
}

// objects are the bodies that readers decode: of a message that tells of several, one each.
func (c *captured) objects(t *testing.T) (bodies [][]byte) {
	for _, m := range c.list {
		err := c.table.Each(m.Body(), func(b []byte) error {
			bodies = append(bodies, bytes.Clone(b))
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return bodies
}

// sameStruct compares all that can be seen of two structs.
func sameStruct(table *attr.Table, a, b attr.Ptr) bool {
	return reflect.DeepEqual(shown(table, a), shown(table, b))
}

// places are bytes of a message, many or some.
func places(n, many int) (out []int) {
	if n <= many {
		for at := range n {
			out = append(out, at)
		}
		return out
	}
	for range many {
		out = append(out, rand.IntN(n))
	}
	return out
}

// unlike names the attributes that differ.
func unlike(table *attr.Table, got, want attr.Ptr) string {
	var out []string
	a, b := shown(table, got), shown(table, want)
	for name := range a {
		if _, ok := b[name]; !ok { // a alone has it
			b[name] = nil
		}
	}
	for name := range b {
		if !reflect.DeepEqual(a[name], b[name]) {
			out = append(out, fmt.Sprintf("%s: got %v, want %v", name, a[name], b[name]))
		}
	}
	return strings.Join(out, "; ")
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
