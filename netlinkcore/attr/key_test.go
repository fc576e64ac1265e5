package attr

import (
	"math/rand/v2"
	"net/netip"
	"testing"
	"unsafe"

	"github.com/netlark/netlark/netlinkcore/opt"
)

// TestPrefixText is what makes the texts of keys comparable: a prefix says the same with and
// without a Value between.
func TestPrefixText(t *testing.T) {
	for _, s := range []string{"0.0.0.0/0", "10.1.2.0/24", "255.255.255.255/32", "::/0", "2001:db8::/32", "::ffff:1.2.3.4/128", "fe80::1/128"} {
		p := netip.MustParsePrefix(s)
		at := unsafe.Pointer(&p)
		want := string(prefixOps.get(&Field{}, at).appendTo(nil))
		if got := string(appendPrefix(nil, at)); got != want {
			t.Errorf("%s: the text is %s, the value %s", s, got, want)
		}
	}
}

type numbered struct {
	Small opt.Value[uint8]
	Word  opt.Value[uint32]
	Sign  opt.Value[int32]
	Large opt.Value[uint64]
	Yes   opt.Value[bool]
}

var numbers = Define("numbers", "some numbers", 0, func(v *numbered) []Field {
	return []Field{
		Uint8(1, "small", &v.Small, "number").IsKey().Default(7),
		Uint32(2, "word", &v.Word, "number").IsKey().Words(Enum{{1, "one"}, {2, "two"}}),
		Uint32(3, "sign", &v.Sign, "number").IsKey(),
		Uint64(4, "large", &v.Large, "number").IsKey(),
		Flag(5, "yes", &v.Yes, "yes").IsKey(),
	}
})

// TestKeyNumbers writes keys of numbers, the same and others by turns, and compares with
// what their values say.
func TestKeyNumbers(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		v := &numbered{}
		for _, do := range []func(n uint64){
			func(n uint64) { v.Small.Set(uint8(n)) }, func(n uint64) { v.Word.Set(uint32(n)) }, func(n uint64) { v.Sign.Set(-int32(n)) },
			func(n uint64) { v.Large.Set(n << 40) }, func(n uint64) { v.Yes.Set(n&1 != 0) },
		} {
			if n := r.Uint64N(5); n > 0 {
				do(n - 1)
			}
		}
		want := ""
		for k, i := range numbers.Keys() {
			got := numbers.Get(To(v), i)
			if f := &numbers.Fields()[i]; got.Shape == None && f.def != nil {
				got = *f.def
			}
			if k > 0 {
				want += " "
			}
			want += got.String()
		}
		if got := numbers.KeyText(To(v)); got != want {
			t.Fatalf("the key is %s, its values %s", got, want)
		}
	}
}
