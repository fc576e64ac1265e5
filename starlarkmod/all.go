// Package starlarkmod is the one list of modules and functions that scripts
// have.
package starlarkmod

import (
	"maps"

	"go.starlark.net/starlark"

	"github.com/netlark/netlark/netlinkcore/all"
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
