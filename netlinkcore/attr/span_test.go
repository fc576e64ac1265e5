package attr

import (
	"testing"

	"github.com/netlark/netlark/netlinkcore/opt"
)

type spans struct {
	Ports opt.Value[Span[uint16]]
	Users opt.Value[Span[uint32]]
}

var spansSchema = Define("spans", "", 0, func(v *spans) []Field {
	return []Field{
		MaskedRange(1, 2, "ports", &v.Ports, ""),
		Range(3, "users", &v.Users, ""),
	}
})

// What scripts write, and what they read of it.
func TestSpanNotation(t *testing.T) {
	for _, c := range []struct {
		name string
		in   Value
		want string // "": refused
	}{
		{"ports", UintValue(80), "80"},
		{"ports", TextValue("1000-2000"), `"1000-2000"`},
		{"ports", TextValue("0x1000/0xf000"), `"0x1000/0xf000"`},
		{"ports", TextValue("80/0xffff"), "80"},
		{"ports", TextValue("80/0"), ""},
		{"ports", TextValue("0x1001/0xf000"), ""},
		{"ports", TextValue("1-2/0xf"), ""},
		{"ports", TextValue("1/0x1ffff"), ""},
		{"users", TextValue("1/1"), ""},
	} {
		v := new(spans)
		i := spansSchema.Lookup(c.name)
		err := spansSchema.Put(&Put{}, To(v), i, c.in)
		if got := spansSchema.Get(To(v), i); (err != nil) != (c.want == "") || err == nil && got.String() != c.want {
			t.Errorf("%s = %s: %s, %v; want %s", c.name, c.in, got, err, c.want)
		}
	}
}

type eachSpan struct{ VID opt.Value[Span[uint16]] }

// A range that stands for each of its numbers covers those within it, as a
// filter and when it is asked for; the objects are not equal.
func TestSpanOfEach(t *testing.T) {
	table := Define("each", "", 0, func(v *eachSpan) []Field {
		return []Field{Range(1, "vid", &v.VID, "VLAN").Range(1, 4094).EachOf()}
	}).Table
	of := func(v Value) Ptr {
		p := table.New()
		if err := table.Put(&Put{}, p, 0, v); err != nil {
			t.Fatal(err)
		}
		return p
	}
	all, one := of(TextValue("10-20")), of(UintValue(12))
	if !table.Covers(one, all) || table.Covers(all, one) || table.Equal(one, all) || !table.Agree(all, one, []int{0}) {
		t.Error("10-20 and 12 compare otherwise")
	}
	for _, outside := range []string{"9", "21", "15-21", "9-10"} {
		if p := of(TextValue(outside)); table.Covers(p, all) || table.Agree(all, p, []int{0}) {
			t.Errorf("10-20 covers %s", outside)
		}
	}
	for _, wrong := range []Value{UintValue(0), UintValue(4095), TextValue("4000-5000"), TextValue("0-5")} {
		if table.Put(&Put{}, table.New(), 0, wrong) == nil {
			t.Errorf("%s is taken", wrong)
		}
	}
	v := eachSpan{opt.Of(Span[uint16]{From: 4000, To: 5000})}
	if table.Check(To(&v)) == nil {
		t.Error("a range out of bounds is sent")
	}
}
