package script

import (
	"errors"
	"regexp"
	"strings"

	"go.starlark.net/resolve"
	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// A Diagnosis is what can be said about one error. Strings are as they came;
// who shows them escapes them.
type Diagnosis struct {
	Message   string
	Code      string // one of the language's error codes
	Site             // the guilty line; Pos.Line is 0 if there is none
	Attribute string
	Argument  int // the guilty positional argument, or -1
	Errno     string
	Kernel    string
	Hint      string
	Callers   []Site // of Site.Func, innermost first

	syntaxError bool
	sources     *sources
	names       func() []string
}

// Diagnose returns what can be said about err: one Diagnosis, or several if
// err joins several errors.
func Diagnose(err error) []Diagnosis { return diagnose(err) }

func diagnose(err error) []Diagnosis {
	found := follow(err, Diagnosis{Message: wording(err), Argument: -1})
	for i := range found {
		found[i].settle()
	}
	return found
}

// wording returns an error's message without the place that Error adds.
func wording(err error) string {
	if e, ok := err.(*Error); ok {
		return wording(e.err)
	}
	return err.Error()
}

// innermost returns the first diagnosis of err.
func innermost(err error) Diagnosis { return diagnose(err)[0] }

// follow walks down a chain of errors and collects in d what they say. What an
// outer error says of itself counts more; the place is that of the innermost.
func follow(err error, d Diagnosis) []Diagnosis {
	for err != nil {
		switch e := err.(type) {
		case *Error:
			d.sources, d.names = e.sources, e.names
			d.Message = wording(e)
			err = e.err
			continue
		case resolve.ErrorList:
			return d.undefined(e)
		case *stopError:
			d.stopped(e)
			err = e.at
			continue
		}
		d.absorb(err)
		if joined, ok := err.(interface{ Unwrap() []error }); ok {
			return d.split(joined.Unwrap())
		}
		inner := errors.Unwrap(err)
		if inner != nil && isLoadError(err, inner) {
			d.Message = inner.Error()
		}
		err = inner
	}
	return []Diagnosis{d}
}

// split diagnoses errors that were joined.
func (d Diagnosis) split(errs []error) []Diagnosis {
	var all []Diagnosis
	for _, err := range errs {
		if err == nil {
			continue
		}
		each := d
		each.Message = wording(err)
		all = append(all, follow(err, each)...)
	}
	if len(all) == 0 {
		return []Diagnosis{d}
	}
	return all
}

// isLoadError reports whether err only says which load statement met inner.
func isLoadError(err, inner error) bool {
	return strings.HasPrefix(err.Error(), "cannot load ") && strings.HasSuffix(err.Error(), inner.Error())
}

// absorb takes over what one error of a chain says.
func (d *Diagnosis) absorb(err error) {
	switch e := err.(type) {
	case *starlark.EvalError:
		d.place(e.CallStack)
	case *PlacedError:
		d.Site, d.Callers = e.Site, nil
		d.Attribute, d.Argument = "", -1
	case syntax.Error:
		d.inSource(e.Pos, e.Msg)
	case *shadowError:
		d.inSource(e.pos, e.Error())
		d.syntaxError = false
	}
	if e, ok := err.(Coder); ok && d.Code == "" {
		d.Code = e.Code()
	}
	if e, ok := err.(Attributer); ok && d.Attribute == "" {
		d.Attribute = e.Attribute()
	}
	if e, ok := err.(Positioner); ok && d.Argument < 0 {
		d.Argument = e.Argument()
	}
	if e, ok := err.(Hinter); ok && d.Hint == "" {
		d.Hint = e.Hint()
	}
	if e, ok := err.(KernelError); ok && d.Errno == "" && d.Kernel == "" {
		d.Errno, d.Kernel = e.Errno(), e.Kernel()
	}
}

// place takes the guilty line and its callers from a stack.
func (d *Diagnosis) place(stack starlark.CallStack) {
	var sites []Site
	for i := range stack {
		frame := stack.At(i)
		if isScriptPosition(frame.Pos) {
			sites = append(sites, Site{frame.Pos, frame.Name})
		}
	}
	if len(sites) == 0 {
		return
	}
	d.Site, d.Callers = sites[0], sites[1:]
	d.Attribute, d.Argument = "", -1
}

// inSource places an error that was found before its source ran. The loads
// that led to that source are its callers.
func (d *Diagnosis) inSource(pos syntax.Position, msg string) {
	if isScriptPosition(d.Pos) {
		d.Callers = append([]Site{d.Site}, d.Callers...)
	}
	d.Site, d.Message, d.Code = Site{Pos: pos}, msg, CodeScript
	d.syntaxError = true
}

// undefined diagnoses the errors that the resolver found.
func (d Diagnosis) undefined(list resolve.ErrorList) []Diagnosis {
	all := make([]Diagnosis, len(list))
	for i, e := range list {
		all[i] = d
		all[i].inSource(e.Pos, e.Msg)
		all[i].syntaxError = false
	}
	return all
}

// stopped takes over why a run was stopped.
func (d *Diagnosis) stopped(e *stopError) {
	d.Message, d.Code = e.Error(), "interrupted"
	if _, ok := e.cause.(TimeLimit); ok {
		d.Code = "timeout"
	}
}

// settle gives the message its final words, and finds a hint for those errors
// that do not know one.
func (d *Diagnosis) settle() {
	if d.Code == "" {
		d.Code = CodeScript
	}
	meant := ""
	d.Message, meant = cutMeant(d.Message)
	d.Message = reworded(d.Message)
	if d.Hint != "" {
		return
	}
	if near := d.nearestName(); near != "" {
		meant = near
	}
	switch {
	case meant != "":
		d.Hint = "did you mean " + meant + "?"
	case d.syntaxError:
		d.Hint = syntaxHint(d.Message, d.sourceLine(), int(d.Pos.Col))
	default:
		d.Hint = runtimeHint(d.Message)
	}
}

// cutMeant cuts off what Starlark itself believes was meant.
func cutMeant(msg string) (rest, meant string) {
	match := regexp.MustCompile(`^(?s)(.*) \(did you mean ([^()?]+)\?\)$`).FindStringSubmatch(msg)
	if match == nil {
		return msg, ""
	}
	return match[1], match[2]
}

// nearestName returns the name that an undefined one may have meant. The
// resolver cannot know: predeclared names are only a test to it.
func (d *Diagnosis) nearestName() string {
	name, ok := strings.CutPrefix(d.Message, "undefined: ")
	if !ok || d.names == nil {
		return ""
	}
	candidates := d.names()
	if d.sources != nil {
		candidates = append(namesIn(d.sources.module(d.Pos.Filename())), candidates...)
	}
	return Nearest(name, without(candidates, name))
}

func without(names []string, name string) []string {
	var others []string
	for _, n := range names {
		if n != name {
			others = append(others, n)
		}
	}
	return others
}

func (d *Diagnosis) sourceLine() string {
	if d.sources == nil || !isScriptPosition(d.Pos) {
		return ""
	}
	return line(d.sources.module(d.Pos.Filename()).text, int(d.Pos.Line))
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
