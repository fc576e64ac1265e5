package script

import (
	"strconv"
	"strings"

	"go.starlark.net/syntax"
)

// A span is a part of a source: from start up to, and without, end.
type span struct {
	start, end syntax.Position
	label      string // what it is, if that needs saying
	argument   bool   // it is one argument of a call
}

func spanOf(n syntax.Node) span {
	start, end := n.Span()
	switch n := n.(type) {
	case *syntax.ForStmt:
		return spanOf(n.X)
	case *syntax.ForClause:
		return spanOf(n.X)
	case *syntax.IndexExpr, *syntax.SliceExpr, *syntax.ListExpr, *syntax.DictExpr, *syntax.TupleExpr, *syntax.Comprehension:
		end.Col++ // their spans end before the closing bracket
	}
	return span{start: start, end: end}
}

// locate returns the span to underline for d in its source, and the line where
// the statement or call around it starts. What cannot be found is a span of
// one character.
func locate(d *Diagnosis, text string) (guilty span, from syntax.Position) {
	point := span{start: d.Pos, end: d.Pos}
	point.end.Col += max(d.width, 1)
	if d.syntaxError {
		return point, d.Pos
	}
	file, err := dialect().Parse(d.Pos.Filename(), text, 0)
	if err != nil {
		return point, d.Pos
	}
	node := nodeAt(file, d.Pos)
	if node == nil {
		return point, d.Pos
	}
	if call, ok := node.(*syntax.CallExpr); ok {
		return guiltyArgument(call, d), syntax.Start(call)
	}
	return spanOf(node), d.Pos
}

// where returns the place to name for d: where its argument starts, if one is
// underlined.
func (d *Diagnosis) where() Site {
	if d.in == nil || !isScriptPosition(d.Pos) {
		return d.Site
	}
	m, ok := d.in.sources.modules[d.Pos.Filename()]
	if !ok {
		return d.Site
	}
	if guilty, _ := locate(d, m.text); guilty.argument {
		return Site{guilty.start, d.Func}
	}
	return d.Site
}

// nodeAt returns the node to which the interpreter gives the position pos.
func nodeAt(file *syntax.File, pos syntax.Position) syntax.Node {
	var found syntax.Node
	syntax.Walk(file, func(n syntax.Node) bool {
		if n != nil && found == nil && samePlace(anchor(n), pos) {
			found = n
		}
		return found == nil
	})
	return found
}

func samePlace(a, b syntax.Position) bool { return a.Line == b.Line && a.Col == b.Col }

// anchor returns the position that errors of n carry.
func anchor(n syntax.Node) syntax.Position {
	switch n := n.(type) {
	case *syntax.CallExpr:
		return n.Lparen
	case *syntax.BinaryExpr:
		return n.OpPos
	case *syntax.UnaryExpr:
		return n.OpPos
	case *syntax.DotExpr:
		return n.Dot
	case *syntax.IndexExpr:
		return n.Lbrack
	case *syntax.SliceExpr:
		return n.Lbrack
	case *syntax.Ident:
		return n.NamePos
	case *syntax.Comprehension:
		return n.Lbrack
	case *syntax.DictEntry:
		return n.Colon
	case *syntax.LoadStmt:
		return n.Load
	case *syntax.ForStmt:
		return n.For
	case *syntax.ForClause:
		return n.For
	case *syntax.AssignStmt:
		return n.OpPos
	}
	return syntax.Position{}
}

// guiltyArgument returns the span of the argument that d is about, or that of
// the whole call.
func guiltyArgument(call *syntax.CallExpr, d *Diagnosis) span {
	guilty, found := argumentByPath(call, splitPath(d.Attribute))
	if !found {
		guilty, found = spanOf(call), true
		if arg := positional(call, d.Argument); arg != nil {
			guilty = spanOf(arg)
		} else if arg := keywordNamed(call, d.parameter); arg != nil {
			guilty = spanOf(arg.X)
		} else {
			found = false
		}
	}
	guilty.argument = found
	if d.Attribute != "" {
		guilty.label = "attribute " + fromKeyword(call, d.Attribute)
	}
	return guilty
}

// fromKeyword returns a path without the names of objects before the first
// keyword of the call.
func fromKeyword(call *syntax.CallExpr, path string) string {
	for rest := path; rest != ""; {
		name, after, _ := strings.Cut(rest, ".")
		name, _, _ = strings.Cut(name, "[")
		if keywordNamed(call, name) != nil {
			return rest
		}
		rest = after
	}
	return path
}

// positional returns the n-th positional argument if it is written out.
func positional(call *syntax.CallExpr, n int) syntax.Expr {
	if n < 0 || n >= len(call.Args) {
		return nil
	}
	for _, arg := range call.Args[:n+1] {
		if keyword(arg) != nil || isStar(arg) {
			return nil
		}
	}
	return call.Args[n]
}

func isStar(arg syntax.Expr) bool {
	unary, ok := arg.(*syntax.UnaryExpr)
	return ok && (unary.Op == syntax.STAR || unary.Op == syntax.STARSTAR)
}

// keyword returns name = value as an expression, or nil if arg is none.
func keyword(arg syntax.Expr) *syntax.BinaryExpr {
	if binary, ok := arg.(*syntax.BinaryExpr); ok && binary.Op == syntax.EQ {
		return binary
	}
	return nil
}

// argumentByPath follows the path of an attribute as far as the call spells
// it out: route.nexthops[1].via is the keyword via of the second hop's own
// call. Names before the first keyword are those of the object.
func argumentByPath(call *syntax.CallExpr, path []string) (span, bool) {
	for len(path) > 0 {
		if arg := keywordNamed(call, path[0]); arg != nil {
			if inner, ok := insideValue(arg.Y, path[1:]); ok {
				return inner, true
			}
			return spanOf(arg.X), true
		}
		path = path[1:]
	}
	return span{}, false
}

func keywordNamed(call *syntax.CallExpr, name string) *syntax.BinaryExpr {
	for _, arg := range call.Args {
		kw := keyword(arg)
		if kw == nil {
			continue
		}
		id, ok := kw.X.(*syntax.Ident)
		if ok && strings.TrimSuffix(id.Name, "_") == strings.TrimSuffix(name, "_") {
			return kw
		}
	}
	return nil
}

// insideValue follows the rest of a path into an argument's value.
func insideValue(value syntax.Expr, path []string) (span, bool) {
	if len(path) == 0 {
		return span{}, false
	}
	switch value := value.(type) {
	case *syntax.ParenExpr:
		return insideValue(value.X, path)
	case *syntax.CallExpr:
		return argumentByPath(value, path)
	case *syntax.ListExpr:
		return insideList(value.List, path)
	case *syntax.TupleExpr:
		return insideList(value.List, path)
	case *syntax.DictExpr:
		return insideDict(value, path)
	}
	return span{}, false
}

func insideList(list []syntax.Expr, path []string) (span, bool) {
	i, err := strconv.Atoi(path[0])
	if err != nil || i < 0 || i >= len(list) {
		return span{}, false
	}
	if inner, ok := insideValue(list[i], path[1:]); ok {
		return inner, true
	}
	return spanOf(list[i]), true
}

func insideDict(dict *syntax.DictExpr, path []string) (span, bool) {
	for _, element := range dict.List {
		entry, ok := element.(*syntax.DictEntry)
		if !ok {
			continue
		}
		key, ok := entry.Key.(*syntax.Literal)
		if !ok || key.Value != any(path[0]) {
			continue
		}
		if inner, ok := insideValue(entry.Value, path[1:]); ok {
			return inner, true
		}
		return spanOf(entry.Value), true
	}
	return span{}, false
}

// splitPath splits "route.nexthops[1].via" into its names and numbers.
func splitPath(path string) []string {
	return strings.FieldsFunc(path, func(r rune) bool { return strings.ContainsRune(".[]", r) })
}
