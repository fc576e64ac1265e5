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
