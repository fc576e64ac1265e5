package script

import "strings"

// Secrets are masked in the text, not in the syntax tree: a line with an error
// in it may not have a tree.

// A masker finds the string literals of secret("…") in a source.
type masker struct {
	text    string
	sources *sources
	depth   int    // open brackets
	secret  []int  // depths at which a secret's brackets, or its value, began
	last    string // token, or what a string literal says
	found   []textRange
}

// A textRange is a part of a text, in bytes.
type textRange struct{ start, end int }

// secretRanges returns the contents of the string literals that are secret.
func (s *sources) secretRanges(text string) []textRange {
	m := &masker{text: text, sources: s}
	for i := 0; i < len(text); {
		i = m.token(i)
	}
	return m.found
}

// HasSecret reports whether a source has a string literal that is, or may be, a
// secret.
func (in *Interp) HasSecret(src string) bool { return len(in.sources.secretRanges(src)) > 0 }

// token reads the token at i and returns where the next one starts.
func (m *masker) token(i int) int {
	c := m.text[i]
	switch {
	case c == '#':
		if end := strings.IndexByte(m.text[i:], '\n'); end >= 0 {
			return i + end
		}
		return len(m.text)
	case c == '"' || c == '\'':
		return m.literal(i)
	case isWordByte(c):
		end := i
		for end < len(m.text) && isWordByte(m.text[end]) {
			end++
		}
		m.last = m.text[i:end]
		return end
	case c == '\\':
		return i + 2 // it continues the line
	case c == '\n' || c == ';':
		if m.depth == 0 {
			m.leaveValue()
		}
		return i + 1
	case c == ' ' || c == '\t' || c == '\r':
		return i + 1
	}
	m.punctuation(c, i)
	m.last = string(c)
	return i + 1
}

// punctuation opens and closes what is secret.
func (m *masker) punctuation(c byte, i int) {
	switch c {
	case '(':
		m.depth++
		if m.sources.secretCall(m.last) {
			m.secret = append(m.secret, m.depth)
		}
	case '[', '{':
		m.depth++
	case ')', ']', '}':
		m.leave(m.depth)
		m.depth--
		m.leaveValue()
	case ',':
		m.leaveValue()
	case '=', ':':
		if m.sources.secretKeyword(m.last) && !strings.HasPrefix(m.text[i+1:], "=") {
			m.secret = append(m.secret, -m.depth-1)
		}
	}
}

// leave ends the secret call whose brackets are at depth.
func (m *masker) leave(depth int) {
	m.leaveValue()
	if n := len(m.secret); n > 0 && m.secret[n-1] == depth {
		m.secret = m.secret[:n-1]
	}
}

// leaveValue ends a secret keyword's value at this depth.
func (m *masker) leaveValue() {
	for n := len(m.secret); n > 0 && m.secret[n-1] == -m.depth-1; n-- {
		m.secret = m.secret[:n-1]
	}
}

// literal reads a string literal. One that is not closed ends with its line,
// or in triple quotes with the text.
func (m *masker) literal(i int) int {
	raw := m.last == "r" || m.last == "rb"
	quote := m.text[i : i+1]
	if triple := strings.Repeat(quote, 3); strings.HasPrefix(m.text[i:], triple) {
		quote = triple
	}
	start := i + len(quote)
	end := min(start, len(m.text))
	for end < len(m.text) && !strings.HasPrefix(m.text[end:], quote) {
		if m.text[end] == '\n' && len(quote) == 1 {
			break
		}
		if m.text[end] == '\\' && !raw && end+1 < len(m.text) {
			end++
		}
		end++
	}
	if len(m.secret) > 0 && end > start {
		m.found = append(m.found, textRange{start, end})
	}
	m.last = m.text[start:end]
	if strings.HasPrefix(m.text[end:], quote) {
		return end + len(quote)
	}
	return end
}

func isWordByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}
