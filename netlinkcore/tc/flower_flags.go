package tc

import (
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/opt"
)

// A CTState is what connection tracking says of a packet: bits that have to be
// set or clear.
type CTState struct{ Value, Mask uint16 }

// ctStates are the words of tc-flower(8).
var ctStates = attr.Enum{{uapi.TCA_FLOWER_KEY_CT_FLAGS_TRACKED, "trk"}, {uapi.TCA_FLOWER_KEY_CT_FLAGS_NEW, "new"},
	{uapi.TCA_FLOWER_KEY_CT_FLAGS_ESTABLISHED, "est"}, {uapi.TCA_FLOWER_KEY_CT_FLAGS_RELATED, "rel"},
	{uapi.TCA_FLOWER_KEY_CT_FLAGS_INVALID, "inv"}, {uapi.TCA_FLOWER_KEY_CT_FLAGS_REPLY, "rpl"}}

// String writes the bits as tc does: "+trk-new".
func (s CTState) String() string {
	var out strings.Builder
	for _, w := range ctStates {
		if bit := uint16(w.N); s.Mask&bit != 0 {
			sign := "-"
			if s.Value&bit != 0 {
				sign = "+"
			}
			out.WriteString(sign + w.S)
		}
	}
	return out.String()
}

func parseCTState(text string) (s CTState, err error) {
	for rest := text; rest != ""; {
		n := strings.IndexAny(rest[1:], "+-") + 1
		if n == 0 {
			n = len(rest)
		}
		bit, ok := ctStates.Number(rest[1:n])
		if !ok || rest[0] != '+' && rest[0] != '-' {
			return s, fmt.Errorf("%q is not a state such as \"+trk-new\", of %s", text, strings.Join(ctStates.Names(), ", "))
		}
		s.Mask |= uint16(bit)
		if rest[0] == '+' {
			s.Value |= uint16(bit)
		}
		rest = rest[n:]
	}
	return s, nil
}

var ctState = &attr.Code[CTState]{Name: "connection tracking state", Shape: attr.Text, Size: 2,
	Load: func(v *CTState, id uint16, b []byte) error {
		if n := binary.NativeEndian.Uint16(b); id == uapi.TCA_FLOWER_KEY_CT_STATE_MASK {
			v.Mask = n
		} else {
			*v = CTState{n, 0xffff}
		}
		return nil
	},
	Payload: func(v CTState, id uint16) ([]byte, error) {
		n := v.Value
		if id == uapi.TCA_FLOWER_KEY_CT_STATE_MASK {
			n = v.Mask
		}
		return binary.NativeEndian.AppendUint16(nil, n), nil
	},
	Show: func(v CTState) attr.Value { return attr.TextValue(v.String()) },
	Read: func(v attr.Value) (CTState, error) { return readText(v, parseCTState) }}

// A flag is one bit of a pair of attributes, value and mask, that has a name.
type flag struct {
	bit uint32
	p   *opt.Value[bool]
}

// joined makes the pair of what flags say.
func joined(flags []flag) (pair opt.Value[attr.Masked[uint32]]) {
	for _, f := range flags {
		if on, ok := f.p.Get(); ok {
			m := pair.Ref()
			m.Mask |= f.bit
			if on {
				m.Value |= f.bit
			}
		}
	}
	return pair
}

// parted is the reverse of joined.
func parted(pair opt.Value[attr.Masked[uint32]], flags []flag) {
	m, _ := pair.Get()
	for _, f := range flags {
		if m.Mask&f.bit != 0 {
			f.p.Set(m.Value&f.bit != 0)
		}
	}
}
