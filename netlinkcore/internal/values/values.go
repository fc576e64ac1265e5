// Package values draws values that definitions must accept, for tests of all tables.
package values

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
)

// A Generator makes values that a definition must accept. Addresses are of one
// family, as those of a real object are.
type Generator struct {
	*rand.Rand
	Family byte
	// Skip tells of attributes that Fill leaves out; nil: of none.
	Skip  func(t *attr.Table, name string) bool
	depth int
}

// New returns a generator; the same seed gives the same values.
func New(seed uint64, family byte) *Generator {
	return &Generator{Rand: rand.New(rand.NewPCG(seed, 1)), Family: family}
}

// maxDepth bounds objects inside objects: a veth's peer is a link again.
const maxDepth = 3

// Widths are the wire types of numbers, in bits; negative ones have a sign.
var Widths = map[string]int{"u8": 8, "s8": -8, "u16": 16, "s16": -16, "u32": 32, "s32": -32, "u64": 64, "s64": -64,
	"be16": 16, "be32": 32, "be64": 64, "u8, one less than the share": 32, "u16, one less than the share": 32, "u32 or u64": 64, "u32, or u64 beside it": 64,
	"u32, ticks to fill a bucket": 32, "u64, ticks to fill a bucket": 64}

// Scale is how much of the wire one bare number is.
var Scale = map[*attr.Unit]float64{attr.Rate: 1. / 8, attr.MicrosInNanos: 1000, attr.MicrosInTicks: 125. / 8, attr.Percent: math.MaxUint32 / 100.}

// Values returns the edges of what f takes, and n random values.
func (g *Generator) Values(f *attr.Field, n int) []attr.Value {
	if bits, ok := Widths[f.Type()]; ok {
		return g.numbers(f, bits, n)
	}
	if make := g.byType(f); make != nil {
		return repeat(n, make)
	}
	switch f.Shape() {
	case attr.Bool:
		return []attr.Value{attr.BoolValue(true), attr.BoolValue(false)}
	case attr.Bits:
		return repeat(n, func() attr.Value { return g.set(f.Enum) })
	case attr.Many:
		if f.Sub() != nil {
			return repeat(n, func() attr.Value { return g.list(f) })
		}
		if f.Cases() != nil {
			return repeat(n, func() attr.Value { return attr.Value{Shape: attr.Many, L: g.objects(f, 1)} })
		}
	case attr.Object:
		return g.objects(f, n)
	case attr.Int:
		return repeat(n, func() attr.Value { return attr.UintValue(g.Uint64N(200)) })
	}
	return nil
}

func (g *Generator) byType(f *attr.Field) func() attr.Value {
	text := func(make func() string) func() attr.Value { return func() attr.Value { return attr.TextValue(make()) } }
	switch f.Type() {
	case "address", "address of 16 bytes", "next hop":
		return text(func() string { return g.addressOf(f) })
	case "prefix":
		return text(func() string { return fmt.Sprintf("%s/%d", g.address(), 1+g.IntN(32)) })
	case "prefix with its length":
		return text(func() string { return fmt.Sprintf("%s/%d", g.addressOf(f), g.IntN(33)) })
	case "address family":
		return func() attr.Value { return attr.IntValue(map[byte]int64{unix.AF_INET: 4, unix.AF_INET6: 6}[g.Family]) }
	case "link-layer address":
		return text(func() string { return g.mac(f) })
	case "device":
		return g.device
	case "namespace":
		return text(func() string { return fmt.Sprintf("ns%d", g.IntN(1000)) })
	case "string", "string to the end":
		return text(func() string { return g.text(f) })
	case "text or number":
		return text(func() string { return "net.ipv4." + g.word(8) })
	case "binary", "bytes to the end":
		return func() attr.Value { return attr.Value{Shape: attr.Bytes, S: g.bytes(f)} }
	case "masked u8", "masked u16", "masked u32":
		return func() attr.Value { return g.masked(f) }
	case "range of u16", "range of u32":
		return func() attr.Value {
			lo, hi, ranged := f.Limits()
			if !ranged {
				lo, hi = 0, 65000
			}
			from := lo + g.Uint64N(hi-lo)
			return attr.TextValue(fmt.Sprintf("%d-%d", from, from+g.Uint64N(hi-from+1)))
		}
	}
	if make := own[f.Type()]; make != nil {
		return func() attr.Value { return make(g) }
	}
	return nil
}

func repeat(n int, make func() attr.Value) []attr.Value {
	out := []attr.Value{}
	for range n {
		out = append(out, make())
	}
	return out
}

// numbers are the bounds of the wire, all words, and random numbers.
func (g *Generator) numbers(f *attr.Field, bits, n int) []attr.Value {
	lo, hi := int64(0), uint64(math.MaxUint64)>>(64-max(bits, -bits))
	if bits < 0 {
		lo, hi = -1<<(-bits-1), hi>>1
	}
	if a, b, ranged := f.Limits(); ranged {
		lo, hi = int64(a), b
	}
	var out []attr.Value
	for _, w := range f.Enum {
		out = append(out, attr.TextValue(w.S), attr.UintValue(w.N))
	}
	if x := Scale[f.Unit]; x != 0 {
		return append(out, g.scaled(f.Unit, x, hi, n)...)
	}
	out = append(out, attr.IntValue(lo), attr.UintValue(hi))
	for range n {
		switch span := hi - uint64(lo); {
		case span == math.MaxUint64:
			out = append(out, attr.Value{Shape: attr.Int, N: g.Uint64(), Neg: lo < 0})
		case lo < 0:
			out = append(out, attr.IntValue(lo+int64(g.Uint64N(span+1))))
		default:
			out = append(out, attr.UintValue(uint64(lo)+g.Uint64N(span+1)))
		}
	}
	return out
}

func (g *Generator) scaled(u *attr.Unit, x float64, hi uint64, n int) []attr.Value {
	most := math.Floor(float64(min(hi, 1<<52)) / x)
	out := []attr.Value{attr.UintValue(0), attr.UintValue(uint64(most))}
	for range n {
		v := math.Floor(g.Float64() * most)
		out = append(out, attr.UintValue(uint64(v)), attr.FloatValue(v/2), attr.TextValue(u.Format(attr.UintValue(uint64(v)))))
	}
	return out
}

func (g *Generator) set(e attr.Enum) attr.Value {
	v := attr.Value{Shape: attr.Bits}
	for _, w := range e {
		if g.IntN(2) == 0 {
			v.L = append(v.L, attr.TextValue(w.S))
		}
	}
	if len(v.L) == 0 {
		v.L = append(v.L, attr.TextValue(e[0].S))
	}
	return v
}

func (g *Generator) list(f *attr.Field) attr.Value {
	v := attr.Value{Shape: attr.Many}
	for range 1 + g.IntN(3) {
		v.L = append(v.L, g.object(f.Sub()))
	}
	return v
}

// objects are structs of the field's own table, or of each of its cases.
func (g *Generator) objects(f *attr.Field, n int) (out []attr.Value) {
	if f.Sub() != nil {
		return repeat(n, func() attr.Value { return g.object(f.Sub()) })
	}
	for _, t := range f.Cases() {
		out = append(out, g.object(t))
	}
	return out
}

// object is a struct with most of its attributes set.
func (g *Generator) object(t *attr.Table) attr.Value {
	p := t.New()
	g.Fill(t, p)
	if t.IsScalar() {
		return t.Get(p, 0)
	}
	return attr.ObjectValue(t, p)
}

// Fill sets most attributes of the struct at p.
func (g *Generator) Fill(t *attr.Table, p attr.Ptr) {
	g.depth++
	defer func() { g.depth-- }()
	for i := range t.Fields() {
		f := &t.Fields()[i]
		if f.Type() == "unknown attributes" || g.Skip != nil && g.Skip(t, f.Name) || f.Access&attr.Report == 0 || alone[t.Name+"."+f.Name] {
			continue
		}
		if g.depth >= maxDepth && f.Shape() == attr.Object || g.depth > 1 && g.IntN(4) == 0 && !t.IsScalar() {
			continue
		}
		list := g.Values(f, 1)
		if len(list) > 0 {
			_ = t.Put(&attr.Put{Family: g.Family}, p, i, list[g.IntN(len(list))]) // TestProperties puts it alone
		}
	}
	Complete(t, p)
}

// addressOf is an address that f may hold.
func (g *Generator) addressOf(f *attr.Field) string {
	of := *g
	if n := f.Holds(); n != 0 {
		of.Family = n
	}
	return of.address()
}

func (g *Generator) address() string {
	if g.Family == unix.AF_INET6 {
		return fmt.Sprintf("2001:db8::%x:%x", 1+g.IntN(0xfffe), g.IntN(0xffff))
	}
	return fmt.Sprintf("192.0.%d.%d", g.IntN(256), g.IntN(256))
}

// mac has 6 bytes in heads, and else any length that the kernel knows.
func (g *Generator) mac(f *attr.Field) string {
	n := 6
	if !f.InHead() {
		n = []int{6, 6, 8, 20, 32, 2}[g.IntN(6)]
	}
	var parts []string
	for range n {
		parts = append(parts, fmt.Sprintf("%02x", g.IntN(256)))
	}
	return strings.Join(parts, ":")
}

func (g *Generator) device() attr.Value {
	if g.IntN(2) == 0 {
		return attr.UintValue(1 + g.Uint64N(1<<31-1))
	}
	return attr.TextValue(g.word(15))
}

// word is a name that a device may have.
func (g *Generator) word(most int) string {
	b := make([]byte, 1+g.IntN(most))
	for i := range b {
		b[i] = "abcdefghijklmnopqrstuvwxyz0123456789-_"[g.IntN(38)]
	}
	return string(b)
}

func (g *Generator) text(f *attr.Field) string {
	lo, hi, ranged := f.Limits()
	if !ranged {
		lo, hi = 1, attr.MaxName
	}
	s := g.word(int(max(hi, 1)))
	return s + strings.Repeat("x", max(0, int(lo)-len(s)))
}

func (g *Generator) bytes(f *attr.Field) string {
	lo, hi, ranged := f.Limits()
	if !ranged {
		lo, hi = 1, 40
	}
	b := make([]byte, lo+g.Uint64N(hi-lo+1))
	for i := range b {
		b[i] = byte(g.Uint32())
	}
	return string(b)
}

func (g *Generator) masked(f *attr.Field) attr.Value {
	most := 1<<map[string]int{"masked u8": 8, "masked u16": 16, "masked u32": 32}[f.Type()] - 1
	if _, hi, ranged := f.Limits(); ranged {
		most = int(hi)
	}
	a, b := 1+g.IntN(most), 1+g.IntN(most)
	if g.IntN(3) == 0 {
		return attr.UintValue(uint64(a))
	}
	return attr.TextValue(fmt.Sprintf("%#x/%#x", a, b))
}
