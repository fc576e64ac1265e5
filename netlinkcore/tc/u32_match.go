package tc

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"net/netip"
	"strconv"
	"strings"

	"github.com/netlark/netlark/netlinkcore/attr"
)

// A MatchWord is a word of the packet that u32 compares (struct tc_u32_key).
type MatchWord struct {
	Value, Mask uint32
	At          int32 // bytes from the network header, a multiple of 4
	NextHeader  bool  // from the next header instead

	Header Header // what is compared, whose words String uses
}

// A Header is what a match finds at the network header: the filter's protocol
// says it.
type Header uint8

// Headers.
const (
	HeadIPv4 Header = iota
	HeadIPv6
	HeadOther // one that tc has no words for
)

// match is one comparison; scripts see it as text.
var match = attr.Define("match", "word of the packet", 16, func(v *Match) []attr.Field {
	return []attr.Field{attr.InIP("", ""), attr.HeadOwn(0, "match", &v.Word, matchWord, "as tc writes it").IP("%~")}
}).Scalar()

var matchWord = &attr.Code[MatchWord]{Name: "match of u32", Shape: attr.Text, Size: 16,
	Load: func(v *MatchWord, _ uint16, b []byte) error {
		*v = MatchWord{Mask: binary.BigEndian.Uint32(b), Value: binary.BigEndian.Uint32(b[4:]),
			At: int32(binary.NativeEndian.Uint32(b[8:])), NextHeader: binary.NativeEndian.Uint32(b[12:]) != 0}
		return nil
	},
	Store: func(v MatchWord, b []byte) {
		binary.BigEndian.PutUint32(b, v.Mask)
		binary.BigEndian.PutUint32(b[4:], v.Value)
		binary.NativeEndian.PutUint32(b[8:], uint32(v.At))
		if v.NextHeader {
			binary.NativeEndian.PutUint32(b[12:], 0xffffffff)
		}
	},
	Show: func(v MatchWord) attr.Value { return attr.TextValue(v.String()) },
	Read: func(v attr.Value) (MatchWord, error) {
		if v.Shape != attr.Text {
			return MatchWord{}, fmt.Errorf("got %s, want a string such as \"ip dport 80 0xffff\"", v)
		}
		words, err := ParseMatch(v.S)
		switch {
		case err != nil:
			return MatchWord{}, err
		case len(words) != 1:
			return MatchWord{}, fmt.Errorf("%q takes %d words of 32 bits, not one", v.S, len(words))
		case strings.HasPrefix(v.S, "ip6 "):
			words[0].Header = HeadIPv6
		}
		return words[0], nil
	},
	Same: func(a, b MatchWord) bool {
		a.Header = b.Header
		return a == b
	}}

// expandMatch lets one text stand for several words: an IPv6 prefix.
func expandMatch(v attr.Value) ([]attr.Value, error) {
	if v.Shape != attr.Text {
		return []attr.Value{v}, nil
	}
	words, err := ParseMatch(v.S)
	if err != nil {
		return nil, err
	}
	out := make([]attr.Value, len(words))
	for i, w := range words {
		out[i] = attr.TextValue(w.raw())
	}
	return out, nil
}

// A field is a part of a header that tc has words for.
type field struct {
	name string
	bits int // of the field: 8, 16 or 32
	at   int // bytes from where the words count
	next bool
	// shift moves what is not whole bytes: the traffic class of IPv6
	shift int
}

// fields are the words of tc-u32(8).
var fields = []field{
	{"ip ihl", 8, 0, false, 0}, {"ip tos", 8, 1, false, 0}, {"ip dsfield", 8, 1, false, 0}, {"ip precedence", 8, 1, false, 0}, {"ip protocol", 8, 9, false, 0},
	{"ip sport", 16, 20, false, 0}, {"ip dport", 16, 22, false, 0}, {"ip icmp_type", 8, 20, false, 0}, {"ip icmp_code", 8, 21, false, 0},
	{"ip6 priority", 8, 0, false, 20}, {"ip6 protocol", 8, 6, false, 0}, {"ip6 flowlabel", 32, 0, false, 0},
	{"ip6 sport", 16, 40, false, 0}, {"ip6 dport", 16, 42, false, 0}, {"ip6 icmp_type", 8, 40, false, 0}, {"ip6 icmp_code", 8, 41, false, 0},
	{"tcp src", 16, 0, true, 0}, {"tcp dst", 16, 2, true, 0}, {"udp src", 16, 0, true, 0}, {"udp dst", 16, 2, true, 0},
	{"icmp type", 8, 0, true, 0}, {"icmp code", 8, 1, true, 0},
	{"u32", 32, 0, false, 0}, {"u16", 16, 0, false, 0}, {"u8", 8, 0, false, 0},
}

// fixed are the words that take nothing behind them.
var fixed = map[string]MatchWord{
	"ip nofrag":    {Value: 0, Mask: 0x3fff, At: 4},
	"ip firstfrag": {Value: 0x2000, Mask: 0x3fff, At: 4},
	"ip df":        {Value: 0x4000, Mask: 0x4000, At: 4},
	"ip mf":        {Value: 0x2000, Mask: 0x2000, At: 4},
}

// printed are the words that String uses.
var printed = map[Header][]string{
	HeadIPv4: {"ip protocol", "ip sport", "ip dport", "ip tos", "tcp src", "tcp dst"},
	HeadIPv6: {"ip6 protocol", "ip6 sport", "ip6 dport", "ip6 priority", "tcp src", "tcp dst"},
}

func fieldOf(name string) (field, bool) {
	for _, f := range fields {
		if f.name == name {
			return f, true
		}
	}
	return field{}, false
}

// ParseMatch reads a match of tc-u32(8): "ip dport 80 0xffff", "ip dst
// 10.0.0.0/8", "ip6 src 2001:db8::/32", "u16 0x1234 0xffff at nexthdr+2". What
// is longer than 32 bits gives several words.
func ParseMatch(s string) ([]MatchWord, error) {
	p := matchParser{text: s, words: strings.Fields(s)}
	if len(p.words) == 0 {
		return nil, fmt.Errorf("a match is empty; want one such as \"ip dport 80 0xffff\"")
	}
	out, err := p.match()
	if err == nil && len(p.words) > 0 {
		err = fmt.Errorf("%q is left over", strings.Join(p.words, " "))
	}
	if err != nil {
		return nil, fmt.Errorf("%q: %w", s, err)
	}
	return out, nil
}

// A matchParser takes words from the front.
type matchParser struct {
	text  string
	words []string
}

func (p *matchParser) take() string {
	if len(p.words) == 0 {
		return ""
	}
	w := p.words[0]
	p.words = p.words[1:]
	return w
}

func (p *matchParser) match() ([]MatchWord, error) {
	name := p.take()
	switch name {
	case "u32", "u16", "u8":
	default:
		name += " " + p.take()
	}
	if w, ok := fixed[name]; ok {
		return []MatchWord{w}, nil
	}
	switch name {
	case "ip src":
		return p.prefix(12, 4)
	case "ip dst":
		return p.prefix(16, 4)
	case "ip6 src":
		return p.prefix(8, 16)
	case "ip6 dst":
		return p.prefix(24, 16)
	case "ether src":
		return p.mac(-8)
	case "ether dst":
		return p.mac(-14)
	}
	if f, ok := fieldOf(name); ok {
		w, err := p.number(f)
		return []MatchWord{w}, err
	}
	return nil, fmt.Errorf("%q is nothing that u32 knows; say ip, ip6, tcp, udp, icmp, ether, u32, u16 or u8", name)
}

// number reads "VALUE MASK [at [nexthdr+]OFFSET]"; the mask is hexadecimal with
// or without 0x.
func (p *matchParser) number(f field) (MatchWord, error) {
	value, err := strconv.ParseUint(p.take(), 0, f.bits)
	if err != nil {
		return MatchWord{}, fmt.Errorf("want a value of %d bits behind %q", f.bits, f.name)
	}
	mask, err := strconv.ParseUint(strings.TrimPrefix(p.take(), "0x"), 16, f.bits)
	if err != nil {
		return MatchWord{}, fmt.Errorf("want a mask of %d bits behind the value, such as 0x%x", f.bits, uint64(1)<<f.bits-1)
	}
	at, next, err := p.at(f.at, f.next)
	if err != nil {
		return MatchWord{}, err
	}
	return f.place(uint32(value), uint32(mask), at, next)
}

// place puts a number of some bytes into the word that they are in.
func (f field) place(value, mask uint32, at int, next bool) (MatchWord, error) {
	shift := f.shiftAt(at)
	if shift < 0 {
		return MatchWord{}, fmt.Errorf("%d bits do not begin at byte %d of a word", f.bits, at)
	}
	return MatchWord{Value: value & mask << shift, Mask: mask << shift, At: int32(at &^ 3), NextHeader: next}, nil
}

// shiftAt is by how many bits the field stands up in a word.
func (f field) shiftAt(at int) int {
	if f.shift != 0 {
		return f.shift
	}
	return 32 - f.bits - at&3*8
}

func (p *matchParser) at(at int, next bool) (int, bool, error) {
	if len(p.words) == 0 || p.words[0] != "at" {
		return at, next, nil
	}
	p.take()
	text, isNext := strings.CutPrefix(p.take(), "nexthdr+")
	n, err := strconv.ParseInt(text, 0, 16)
	if err != nil {
		return 0, false, fmt.Errorf("want an offset behind \"at\", such as 20 or nexthdr+4")
	}
	return int(n), isNext, nil
}

// prefix reads an address of n bytes, with or without a length.
func (p *matchParser) prefix(at, n int) ([]MatchWord, error) {
	text := p.take()
	pre, err := netip.ParsePrefix(text)
	if a, single := netip.ParseAddr(text); single == nil {
		pre, err = netip.PrefixFrom(a, a.BitLen()), nil
	}
	if err != nil || pre.Addr().BitLen() != 8*n || pre.Addr().Zone() != "" {
		return nil, fmt.Errorf("%q is not an address or prefix of IPv%d", text, map[int]int{4: 4, 16: 6}[n])
	}
	start, next, err := p.at(at, false)
	if err != nil {
		return nil, err
	}
	if start&3 != 0 {
		return nil, fmt.Errorf("an address does not begin at byte %d of a word", start)
	}
	addr, left := pre.Addr().AsSlice(), pre.Bits()
	out := []MatchWord{}
	for i := 0; i < n && (left > 0 || i == 0); i += 4 {
		mask := ^uint32(0) << (32 - min(left, 32))
		out = append(out, MatchWord{Value: binary.BigEndian.Uint32(addr[i:]) & mask, Mask: mask, At: int32(start + i), NextHeader: next})
		left -= 32
	}
	return out, nil
}

// mac reads an Ethernet address, which begins in the middle of a word or ends
// there.
func (p *matchParser) mac(at int) ([]MatchWord, error) {
	m, err := attr.ParseMAC(p.take())
	if err != nil || m.Len() != 6 {
		return nil, fmt.Errorf("want an Ethernet address such as 02:00:00:00:00:01")
	}
	b := m.Bytes()
	half := field{bits: 16}
	if at&3 == 0 {
		w, _ := half.place(uint32(binary.BigEndian.Uint16(b[4:])), 0xffff, at+4, false) // it fits
		return []MatchWord{{Value: binary.BigEndian.Uint32(b), Mask: ^uint32(0), At: int32(at)}, w}, nil
	}
	w, _ := half.place(uint32(binary.BigEndian.Uint16(b)), 0xffff, at, false)
	return []MatchWord{w, {Value: binary.BigEndian.Uint32(b[2:]), Mask: ^uint32(0), At: int32(at + 2)}}, nil
}

// String writes the match in tc's words where they say the same, and else as
// "u32 VALUE MASK at OFFSET".
func (w MatchWord) String() string {
	if text, ok := w.address(); ok {
		return text
	}
	for _, name := range printed[w.Header] {
		f, _ := fieldOf(name)
		all := uint32(1)<<f.bits - 1
		same, err := f.place(w.part(f), all, f.at, f.next)
		same.Header = w.Header
		if err == nil && same == w {
			if name == "ip tos" || name == "ip6 priority" {
				return fmt.Sprintf("%s 0x%x 0x%x", name, w.part(f), all)
			}
			return fmt.Sprintf("%s %d 0x%x", name, w.part(f), all)
		}
	}
	return w.raw()
}

// part is what a field of the word holds.
func (w MatchWord) part(f field) uint32 {
	return w.Value >> f.shiftAt(f.at) & (1<<f.bits - 1)
}

// addresses are where addresses begin, and their words.
var addresses = map[Header]map[int32]string{
	HeadIPv4: {12: "ip src", 16: "ip dst"},
	HeadIPv6: {8: "ip6 src", 24: "ip6 dst"},
}

// address writes what compares a prefix of an address, up to 32 bits of it.
func (w MatchWord) address() (string, bool) {
	name := addresses[w.Header][w.At]
	n := w.leading()
	if name == "" || n == 0 {
		return "", false
	}
	b := binary.BigEndian.AppendUint32(nil, w.Value)
	if w.Header == HeadIPv6 {
		b = append(b, make([]byte, 12)...)
	}
	a, _ := netip.AddrFromSlice(b) // it has 4 bytes or 16
	return fmt.Sprintf("%s %s", name, netip.PrefixFrom(a, n)), true
}

// leading is how many bits from the first are compared, if no others are.
func (w MatchWord) leading() int {
	n := bits.LeadingZeros32(^w.Mask)
	if w.NextHeader || n == 0 || w.Mask != ^uint32(0)<<(32-n) || w.Value&^w.Mask != 0 {
		return 0
	}
	return n
}

// joinMatches makes one text of the words that compare an IPv6 prefix: the
// reverse of expandMatch.
func joinMatches(list []attr.Value) (out []attr.Value) {
	for _, v := range list {
		if n := len(out); n > 0 {
			if text, ok := longer(out[n-1].S, v.S); ok {
				out[n-1].S = text
				continue
			}
		}
		out = append(out, v)
	}
	return out
}

// longer is the IPv6 prefix that a word makes longer, if it goes on where the
// prefix ends.
func longer(text, word string) (string, bool) {
	name, prefix, _ := strings.Cut(strings.TrimPrefix(text, "ip6 "), " ")
	p, err := netip.ParsePrefix(prefix)
	if err != nil || !strings.HasPrefix(text, "ip6 ") || p.Bits()%32 != 0 || p.Bits() == 128 {
		return "", false
	}
	words, err := ParseMatch(word)
	at := map[string]int{"src": 8, "dst": 24}[name] + p.Bits()/8
	if err != nil || len(words) != 1 || words[0].At != int32(at) || words[0].leading() == 0 {
		return "", false
	}
	b := p.Addr().As16()
	binary.BigEndian.PutUint32(b[p.Bits()/8:], words[0].Value)
	return fmt.Sprintf("ip6 %s %s", name, netip.PrefixFrom(netip.AddrFrom16(b), p.Bits()+words[0].leading())), true
}

func (w MatchWord) raw() string {
	next := ""
	if w.NextHeader {
		next = "nexthdr+"
	}
	return fmt.Sprintf("u32 0x%08x 0x%08x at %s%d", w.Value, w.Mask, next, w.At)
}
