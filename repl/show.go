package repl

import (
	"slices"
	"strings"

	"github.com/chzyer/readline"
	"go.starlark.net/starlark"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/starlarkmod/script"
	"github.com/netlark/netlark/starlarkmod/value"
)

// ShowOptions say how values are shown.
type ShowOptions struct {
	Width int  // of the screen; 0: there is none, but a pipe or a file
	Color bool // emphasise
}

// Show returns what is printed of the value of an expression: on a screen lists
// of objects as tables that fit it, and long objects a line an argument;
// elsewhere the calls that would make them. It is false where nothing is.
func Show(v starlark.Value, o ShowOptions) (string, bool) {
	text, shown := value.Show(v)
	if !shown || o.Width <= 0 {
		return text, shown
	}
	switch v := v.(type) {
	case *starlark.List:
		if objects := alike(v); objects != nil {
			return newTable(objects).layOut(o), true
		}
	case value.Object:
		return object(v, text, o.Width), true
	}
	return text, true
}

// object is an object as a call, on several lines if it is too long for one.
func object(v value.Object, text string, width int) string {
	call, args := v.Call()
	if cells(text) <= width || call == "" || len(args) == 0 {
		return text
	}
	return script.Escape(call + "(\n    " + strings.Join(args, ",\n    ") + ",\n)")
}

// alike returns the elements of a list if they are objects of one definition.
func alike(l *starlark.List) (out []value.Object) {
	for e := range starlark.Elements(l) {
		o, ok := e.(value.Object)
		if !ok || len(out) > 0 && out[0].Table() != o.Table() {
			return nil
		}
		out = append(out, o)
	}
	return out
}

// cells is the width of a text on a screen.
func cells(s string) int { return readline.Runes{}.WidthAll([]rune(s)) }

// fit makes a text as wide as a column: what is cut off shows as an ellipsis.
func fit(s string, width int) string {
	n := cells(s)
	if n <= width {
		return s + strings.Repeat(" ", width-n)
	}
	runes := []rune(s)
	for n > width-1 && len(runes) > 0 {
		n -= readline.Runes{}.Width(runes[len(runes)-1])
		runes = runes[:len(runes)-1]
	}
	return string(runes) + "…" + strings.Repeat(" ", max(width-1-n, 0))
}

// A table is the objects of a list, and the columns that say something of some
// of them.
type table struct {
	rows    int
	columns []column // in the order of their weight
}

// A column is one attribute of all objects.
type column struct {
	name   string
	place  int // in the definition: where it stands among others
	key    bool
	cells  []string
	said   int // cells that are not empty
	weight int
	wide   int // what it takes
	width  int // what it gets
}

// maxColumn is how wide a column is while others still want to be shown.
const maxColumn = 28

func newTable(objects []value.Object) *table {
	t := &table{rows: len(objects)}
	columns, keys := objects[0].Columns()
	for n, i := range columns {
		c := column{name: objects[0].Table().Fields()[i].Name, place: n, key: n < keys}
		c.wide = len(c.name)
		for row, o := range objects {
			c.put(row, o.Cell(i), t.rows)
		}
		if c.weight = c.said; tells(&objects[0].Table().Fields()[i]) {
			c.weight = t.rows
		}
		if c.said > 0 {
			t.columns = append(t.columns, c)
		}
	}
	slices.SortStableFunc(t.columns, func(a, b column) int {
		switch {
		case a.key != b.key && a.key:
			return -1
		case a.key != b.key:
			return 1
		}
		return b.weight - a.weight
	})
	return t
}

// put sets the cell of a row. A column that says nothing needs no room.
func (c *column) put(row int, text string, rows int) {
	if text == "" {
		return
	}
	if c.cells == nil {
		c.cells = make([]string, rows)
	}
	c.cells[row] = script.Escape(strings.ReplaceAll(text, "\n", `\n`))
	c.wide = max(c.wide, cells(c.cells[row]))
	c.said++
}

// tells reports whether an attribute is worth a column even if few objects have
// it: devices, and words of the kernel's.
func tells(f *attr.Field) bool { return f.Type() == "device" || f.Enum != nil }

const gap = 2 // between columns

// choose picks the columns that fit into width, and shares what is left among
// those that are cut. It returns the names of the others.
func (t *table) choose(width int) (chosen []column, left []string) {
	free := width + gap
	for i, c := range t.columns {
		c.width = min(c.wide, maxColumn)
		if i == 0 {
			c.width = min(c.width, width)
		}
		if c.width+gap > free {
			left = append(left, c.name)
			continue
		}
		free -= c.width + gap
		chosen = append(chosen, c)
	}
	for i := range chosen {
		more := min(chosen[i].wide-chosen[i].width, free)
		chosen[i].width += more
		free -= more
	}
	slices.SortStableFunc(chosen, func(a, b column) int { return a.place - b.place })
	return chosen, left
}

func (t *table) layOut(o ShowOptions) string {
	chosen, left := t.choose(o.Width)
	var out strings.Builder
	line := func(cell func(c *column) string, paint string) {
		var parts []string
		for i := range chosen {
			parts = append(parts, fit(cell(&chosen[i]), chosen[i].width))
		}
		out.WriteString(emphasised(strings.TrimRight(strings.Join(parts, strings.Repeat(" ", gap)), " "), paint, o.Color) + "\n")
	}
	line(func(c *column) string { return c.name }, "1")
	for row := range t.rows {
		line(func(c *column) string { return c.cells[row] }, "")
	}
	if len(left) > 0 {
		out.WriteString(emphasised(wrap("not shown: "+strings.Join(left, ", "), o.Width), "2", o.Color) + "\n")
	}
	return strings.TrimSuffix(out.String(), "\n")
}

func emphasised(s, paint string, color bool) string {
	if !color || paint == "" {
		return s
	}
	return "\x1b[" + paint + "m" + s + "\x1b[0m"
}

// wrap breaks a text at spaces.
func wrap(s string, width int) string {
	var out strings.Builder
	at := 0
	for i, word := range strings.Fields(s) {
		switch n := cells(word); {
		case i > 0 && at+1+n > width:
			out.WriteString("\n  ")
			at = 2 + n
		case i > 0:
			out.WriteByte(' ')
			at += 1 + n
		default:
			at = n
		}
		out.WriteString(word)
	}
	return out.String()
}
