package script

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Escape makes text from outside fit for a terminal: characters that would
// move the cursor, change colours or direction, or cannot be seen, are written
// as in a Go string. New lines stay.
func Escape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			b.WriteString(escapeByte(s[i]))
		case r == '\n':
			b.WriteByte('\n')
		default:
			b.WriteString(escapeRune(r))
		}
		i += size
	}
	return b.String()
}

// EscapeControls writes control characters other than new lines and tabs as in
// a Go string, and leaves all else as it is: text that is a script's to lay out.
func EscapeControls(s string) string {
	if utf8.ValidString(s) && strings.IndexFunc(s, commands) < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1: // a terminal may not read UTF-8
			b.WriteString(escapeByte(s[i]))
		case commands(r):
			b.WriteString(escapeRune(r))
		default:
			b.WriteRune(r)
		}
		i += size
	}
	return b.String()
}

// commands reports whether a terminal takes r for a command.
func commands(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }

func escapeByte(c byte) string { return fmt.Sprintf(`\x%02x`, c) }

func escapeRune(r rune) string {
	switch {
	case r == '\t':
		return "    "
	case r < 0x20 || r == 0x7f:
		return escapeByte(byte(r))
	case !unicode.IsPrint(r) && r > 0xffff:
		return fmt.Sprintf(`\U%08x`, r)
	case !unicode.IsPrint(r):
		return fmt.Sprintf(`\u%04x`, r)
	}
	return string(r)
}
