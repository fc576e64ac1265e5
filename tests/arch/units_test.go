package arch

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// What a Go field of each attr.Unit holds, as its comment says it: Go has what
// is on the wire.
var unitWords = map[string]*regexp.Regexp{
	"Seconds":       regexp.MustCompile(`\b(s|seconds)\b`),
	"Milliseconds":  regexp.MustCompile(`\b(ms|milliseconds)\b`),
	"Microseconds":  regexp.MustCompile(`µs\b|\bmicroseconds\b`),
	"Centiseconds":  regexp.MustCompile(`1/100 s\b`),
	"MicrosInNanos": regexp.MustCompile(`\b(ns|nanoseconds)\b`),
	"MicrosInTicks": regexp.MustCompile(`\bticks\b`),
	"Size":          regexp.MustCompile(`\bbytes\b`),
	"Rate":          regexp.MustCompile(`\bbytes/s`),
	"Percent":       regexp.MustCompile(`2³²`),
}

// The sources that a schema's comment names: a struct or constants of the
// kernel, a document, a program's page.
var sources = regexp.MustCompile(`\bstruct \w+|\b[A-Z]{2,}\w*_(\*|\w+)|RFC \d+|\w\(\d\)|\b(net|include|Documentation|drivers)/`)

// TestUnits finds attributes with a unit whose Go field says no unit: neither its
// own comment, nor its type's, nor its struct's.
func TestUnits(t *testing.T) {
	count := 0
	for dir, files := range packages(t) {
		types := typesOf(files)
		helpers := helpersOf(files)
		binders(files, func(owner string, body *ast.BlockStmt) {
			local := maps.Clone(helpers)
			maps.Copy(local, helpersIn(body))
			for field, unit := range unitsIn(body, local) {
				count++
				if text := types.text(owner, field); !unitWords[unit].MatchString(text) {
					t.Errorf("%s: %s.%s is in %s, and says %q", dir, owner, field, unit, text)
				}
			}
		})
	}
	if count < 110 {
		t.Errorf("only %d attributes with a unit were found", count)
	}
}

// TestSources finds structs of attributes whose comment does not say what the
// kernel calls them.
func TestSources(t *testing.T) {
	for dir, files := range packages(t) {
		types := typesOf(files)
		binders(files, func(owner string, _ *ast.BlockStmt) {
			own, here := types[owner]
			text := strings.Join(strings.Fields(own.text), " ")
			if here && ast.IsExported(owner) && !sources.MatchString(text) {
				t.Errorf("%s.%s names no source: %q", dir, owner, text)
			}
		})
	}
}

// packages returns the library's packages by their directory.
func packages(t *testing.T) map[string][]*ast.File {
	t.Helper()
	found := map[string][]*ast.File{}
	paths, err := filepath.Glob(filepath.Join(root, "netlinkcore/*/*.go"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no library: %v", err)
	}
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		dir := filepath.Base(filepath.Dir(path))
		found[dir] = append(found[dir], file)
	}
	return found
}

// A comment is what stands at a name, and the type it has.
type comment struct{ text, of string }

// commented has what is said of types ("T") and of their fields ("T.F").
type commented map[string]comment

// text is all that tells a reader what a field is.
func (c commented) text(owner, field string) string {
	f := c[owner+"."+field]
	return strings.Join(strings.Fields(f.text+" "+c[f.of].text+" "+c[owner].text), " ")
}

func typesOf(files []*ast.File) commented {
	found := commented{}
	for _, file := range files {
		for _, d := range file.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.TYPE {
				continue
			}
			for _, s := range g.Specs {
				s := s.(*ast.TypeSpec)
				found[s.Name.Name] = comment{text: g.Doc.Text() + s.Doc.Text() + s.Comment.Text()}
				if st, ok := s.Type.(*ast.StructType); ok {
					found.fields(s.Name.Name, st)
				}
			}
		}
	}
	return found
}

func (c commented) fields(owner string, s *ast.StructType) {
	for _, f := range s.Fields.List {
		of := ""
		ast.Inspect(f.Type, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				of = id.Name
			}
			return true
		})
		for _, name := range f.Names {
			c[owner+"."+name.Name] = comment{f.Doc.Text() + f.Comment.Text(), of}
		}
	}
}

// binders visits the functions that bind a struct's fields to attributes.
func binders(files []*ast.File, visit func(owner string, body *ast.BlockStmt)) {
	for _, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncLit:
				binder(n.Type, n.Body, visit)
			case *ast.FuncDecl:
				binder(n.Type, n.Body, visit)
			}
			return true
		})
	}
}

func binder(f *ast.FuncType, body *ast.BlockStmt, visit func(owner string, body *ast.BlockStmt)) {
	if len(f.Params.List) == 0 || f.Results == nil {
		return
	}
	star, isStar := f.Params.List[0].Type.(*ast.StarExpr)
	list, isList := f.Results.List[0].Type.(*ast.ArrayType)
	if isStar && isList && strings.HasSuffix(nameOf(list.Elt), "Field") {
		visit(nameOf(star.X), body)
	}
}

func nameOf(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	case *ast.IndexExpr:
		return nameOf(e.X)
	}
	return ""
}

// helpersOf returns the functions of a package that make attributes with a unit.
func helpersOf(files []*ast.File) map[string]string {
	found := map[string]string{}
	for _, file := range files {
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Body != nil {
				if unit := returned(f.Body); unit != "" {
					found[f.Name.Name] = unit
				}
			}
		}
	}
	return found
}

// helpersIn returns those that a function defines for itself.
func helpersIn(body *ast.BlockStmt) map[string]string {
	found := map[string]string{}
	for _, s := range body.List {
		assign, ok := s.(*ast.AssignStmt)
		if !ok {
			continue
		}
		if lit, ok := assign.Rhs[0].(*ast.FuncLit); ok {
			if unit := returned(lit.Body); unit != "" {
				found[nameOf(assign.Lhs[0])] = unit
			}
		}
	}
	return found
}

// returned is the unit of the one attribute that a function returns.
func returned(body *ast.BlockStmt) (unit string) {
	if len(body.List) == 0 {
		return ""
	}
	ret, ok := body.List[len(body.List)-1].(*ast.ReturnStmt)
	if !ok || len(ret.Results) != 1 {
		return ""
	}
	if call, ok := ret.Results[0].(*ast.CallExpr); ok {
		unit, _ = unitOf(call, nil)
	}
	return unit
}

// unitsIn finds the attributes with a unit, by the Go field.
func unitsIn(body *ast.BlockStmt, helpers map[string]string) map[string]string {
	found := map[string]string{}
	ast.Inspect(body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		unit, field := unitOf(call, helpers)
		if unit != "" && field != "" && ast.IsExported(field) {
			found[field] = unit
		}
		return true
	})
	return found
}

// unitOf follows a chain of calls to where it begins: the constructor, which has
// the field among its arguments.
func unitOf(call *ast.CallExpr, helpers map[string]string) (unit, field string) {
	for {
		name := nameOf(call.Fun)
		switch name {
		case "In":
			unit = nameOf(call.Args[0])
		case "HeadTicks":
			unit = "MicrosInNanos"
		case "HeadBucket":
			unit = "Size"
		}
		if own := helpers[name]; own != "" {
			unit = own
		}
		sel, ok := call.Fun.(*ast.SelectorExpr)
		if !ok {
			break
		}
		next, ok := sel.X.(*ast.CallExpr)
		if !ok {
			break
		}
		call = next
	}
	for _, a := range call.Args {
		if ref, ok := a.(*ast.UnaryExpr); ok && ref.Op == token.AND && field == "" {
			field = nameOf(ref.X)
		}
	}
	return unit, field
}
