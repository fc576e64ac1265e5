package script

import (
	"context"
	"fmt"
	"io"
	"strings"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// Chunk runs one input of a prompt and returns the value of its last statement
// if that is an expression, and otherwise nil. That value, unless None, is also
// the global _.
//
// Inputs share their globals as they do at Python's prompt: a function sees
// what a later input defines or redefines.
func (in *Interp) Chunk(ctx context.Context, src string) (starlark.Value, error) {
	in.chunks++
	in.loader.forgetErrors() // the file may have been mended since
	m := &module{name: fmt.Sprintf("<input %d>", in.chunks), dir: in.config.Dir, text: src}
	var result starlark.Value
	err := in.run(ctx, func(r *run) error {
		in.sources.add(m)
		file, err := dialect().Parse(m.name, m.text, 0)
		if err != nil {
			return err
		}
		if err := in.checkShadowing(file); err != nil {
			return err
		}
		guardRepetition(file)
		result, err = r.statements(file)
		return err
	})
	if err != nil {
		return nil, err
	}
	if result != nil && result != starlark.None {
		in.define(starlark.StringDict{"_": result})
	}
	return result, nil
}

// statements runs the statements of a chunk one by one: each sees the globals
// as the one before it left them.
func (r *run) statements(file *syntax.File) (starlark.Value, error) {
	var result starlark.Value
	for _, stmt := range file.Stmts {
		if expr, ok := stmt.(*syntax.ExprStmt); ok {
			stmt = assignResult(expr)
		}
		globals, err := r.statement(file.Path, stmt)
		r.in.define(globals)
		if err != nil {
			return nil, err
		}
		result = globals[resultName]
	}
	return result, nil
}

// statement runs one statement and returns the globals it set.
//
// A program's own globals are cells of its own, but what it finds predeclared
// is looked up in the shared map each time. So a statement runs with the live
// globals as predeclared, except one that reads a global it also sets, such as
// x += 1: only the interpreter's own prompt support starts that with a value.
func (r *run) statement(path string, stmt syntax.Stmt) (starlark.StringDict, error) {
	file := &syntax.File{Path: path, Stmts: []syntax.Stmt{stmt}, Options: dialect()}
	set := map[string]bool{}
	for id := range fileBindings(file.Stmts) {
		set[id.Name] = true
	}
	if needsOldValue(stmt, set) {
		file.Options.LoadBindsGlobally = true
		err := starlark.ExecREPLChunk(file, r.thread, r.in.globals)
		return picked(r.in.globals, set), err
	}
	prog, err := starlark.FileProgram(file, r.visible(stmt))
	if err != nil {
		return nil, err
	}
	return prog.Init(r.thread, r.in.globals)
}

// visible returns the test for names that stmt may use. In the functions that
// it makes these are all names: they may be defined when it is called.
func (r *run) visible(stmt syntax.Stmt) func(string) bool {
	later := map[string]bool{}
	syntax.Walk(stmt, func(n syntax.Node) bool {
		switch n.(type) {
		case *syntax.DefStmt, *syntax.LambdaExpr:
			eachName(n, func(name string) { later[name] = !starlark.Universe.Has(name) })
		}
		return true
	})
	return func(name string) bool { return r.in.globals.Has(name) || later[name] }
}

func eachName(n syntax.Node, visit func(string)) {
	syntax.Walk(n, func(n syntax.Node) bool {
		if id, ok := n.(*syntax.Ident); ok {
			visit(id.Name)
		}
		return true
	})
}

// needsOldValue reports whether stmt has to run with the present values of the
// globals it sets: it reads one of them, or it binds by load or by parts.
func needsOldValue(stmt syntax.Stmt, set map[string]bool) bool {
	switch stmt.(type) {
	case *syntax.DefStmt:
		return false
	case *syntax.LoadStmt:
		return true
	}
	bound := map[*syntax.Ident]bool{}
	reads := false
	syntax.Walk(stmt, func(n syntax.Node) bool {
		noteBound(n, bound)
		if id, ok := n.(*syntax.Ident); ok && set[id.Name] && !bound[id] {
			reads = true
		}
		return !reads
	})
	return reads
}

// noteBound notes the identifiers that n sets without reading them. Walk comes
// by n before it comes by them.
func noteBound(n syntax.Node, bound map[*syntax.Ident]bool) {
	note := func(id *syntax.Ident) bool { bound[id] = true; return true }
	switch n := n.(type) {
	case *syntax.AssignStmt:
		if n.Op == syntax.EQ {
			eachTarget(n.LHS, note)
		}
	case *syntax.DefStmt:
		note(n.Name)
	case *syntax.ForStmt:
		eachTarget(n.Vars, note)
	}
}

func picked(globals starlark.StringDict, names map[string]bool) starlark.StringDict {
	some := make(starlark.StringDict, len(names))
	for name := range names {
		if value, ok := globals[name]; ok {
			some[name] = value
		}
	}
	return some
}

// Quoting reports whether src ends within a string of several lines, in which
// an empty line is one like others.
func Quoting(src string) bool {
	_, err := dialect().Parse("<input>", src, 0)
	return err != nil && strings.Contains(err.Error(), "unexpected EOF in string")
}

// Parses reports whether src is a whole source without errors.
func Parses(src string) bool {
	_, err := dialect().Parse("<input>", src, 0)
	return err == nil
}

// Complete reports whether src is a whole input of a prompt, or needs more
// lines. A block ends at an empty line. The error is that of a source which no
// further line can mend.
func Complete(src string) (bool, error) {
	lines := strings.SplitAfter(src, "\n")
	if lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	starved := false
	next := func() ([]byte, error) {
		if len(lines) == 0 {
			starved = true
			return nil, io.EOF
		}
		line := lines[0]
		lines = lines[1:]
		return []byte(strings.TrimSuffix(line, "\n") + "\n"), nil
	}
	for len(lines) > 0 {
		_, err := dialect().ParseCompoundStmt("<input>", next)
		if starved {
			return false, nil
		}
		if err != nil {
			return true, err
		}
	}
	return true, nil
}
