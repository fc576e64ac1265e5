package script

import (
	"slices"
	"strings"
)

// placeToken moves the position of a syntax error to the start of the token it
// is about. Starlark's scanner and the errors about a missing expression name
// that start, all other errors the position behind the token.
func (d *Diagnosis) placeToken() {
	if strings.HasPrefix(d.Message, "got newline") && d.Pos.Col == 1 && d.Pos.Line > 1 {
		d.Pos.Line-- // the end of the line before, to people
		d.Pos.Col = int32(len([]rune(d.sourceLine()))) + 1
	}
	text := []rune(d.sourceLine())
	at := min(max(int(d.Pos.Col)-1, 0), len(text))
	d.width = 1
	switch {
	case isInvisible(d.Message):
		return
	case strings.Contains(d.Message, "want primary expression"):
		d.width = int32(tokenLength(text[at:]))
	case strings.HasPrefix(d.Message, "got "), strings.Contains(d.Message, "does not associate"):
		d.width = int32(tokenLengthBefore(text[:at]))
		d.Pos.Col = int32(at) + 1 - d.width
	}
}

// isInvisible reports whether the token that an error is about has no text.
func isInvisible(msg string) bool {
	for _, token := range []string{"newline", "end of file", "indent", "outdent"} {
		if strings.HasPrefix(msg, "got "+token) {
			return true
		}
	}
	return false
}

// tokenLength returns the length of the token at the start of text.
func tokenLength(text []rune) int {
	if len(text) == 0 {
		return 1
	}
	if end := slices.IndexFunc(text, func(r rune) bool { return !isWordRune(r) }); end != 0 {
		return max(end, 1)
	}
	return operatorLength(text, strings.HasPrefix)
}

// tokenLengthBefore returns the length of the token at the end of text.
func tokenLengthBefore(text []rune) int {
	if len(text) == 0 {
		return 0
	}
	last := text[len(text)-1]
	start := len(text) - 1
	switch {
	case last == '"' || last == '\'':
		for start > 0 && text[start-1] != last {
			start--
		}
		return len(text) - max(start-1, 0)
	case isWordRune(last):
		for start > 0 && isWordRune(text[start-1]) {
			start--
		}
		return len(text) - start
	}
	return operatorLength(text, strings.HasSuffix)
}

// operatorLength returns the length of the operator that text has.
func operatorLength(text []rune, has func(s, operator string) bool) int {
	for _, operator := range []string{"**", "//", "==", "!=", "<=", ">=", "<<", ">>", "+=", "-=", "*=", "/=", "%=", "|=", "&=", "^="} {
		if has(string(text), operator) {
			return len(operator)
		}
	}
	return 1
}
