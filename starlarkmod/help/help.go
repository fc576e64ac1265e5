// Package help finds and formats the documentation of what scripts have: the
// same text for `netlark doc` and for the prompt.
package help

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.starlark.net/starlark"

	"github.com/netlark/netlark/starlarkmod/module"
	"github.com/netlark/netlark/starlarkmod/script"
)

// Overview lists all names with a line each.
func Overview(names starlark.StringDict) string {
	var out strings.Builder
	var modules, functions []string
	for _, n := range sorted(names) {
		if _, ok := names[n].(*module.Module); ok {
			modules = append(modules, n)
		} else if !plainStarlark(n, names[n]) {
			functions = append(functions, n)
		}
	}
	out.WriteString("Modules:\n")
	for _, n := range modules {
		fmt.Fprintf(&out, "  %-10s %s\n", n, names[n].(*module.Module).Doc)
	}
	out.WriteString("Functions and values:\n")
	for _, n := range functions {
		fmt.Fprintf(&out, "  %-10s %s\n", n, Summary(n, names[n]))
	}
	return out.String()
}

// plainStarlark reports whether a name is the language's own, which netlark only
// guards.
func plainStarlark(name string, v starlark.Value) bool {
	_, builtin := v.(*starlark.Builtin)
	return builtin && starlark.Universe.Has(name) && builtinDocs[name] == ""
}

// Find returns the documentation of a dotted name: a module, a function, or an
// argument of one. Arguments that open and close a call are left out, so that
// "link.add(" works too.
func Find(names starlark.StringDict, path string) (string, error) {
	path = strings.TrimRight(strings.TrimSpace(path), "().")
	if path == "" {
		return Overview(names), nil
	}
	parts := strings.Split(path, ".")
	v, ok := names[parts[0]]
	if !ok {
		return "", notFound(path, parts[0], sorted(names))
	}
	for i, part := range parts[1:] {
		switch x := v.(type) {
		case *module.Module:
			member, err := x.Attr(part)
			if err != nil {
				return "", err
			}
			v = member
		case *module.Function:
			if member, ok := x.Gives()[part]; ok {
				v = member
				continue
			}
			if i == len(parts)-2 {
				return parameter(x, part)
			}
			return "", notFound(path, part, nil)
		default:
			return "", notFound(path, part, nil)
		}
	}
	return Text(path, v), nil
}

func notFound(path, part string, candidates []string) error {
	p := &script.Problem{Class: "not_found", Message: fmt.Sprintf("there is no documentation of %q", path)}
	if near := script.Nearest(part, candidates); near != "" {
		p.Advice = "did you mean " + near + "?"
	}
	return p
}

// Text returns the documentation of a value under a name.
func Text(name string, v starlark.Value) string {
	switch v := v.(type) {
	case *module.Module:
		return moduleText(v)
	case *module.Function:
		return functionText(v)
	case *starlark.Function:
		return scriptFunctionText(name, v)
	}
	return name + ": " + Summary(name, v) + "\n"
}

// Summary is what there is to say of a value in a line.
func Summary(name string, v starlark.Value) string {
	switch v := v.(type) {
	case *module.Module:
		return v.Doc
	case *module.Function:
		return v.Doc
	case *starlark.Function:
		return strings.TrimSpace(v.Doc())
	}
	if d := builtinDocs[name]; d != "" {
		return d
	}
	if v == nil {
		return ""
	}
	return v.Type()
}

func moduleText(m *module.Module) string {
	var out strings.Builder
	fmt.Fprintf(&out, "%s: %s\n\n", m.Name, m.Doc)
	width := 0
	for _, n := range m.AttrNames() {
		width = max(width, len(n))
	}
	for _, n := range m.AttrNames() {
		v, err := m.Attr(n)
		if err == nil {
			fmt.Fprintf(&out, "  %s.%-*s  %s\n", m.Name, width, n, Summary(n, v))
			out.WriteString(contents(v, len(m.Name)+width+5))
		}
	}
	return out.String()
}

// contents lists the names in a module of a module, indented.
func contents(v starlark.Value, indent int) string {
	m, ok := v.(*module.Module)
	if !ok {
		return ""
	}
	const width = 100
	var out strings.Builder
	line := ""
	for _, n := range m.AttrNames() {
		if line != "" && indent+len(line)+len(n)+2 > width {
			fmt.Fprintf(&out, "%*s%s,\n", indent, "", line)
			line = ""
		}
		if line != "" {
			line += ", "
		}
		line += n
	}
	fmt.Fprintf(&out, "%*s%s\n", indent, "", line)
	return out.String()
}

func functionText(f *module.Function) string {
	var out strings.Builder
	params := f.Params()
	var sig []string
	for i, p := range params {
		switch {
		case i < f.Positional && p.Default == "":
			sig = append(sig, p.Name)
		case i < f.Positional:
			sig = append(sig, p.Name+" = "+p.Default)
		}
	}
	if len(params) > f.Positional {
		sig = append(sig, "…")
	}
	fmt.Fprintf(&out, "%s(%s)\n\n  %s\n\n", f.Name(), strings.Join(sig, ", "), f.Doc)
	width := 0
	for _, p := range params {
		width = max(width, len(p.Name))
	}
	for _, p := range params {
		fmt.Fprintf(&out, "  %-*s  %s: %s%s\n", width, p.Name, p.Type, p.Doc, words(p, 8))
	}
	if gives := slices.Sorted(maps.Keys(f.Gives())); gives != nil {
		fmt.Fprintf(&out, "\n  what it gives has: %s\n", strings.Join(gives, ", "))
	}
	return out.String()
}

// scriptFunctionText shows how a function of a script is called, and its
// documentation if it has any.
func scriptFunctionText(name string, f *starlark.Function) string {
	text := fmt.Sprintf("%s(%s)\n", name, strings.Join(signature(f), ", "))
	if doc := strings.TrimSpace(f.Doc()); doc != "" {
		text += "\n  " + strings.ReplaceAll(doc, "\n", "\n  ") + "\n"
	}
	return script.Escape(text)
}

func signature(f *starlark.Function) (sig []string) {
	named, star, kwargs := f.NumParams(), "*", ""
	if f.HasKwargs() {
		named--
		kwargs, _ = f.Param(named)
	}
	if f.HasVarargs() {
		named--
		varargs, _ := f.Param(named)
		star += varargs
	}
	for i := range named + 1 {
		if i == named-f.NumKwonlyParams() && (f.HasVarargs() || i < named) {
			sig = append(sig, star)
		}
		if i == named {
			break
		}
		p, _ := f.Param(i)
		if def := f.ParamDefault(i); def != nil {
			p += " = " + def.String()
		}
		sig = append(sig, p)
	}
	if f.HasKwargs() {
		sig = append(sig, "**"+kwargs)
	}
	return sig
}

// words lists the words of an enumeration, at most n of them.
func words(p module.Param, n int) string {
	if len(p.Words) == 0 {
		return ""
	}
	w, more := p.Words, ""
	if len(w) > n {
		w, more = w[:n], ", …"
	}
	return " (" + strings.Join(w, ", ") + more + ")"
}

func parameter(f *module.Function, name string) (string, error) {
	var names []string
	names = slices.AppendSeq(names, maps.Keys(f.Gives()))
	for _, p := range f.Params() {
		if p.Name == name {
			return fmt.Sprintf("%s, argument %s\n\n  %s: %s%s\n", f.Name(), p.Name, p.Type, p.Doc, words(p, 1000)), nil
		}
		names = append(names, p.Name)
	}
	return "", notFound(f.Name()+"."+name, name, names)
}

func sorted(names starlark.StringDict) []string {
	keys := names.Keys()
	slices.Sort(keys)
	return keys
}
