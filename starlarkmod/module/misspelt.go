package module

import (
	"fmt"
	"slices"
	"strings"

	"go.starlark.net/starlark"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/starlarkmod/script"
)

// open is the name of a parameter that stands for any others.
const open = "…"

// misspelt explains why a call failed that gave an argument by a name which is
// none of the function's: it says which is meant.
func (f *Function) misspelt(kwargs []starlark.Tuple, err error) error {
	if !strings.Contains(err.Error(), "unexpected keyword argument ") {
		return err
	}
	var names []string
	for _, p := range f.Params() {
		names = append(names, p.Name)
	}
	for _, kw := range kwargs {
		name, _ := starlark.AsString(kw[0])
		if slices.Contains(names, name) || slices.Contains(names, open) {
			continue
		}
		p := &script.Problem{Class: "invalid", Path: name, Err: err, Message: fmt.Sprintf("%s: no argument is named %q", f.name, name)}
		p.Advice = "it takes " + strings.Join(names, ", ")
		switch near := script.Nearest(name, names); {
		case near != "":
			p.Advice = fmt.Sprintf("did you mean %s?", near)
		case names == nil:
			p.Advice = "it takes none"
		}
		return p
	}
	return err // of a function that this one called
}

// meantKind says with an error on an object of a kind that is not known which one
// may be meant.
func meantKind(err error, r object.Ref) error {
	p, ok := err.(*script.Problem)
	i := r.Table().Lookup("kind")
	if !ok || p.Advice != "" || i < 0 {
		return err
	}
	kind := r.Table().Get(r.Ptr(), i)
	if kind.Shape == attr.Object {
		kind.S = kind.T.Name
	}
	var known []string
	for _, t := range r.Table().Fields()[i].Cases() {
		known = append(known, t.Name)
	}
	if near := script.Nearest(kind.S, known); near != "" && !slices.Contains(known, kind.S) {
		p.Advice = fmt.Sprintf("did you mean %q?", near)
	}
	return err
}
