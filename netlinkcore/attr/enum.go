package attr

import (
	"fmt"
	"slices"
	"strings"
)

// A Word is a number of the kernel's headers and its name in iproute2.
type Word struct {
	N uint64
	S string
}

// An Enum is a list of words, in the order of the kernel's header.
type Enum []Word

// Name returns the word for n, and "" if there is none.
func (e Enum) Name(n uint64) string {
	for i := range e {
		if e[i].N == n {
			return e[i].S
		}
	}
	return ""
}

// Number returns the number of a word.
func (e Enum) Number(s string) (uint64, bool) {
	for i := range e {
		if e[i].S == s {
			return e[i].N, true
		}
	}
	return 0, false
}

// Names returns the words in order.
func (e Enum) Names() []string {
	out := make([]string, 0, len(e))
	for _, w := range e {
		if !slices.Contains(out, w.S) { // some numbers have the same word
			out = append(out, w.S)
		}
	}
	return out
}

func (e Enum) parse(s string) (uint64, error) {
	if n, ok := e.Number(s); ok {
		return n, nil
	}
	return 0, fmt.Errorf("%q is none of %s", s, strings.Join(e.Names(), ", "))
}

// bits returns the words of a set; a bit without a name shows as its number.
func (e Enum) bits(n uint64) []Value {
	out := []Value{}
	for i := range 64 {
		b := uint64(1) << i
		if n&b == 0 {
			continue
		}
		if s := e.Name(b); s != "" {
			out = append(out, TextValue(s))
			continue
		}
		out = append(out, UintValue(b))
	}
	return out
}

func (e Enum) parseBits(l []Value) (n uint64, err error) {
	for _, v := range l {
		b := v.N
		if v.Shape == Text {
			if b, err = e.parse(v.S); err != nil {
				return 0, err
			}
		} else if v.Shape != Int {
			return 0, fmt.Errorf("got %s in a set of words", v.Shape)
		}
		n |= b
	}
	return n, nil
}
