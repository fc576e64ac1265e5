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
	maps.Copy(out, netval.Builtins())
	return out
}

// Secrets are the constructors that take a secret, without their modules, and
// the arguments that are secrets: string literals there are masked wherever a
// line of a script is shown.
func Secrets() (calls, keywords []string) {
	secrets(func(t *attr.Table, f *attr.Field) {
		name := t.Call[strings.LastIndexByte(t.Call, '.')+1:]
		if name != "" && !slices.Contains(calls, name) {
			calls = append(calls, name)
		}
		if !slices.Contains(keywords, f.Name) {
			keywords = append(keywords, f.Name)
		}
	})
	return calls, keywords
}

// secrets finds what the definitions mark as secret.
func secrets(found func(t *attr.Table, f *attr.Field)) {
	for _, family := range all.Families() {
		family.Table().Walk(func(t *attr.Table) {
			for i := range t.Fields() {
				if f := &t.Fields()[i]; f.Access&attr.Secret != 0 {
					found(t, f)
				}
			}
		})
	}
}
