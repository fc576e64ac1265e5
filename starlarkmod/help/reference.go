package help

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"go.starlark.net/starlark"

	"github.com/netlark/netlark/starlarkmod/module"
)

// Reference writes the documentation of all names as Markdown: each module with
// its functions, each function with its arguments. Arguments that several verbs
// of a family share are a table of their own under the first.
func Reference(w io.Writer, names starlark.StringDict) {
	fmt.Fprint(w, "# Reference\n\nMade from the definitions by `make docs`; `netlark doc NAME` and `?NAME` at the prompt show the same.\n")
	for _, n := range sorted(names) {
		if m, ok := names[n].(*module.Module); ok {
			referenceModule(w, m)
		}
	}
	fmt.Fprint(w, "\n## Functions and values\n\n")
	for _, n := range sorted(names) {
		switch v := names[n].(type) {
		case *module.Module:
		case *module.Function:
			referenceFunction(w, v)
		default:
			if plainStarlark(n, v) {
				continue
			}
			fmt.Fprintf(w, "- `%s`: %s\n", n, cell(Summary(n, v)))
		}
	}
}

func referenceModule(w io.Writer, m *module.Module) {
	fmt.Fprintf(w, "\n## %s\n\n%s.\n", m.Name, sentence(m.Doc))
	var below []*module.Module
	for _, n := range m.AttrNames() {
		v, err := m.Attr(n)
		if err != nil {
			continue
		}
		switch v := v.(type) {
		case *module.Function:
			referenceFunction(w, v)
		case *module.Module:
			below = append(below, v)
		}
	}
	for _, b := range below {
		referenceModule(w, b)
	}
}

func referenceFunction(w io.Writer, f *module.Function) {
	fmt.Fprintf(w, "\n### %s\n\n%s.\n\n", f.Name(), sentence(f.Doc))
	if params := f.Params(); len(params) > 0 {
		fmt.Fprint(w, "| argument | type | meaning |\n|---|---|---|\n")
		for _, p := range params {
			fmt.Fprintf(w, "| `%s` | %s | %s |\n", p.Name, cell(p.Type), cell(p.Doc+words(p, 1000)))
		}
	}
	gives := f.Gives()
	for _, n := range slices.Sorted(maps.Keys(gives)) {
		referenceFunction(w, gives[n])
	}
}

func sentence(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

func cell(s string) string { return strings.ReplaceAll(s, "|", "\\|") }
