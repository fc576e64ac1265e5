package attr

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"unsafe"
)

// A Prog is a BPF program in a message: a descriptor of this process, or what
// one is opened by for sending, the path of its pin or its id. The kernel reports
// ids. The zero Prog is unset.
type Prog struct {
	Path string
	ID   uint32
	FD   int
}

var errNoProg = errors.New("no way to open a BPF program is known here")

// Program is a BPF program, whose descriptor goes on the wire.
//
//go:noinline
func Program(id uint16, name string, p *Prog, doc string) Field {
	return field(id, name, unsafe.Pointer(p), progOps, doc)
}

func progAt(p unsafe.Pointer) *Prog { return (*Prog)(p) }

var progOps = &ops{name: "program", shape: Text, save: saveProg, load: loadProg,
	dec: func(_ *Dec, _ *Field, p unsafe.Pointer, b []byte) error {
		if len(b) != 4 {
			return errShort(len(b), 4)
		}
		*progAt(p) = Prog{ID: binary.NativeEndian.Uint32(b)}
		return nil
	},
	enc: func(e *Enc, f *Field, p unsafe.Pointer) {
		v := *progAt(p)
		switch {
		case v == Prog{}:
			return
		case v.FD == 0 && e.Prog == nil:
			e.fail(f, errNoProg)
			return
		case v.FD == 0:
			fd, err := e.Prog(v)
			if err != nil {
				e.fail(f, err)
				return
			}
			v.FD = fd
		}
		e.W.Uint32(f.id, uint32(v.FD))
	},
	set:   func(_ *Field, p unsafe.Pointer) bool { return *progAt(p) != Prog{} },
	clear: func(_ *Field, p unsafe.Pointer) { *progAt(p) = Prog{} },
	eq:    func(_ compare, _ *Field, a, b unsafe.Pointer) bool { return *progAt(a) == *progAt(b) },
	get: func(_ *Field, p unsafe.Pointer) Value {
		switch v := *progAt(p); {
		case v.Path != "":
			return TextValue(v.Path)
		case v != Prog{}:
			return UintValue(uint64(v.ID))
		}
		return Value{}
	},
	put: func(_ *Put, _ *Field, p unsafe.Pointer, v Value) error {
		switch {
		case v.Shape == Int && !v.Neg && v.N > 0 && v.N < 1<<32:
			*progAt(p) = Prog{ID: uint32(v.N)}
		case v.Shape == Text && v.S != "" && !strings.ContainsRune(v.S, 0):
			*progAt(p) = Prog{Path: v.S}
		default:
			return fmt.Errorf("got %s, want the path of a pinned program, or a program's id", v)
		}
		return nil
	},
}
