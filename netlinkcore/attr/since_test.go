package attr

import (
	"testing"

	"github.com/netlark/netlark/netlinkcore/opt"
)

type dated struct {
	Old, New, Late opt.Value[uint32]
	Ports          opt.Value[Span[uint16]]
	In             *dated
	List           []dated
}

func datedFields(v *dated) []Field {
	return []Field{Uint32(1, "old", &v.Old, ""), Uint32(2, "new", &v.New, "").FromKernel("6.9").Default(3), Uint32(3, "late", &v.Late, "").FromKernel("7.1"),
		MaskedRange(6, 7, "ports", &v.Ports, "").MaskFromKernel("6.15")}
}

var (
	datedPart  = Define("part", "", 0, datedFields)
	datedTable = Define("dated", "", 0, func(v *dated) []Field {
		return append(datedFields(v), Nest(4, "in", &v.In, datedPart, ""), List(5, 0, Items, "list", &v.List, datedPart, ""))
	})
)

func TestNewer(t *testing.T) {
	set := opt.Of[uint32](7)
	for _, c := range []struct {
		v       dated
		running Release
		want    string
	}{
		{dated{Old: set}, Release{6, 1}, ""},
		{dated{New: set}, Release{6, 8}, "new 6.9"},
		{dated{New: set}, Release{6, 9}, ""},
		{dated{New: set}, Release{6, 10}, ""},
		{dated{New: opt.Of[uint32](3)}, Release{6, 1}, ""},
		{dated{Late: set}, Release{6, 18}, "late 7.1"},
		{dated{Late: set}, Release{7, 1}, ""},
		{dated{Ports: opt.Of(Span[uint16]{From: 80, To: 90})}, Release{6, 1}, ""},
		{dated{Ports: opt.Of(Span[uint16]{From: 80, To: 80, Mask: 0xff})}, Release{6, 14}, "ports 6.15"},
		{dated{Ports: opt.Of(Span[uint16]{From: 80, To: 80, Mask: 0xff})}, Release{6, 15}, ""},
		{dated{In: &dated{Late: set}}, Release{6, 18}, "in.late 7.1"},
		{dated{List: []dated{{Old: set}, {New: set}}}, Release{6, 1}, "list[1].new 6.9"},
	} {
		path, needs := datedTable.Newer(To(&c.v), c.running)
		got := ""
		if path != "" {
			got = path + " " + needs.String()
		}
		if got != c.want {
			t.Errorf("%+v on %s: %q, want %q", c.v, c.running, got, c.want)
		}
	}
}

func TestParseRelease(t *testing.T) {
	for text, want := range map[string]Release{"6.12.117-amd64": {6, 12}, "7.3": {7, 3}, "6.18.44-fc-v657": {6, 18}, "6.1-rc3": {6, 1}} {
		if r, err := ParseRelease(text); err != nil || r != want {
			t.Errorf("%q: %v, %v", text, r, err)
		}
	}
	for _, text := range []string{"", "6", "x.1", "6.", "6.x"} {
		if r, err := ParseRelease(text); err == nil {
			t.Errorf("%q is %s", text, r)
		}
	}
}
