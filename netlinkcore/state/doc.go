// Package state compares what a network namespace is with what it was or is to
// be, plans how to get there, and carries that out. It knows object.Family and
// no family: what is special about one, its definition says.
package state
