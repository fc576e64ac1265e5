// Package rivals holds the project to what users of other libraries miss: each
// line of rivals.tsv names the tests that show it.
package rivals

import (
	"bufio"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const root = "../.." // from this directory

// A line is a line of the table.
type line struct {
	id    string
	tests []string // package.Test
}

func read(t *testing.T) (lines []line) {
	t.Helper()
	text, err := os.ReadFile("../rivals.tsv")
	if err != nil {
		t.Fatal(err)
	}
	for l := range strings.Lines(string(text)) {
		if strings.HasPrefix(l, "#") {
			continue
		}
		f := strings.Split(strings.TrimSuffix(l, "\n"), "\t")
		if len(f) != 3 || f[1] == "" || f[2] == "" {
			t.Fatalf("not three columns: %q", l)
		}
		tests := strings.Fields(f[2])
		if f[2] == "-" {
			tests = nil
		}
		lines = append(lines, line{f[0], tests})
	}
	return lines
}

// TestNames looks for each test that the table names, and for each line that the
// table has to have.
func TestNames(t *testing.T) {
	known := map[string]map[string]bool{}
	have := map[string]bool{}
	for _, l := range read(t) {
		if have[l.id] {
			t.Errorf("%s is there twice", l.id)
		}
		have[l.id] = true
		for _, name := range l.tests {
			dir, test := split(name)
			if known[dir] == nil {
				known[dir] = testsIn(t, dir)
			}
			if !known[dir][test] {
				t.Errorf("%s names %s, which does not exist", l.id, name)
			}
		}
	}
	if len(have) != 33+16+33 {
		t.Errorf("the table has %d lines: %v", len(have), slices.Sorted(maps.Keys(have)))
	}
}

// TestRan compares the table with the tests that passed, which make test has
// written to the file that NETLARK_RAN names.
func TestRan(t *testing.T) {
	path := os.Getenv("NETLARK_RAN")
	if path == "" {
		t.Skip("only make test knows what ran: NETLARK_RAN is not set")
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	ran := map[string]bool{}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		ran[lines.Text()] = true
	}
	for _, l := range read(t) {
		for _, name := range l.tests {
			if !ran[name] {
				t.Errorf("%s: %s passed on no kernel", l.id, name)
			}
		}
	}
}

func split(name string) (dir, test string) {
	i := strings.LastIndexByte(name, '.')
	return name[:max(i, 0)], name[i+1:]
}

// testsIn returns the tests of a package: functions of its test files.
func testsIn(t *testing.T, dir string) map[string]bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, dir, "*_test.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no tests in %s: %v", dir, err)
	}
	found := map[string]bool{}
	for _, path := range files {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil {
				found[f.Name.Name] = true
			}
		}
	}
	return found
}
