package script

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// dialect returns the options of the language: Starlark with sets, control
// flow and reassignment at file level, and recursion; no while.
func dialect() *syntax.FileOptions {
	return &syntax.FileOptions{Set: true, TopLevelControl: true, GlobalReassign: true, Recursion: true}
}

// File runs the file at path; "-" is standard input.
func (in *Interp) File(ctx context.Context, path string) error {
	if path == "-" {
		text, err := untilDone(ctx, func() ([]byte, error) { return io.ReadAll(in.config.Stdin) })
		if err != nil {
			return in.attach(unreadable("standard input", err))
		}
		_, err = in.Source(ctx, "<stdin>", string(text), false)
		return err
	}
	text, err := untilDone(ctx, func() ([]byte, error) { return os.ReadFile(path) })
	if errors.Is(err, fs.ErrNotExist) {
		return in.attach(missingProblem(path, path, ".star"))
	}
	if err != nil {
		return in.attach(unreadable("the script", err))
	}
	in.loader.setMain(filepath.Dir(path))
	_, err = in.main(ctx, &module{name: path, key: resolved(path), dir: filepath.Dir(path), text: string(text)}, false)
	return err
}

// untilDone reads what may never come: a terminal, a pipe.
func untilDone(ctx context.Context, read func() ([]byte, error)) ([]byte, error) {
	type result struct {
		text []byte
		err  error
	}
	done := make(chan result, 1)
	go func() {
		text, err := read()
		done <- result{text, err}
	}()
	select {
	case r := <-done:
		return r.text, r.err
	case <-ctx.Done():
		return nil, stopCause(ctx)
	}
}

func unreadable(what string, err error) error {
	if _, stopped := errors.AsType[Interrupted](err); stopped {
		return &stopError{cause: err, at: err}
	}
	return fmt.Errorf("cannot read %s: %w", what, err)
}

// resolved returns the absolute path of a file, symbolic links followed.
func resolved(path string) string {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	return path
}

// Source runs src under the name that errors show. With printLast it returns
// the value of the last statement if that is an expression, and otherwise nil.
func (in *Interp) Source(ctx context.Context, name, src string, printLast bool) (starlark.Value, error) {
	return in.main(ctx, &module{name: name, key: name, dir: in.config.Dir, text: src}, printLast)
}

// main runs m as the script, whose globals stay open for changes.
func (in *Interp) main(ctx context.Context, m *module, wantResult bool) (starlark.Value, error) {
	var result starlark.Value
	err := in.run(ctx, func(r *run) error {
		r.main = m
		prog, err := in.compile(m, wantResult)
		if err != nil {
			return err
		}
		globals, err := prog.Init(r.thread, in.builtins)
		in.define(globals)
		if err != nil {
			return err
		}
		result = globals[resultName]
		return in.args.unasked(in.config.Mode)
	})
	if err != nil {
		return nil, err
	}
	return result, nil
}

// compile registers the source of m and compiles it.
func (in *Interp) compile(m *module, wantResult bool) (*starlark.Program, error) {
	m.text = strings.TrimPrefix(m.text, "\ufeff") // some editors' byte order mark
	in.sources.add(m)
	file, err := dialect().Parse(m.name, m.text, 0)
	if err != nil {
		return nil, err
	}
	if err := in.checkShadowing(file); err != nil {
		return nil, err
	}
	if wantResult {
		keepResult(file)
	}
	guardRepetition(file)
	return starlark.FileProgram(file, in.builtins.Has)
}

// resultName is the global that receives the value of a last expression. No
// script can spell it.
const resultName = "(result)"

// keepResult turns a last statement that is an expression into an assignment
// to resultName.
func keepResult(file *syntax.File) {
	last := len(file.Stmts) - 1
	if last < 0 {
		return
	}
	if stmt, ok := file.Stmts[last].(*syntax.ExprStmt); ok {
		file.Stmts[last] = assignResult(stmt)
	}
}

func assignResult(stmt *syntax.ExprStmt) *syntax.AssignStmt {
	start := syntax.Start(stmt)
	return &syntax.AssignStmt{
		LHS:   &syntax.Ident{NamePos: start, Name: resultName},
		OpPos: start,
		Op:    syntax.EQ,
		RHS:   stmt.X,
	}
}
