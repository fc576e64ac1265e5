// Package attr holds the definitions of kernel attributes: one line of Go for
// each, from which encoding, decoding, comparison, documentation, the names in
// scripts and the place of a kernel error all follow.
//
// A payload of any sort (message, C struct, nest, list element) is a level: a
// fixed head of n bytes, then attributes, either of which may be missing. A
// Schema binds the members of such levels to the fields of a Go struct.
//
// Rules of this package:
//
//   - It is the only one that imports unsafe. Outside it a pointer to a struct
//     travels as a Ptr.
//   - Field code lives once per wire type, in ops, and sees a context and its
//     own descriptor. Families hold data.
//   - What comes from the kernel never panics: lengths are checked, an error
//     names the path of the attribute.
//   - Definitions are checked when a table is first used, by a panic: a faulty
//     table is a programmer's error, and tests use every table.
package attr

import "unsafe"

// A Ptr is a pointer to a struct that some Table describes.
type Ptr struct{ p unsafe.Pointer }

// To wraps v.
func To[S any](v *S) Ptr { return Ptr{unsafe.Pointer(v)} }

// From unwraps p, which must have been made by To of an *S: the caller has
// compared tables before.
func From[S any](p Ptr) *S { return (*S)(p.p) }

// IsNil reports whether p points to nothing.
func (p Ptr) IsNil() bool { return p.p == nil }
