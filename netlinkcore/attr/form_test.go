package attr

import (
	"encoding/binary"
	"fmt"
	"reflect"
	"testing"

	"github.com/netlark/netlark/netlinkcore/opt"
)

type formRare struct{ Weight, Cost opt.Value[uint32] }

type formPart struct{ ID opt.Value[uint32] }

type formLink struct {
	Family opt.Value[uint8]
	Index  opt.Value[uint32]
	Name   string
	MTU    opt.Value[uint32]
	Rare   *formRare
	Part   *formPart
	Parts  []formPart
	Key    []byte
	Mask   opt.Value[Masked[uint32]]
	Extra
}

var formLinks = Define("link", "a device", 8, func(v *formLink) []Field {
	part := Define("part", "a part", 4, func(v *formPart) []Field { return []Field{Head32(0, "id", &v.ID, "number")} })
	return []Field{
		Family(0, "family", &v.Family, "4 or 6"),
		Head32(4, "index", &v.Index, "number"),
		String(1, "name", &v.Name, "name"),
		Uint32(2, "mtu", &v.MTU, "bytes"),
		Nested(3, 0,
			Group(&v.Rare, func(v *formRare) []Field {
				return []Field{Uint32(1, "weight", &v.Weight, "weight"), Uint32(2, "cost", &v.Cost, "cost")}
			}),
			Nest(3, "part", &v.Part, part, "a part")),
		List(4, 0, Repeat, "parts", &v.Parts, part, "parts"),
		Binary(5, "key", &v.Key, "bytes"),
		MaskedNumber(6, 7, "mask", &v.Mask, "bits"),
		Ignored(9),
		Unknown(&v.Extra),
	}
})

// said appends an attribute.
func said(b []byte, id uint16, payload ...byte) []byte {
	b = binary.NativeEndian.AppendUint16(b, uint16(4+len(payload)))
	b = binary.NativeEndian.AppendUint16(b, id)
	b = append(b, payload...)
	for len(b)%4 != 0 {
		b = append(b, 0)
	}
	return b
}

// formMessage is a message in which n changes everything once.
func formMessage(n byte, name string) []byte {
	b := []byte{2, 0, 0, 0, n, 0, 0, 0}
	b = said(b, 1, []byte(name)...)
	b = said(b, 2, n/2, 5, 0, 0)
	inner := said(nil, 1, n/3, 0, 0, 0)
	inner = said(inner, 2, 7, 0, 0, 0)
	inner = said(inner, 3, n/4, 0, 0, 0)
	b = said(b, 3, inner...)
	b = said(b, 4, 1, 0, 0, 0)
	b = said(b, 4, n/5, 0, 0, 0)
	b = said(b, 5, 'k', 'e', 'y', n/6)
	b = said(b, 6, n/7, 0, 0, 0)
	b = said(b, 7, 0xff, 0, 0, 0)
	return said(b, 9, n/2, 0, 0, 0)
}

// TestForm: every message of a list is read as if it were alone, and objects
// that are changed afterwards are nobody else's.
func TestForm(t *testing.T) {
	var d Dec
	var got [200]formLink
	recalled := 0
	for i := range got {
		n := byte(i)
		name := fmt.Sprintf("v%d", i) // lengths that end in the same place, and others
		b := formMessage(n, name)
		if i == 150 {
			b = said(b, 10, 1) // not known
		}
		if i == 160 {
			b[8+2] = 99 // the name's number
		}
		var want formLink
		var alone Dec
		if err := formLinks.Decode(&alone, &want, b); err != nil {
			t.Fatal(err)
		}
		if err := formLinks.DecodeNext(&d, &got[i], b); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got[i], want) {
			t.Fatalf("message %d: got %+v, want %+v", i, got[i], want)
		}
		if m := d.list.forms; m != [maxForms]*form{} {
			for _, m := range m {
				if m != nil && m.message != nil && m.misses == 0 && len(m.message) == len(b) {
					recalled++
				}
			}
		}
		got[i].Rare.Cost.Set(1000)
		got[i].Part.ID.Set(1000)
		got[i].Parts[0].ID.Set(1000)
		got[i].Key[0] = 'K'
	}
	if recalled < len(got)*8/10 {
		t.Errorf("%d of %d messages were copied from others", recalled, len(got))
	}
	last := got[len(got)-1]
	for i := range got[:len(got)-1] {
		if x := &got[i]; x.Rare == last.Rare || x.Part == last.Part || x.Part.ID != opt.Of[uint32](1000) || x.Key[0] != 'K' {
			t.Fatalf("message %d shares something with the last", i)
		}
	}
}

// TestFormsThatDiffer: messages that are all laid out differently are read
// right, and are not learnt each.
func TestFormsThatDiffer(t *testing.T) {
	var d Dec
	for i := range 600 {
		b := said([]byte{2, 0, 0, 0, byte(i), 0, 0, 0}, 2, byte(i), 0, 0, 0)
		for bit := range 4 { // of the same length, in another order
			b = said(b, []uint16{1, 9, 5, 4}[(bit+i)%4], 'a', 'b', 0, byte(i))
		}
		var got, want formLink
		var alone Dec
		if err := formLinks.Decode(&alone, &want, b); err != nil {
			t.Fatal(err)
		}
		if err := formLinks.DecodeNext(&d, &got, b); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("message %d: got %+v, want %+v", i, got, want)
		}
	}
}

// TestFormsAllocate nothing for attributes that are decoded anew because of what
// the head says of them.
func TestFormsAllocate(t *testing.T) {
	var d Dec
	var got memoRoute
	n := byte(0)
	b := []byte{2, n, n, 0, 2, 0, 0, 0, 8, 0, 1, 0, 7, 1, 0, 0}
	decode := func() {
		n++
		b[1], b[2] = n, n
		if err := memoSchema.DecodeNext(&d, &got, b); err != nil || got.TOS != opt.Of(n) || got.Table != opt.Of[uint32](263) {
			t.Fatalf("message %d: %+v, %v", n, got, err)
		}
	}
	for range 40 {
		decode()
	}
	if n := testing.AllocsPerRun(100, decode); n > 0 {
		t.Errorf("%v allocations a message", n)
	}
}

// TestFormsShareAMember: an attribute that says what the head said before it has the last
// word, also where it is as in the message before and the head is not.
func TestFormsShareAMember(t *testing.T) {
	type entry struct{ Dev, State opt.Value[uint32] }
	entries := Define("entry", "an entry", 8, func(v *entry) []Field {
		return []Field{Head32(0, "dev", &v.Dev, "device"), Head32(4, "state", &v.State, "state"), Uint32(8, "filter_dev", &v.Dev, "device, in filters")}
	})
	var d Dec
	var got entry
	for i := range byte(80) {
		b := said([]byte{i, 0, 0, 0, i / 2, 0, 0, 0}, 8, 7+i/4, 0, 0, 0)
		if err := entries.DecodeNext(&d, &got, b); err != nil {
			t.Fatal(err)
		}
		if want := (entry{opt.Of(uint32(7 + i/4)), opt.Of(uint32(i / 2))}); got != want {
			t.Fatalf("message %d: got %+v, want %+v", i, got, want)
		}
	}
}
