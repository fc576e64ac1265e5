package attr

import (
	"fmt"
	"unsafe"
)

// Group binds rare attributes of the same level that share one pointer.
//
//go:noinline
func Group[T any](p **T, bind func(*T) []Field) Field {
	tmpl := new(T)
	g := &group{maker: makerOf[T]()}
	fields := bind(tmpl)
	for i := range fields {
		f := &fields[i]
		if f.inner != nil {
			panic("attr: a group holds plain attributes")
		}
		f.off = uintptr(f.at) - uintptr(unsafe.Pointer(tmpl))
		if f.off >= unsafe.Sizeof(*tmpl) {
			panic(fmt.Sprintf("attr: %s is bound outside its group", f.Name))
		}
	}
	return Field{at: unsafe.Pointer(p), inner: fields, x: g, Name: "group"}
}
