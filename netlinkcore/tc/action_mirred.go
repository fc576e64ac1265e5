package tc

import (
	"encoding/binary"
	"fmt"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// Mirred gives the packet, or a copy of it, to another device: tc-mirred(8).
type Mirred struct {
	Common
	Direction opt.Value[Direction]
	Operation opt.Value[Operation]
	Dev       rt.Dev
	Block     opt.Value[uint32] // all devices of a shared block, in place of Dev
}

// A Direction is the side of a device: where it sends, or where it receives.
type Direction uint8

// Directions.
const (
	EgressSide Direction = iota
	IngressSide
)

// An Operation says whether the packet itself goes there or a copy.
type Operation uint8

// Operations.
const (
	Redirect Operation = iota
	Mirror
)

// ActionKind returns "mirred".
func (*Mirred) ActionKind() string { return "mirred" }

// complete sets what tc(8) sends when it is not given: a packet that is given
// away has no further way.
func (v *Mirred) complete() Action {
	w := *v
	w.anew()
	if !w.Control.IsSet() {
		w.Control.Set(Pipe)
		if w.Operation.Or(Redirect) == Redirect {
			w.Control.Set(Stolen)
		}
	}
	w.Direction.Set(w.Direction.Or(EgressSide))
	w.Operation.Set(w.Operation.Or(Redirect))
	return &w
}

// eaction makes the code for a part of tc_mirred.eaction, which is one more
// than the operation and twice the direction (TCA_EGRESS_REDIR is 1).
func eaction[T ~uint8](name string, shift int, words attr.Enum) *attr.Code[T] {
	return &attr.Code[T]{Name: name, Shape: attr.Text, Size: 4,
		Load: func(v *T, _ uint16, b []byte) error {
			*v = T((max(binary.NativeEndian.Uint32(b), 1) - 1) >> shift & 1)
			return nil
		},
		Store: func(v T, b []byte) {
			n := max(binary.NativeEndian.Uint32(b), 1) // the other part may be there
			binary.NativeEndian.PutUint32(b, n+uint32(v)<<shift)
		},
		Show: func(v T) attr.Value { return attr.TextValue(words.Name(uint64(v))) },
		Read: func(v attr.Value) (T, error) {
			n, ok := words.Number(v.S)
			if v.Shape != attr.Text || !ok {
				return 0, fmt.Errorf("%s is none of %s, %s", v, words[0].S, words[1].S)
			}
			return T(n), nil
		}}
}

var (
	directions = eaction[Direction]("direction", 1, attr.Enum{{uint64(EgressSide), "egress"}, {uint64(IngressSide), "ingress"}})
	operations = eaction[Operation]("operation", 0, attr.Enum{{uint64(Redirect), "redirect"}, {uint64(Mirror), "mirror"}})
)

var _ = action("mirred", "give the packet or a copy to another device", func(v *Mirred) []attr.Field {
	return []attr.Field{
		attr.InIP("mirred", ""),
		v.parms(uapi.TCA_MIRRED_PARMS, 28,
			attr.HeadOwn(20, "direction", &v.Direction, directions, "side of the device: \"egress\" sends, \"ingress\" receives").IP("%"),
			attr.HeadOwn(20, "operation", &v.Operation, operations, "\"redirect\" or \"mirror\", which copies").IP("%"),
			attr.HeadDevice(24, "dev", &v.Dev, "device")),
		attr.Uint32(uapi.TCA_MIRRED_BLOCKID, "blockid", &v.Block, "all devices of a shared block of filters, in place of dev").FromKernel("6.8"),
		v.times(uapi.TCA_MIRRED_TM),
		attr.Ignored(uapi.TCA_MIRRED_PAD),
	}
}, "direction", "operation", "dev")
