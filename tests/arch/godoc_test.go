package arch

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
)

// TestGodoc finds exported names of the library without a comment: those of
// packages, functions, types, methods, and of values unless their group has one.
func TestGodoc(t *testing.T) {
	packages := map[string]bool{} // directory: has a comment
	err := filepath.WalkDir(filepath.Join(root, "netlinkcore"), func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, path, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		dir := filepath.Dir(path)
		packages[dir] = packages[dir] || file.Doc != nil
		for _, d := range file.Decls {
			undocumented(d, func(name *ast.Ident) {
				t.Errorf("%s: %s has no comment", set.Position(name.Pos()), name.Name)
			})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for dir, has := range packages {
		if !has {
			t.Errorf("the package in %s has no comment", dir)
		}
	}
}

func undocumented(d ast.Decl, found func(*ast.Ident)) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Name.IsExported() && d.Doc == nil && (d.Recv == nil || ofExported(d.Recv.List[0].Type)) {
			found(d.Name)
		}
	case *ast.GenDecl:
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.TypeSpec:
				if s.Name.IsExported() && s.Doc == nil && s.Comment == nil && d.Doc == nil {
					found(s.Name)
				}
			case *ast.ValueSpec:
				for _, name := range s.Names {
					if name.IsExported() && s.Doc == nil && s.Comment == nil && d.Doc == nil {
						found(name)
					}
				}
			}
		}
	}
}

// ofExported reports whether a receiver's type is exported: others' methods are
// documented by the interface that they are for.
func ofExported(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.StarExpr:
		return ofExported(e.X)
	case *ast.IndexExpr:
		return ofExported(e.X)
	case *ast.Ident:
		return e.IsExported()
	}
	return false
}
