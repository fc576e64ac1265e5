package rivals

import (
	"encoding/json"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestTable compares docs/from-netlink.md with both libraries: each function of
// the classic one has a row, and each name of ours exists.
func TestTable(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "docs/from-netlink.md"))
	if err != nil {
		t.Fatal(err)
	}
	theirs := map[string]bool{}
	for l := range strings.Lines(string(text)) {
		cells := strings.Split(l, "|")
		if len(cells) < 4 {
			checkNames(t, l)
			continue
		}
		for _, name := range quoted(cells[1]) {
			if theirs[name] {
				t.Errorf("%s has two rows", name)
			}
			theirs[name] = true
		}
		checkNames(t, strings.Join(cells[2:], "|"))
	}
	if len(theirs) < 305 { // its package functions on Linux, version 1.3.1
		t.Errorf("only %d functions have a row", len(theirs))
	}
	for name := range exported(t) {
		if !theirs[name] {
			t.Errorf("%s has no row", name)
		}
	}
}

var (
	code = regexp.MustCompile("`([^`]*)`")
	ours = regexp.MustCompile(`^([a-z]+)\.([A-Z]\w*)(?:\.([A-Z]\w*))?$`)
)

func quoted(s string) (out []string) {
	for _, m := range code.FindAllStringSubmatch(s, -1) {
		out = append(out, m[1])
	}
	return out
}

// checkNames looks for what a text names of ours: package.Name or
// package.Type.Member.
func checkNames(t *testing.T, text string) {
	t.Helper()
	for _, name := range quoted(text) {
		m := ours.FindStringSubmatch(name)
		if m == nil || m[1] == "unix" {
			continue
		}
		dir := filepath.Join(root, "netlinkcore", m[1])
		if m[1] == "netlinkcore" {
			dir = filepath.Join(root, m[1])
		}
		if known := namesIn(t, dir); !known[strings.TrimSuffix(m[2]+"."+m[3], ".")] {
			t.Errorf("%s does not exist", name)
		}
	}
}

// namesIn returns what a package exports, with fields and methods as Type.Name.
func namesIn(t *testing.T, dir string) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	for _, file := range parse(t, dir) {
		for _, d := range file.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				found[strings.TrimPrefix(receiver(d)+"."+d.Name.Name, ".")] = true
			case *ast.GenDecl:
				for _, s := range d.Specs {
					addSpec(found, s)
				}
			}
		}
	}
	return found
}

func addSpec(found map[string]bool, s ast.Spec) {
	switch s := s.(type) {
	case *ast.ValueSpec:
		for _, name := range s.Names {
			found[name.Name] = true
		}
	case *ast.TypeSpec:
		found[s.Name.Name] = true
		if fields, ok := s.Type.(*ast.StructType); ok {
			for _, f := range fields.Fields.List {
				for _, name := range f.Names {
					found[s.Name.Name+"."+name.Name] = true
				}
			}
		}
	}
}

// receiver is the name of a method's type, "" of a function.
func receiver(d *ast.FuncDecl) string {
	if d.Recv == nil {
		return ""
	}
	e := d.Recv.List[0].Type
	if star, ok := e.(*ast.StarExpr); ok {
		e = star.X
	}
	if index, ok := e.(*ast.IndexExpr); ok {
		e = index.X
	}
	name, _ := e.(*ast.Ident)
	return name.Name
}

// exported returns the functions of the classic library, and the methods of its
// Handle: of the version that the benchmarks use.
func exported(t *testing.T) map[string]bool {
	t.Helper()
	cmd := exec.Command("go", "mod", "download", "-json", "github.com/vishvananda/netlink")
	cmd.Dir = filepath.Join(root, "tests/bench")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go mod download: %v\n%s", err, out)
	}
	var module struct{ Dir string }
	if err := json.Unmarshal(out, &module); err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, file := range parse(t, module.Dir) {
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if ok && f.Name.IsExported() && (f.Recv == nil || receiver(f) == "Handle") {
				found[f.Name.Name] = true
			}
		}
	}
	if len(found) < 250 {
		t.Fatalf("only %d functions in %s", len(found), module.Dir)
	}
	return found
}

// parse reads the files of a package, without its tests.
func parse(t *testing.T, dir string) (files []*ast.File) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no package in %s: %v", dir, err)
	}
	for _, path := range paths {
		if here, _ := build.Default.MatchFile(dir, filepath.Base(path)); !here || strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	return files
}
