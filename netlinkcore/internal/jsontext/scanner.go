package jsontext

import (
	"encoding/json"
	"fmt"
	"unicode/utf8"
)

// maxNesting bounds objects and lists inside others. No message of 64 KiB has
// as many.
const maxNesting = 4096

// A Scanner reads a text as its caller says: it calls back at each member and
// element, and knows no Go type. Unlike encoding/json it leaves integers of 64
// bits whole, tells of a member that is given twice, and reads a text once. Its
// methods go past what they read; white space
// before that counts for nothing.
type Scanner struct {
	b    []byte
	at   int
	deep int
}

// New returns a Scanner at the beginning of b.
func New(b []byte) *Scanner { return &Scanner{b: b} }

// Wants is the error for something else than is wanted, with the offset.
func (s *Scanner) Wants(want string) error {
	if s.Peek() == 0 && s.at >= len(s.b) {
		return fmt.Errorf("offset %d: the text ends where %s should be", s.at, want)
	}
	r, _ := utf8.DecodeRune(s.b[s.at:])
	return fmt.Errorf("offset %d: found %q, want %s", s.at, r, want)
}

// Peek returns the next character without going past it; 0 at the end.
func (s *Scanner) Peek() byte {
	for ; s.at < len(s.b); s.at++ {
		switch c := s.b[s.at]; c {
		case ' ', '\t', '\n', '\r':
		default:
			return c
		}
	}
	return 0
}

// Take goes past c, if that comes next.
func (s *Scanner) Take(c byte) bool {
	if s.Peek() != c || s.at >= len(s.b) {
		return false
	}
	s.at++
	return true
}

// Word goes past true, false or null, if that comes next.
func (s *Scanner) Word(w string) bool {
	s.Peek()
	if s.at+len(w) > len(s.b) || string(s.b[s.at:s.at+len(w)]) != w {
		return false
	}
	s.at += len(w)
	return true
}

// End is an error if anything comes next.
func (s *Scanner) End() error {
	if s.Peek(); s.at < len(s.b) {
		return s.Wants("nothing more")
	}
	return nil
}

func (s *Scanner) enter() error {
	s.deep++
	if s.deep > maxNesting {
		return fmt.Errorf("offset %d: more than %d levels", s.at, maxNesting)
	}
	return nil
}

// Object calls member with the name of each member, to read its value.
func (s *Scanner) Object(member func(name []byte) error) error {
	if !s.Take('{') {
		return s.Wants("an object")
	}
	if err := s.enter(); err != nil {
		return err
	}
	defer func() { s.deep-- }()
	for first := true; !s.Take('}'); first = false {
		if !first && !s.Take(',') {
			return s.Wants("a comma or a closing brace")
		}
		name, err := s.Text()
		if err != nil {
			return err
		}
		if !s.Take(':') {
			return s.Wants("a colon")
		}
		if err := member(name); err != nil {
			return err
		}
	}
	return nil
}

// Array calls element with the place of each element, to read it.
func (s *Scanner) Array(element func(i int) error) error {
	if !s.Take('[') {
		return s.Wants("a list")
	}
	if err := s.enter(); err != nil {
		return err
	}
	defer func() { s.deep-- }()
	for i := 0; !s.Take(']'); i++ {
		if i > 0 && !s.Take(',') {
			return s.Wants("a comma or a closing bracket")
		}
		if err := element(i); err != nil {
			return err
		}
	}
	return nil
}

// Text reads a string. What it returns may be part of the text at hand.
func (s *Scanner) Text() ([]byte, error) {
	if s.Peek() != '"' {
		return nil, s.Wants("a string")
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
	return nil, s.Wants("the end of a string")
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

// Number reads a number. It is whole if it has neither point nor exponent.
func (s *Scanner) Number() (text string, whole bool, err error) {
	if c := s.Peek(); c != '-' && (c < '0' || c > '9') {
		return "", false, s.Wants("a number")
	}
	begin := s.at
	s.Take('-')
	leading := s.at
	n := s.digits()
	good, whole := n > 0 && (n == 1 || s.b[leading] != '0'), true
	if s.next('.') {
		good, whole = s.digits() > 0 && good, false
	}
	if s.next('e') || s.next('E') {
		if !s.next('+') {
			s.next('-')
		}
		good, whole = s.digits() > 0 && good, false
	}
	text = string(s.b[begin:s.at])
	if !good {
		return "", false, fmt.Errorf("offset %d: %q is not a number", begin, text)
	}
	return text, whole, nil
}

func (s *Scanner) digits() int {
	from := s.at
	for s.at < len(s.b) && s.b[s.at] >= '0' && s.b[s.at] <= '9' {
		s.at++
	}
	return s.at - from
}

// next is Take without white space.
func (s *Scanner) next(c byte) bool {
	if s.at >= len(s.b) || s.b[s.at] != c {
		return false
	}
	s.at++
	return true
}

// Skip goes past any value.
func (s *Scanner) Skip() (err error) {
	switch c := s.Peek(); {
	case c == '{':
		return s.Object(func([]byte) error { return s.Skip() })
	case c == '[':
		return s.Array(func(int) error { return s.Skip() })
	case c == '"':
		_, err = s.Text()
		return err
	case s.Word("true"), s.Word("false"), s.Word("null"):
		return nil
	case c == '-' || c >= '0' && c <= '9':
		_, _, err = s.Number()
		return err
	}
	return s.Wants("a value")
}

// Value goes past any value and returns it, a part of the text at hand.
func (s *Scanner) Value() ([]byte, error) {
	s.Peek()
	begin := s.at
	err := s.Skip()
	return s.b[begin:s.at], err
}

// Ahead calls look, and then is where it was before.
func (s *Scanner) Ahead(look func() error) error {
	before := *s
	err := look()
	*s = before
	return err
}
