package attr

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/netlark/netlark/netlinkcore/opt"
)

// pair is a family's own type: two numbers under two attributes, or in a head.
type pair struct{ A, B uint8 }

var pairCode = &Code[pair]{Name: "pair", Shape: Text, Size: 1,
	Load: func(v *pair, id uint16, b []byte) error {
		switch id {
		case 0:
			*v = pair{b[0] >> 4, b[0] & 15}
		case 1:
			v.A = b[0]
		default:
			v.B = b[0]
		}
		return nil
	},
	Store: func(v pair, b []byte) { b[0] |= v.A<<4 | v.B },
	Payload: func(v pair, id uint16) ([]byte, error) {
		switch {
		case v.A == 99:
			return nil, errors.New("99 cannot be sent")
		case id == 1:
			return []byte{v.A}, nil
		case v.B == 0:
			return nil, nil
		}
		return []byte{v.B}, nil
	},
	Show: func(v pair) Value { return TextValue(fmt.Sprintf("%d+%d", v.A, v.B)) },
	Read: func(v Value) (p pair, err error) {
		if _, err := fmt.Sscanf(v.S, "%d+%d", &p.A, &p.B); err != nil {
			return p, fmt.Errorf("%s is no pair", v)
		}
		return p, nil
	},
	Same: func(a, b pair) bool { return a.A+a.B == b.A+b.B },
}

// step is a number in a notation of its own.
var dotted = &Notation{Name: "a version such as \"1.2\"",
	Format: func(n uint64) string {
		if n > 0xffff {
			return ""
		}
		return fmt.Sprintf("%d.%d", n>>8, n&0xff)
	},
	Parse: func(s string) (uint64, error) {
		a, b, _ := strings.Cut(s, ".")
		x, err := strconv.ParseUint(a, 10, 8)
		y, err2 := strconv.ParseUint(b, 10, 8)
		return x<<8 | y, errors.Join(err, err2)
	}}

type owner struct {
	Head, Attr opt.Value[pair]
	Version    opt.Value[uint32]
	Kinds      []stuff
	Carried    opt.Value[uint8] // by hooks
	inside     opt.Value[uint8]
}

// stuff is what a Kinds list holds.
type stuff interface{ kind() string }

type (
	brick  struct{ Size opt.Value[uint32] }
	glass  struct{ Clear opt.Value[uint8] }
	things struct{ name string }
)

func (*brick) kind() string   { return "brick" }
func (*glass) kind() string   { return "glass" }
func (t things) kind() string { return t.name }

var stuffs = func() *Union[stuff] {
	u := NewUnion(stuff.kind, func(name string, _ uint16, _ []byte) stuff { return things{name} })
	AddCase(u, 0, Define("brick", "", 0, func(v *brick) []Field {
		return []Field{Ignored(1), Uint32(2, "size", &v.Size, "")}
	}), func(p *brick) stuff { return p }, func(s stuff) *brick { return s.(*brick) })
	AddCase(u, 0, Define("glass", "", 0, func(v *glass) []Field {
		return []Field{Ignored(1), Uint8(2, "clear", &v.Clear, "")}
	}), func(p *glass) stuff { return p }, func(s stuff) *glass { return s.(*glass) })
	u.Short(func(word string) (stuff, bool) { return &glass{opt.Of[uint8](1)}, word == "window" })
	return u
}()

var ownerSchema = Define("owner", "", 4, func(v *owner) []Field {
	return []Field{
		HeadOwn(1, "head", &v.Head, pairCode, ""),
		Own([]uint16{1, 2}, "attr", &v.Attr, pairCode, ""),
		Uint32(3, "version", &v.Version, "").Written(dotted),
		Kinds(4, 1, "kinds", &v.Kinds, stuffs, ""),
		Uint8(0, "carried", &v.Carried, "").Apart(),
		Uint8(5, "inside", &v.inside, "").Only(Inside),
	}
}).Hooks(func(v *owner) { v.inside = v.Carried }, func(v *owner) { v.Carried, v.inside = v.inside, opt.Value[uint8]{} })

func TestOwn(t *testing.T) {
	put := func(p Ptr, name string, v Value) {
		t.Helper()
		if err := ownerSchema.Put(&Put{}, p, ownerSchema.Lookup(name), v); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name string
		set  map[string]Value
		want string
	}{
		{"head", map[string]Value{"head": TextValue("3+4")}, "00340000"},
		{"attributes", map[string]Value{"attr": TextValue("3+4")}, "00000000" + "0500010003000000" + "0500020004000000"},
		{"one attribute", map[string]Value{"attr": TextValue("3+0")}, "00000000" + "0500010003000000"},
		{"notation", map[string]Value{"version": TextValue("1.2")}, "00000000" + "0800030002010000"},
		{"number for a notation", map[string]Value{"version": UintValue(258)}, "00000000" + "0800030002010000"},
		{"carried", map[string]Value{"carried": UintValue(9)}, "00000000" + "0500050009000000"},
		{"kinds", map[string]Value{"kinds": {Shape: Many, L: []Value{TextValue("window"), TextValue("brick")}}},
			"00000000" + "28000480" + "18000180" + "0a000100676c6173730000000500020001000000" + "0c000280" + "0a000100627269636b000000"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var v, back owner
			for name, x := range c.set {
				put(To(&v), name, x)
			}
			b := encoded(t, ownerSchema.Table, To(&v))
			if got := hex.EncodeToString(b); c.name != "kinds" && got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			if err := ownerSchema.Decode(&Dec{}, &back, b); err != nil {
				t.Fatal(err)
			}
			if !ownerSchema.Covers(To(&back), To(&v)) {
				t.Errorf("read back as %+v, want %+v", back, v)
			}
		})
	}
}

func TestOwnShows(t *testing.T) {
	v := owner{Attr: opt.Of(pair{1, 2}), Version: opt.Of[uint32](0x102), inside: opt.Of[uint8](1)}
	if got := ownerSchema.Get(To(&v), ownerSchema.Lookup("attr")); got.S != "1+2" {
		t.Errorf("attr shows as %s", got)
	}
	if got := ownerSchema.Get(To(&v), ownerSchema.Lookup("version")); got.S != "1.2" {
		t.Errorf("version shows as %s", got)
	}
	v.Version.Set(1 << 20)
	if got := ownerSchema.Get(To(&v), ownerSchema.Lookup("version")); got.Shape != Int || got.N != 1<<20 {
		t.Errorf("a number without a notation shows as %s", got)
	}
	other := owner{Attr: opt.Of(pair{2, 1}), Version: v.Version}
	if !ownerSchema.Equal(To(&v), To(&other)) {
		t.Error("what Same says is the same differs, or what hooks carry is compared")
	}
}

func TestOwnErrors(t *testing.T) {
	var short owner
	if err := ownerSchema.Decode(&Dec{}, &short, []byte{0, 0, 0, 0, 4, 0, 1, 0}); err == nil {
		t.Error("an empty payload is taken for one byte")
	}
	v := owner{Attr: opt.Of(pair{99, 0})}
	w := Enc{W: writer()}
	if err := ownerSchema.Encode(&w, &v); err == nil || !strings.Contains(err.Error(), "attr: 99") {
		t.Errorf("error is %v", err)
	}
	err := ownerSchema.Put(&Put{}, To(&v), ownerSchema.Lookup("version"), Value{Shape: Many})
	if err == nil || !strings.Contains(err.Error(), "version such as") {
		t.Errorf("error is %v, want the notation named", err)
	}
}

func TestKindsKeepWhatIsUnknown(t *testing.T) {
	b, _ := hex.DecodeString("00000000" + "14000480" + "10000100" + "0a000100737472617700" + "0000")
	var v owner
	if err := ownerSchema.Decode(&Dec{}, &v, b); err != nil {
		t.Fatal(err)
	}
	if len(v.Kinds) != 1 || v.Kinds[0].kind() != "straw" {
		t.Errorf("kinds are %v, want straw", v.Kinds)
	}
}

func TestKindsLocate(t *testing.T) {
	v := owner{Kinds: []stuff{&glass{opt.Of[uint8](1)}, &brick{opt.Of[uint32](0x55667788)}}}
	b := encoded(t, ownerSchema.Table, To(&v))
	at := strings.Index(string(b), string(binary.NativeEndian.AppendUint32(nil, 0x55667788)))
	if got := ownerSchema.Locate(b, 0, at); got != "kinds[1].size" {
		t.Errorf("offset %d is at %q, want kinds[1].size", at, got)
	}
}

func TestExpanding(t *testing.T) {
	type one struct{ N opt.Value[uint8] }
	type all struct{ List []one }
	item := Define("one", "", 1, func(v *one) []Field { return []Field{Head8(0, "n", &v.N, "")} }).Scalar()
	s := Define("all", "", 0, func(v *all) []Field {
		return []Field{List(1, 0, Array, "list", &v.List, item, "").Expanding(func(v Value) ([]Value, error) {
			if v.Shape == Text {
				return []Value{UintValue(1), UintValue(2)}, nil
			}
			return []Value{v}, nil
		}, func(list []Value) []Value { return list[1:] })}
	})
	var v all
	if err := s.Put(&Put{}, To(&v), 0, Value{Shape: Many, L: []Value{UintValue(7), TextValue("both")}}); err != nil {
		t.Fatal(err)
	}
	if len(v.List) != 3 || v.List[2].N.Or(0) != 2 {
		t.Errorf("list is %v, want 7 1 2", v.List)
	}
	if out := s.Get(To(&v), 0); len(out.L) != 2 || out.L[0].N != 1 {
		t.Errorf("it is shown as %v, want 1 2", out)
	}
}
