// Package complete finds what may come next in a source that is being typed:
// names, attributes, arguments, their values, what lives in the kernel, files.
// It runs nothing of the source, and changes nothing.
package complete

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"go.starlark.net/starlark"

	"github.com/netlark/netlark/starlarkmod/help"
	"github.com/netlark/netlark/starlarkmod/module"
	"github.com/netlark/netlark/starlarkmod/value"
)

// A Completer completes sources of one session.
type Completer struct {
	Names starlark.StringDict // all that a source may use
	// Session says where to look for what lives in the kernel; nil: nowhere.
	Session *module.Session
	// Files returns the files whose labels begin with what is given, and folders
	// with a slash behind; nil: there are none.
	Files func(label string) []string
}

// A Candidate is one way to go on.
type Candidate struct {
	Text string // in place of what was typed of it
	Doc  string
	End  string // the quote behind it, where a string ends with it
}

// lookTime is how long a look into the kernel may take: nobody waits longer for
// a TAB.
const lookTime = 300 * time.Millisecond

// Complete returns what was typed of the last word of src, and what it may
// become, in alphabetical order. Each candidate begins with the word.
func (c *Completer) Complete(src string) (word string, all []Candidate) {
	at := scan(src)
	switch {
	case at.comment:
		return "", nil
	case at.quoted:
		word, all = at.text, c.strings(&at)
	case at.dotted:
		word, all = at.word, c.attributes(at.base)
	default:
		word, all = at.word, c.words(&at)
	}
	all = slices.DeleteFunc(all, func(x Candidate) bool { return !strings.HasPrefix(x.Text, word) || hidden(x.Text, word) })
	slices.SortStableFunc(all, func(a, b Candidate) int { return cmp.Compare(a.Text, b.Text) })
	return word, slices.CompactFunc(all, func(a, b Candidate) bool { return a.Text == b.Text })
}

// hidden reports whether a name is shown only to who begins it.
func hidden(name, word string) bool { return strings.HasPrefix(name, "__") && word == "" }

// attributes are those of an expression's value.
func (c *Completer) attributes(base string) (out []Candidate) {
	x := c.value(base)
	for _, name := range attributeNames(x) {
		member := candidate(name, attribute(x, name))
		if o, ok := x.(value.Object); ok {
			member.Doc = attributeDoc(o, name)
		}
		out = append(out, member)
	}
	return out
}

func attributeDoc(o value.Object, name string) string {
	i := o.Table().Lookup(name)
	if i < 0 {
		return ""
	}
	return o.Table().Fields()[i].Doc
}

// candidate is a name with what follows it: a module's dot, a function's
// bracket.
func candidate(name string, v starlark.Value) Candidate {
	doc := help.Summary(name, v)
	if v != nil && doc == v.Type() { // that says nothing
		doc = ""
	}
	switch v.(type) {
	case *module.Module:
		name += "."
	case starlark.Callable:
		name += "("
	}
	return Candidate{Text: name, Doc: doc}
}

// keywords are the language's own words.
var keywords = strings.Fields("and break continue def elif else for if in lambda load( not or pass return")

// names are all that an expression may begin with.
func (c *Completer) names() (out []Candidate) {
	for name, v := range c.Names {
		out = append(out, candidate(name, v))
	}
	for _, k := range keywords {
		out = append(out, Candidate{Text: k})
	}
	for _, name := range []string{"True", "False", "None"} {
		out = append(out, Candidate{Text: name})
	}
	for name, v := range starlark.Universe {
		if !c.Names.Has(name) && name != "True" && name != "False" && name != "None" {
			out = append(out, candidate(name, v))
		}
	}
	return out
}

// words are what may stand where no string is: a name, an argument or its value.
func (c *Completer) words(at *cursor) []Candidate {
	f := c.argument(at)
	switch {
	case f.fn == nil:
		return c.names()
	case f.tokens > 0: // in the middle of an expression
		if at.word == "" {
			return nil
		}
		return c.names()
	}
	out := c.values(f)
	if f.fresh {
		out = append(out, f.keywords()...)
	}
	if at.word != "" && !slices.ContainsFunc(out, func(x Candidate) bool { return strings.HasPrefix(x.Text, at.word) }) {
		return c.names()
	}
	return out
}

// strings are what the string that is being typed may say.
func (c *Completer) strings(at *cursor) (out []Candidate) {
	f := c.argument(at)
	if f.callee == "load" || f.callee == "read" {
		return c.files(at)
	}
	for _, v := range c.values(f) {
		if inner, ok := unquoted(v.Text); ok {
			out = append(out, Candidate{inner, v.Doc, at.quote})
		}
	}
	return out
}

func (c *Completer) files(at *cursor) (out []Candidate) {
	if c.Files == nil {
		return nil
	}
	for _, name := range c.Files(at.text) {
		file := Candidate{Text: name, End: at.quote}
		if strings.HasSuffix(name, "/") {
			file.End = ""
		}
		out = append(out, file)
	}
	return out
}

// DottedNames are the names that documentation may be asked of, such as
// link.vxlan or link.vxlan.id, which begin with what is given.
func (c *Completer) DottedNames(path string) (out []string) {
	dot := strings.LastIndexByte(path, '.') + 1
	if fn, ok := c.value(strings.TrimSuffix(path[:dot], ".")).(*module.Function); ok {
		for _, p := range fn.Params() {
			if strings.HasPrefix(p.Name, path[dot:]) {
				out = append(out, path[:dot]+p.Name)
			}
		}
		return out
	}
	_, all := c.Complete(path)
	for _, x := range all {
		if name := path[:dot] + strings.TrimRight(x.Text, "(."); c.value(name) != nil {
			out = append(out, name)
		}
	}
	return out
}

// look bounds the time of a look into the kernel.
func look() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), lookTime)
}
