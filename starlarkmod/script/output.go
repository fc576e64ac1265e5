package script

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"go.starlark.net/starlark"
)

// An OutputError says that standard output cannot be written. A script cannot
// catch it: what it prints from then on would be lost as well.
type OutputError struct{ Err error }

// Error says why in a word, without the call that failed.
func (e *OutputError) Error() string {
	why := e.Err
	if path, ok := errors.AsType[*fs.PathError](why); ok {
		why = path.Err
	}
	return fmt.Sprintf("cannot write to standard output: %v", why)
}

// Unwrap returns the cause.
func (e *OutputError) Unwrap() error { return e.Err }

// print(*args, sep = " ") writes a line to standard output. Where that is not
// the script's, lines go to standard error and say where they come from.
func (in *Interp) print(th *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	line, err := joinArgs(b.Name(), args, kwargs)
	if err != nil {
		return nil, err
	}
	if !in.printsPlainly() {
		pos := Position(th)
		in.complain(fmt.Sprintf("%s:%d: %s", pos.Filename(), pos.Line, line))
		return starlark.None, nil
	}
	if _, err := io.WriteString(in.config.Stdout, presentable(in.outTerminal, line)+"\n"); err != nil {
		return nil, &OutputError{err}
	}
	return starlark.None, nil
}

func (in *Interp) printsPlainly() bool {
	live := in.config.Mode == ModeRun || in.config.Mode == ModeREPL
	return live && !in.config.JSON
}

// eprint(*args, sep = " ") writes a line to standard error.
func (in *Interp) eprint(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	line, err := joinArgs(b.Name(), args, kwargs)
	if err != nil {
		return nil, err
	}
	in.complain(line)
	return starlark.None, nil
}

// Tell writes a line to standard error: what a user should know of a call that did not
// fail.
func Tell(th *starlark.Thread, line string) {
	if r := runOf(th); r != nil {
		r.in.complain(line)
	}
}

// complain writes a line to standard error. Where that fails nobody can be told.
func (in *Interp) complain(line string) {
	_, _ = io.WriteString(in.config.Stderr, presentable(in.errTerminal, line)+"\n")
}

// presentable returns a text as it may be written: names, aliases and what
// programs say come from outside, and must not command a terminal.
func presentable(terminal bool, text string) string {
	if terminal {
		return EscapeControls(text)
	}
	return text
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// joinArgs joins args as print does.
func joinArgs(name string, args starlark.Tuple, kwargs []starlark.Tuple) (string, error) {
	sep := " "
	if err := starlark.UnpackArgs(name, nil, kwargs, "sep?", &sep); err != nil {
		return "", err
	}
	words := make([]string, len(args))
	for i, arg := range args {
		words[i] = text(arg)
	}
	return strings.Join(words, sep), nil
}

// text returns a string as it is and any other value as it prints.
func text(v starlark.Value) string {
	switch v := v.(type) {
	case starlark.String:
		return string(v)
	case starlark.Bytes:
		return string(v)
	}
	return v.String()
}
