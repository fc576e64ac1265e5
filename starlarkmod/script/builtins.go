package script

import (
	"fmt"
	"time"

	"go.starlark.net/lib/math"
	"go.starlark.net/starlark"
	"go.starlark.net/starlarkstruct"
)

// A builtinFunc is the type of a builtin's function.
type builtinFunc = func(*starlark.Thread, *starlark.Builtin, starlark.Tuple, []starlark.Tuple) (starlark.Value, error)

// ownBuiltins returns the builtins that every script has.
func (in *Interp) ownBuiltins() starlark.StringDict {
	rest := make(starlark.Tuple, len(in.config.Rest))
	for i, arg := range in.config.Rest {
		rest[i] = starlark.String(arg)
	}
	own := starlark.StringDict{
		"__mode__": starlark.String(in.config.Mode),
		"args":     rest,
		"json":     jsonModule(),
		"math":     math.Module,
		factorName: starlark.NewBuiltin("*", factorOf),
	}
	for name, fn := range map[string]builtinFunc{
		"arg":     in.args.ask,
		"attempt": attempt,
		"eprint":  in.eprint,
		"exit":    exit,
		"fail":    fail,
		"hex":     hex,
		"now":     now,
		"print":   in.print,
		"range":   in.rangeOf,
		"read":    in.read,
		"sleep":   sleep,
		"struct":  starlarkstruct.Make,
	} {
		own[name] = NewBuiltin(name, fn)
	}
	for _, name := range []string{"bytes", "enumerate", "list", "reversed", "sorted", "tuple", "zip"} {
		own[name] = NewBuiltin(name, bounded(name))
	}
	return own
}

// A failError is a script's call of fail.
type failError string

func (e failError) Error() string { return string(e) }

// fail(*args, sep = " ") ends the script with an error.
func fail(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	line, err := joinArgs(b.Name(), args, kwargs)
	if err != nil {
		return nil, err
	}
	if line == "" {
		line = "the script failed"
	}
	return nil, failError(line)
}

// exit(code = 0) ends the script.
func exit(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	code := 0
	if err := starlark.UnpackArgs(b.Name(), args, kwargs, "code?", &code); err != nil {
		return nil, err
	}
	if code < 0 || code > 255 {
		return nil, fmt.Errorf("exit: got %d, want a code from 0 to 255", code)
	}
	return nil, &ExitError{code}
}

// hex(n, width = 0) returns n in hexadecimal digits, padded with zeros.
func hex(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var n starlark.Int
	width := 0
	if err := starlark.UnpackArgs(b.Name(), args, kwargs, "n", &n, "width?", &width); err != nil {
		return nil, err
	}
	if n.Sign() < 0 {
		return nil, fmt.Errorf("hex: got %v, want a number that is not negative", n)
	}
	if width < 0 || width > 1024 {
		return nil, fmt.Errorf("hex: got width %d, want 0 to 1024", width)
	}
	return starlark.String(fmt.Sprintf("%0*x", width, n.BigInt())), nil
}

// now() returns the seconds since 1970.
func now(th *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	if err := starlark.UnpackArgs(b.Name(), args, kwargs); err != nil {
		return nil, err
	}
	if err := RequireLive(th, "now()"); err != nil {
		return nil, err
	}
	return starlark.Float(float64(time.Now().UnixMicro()) / 1e6), nil
}

// sleep(time) waits.
func sleep(th *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var length starlark.Value
	if err := starlark.UnpackArgs(b.Name(), args, kwargs, "time", &length); err != nil {
		return nil, err
	}
	d, err := Duration(length)
	if err != nil {
		return nil, fmt.Errorf("sleep: %w", err)
	}
	if err := RequireLive(th, "sleep()"); err != nil {
		return nil, err
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return starlark.None, nil
	case <-Context(th).Done():
		return nil, Context(th).Err()
	}
}

// read(path) returns a file's text.
func (in *Interp) read(th *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var label string
	if err := starlark.UnpackArgs(b.Name(), args, kwargs, "path", &label); err != nil {
		return nil, err
	}
	m, err := in.loader.find(in.sources.module(Position(th).Filename()), label, "")
	if err != nil {
		return nil, err
	}
	return starlark.String(m.text), nil
}
