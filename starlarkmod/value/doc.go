// Package value carries objects between Go and Starlark, for all families and
// kinds at once: it reads tables and knows no family.
package value
