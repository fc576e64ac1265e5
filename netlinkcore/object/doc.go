// Package object gives every family of kernel objects its verbs: add, append,
// replace, set, delete, get, list, flush. A family is one Type, which is data:
// its schema, the numbers of its messages, and small hooks where the kernel
// does something that no attribute says.
//
// Above this package nobody knows a family's Go type: scripts, plans and JSON
// work on a Family and on Refs.
package object
