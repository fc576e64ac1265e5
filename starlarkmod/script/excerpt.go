package script

import (
	"strings"
	"unicode/utf8"
)

const redacted = "<redacted>"

// A shownLine is a line of a source as it may be shown: secrets masked,
// control characters escaped. Columns of the source map to those shown.
type shownLine struct {
	number int
	text   []rune
	column []int // of each character of the source's line, and of its end
}

// An excerpt is what is shown of a source for an error.
type excerpt struct {
	before *shownLine // where the call starts, if that is another line
	line   shownLine
	from   int // underlined characters of line.text
	to     int
	label  string // what is underlined
}

// excerptOf returns the excerpt for d, or nil if its source is not known.
func excerptOf(d *Diagnosis) *excerpt {
	if d.in == nil || !isScriptPosition(d.Pos) {
		return nil
	}
	m, ok := d.in.sources.modules[d.Pos.Filename()]
	if !ok {
		return nil
	}
	guilty, start := locate(d, m.text)
	secrets := d.in.sources.secretRanges(m.text)
	e := &excerpt{line: showLine(m.text, int(guilty.start.Line), secrets), label: guilty.label}
	e.from = e.line.shownColumn(int(guilty.start.Col))
	e.to = len(e.line.text)
	if guilty.end.Line == guilty.start.Line {
		e.to = e.line.shownColumn(int(guilty.end.Col))
	}
	e.to = max(e.to, e.from+1)
	if start.Line < guilty.start.Line {
		before := showLine(m.text, int(start.Line), secrets)
		e.before = &before
	}
	e.dedent()
	return e
}

// showLine prepares one line of text.
func showLine(text string, number int, secrets []textRange) shownLine {
	start := lineStart(text, number)
	shown := shownLine{number: number}
	masked := false
	source := line(text, number)
	for i := 0; i < len(source); {
		r, size := utf8.DecodeRuneInString(source[i:])
		shown.column = append(shown.column, len(shown.text))
		switch {
		case inRanges(secrets, start+i):
			if !masked {
				shown.text = append(shown.text, []rune(redacted)...)
			}
			masked = true
		case r == utf8.RuneError && size == 1:
			shown.text, masked = append(shown.text, []rune(escapeByte(source[i]))...), false
		default:
			shown.text, masked = append(shown.text, []rune(escapeRune(r))...), false
		}
		i += size
	}
	shown.column = append(shown.column, len(shown.text))
	return shown
}

// lineStart returns the offset of a line, counted from 1.
func lineStart(text string, number int) int {
	start := 0
	for range number - 1 {
		end := strings.IndexByte(text[start:], '\n')
		if end < 0 {
			return len(text)
		}
		start += end + 1
	}
	return start
}

func inRanges(ranges []textRange, at int) bool {
	for _, r := range ranges {
		if r.start <= at && at < r.end {
			return true
		}
	}
	return false
}

// shownColumn returns where a column of the source, counted from 1, is shown,
// counted from 0.
func (l *shownLine) shownColumn(col int) int {
	return l.column[min(max(col-1, 0), len(l.column)-1)]
}

// dedent removes the indentation that all lines of the excerpt have.
func (e *excerpt) dedent() {
	indent := indentation(e.line.text)
	if e.before != nil {
		indent = min(indent, indentation(e.before.text))
		e.before.text = e.before.text[indent:]
	}
	indent = min(indent, e.from)
	e.line.text = e.line.text[indent:]
	e.from -= indent
	e.to -= indent
}

func indentation(text []rune) int {
	n := 0
	for n < len(text) && text[n] == ' ' {
		n++
	}
	return n
}

// clip shortens the guilty line to width characters around what is underlined.
func (e *excerpt) clip(width int) {
	e.line.text, e.from, e.to = clip(e.line.text, e.from, e.to, width)
	if e.before != nil {
		e.before.text, _, _ = clip(e.before.text, 0, 0, width)
	}
}

func clip(text []rune, from, to, width int) (clipped []rune, newFrom, newTo int) {
	if len(text) <= width {
		return text, from, to
	}
	start := 0
	if to > width {
		start = max(0, min(from-width/4, len(text)-width))
	}
	end := min(start+width, len(text))
	clipped = append([]rune{}, text[start:end]...)
	if start > 0 {
		clipped[0] = '…'
	}
	if end < len(text) {
		clipped[len(clipped)-1] = '…'
	}
	return clipped, max(from-start, 0), min(to, end) - start
}
