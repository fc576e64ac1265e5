// Package module makes Starlark modules: a Module is a name, documentation and
// functions; a Function's signature, types and documentation are one table. The
// modules of families (link, addr, route, …) are made here from their
// definitions, for any Target.
package module
