package encap

import (
	"encoding/binary"
	"fmt"
	"net/netip"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/opt"
)

// ILA writes a locator over the upper half of the destination (identifier
// locator addressing; ILA_ATTR_*).
type ILA struct {
	attr.Extra
	Locator                       opt.Value[Locator]
	ChecksumMode, IdentType, Hook opt.Value[uint8]
}

// EncapName returns "ila".
func (*ILA) EncapName() string { return "ila" }

// A Locator is the upper half of an IPv6 address.
type Locator uint64

var (
	checksumModes = attr.Enum{{0, "adj-transport"}, {1, "neutral-map"}, {2, "no-action"}, {3, "neutral-map-auto"}}
	identTypes    = attr.Enum{{1, "luid"}, {2, "virt-v4"}, {3, "virt-uni-v6"}, {4, "virt-multi-v6"}, {5, "nonlocal-addr"}, {32, "use-format"}}
	hookTypes     = attr.Enum{{0, "output"}, {1, "input"}}
)

var locator = &attr.Code[Locator]{Name: "locator", Shape: attr.Text, Size: 8,
	Load: func(v *Locator, _ uint16, b []byte) error { *v = Locator(binary.BigEndian.Uint64(b)); return nil },
	Payload: func(v Locator, _ uint16) ([]byte, error) {
		return binary.BigEndian.AppendUint64(nil, uint64(v)), nil
	},
	Show: func(v Locator) attr.Value {
		return attr.TextValue(fmt.Sprintf("%x:%x:%x:%x", uint16(v>>48), uint16(v>>32), uint16(v>>16), uint16(v)))
	},
	Read: func(v attr.Value) (Locator, error) {
		a, err := netip.ParseAddr(v.S + "::")
		if v.Shape != attr.Text || err != nil || !a.Is6() {
			return 0, fmt.Errorf("%s is no locator, such as \"2001:db8:0:1\"", v)
		}
		b := a.As16()
		return Locator(binary.BigEndian.Uint64(b[:])), nil
	}}

var _ = encap(unix.LWTUNNEL_ENCAP_ILA, "ila", "identifier locator addressing", func(v *ILA) []attr.Field {
	return []attr.Field{
		attr.Own([]uint16{uapi.ILA_ATTR_LOCATOR}, "locator", &v.Locator, locator, "upper half of the address that packets get"),
		attr.Uint8(uapi.ILA_ATTR_CSUM_MODE, "csum_mode", &v.ChecksumMode, "how checksums stay right").Words(checksumModes),
		attr.Uint8(uapi.ILA_ATTR_IDENT_TYPE, "ident_type", &v.IdentType, "sort of identifier").Words(identTypes),
		attr.Uint8(uapi.ILA_ATTR_HOOK_TYPE, "hook_type", &v.Hook, "when it is done").Words(hookTypes),
		attr.Ignored(uapi.ILA_ATTR_PAD),
		attr.Unknown(&v.Extra),
	}
}, "locator")
