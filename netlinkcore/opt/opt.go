// Package opt provides an optional value without a pointer.
//
// Kernel objects have hundreds of attributes, most of them absent. "Not
// reported" and "not to be sent" are states of their own: never zero, never -1.
package opt

import "fmt"

// A Value is a T that may be unset. The zero Value is unset.
type Value[T any] struct {
	v   T
	set bool
}

// Of returns a Value that is set to v.
func Of[T any](v T) Value[T] { return Value[T]{v, true} }

// Get returns the value and whether it is set.
func (o Value[T]) Get() (T, bool) { return o.v, o.set }

// Or returns the value if it is set, and otherwise def.
func (o Value[T]) Or(def T) T {
	if o.set {
		return o.v
	}
	return def
}

// IsSet reports whether o is set.
func (o Value[T]) IsSet() bool { return o.set }

// Set sets o to v.
func (o *Value[T]) Set(v T) { o.v, o.set = v, true }

// Unset makes o unset.
func (o *Value[T]) Unset() { *o = Value[T]{} }

// Ref marks o as set and returns its storage, for decoding in place.
func (o *Value[T]) Ref() *T { o.set = true; return &o.v }

// String formats the value, or says "unset".
func (o Value[T]) String() string {
	if !o.set {
		return "unset"
	}
	return fmt.Sprint(o.v)
}
