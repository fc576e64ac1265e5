package encap

import (
	"fmt"
	"path"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/opt"
)

// BPF runs programs on packets (LWT_BPF_*). The kernel reports their names
// alone.
type BPF struct {
	attr.Extra
	In, Out, Xmit *Program
	Headroom      opt.Value[uint32]
}

// EncapName returns "bpf".
func (*BPF) EncapName() string { return "bpf" }

// A Program is a BPF program under a name that the kernel only shows
// (LWT_BPF_PROG_*).
type Program struct {
	attr.Extra
	Prog attr.Prog
	Name opt.Value[string]
}

// maxHeadroom is LWT_BPF_MAX_HEADROOM.
const maxHeadroom = 256

// program has the same numbers as an encapsulation and as an End.BPF. The
// kernel wants a name.
var program = attr.Define("program", "BPF program", 0, func(v *Program) []attr.Field {
	return []attr.Field{
		attr.Program(uapi.LWT_BPF_PROG_FD, "prog", &v.Prog, "path of its pin, or its id"),
		attr.String(uapi.LWT_BPF_PROG_NAME, "name", &v.Name, "name to be shown; that of the pin unless given").Range(1, 255),
		attr.Unknown(&v.Extra),
	}
}).Made("", "prog").Hooks(func(v *Program) {
	switch {
	case v.Name.IsSet() || v.Prog == attr.Prog{}:
	case v.Prog.Path != "":
		v.Name.Set(path.Base(v.Prog.Path))
	default:
		v.Name.Set(fmt.Sprintf("id %d", v.Prog.ID))
	}
}, nil).Lost("the kernel shows the names of its BPF programs alone")

var _ = encap(unix.LWTUNNEL_ENCAP_BPF, "bpf", "BPF programs", func(v *BPF) []attr.Field {
	hook := func(id uint16, name string, p **Program, doc string) attr.Field {
		return attr.Nest(id, name, p, program, doc+": the path of its pin, or its id")
	}
	return []attr.Field{
		hook(uapi.LWT_BPF_IN, "in_", &v.In, "program for packets that come in by the route"),
		hook(uapi.LWT_BPF_OUT, "out", &v.Out, "program for packets that this host sends"),
		hook(uapi.LWT_BPF_XMIT, "xmit", &v.Xmit, "program for packets about to be sent"),
		attr.Uint32(uapi.LWT_BPF_XMIT_HEADROOM, "headroom", &v.Headroom, "room in front that xmit needs, bytes").Range(0, maxHeadroom).WriteOnly(),
		attr.Unknown(&v.Extra),
	}
})
