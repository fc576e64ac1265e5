package script

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"go.starlark.net/starlark"
)

// An ArgParser is a value that, as the default of an arg, reads the text of
// the command line as a value of its own type.
type ArgParser interface {
	starlark.Value
	ParseArg(text string) (starlark.Value, error)
}

// An Arg is an argument that a script asked for.
type Arg struct {
	Name    string
	Default starlark.Value // nil if the argument has to be given
	Doc     string
}

// An argTable holds the arguments of the command line and those asked for.
type argTable struct {
	given map[string]string
	asked map[string]Arg
}

func newArgTable(given map[string]string) *argTable {
	return &argTable{given: given, asked: map[string]Arg{}}
}

// Args returns the arguments that the script asked for, by name.
func (in *Interp) Args() []Arg {
	var all []Arg
	for _, name := range slices.Sorted(maps.Keys(in.args.asked)) {
		all = append(all, in.args.asked[name])
	}
	return all
}

// ask is arg(name, default, doc = ""): the argument --arg name=value as a value
// of the default's type, or the default.
func (t *argTable) ask(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var a Arg
	if err := starlark.UnpackArgs(b.Name(), args, kwargs, "name", &a.Name, "default?", &a.Default, "doc?", &a.Doc); err != nil {
		return nil, err
	}
	t.asked[a.Name] = a
	given, ok := t.given[a.Name]
	if ok {
		value, err := parseArg(given, a.Default)
		if err != nil {
			return nil, fmt.Errorf("--arg %s=%s: %w", a.Name, given, err)
		}
		return value, nil
	}
	if a.Default == nil {
		return nil, &Problem{
			Message: fmt.Sprintf("the script needs an argument %s", a.Name),
			Class:   CodeScript,
			Advice:  fmt.Sprintf("run it with --arg %s=VALUE", a.Name),
		}
	}
	return a.Default, nil
}

// parseArg reads given as a value of the type of like.
func parseArg(given string, like starlark.Value) (starlark.Value, error) {
	switch like := like.(type) {
	case nil, starlark.NoneType, starlark.String:
		return starlark.String(given), nil
	case starlark.Bool:
		return parseBool(given)
	case starlark.Int:
		value, err := starlark.Universe["int"].(*starlark.Builtin).CallInternal(nil, starlark.Tuple{starlark.String(given), starlark.MakeInt(0)}, nil)
		if err != nil {
			return nil, fmt.Errorf("want a whole number")
		}
		return value, nil
	case starlark.Float:
		f, err := strconv.ParseFloat(given, 64)
		if err != nil {
			return nil, fmt.Errorf("want a number")
		}
		return starlark.Float(f), nil
	case *starlark.List:
		elems, err := parseList(given, like)
		return starlark.NewList(elems), err
	case starlark.Tuple:
		elems, err := parseList(given, like)
		return starlark.Tuple(elems), err
	case ArgParser:
		return like.ParseArg(given)
	default:
		return nil, fmt.Errorf("an argument cannot be a %s; its default should be a string", like.Type())
	}
}

func parseBool(given string) (starlark.Value, error) {
	switch strings.ToLower(given) {
	case "true", "yes", "on", "1":
		return starlark.True, nil
	case "false", "no", "off", "0":
		return starlark.False, nil
	}
	return nil, fmt.Errorf("want true or false")
}

// parseList reads elements between commas; they are of the type of the first
// element of like, or strings.
func parseList(given string, like starlark.Indexable) ([]starlark.Value, error) {
	if given == "" {
		return nil, nil
	}
	var element starlark.Value
	if like.Len() > 0 {
		element = like.Index(0)
	}
	var elems []starlark.Value
	for field := range strings.SplitSeq(given, ",") {
		value, err := parseArg(strings.TrimSpace(field), element)
		if err != nil {
			return nil, err
		}
		elems = append(elems, value)
	}
	return elems, nil
}

// CheckArgs returns an error if an argument was given that the script did not
// ask for. File and Source check it in ModeRun and ModePlan; a test may ask
// for arguments when it runs.
func (in *Interp) CheckArgs() error { return in.Attach(in.args.check()) }

func (t *argTable) unasked(mode string) error {
	if mode != ModeRun && mode != ModePlan {
		return nil
	}
	return t.check()
}

func (t *argTable) check() error {
	asked := slices.Sorted(maps.Keys(t.asked))
	for _, name := range slices.Sorted(maps.Keys(t.given)) {
		if _, ok := t.asked[name]; ok {
			continue
		}
		problem := &Problem{Message: fmt.Sprintf("no arg() asks for --arg %s", name), Class: CodeScript}
		if near := Nearest(name, asked); near != "" {
			problem.Advice = fmt.Sprintf("did you mean --arg %s?", near)
		} else if len(asked) > 0 {
			problem.Advice = "the script asks for " + strings.Join(asked, ", ")
		}
		return problem
	}
	return nil
}
