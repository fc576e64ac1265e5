package attr

import (
	"encoding/binary"
	"fmt"
	"unsafe"
)

// A NetNS names a network namespace in a message: by the name of its pin, or by
// an open descriptor. The zero NetNS is unset.
type NetNS struct {
	name string
	fd   int32 // 1 + descriptor
}

// NSName returns the namespace pinned under a name.
func NSName(name string) NetNS { return NetNS{name: name} }

// NSFD returns the namespace that a descriptor refers to; the descriptor must
// stay open until the message is sent.
func NSFD(name string, fd int) NetNS { return NetNS{name, int32(fd) + 1} }

// Name returns the name of the namespace's pin.
func (n NetNS) Name() string { return n.name }

// FD returns the open descriptor, if the namespace is named by one.
func (n NetNS) FD() (int, bool) { return int(n.fd) - 1, n.fd > 0 }

// IsSet reports whether n names a namespace.
func (n NetNS) IsSet() bool { return n != NetNS{} }

func nsAt(p unsafe.Pointer) *NetNS { return (*NetNS)(p) }

var nsOps = &ops{name: "namespace", shape: Text, width: 4, save: saveNS, load: loadNS,
	dec: func(_ *Dec, _ *Field, p unsafe.Pointer, b []byte) error {
		if len(b) != 4 {
			return errShort(len(b), 4)
		}
		*nsAt(p) = NSFD("", int(int32(binary.NativeEndian.Uint32(b)&0x3fffffff)))
		return nil
	},
	enc: func(e *Enc, f *Field, p unsafe.Pointer) {
		n := *nsAt(p)
		if !n.IsSet() {
			return
		}
		fd := int(n.fd) - 1
		if n.fd == 0 {
			var err error
			if e.NS == nil {
				err = fmt.Errorf("no way to open the namespace %q here", n.name)
			} else {
				fd, err = e.NS(n.name)
			}
			if err != nil {
				e.fail(f, err)
				return
			}
		}
		e.W.Uint32(f.id, uint32(fd))
	},
	set:   func(_ *Field, p unsafe.Pointer) bool { return nsAt(p).IsSet() },
	clear: func(_ *Field, p unsafe.Pointer) { *nsAt(p) = NetNS{} },
	eq:    func(_ compare, _ *Field, a, b unsafe.Pointer) bool { return *nsAt(a) == *nsAt(b) },
	get: func(_ *Field, p unsafe.Pointer) Value {
		n := *nsAt(p)
		if n.IsSet() {
			return TextValue(n.name)
		}
		return Value{}
	},
	put: func(c *Put, f *Field, p unsafe.Pointer, v Value) error {
		if v.Shape == Int && !v.Neg { // a descriptor, with the name beside it
			*nsAt(p) = NSFD(v.S, int(v.N))
			return nil
		}
		if v.Shape != Text {
			return fmt.Errorf("got %s, want the name of a namespace or a namespace", v)
		}
		*nsAt(p) = NSName(v.S)
		return nil
	},
}

// Namespace is an attribute that holds a descriptor of a network namespace.
//
//go:noinline
func Namespace(id uint16, name string, p *NetNS, doc string) Field {
	return field(id, name, unsafe.Pointer(p), nsOps, doc).WriteOnly()
}
