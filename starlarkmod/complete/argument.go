package complete

import (
	"slices"
	"strconv"
	"strings"

	"github.com/netlark/netlark/starlarkmod/module"
)

// An argument is the one of a call that the cursor is in.
type argument struct {
	*frame
	fn     *module.Function // nil: the call's function is not known, or there is no call
	param  *module.Param    // nil: not known
	params []module.Param
	inside bool // in a list, a dict or a tuple that the argument is
	key    bool // at a key of a dict
	fresh  bool // nothing was typed of it, so that it may get a name
	tokens int  // before the cursor, of the argument or the element
}

// argument finds the innermost call and its argument. Brackets that call
// nothing belong to the argument that they are in.
func (c *Completer) argument(at *cursor) *argument {
	n := len(at.frames) - 1
	inner := &at.frames[n]
	for n > 0 && at.frames[n].callee == "" {
		if at.frames[n].open == '[' && at.frames[n].begin >= 0 { // a subscript
			return &argument{frame: inner}
		}
		n--
	}
	f := &argument{frame: &at.frames[n], tokens: inner.tokens, inside: inner != &at.frames[n]}
	f.key = inner.open == '{' && !inner.value
	f.fresh = !f.inside && f.keyword == "" && !at.quoted
	fn, ok := c.value(f.callee).(*module.Function)
	if f.callee == "" || !ok {
		return f
	}
	f.fn, f.params = fn, fn.Params()
	f.param = f.find()
	return f
}

// find returns the parameter that the argument is for.
func (f *argument) find() *module.Param {
	if f.keyword == "" {
		if f.index < min(f.fn.Positional, len(f.params)) {
			return &f.params[f.index]
		}
		return nil
	}
	i := slices.IndexFunc(f.params, func(p module.Param) bool { return p.Name == f.keyword })
	if i < 0 {
		return nil
	}
	return &f.params[i]
}

// keywords are the names that the argument may have.
func (f *argument) keywords() (out []Candidate) {
	for i, p := range f.params {
		if i < f.index && i < f.fn.Positional || slices.Contains(f.given, p.Name) {
			continue
		}
		out = append(out, Candidate{Text: p.Name + " = ", Doc: p.Type + ": " + p.Doc})
	}
	return out
}

// values are what the argument may be, as a script writes it.
func (c *Completer) values(f *argument) (out []Candidate) {
	p := f.param
	switch {
	case p == nil:
		return nil
	case p.Type == "dict":
		if f.key {
			out = append(out, quoted(p.Words)...)
		}
		return out
	case strings.Contains(p.Type, "boolean"):
		out = append(out, Candidate{Text: "True"}, Candidate{Text: "False"})
	}
	for _, call := range p.Makes {
		out = append(out, candidate(call, c.value(call)))
	}
	if p.Type != "kind" || !f.fresh { // the constructors say the same of the names of kinds
		out = append(out, quoted(p.Words)...)
	}
	if p.Live != nil && c.Session != nil {
		ctx, cancel := look()
		defer cancel()
		for _, text := range p.Live(ctx, c.Session) {
			out = append(out, Candidate{Text: text})
		}
	}
	return out
}

func quoted(words []string) (out []Candidate) {
	for _, w := range words {
		if w != "" {
			out = append(out, Candidate{Text: strconv.Quote(w)})
		}
	}
	return out
}

// unquoted is what a string literal says, as it is written.
func unquoted(literal string) (string, bool) {
	inner, ok := strings.CutPrefix(literal, `"`)
	return strings.TrimSuffix(inner, `"`), ok
}
