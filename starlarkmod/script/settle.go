package script

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// settle gives the message its final words.
func (d *Diagnosis) settle() {
	if d.Code == "" {
		d.Code = CodeScript
	}
	d.Message, d.meant = cutMeant(d.Message)
	d.Message = reworded(d.Message)
	if d.syntaxError {
		d.placeToken()
	}
	d.blameCaller()
}

// advise finds a hint for an error that does not know one.
func (d *Diagnosis) advise() {
	if d.Hint != "" {
		return
	}
	if d.Hint = promptWords[d.Message]; d.Hint != "" {
		return
	}
	if near := d.nearestName(); near != "" {
		d.meant = near
	}
	local, isLocal := localName(d.Message)
	switch {
	case isLocal && d.in != nil && d.in.builtins.Has(local):
		d.Hint = fmt.Sprintf("a name that a function assigns is its own, not the built-in %s; rename the variable", local)
	case d.meant != "":
		d.Hint = "did you mean " + d.meant + "?"
	case d.syntaxError, strings.HasPrefix(d.Message, "undefined: "):
		d.Hint = syntaxHint(d.Message, d.sourceLine(), int(d.Pos.Col)-1)
	default:
		d.Hint = runtimeHint(d.Message)
	}
}

// promptWords are what people try at a prompt.
var promptWords = map[string]string{
	"undefined: help": "? at the prompt lists what there is, ?name explains it; so do netlark doc and netlark doc name",
	"undefined: quit": "exit() ends a script or the prompt; at the prompt Ctrl-D does too",
}

// localName returns the name of the variable that a function read too early.
func localName(msg string) (string, bool) {
	rest, ok := strings.CutPrefix(msg, "local variable ")
	name, _, _ := strings.Cut(rest, " ")
	return name, ok
}

// blameCaller finds the guilty argument in what Starlark says of a call. Where
// a script's own function was called the wrong way, the place is the call's,
// not the function's.
func (d *Diagnosis) blameCaller() {
	if d.Attribute != "" || d.Argument >= 0 {
		return
	}
	if name, ok := calledFunction(d.Message); ok && name == d.Func && len(d.Callers) > 0 {
		d.Site, d.Callers = d.Callers[0], d.Callers[1:]
	}
	d.parameter = blamedParameter(d.Message)
	if n, err := strconv.Atoi(d.parameter); err == nil {
		d.Argument = n - 1
	}
}

// calledFunction returns the name of the function whose arguments did not fit.
func calledFunction(msg string) (string, bool) {
	rest, ok := strings.CutPrefix(msg, "function ")
	if !ok {
		return "", false
	}
	name, what, _ := strings.Cut(rest, " ")
	for _, start := range []string{"accepts ", "missing ", "got "} {
		if strings.HasPrefix(what, start) {
			return name, true
		}
	}
	return "", false
}

// blamedParameter returns the parameter, or the number of the argument, that a
// message names.
func blamedParameter(msg string) string {
	for _, start := range []string{
		"for parameter ", "unexpected keyword argument ", "multiple values for parameter ",
		"multiple values for keyword argument ",
	} {
		if _, rest, ok := strings.Cut(msg, start); ok {
			rest = strings.TrimLeft(rest, `"`)
			return rest[:len(rest)-len(strings.TrimLeftFunc(rest, isWordRune))]
		}
	}
	return ""
}

func isWordRune(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }

// cutMeant cuts off what Starlark itself believes was meant.
func cutMeant(msg string) (rest, meant string) {
	const start, end = " (did you mean ", "?)"
	at := strings.LastIndex(msg, start)
	if at < 0 || !strings.HasSuffix(msg, end) {
		return msg, ""
	}
	return msg[:at], strings.TrimSuffix(msg[at+len(start):], end)
}

// nearestName returns the name that an undefined one may have meant. The
// resolver cannot know: predeclared names are only a test to it.
func (d *Diagnosis) nearestName() string {
	name, ok := strings.CutPrefix(d.Message, "undefined: ")
	if !ok || d.in == nil {
		return ""
	}
	candidates := append(namesIn(d.in.sources.module(d.Pos.Filename())), d.in.names()...)
	return Nearest(name, without(candidates, name, "_"))
}

func without(names []string, unwanted ...string) []string {
	var others []string
	for _, n := range names {
		if !slices.Contains(unwanted, n) && n != factorName {
			others = append(others, n)
		}
	}
	return others
}

func (d *Diagnosis) sourceLine() string {
	if d.in == nil || !isScriptPosition(d.Pos) {
		return ""
	}
	return line(d.in.sources.module(d.Pos.Filename()).text, int(d.Pos.Line))
}

// names returns all names that any source may use.
func (in *Interp) names() []string {
	all := in.globals.Keys()
	return append(all, starlark.Universe.Keys()...)
}

// namesIn returns the names that a source binds anywhere.
func namesIn(m *module) []string {
	file, err := dialect().Parse(m.name, m.text, 0)
	if err != nil {
		return nil
	}
	var names []string
	collect := func(id *syntax.Ident) bool { names = append(names, id.Name); return true }
	eachBinding(file.Stmts, collect)
	syntax.Walk(file, func(n syntax.Node) bool {
		if def, ok := n.(*syntax.DefStmt); ok {
			eachBinding(def.Body, collect)
			for _, param := range def.Params {
				collectParam(param, collect)
			}
		}
		return true
	})
	return names
}

func collectParam(param syntax.Expr, collect func(*syntax.Ident) bool) {
	switch param := param.(type) {
	case *syntax.Ident:
		collect(param)
	case *syntax.BinaryExpr:
		eachTarget(param.X, collect)
	case *syntax.UnaryExpr:
		if param.X != nil {
			eachTarget(param.X, collect)
		}
	}
}
