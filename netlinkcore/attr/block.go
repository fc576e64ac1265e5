package attr

import "unsafe"

// Block returns n empty structs that lie back to back; At is one of them.
func (t *Table) Block(n int) Ptr { return Ptr{t.many(n)} }

// At returns the i-th struct of a Block, which must have so many.
func (t *Table) At(block Ptr, i int) Ptr { return Ptr{unsafe.Add(block.p, uintptr(i)*t.size)} }

// Assign overwrites the struct at to by that at from. What that points to belongs to both
// then.
func (t *Table) Assign(to, from Ptr) { t.assign(to.p, from.p) }

// ToAll is To for a list. The result is the same memory.
func ToAll[S any](list []*S) []Ptr {
	return unsafe.Slice((*Ptr)(unsafe.Pointer(unsafe.SliceData(list))), len(list))
}

// FromAll is From for a list. The result is the same memory.
func FromAll[S any](list []Ptr) []*S {
	return unsafe.Slice((**S)(unsafe.Pointer(unsafe.SliceData(list))), len(list))
}
