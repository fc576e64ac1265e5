// Package starlarkmod is the one list of modules and functions that scripts
// have.
package starlarkmod

import (
	"maps"
	"slices"
	"strings"

	"go.starlark.net/starlark"

	"github.com/netlark/netlark/netlinkcore/all"
	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/starlarkmod/exec"
	"github.com/netlark/netlark/starlarkmod/module"
	"github.com/netlark/netlark/starlarkmod/netns"
	"github.com/netlark/netlark/starlarkmod/netval"
	"github.com/netlark/netlark/starlarkmod/probe"
	"github.com/netlark/netlark/starlarkmod/topology"
)

// Bound returns what works on one namespace; nil is the session's current one.
func Bound(t *module.Target) starlark.StringDict {
	out := starlark.StringDict{
		"exec":  exec.Function(t),
		"probe": probe.Module(t),
	}
	for name, m := range module.Families(all.Families(), t) {
		out[name] = m
	}
	return out
}

// Predeclared returns all names that scripts have, besides the language's own.
func Predeclared() starlark.StringDict {
	out := Bound(nil)
	out["netns"] = netns.Module(Bound)
	out["batch"] = module.BatchFunction()
	out["transaction"] = module.TransactionFunction(all.Families())
	maps.Copy(out, netval.Builtins())
	maps.Copy(out, topology.Functions(all.Families(), Bound))
	return out
}

// Secrets are the constructors that take a secret, without their modules, and
// the arguments that are secrets, or in whose place one may be given by mistake:
// string literals there are masked wherever a line of a script is shown.
func Secrets() (calls, keywords []string) {
	add := func(f *attr.Field) {
		if !slices.Contains(keywords, f.Name) {
			keywords = append(keywords, f.Name)
		}
	}
	holders := map[*attr.Table]bool{}
	fields(func(t *attr.Table, f *attr.Field) {
		if f.Access&attr.Secret == 0 {
			return
		}
		holders[t] = true
		add(f)
		name := t.Call[strings.LastIndexByte(t.Call, '.')+1:]
		if name != "" && !slices.Contains(calls, name) {
			calls = append(calls, name)
		}
	})
	fields(func(_ *attr.Table, f *attr.Field) {
		if holders[f.Sub()] {
			add(f)
		}
	})
	return calls, keywords
}

// fields yields every attribute of every family.
func fields(yield func(t *attr.Table, f *attr.Field)) {
	for _, family := range all.Families() {
		family.Table().Walk(func(t *attr.Table) {
			for i := range t.Fields() {
				yield(t, &t.Fields()[i])
			}
		})
	}
}
