package attr

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"unicode/utf8"
)

// maxNesting bounds objects inside objects in JSON: a veth's peer is a link
// again.
const maxNesting = 64

// A scanner reads JSON (RFC 8259) from its beginning to its end. Unlike
// encoding/json it keeps integers of 64 bits whole, and calls back at each
// member, so that it is read as what the table at hand says.
type scanner struct {
	b    []byte
	at   int
	deep int
}

var (
	errTwice = errors.New("is given twice")
	errFound = errors.New("found")
)

func (s *scanner) fail(want string) error {
	s.space()
	if s.at >= len(s.b) {
		return fmt.Errorf("offset %d: the text ends where %s should be", s.at, want)
	}
	r, _ := utf8.DecodeRune(s.b[s.at:])
	return fmt.Errorf("offset %d: found %q, want %s", s.at, r, want)
}

func (s *scanner) space() {
	for s.at < len(s.b) {
		switch s.b[s.at] {
		case ' ', '\t', '\n', '\r':
			s.at++
		default:
			return
		}
	}
}

// peek returns the next character that is no white space; 0 at the end.
func (s *scanner) peek() byte {
	s.space()
	if s.at >= len(s.b) {
		return 0
	}
	return s.b[s.at]
}

// take goes past c, if that comes next.
func (s *scanner) take(c byte) bool {
	if s.peek() != c {
		return false
	}
	s.at++
	return true
}

// end reports what stands behind the value, if anything does.
func (s *scanner) end() error {
	if s.space(); s.at < len(s.b) {
		return s.fail("nothing more")
	}
	return nil
}

func (s *scanner) enter() error {
	s.deep++
	if s.deep > maxNesting {
		return fmt.Errorf("offset %d: more than %d levels", s.at, maxNesting)
	}
	return nil
}

// object calls member with the name of each member, to read its value.
func (s *scanner) object(member func(name []byte) error) error {
	if !s.take('{') {
		return s.fail("an object")
	}
	if err := s.enter(); err != nil {
		return err
	}
	defer func() { s.deep-- }()
	for first := true; !s.take('}'); first = false {
		if !first && !s.take(',') {
			return s.fail("a comma or a closing brace")
		}
		name, err := s.text()
		if err != nil {
			return err
		}
		if !s.take(':') {
			return s.fail("a colon")
		}
		if err := member(name); err != nil {
			return err
		}
	}
	return nil
}

// array calls element with the place of each element, to read it.
func (s *scanner) array(element func(i int) error) error {
	if !s.take('[') {
		return s.fail("a list")
	}
	if err := s.enter(); err != nil {
		return err
	}
	defer func() { s.deep-- }()
	for i := 0; !s.take(']'); i++ {
		if i > 0 && !s.take(',') {
			return s.fail("a comma or a closing bracket")
		}
		if err := element(i); err != nil {
			return under(fmt.Sprintf("[%d]", i), err)
		}
	}
	return nil
}

// text reads a string. What it returns may be part of the scanned text.
func (s *scanner) text() ([]byte, error) {
	if s.peek() != '"' {
		return nil, s.fail("a string")
	}
	begin, escaped := s.at, false
	for i := begin + 1; i < len(s.b); i++ {
		switch c := s.b[i]; {
		case c == '\\':
			escaped = true
			i++
		case c == '"':
			s.at = i + 1
			return unescape(s.b[begin:s.at], begin, escaped)
		case c < ' ':
			return nil, fmt.Errorf("offset %d: the string has a control character", i)
		}
	}
	s.at = len(s.b)
	return nil, s.fail("the end of a string")
}

// unescape returns what a string says, which begins at an offset.
func unescape(quoted []byte, at int, escaped bool) ([]byte, error) {
	text := quoted[1 : len(quoted)-1]
	if escaped {
		var out string
		if err := json.Unmarshal(quoted, &out); err != nil {
			return nil, fmt.Errorf("offset %d: %w", at, err)
		}
		text = []byte(out)
	}
	if !utf8.Valid(text) {
		return nil, fmt.Errorf("offset %d: the string is not UTF-8", at)
	}
	return text, nil
}

// value reads anything but an object.
func (s *scanner) value() (v Value, err error) {
	switch c := s.peek(); {
	case c == '"':
		text, err := s.text()
		return TextValue(string(text)), err
	case c == '[':
		v = Value{Shape: Many, L: []Value{}}
		err = s.array(func(int) error {
			e, err := s.value()
			v.L = append(v.L, e)
			return err
		})
		return v, err
	case c == '-' || c >= '0' && c <= '9':
		return s.number()
	case s.word("true"):
		return BoolValue(true), nil
	case s.word("false"):
		return BoolValue(false), nil
	case s.word("null"):
		return Value{}, nil
	}
	return v, s.fail("a value that is no object")
}

// word goes past a word, if that comes next.
func (s *scanner) word(w string) bool {
	if s.space(); s.at+len(w) > len(s.b) || string(s.b[s.at:s.at+len(w)]) != w {
		return false
	}
	s.at += len(w)
	return true
}

// number reads a number: one without a point and exponent as 64 bits.
func (s *scanner) number() (Value, error) {
	begin := s.at
	digits := func() int {
		from := s.at
		for s.at < len(s.b) && s.b[s.at] >= '0' && s.b[s.at] <= '9' {
			s.at++
		}
		return s.at - from
	}
	negative := s.take('-')
	leading := s.at
	n, whole := digits(), true
	good := n > 0 && (n == 1 || s.b[leading] != '0')
	if s.at < len(s.b) && s.b[s.at] == '.' {
		s.at++
		good, whole = good && digits() > 0, false
	}
	if s.at < len(s.b) && s.b[s.at]|0x20 == 'e' {
		s.at++
		if s.at < len(s.b) && (s.b[s.at] == '+' || s.b[s.at] == '-') {
			s.at++
		}
		good, whole = good && digits() > 0, false
	}
	text := string(s.b[begin:s.at])
	if !good {
		return Value{}, fmt.Errorf("offset %d: %q is not a number", begin, text)
	}
	return numberOf(text, whole, negative)
}

func numberOf(text string, whole, negative bool) (Value, error) {
	switch {
	case !whole:
		x, err := strconv.ParseFloat(text, 64)
		if err == nil {
			return FloatValue(x), nil
		}
	case negative:
		n, err := strconv.ParseInt(text, 10, 64)
		if err == nil {
			return IntValue(n), nil
		}
	default:
		n, err := strconv.ParseUint(text, 10, 64)
		if err == nil {
			return UintValue(n), nil
		}
	}
	return Value{}, fmt.Errorf("%s is out of range", text)
}

// skip goes past any value.
func (s *scanner) skip() error {
	switch s.peek() {
	case '{':
		return s.object(func([]byte) error { return s.skip() })
	case '[':
		return s.array(func(int) error { return s.skip() })
	}
	_, err := s.value()
	return err
}

// find returns the text that the member called name of the object at hand
// holds, without going past the object.
func (s *scanner) find(name string) (text string, err error) {
	begin := *s
	err = s.object(func(n []byte) error {
		if string(n) != name {
			return s.skip()
		}
		if text, err = s.anyText(); err != nil {
			return under(name, err)
		}
		return errFound
	})
	*s = begin
	switch {
	case err == nil:
		return "", fmt.Errorf("has no member %q", name)
	case errors.Is(err, errFound):
		return text, nil
	}
	return "", err
}
