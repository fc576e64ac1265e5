package complete

import "strings"

// A source that is being typed is no tree yet: it is read token by token, and
// what is known at its end is which brackets are open and what stands before
// the cursor.

// A frame is an open bracket.
type frame struct {
	open    byte
	callee  string   // of a call: the function's expression
	at      int      // where it is
	begin   int      // where the expression that the bracket belongs to begins, or -1
	index   int      // elements or arguments before the one at hand
	keyword string   // name of the argument at hand
	given   []string // names of arguments so far
	tokens  int      // of the argument at hand, without its name
	value   bool     // in a dict: behind the colon
	last    string   // the argument's last token, if that is a name
}

// A cursor is what is known at the end of a source.
type cursor struct {
	frames  []frame // innermost last; the first is the file's own
	word    string  // the name being typed
	base    string  // the expression before the dot, if the word is an attribute
	dotted  bool
	quoted  bool   // in a string
	quote   string // what begins it
	text    string // what it says so far
	comment bool
}

// A scanner reads a source up to its end.
type scanner struct {
	cursor
	src   string
	start int  // where the expression at hand begins, or -1
	dot   bool // the last token is a dot
}

func scan(src string) cursor {
	s := &scanner{src: src, start: -1}
	s.frames = []frame{{begin: -1}}
	for i := 0; i < len(src); {
		i = s.token(i)
	}
	if s.dot { // nothing of the attribute yet
		s.dotted, s.base = true, strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(src[s.start:]), "."))
	}
	return s.cursor
}

func (s *scanner) top() *frame { return &s.frames[len(s.frames)-1] }

// token reads the token at i and returns where the next one begins.
func (s *scanner) token(i int) int {
	switch c := s.src[i]; {
	case c == ' ' || c == '\t' || c == '\r' || c == '\\':
		return i + 1
	case c == '\n' || c == ';':
		if len(s.frames) == 1 || c == ';' {
			*s.top() = frame{begin: -1}
			s.start, s.dot = -1, false
		}
		return i + 1
	case c == '#':
		end := strings.IndexByte(s.src[i:], '\n')
		if s.comment = end < 0; s.comment {
			return len(s.src)
		}
		return i + end
	case c == '"' || c == '\'':
		return s.literal(i)
	case isWord(c):
		return s.name(i)
	default:
		s.punctuation(c, i)
		return i + 1
	}
}

// operand notes that an operand begins at i, unless it goes on after a dot.
func (s *scanner) operand(i int) {
	if !s.dot {
		s.start = i
	}
	s.top().tokens++
	s.dot = false
}

func (s *scanner) name(i int) int {
	end := i
	for end < len(s.src) && isWord(s.src[end]) {
		end++
	}
	word := s.src[i:end]
	attribute := s.dot
	if (word == "r" || word == "b" || word == "rb") && end < len(s.src) && (s.src[end] == '"' || s.src[end] == '\'') {
		return end
	}
	s.operand(i)
	if s.top().last = ""; s.top().tokens == 1 {
		s.top().last = word
	}
	if end == len(s.src) {
		s.word = word
		if attribute {
			s.dotted, s.base = true, strings.TrimSpace(s.src[s.start:strings.LastIndexByte(s.src[:i], '.')])
		}
		s.top().tokens--
	}
	return end
}

func (s *scanner) literal(i int) int {
	quote := s.src[i : i+1]
	if triple := strings.Repeat(quote, 3); strings.HasPrefix(s.src[i:], triple) {
		quote = triple
	}
	raw := i > 0 && s.src[i-1] == 'r'
	start, end := i+len(quote), i+len(quote)
	for end < len(s.src) && !strings.HasPrefix(s.src[end:], quote) {
		if s.src[end] == '\n' && len(quote) == 1 {
			break
		}
		if s.src[end] == '\\' && !raw && end+1 < len(s.src) {
			end++
		}
		end++
	}
	if end >= len(s.src) {
		s.quoted, s.quote, s.text = true, quote, s.src[start:]
		return len(s.src)
	}
	s.operand(i)
	s.top().last = ""
	return min(end+len(quote), len(s.src))
}

func (s *scanner) punctuation(c byte, i int) {
	f := s.top()
	switch c {
	case '.':
		if s.start >= 0 {
			s.dot = true
		}
		return
	case '(', '[', '{':
		begin := s.start
		if begin < 0 || c == '{' {
			f.tokens++
			begin = -1
		}
		next := frame{open: c, at: i, begin: begin}
		if c == '(' && begin >= 0 {
			next.callee = strings.TrimSpace(s.src[begin:i])
		}
		s.frames = append(s.frames, next)
		s.start = -1
	case ')', ']', '}':
		if len(s.frames) > 1 {
			if s.start = f.at; f.begin >= 0 {
				s.start = f.begin
			}
			s.frames = s.frames[:len(s.frames)-1]
		}
	case ',':
		f.index++
		f.keyword, f.tokens, f.value, f.last = "", 0, false, ""
		s.start = -1
	case '=':
		s.assign(i)
	case ':':
		f.value, f.tokens = true, 0
		s.start = -1
	default:
		f.tokens++
		s.start = -1
	}
	s.dot = false
	s.top().last = ""
}

// assign reads a =, which names an argument unless it compares.
func (s *scanner) assign(i int) {
	f := s.top()
	compares := strings.HasPrefix(s.src[i+1:], "=") || i > 0 && strings.IndexByte("=!<>+-*/%|&^", s.src[i-1]) >= 0
	if f.callee != "" && f.last != "" && !compares {
		f.keyword, f.tokens = f.last, 0
		f.given = append(f.given, f.last)
	}
	s.start = -1
}

func isWord(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}
