package link

import (
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/opt"
)

// MACsec protects frames of Link.Parent (IFLA_MACSEC_*; IEEE 802.1AE). Its
// associations and keys are not rtnetlink's.
type MACsec struct {
	attr.Extra
	SCI, Cipher                     opt.Value[uint64]
	Port                            opt.Value[uint16]
	ICVLength, EncodingSA           opt.Value[uint8]
	Validation, Offload             opt.Value[uint8]
	Window                          opt.Value[uint32]
	Encrypt, Protect, Replay        opt.Value[bool]
	SendSCI, EndStation, SingleCopy opt.Value[bool]
}

// KindName returns "macsec".
func (*MACsec) KindName() string { return "macsec" }

var (
	ciphers = attr.Enum{{uapi.MACSEC_DEFAULT_CIPHER_ID, "gcm-aes-128"}, {uapi.MACSEC_CIPHER_GCM_AES_128, "gcm-aes-128"}, {uapi.MACSEC_CIPHER_GCM_AES_256, "gcm-aes-256"},
		{uapi.MACSEC_CIPHER_GCM_AES_XPN128, "gcm-aes-xpn-128"}, {uapi.MACSEC_CIPHER_GCM_AES_XPN256, "gcm-aes-xpn-256"}}
	validations = attr.Enum{{0, "disabled"}, {1, "check"}, {2, "strict"}}
	offloads    = attr.Enum{{0, "off"}, {1, "phy"}, {2, "mac"}}
)

// channels are written as ip does: 16 digits.
var channels = &attr.Notation{Name: "a channel such as \"0200000000010001\"",
	Format: func(n uint64) string { return fmt.Sprintf("%016x", n) },
	Parse: func(s string) (uint64, error) {
		n, err := strconv.ParseUint(strings.TrimPrefix(s, "0x"), 16, 64)
		if err != nil {
			return 0, fmt.Errorf("%q is not a channel such as \"0200000000010001\"", s)
		}
		return n, nil
	}}

var _ = kind("macsec", "frames protected by IEEE 802.1AE; associations and keys are set by other means", func(v *MACsec) []attr.Field {
	flag := func(id uint16, name string, p *opt.Value[bool], doc string, def bool) attr.Field {
		return attr.Bool8(id, name, p, doc).Default(def)
	}
	return []attr.Field{
		attr.BE64(unix.IFLA_MACSEC_SCI, "sci", &v.SCI, "secure channel, such as \"0200000000010001\"; the device's address and the port unless given; not with end_station").Written(channels).CreateOnly(),
		attr.BE16(unix.IFLA_MACSEC_PORT, "port", &v.Port, "port part of the channel; 1 unless given").WriteOnly().CreateOnly(),
		attr.Uint64(unix.IFLA_MACSEC_CIPHER_SUITE, "cipher", &v.Cipher, "how frames are encrypted").Words(ciphers).CreateOnly().Default("gcm-aes-128"),
		attr.Uint8(unix.IFLA_MACSEC_ICV_LEN, "icvlen", &v.ICVLength, "length of the integrity check value, bytes").Range(8, 16).CreateOnly().Default(16),
		attr.Uint8(unix.IFLA_MACSEC_ENCODING_SA, "encodingsa", &v.EncodingSA, "association to send by").Range(0, 3).Default(0),
		flag(unix.IFLA_MACSEC_ENCRYPT, "encrypt", &v.Encrypt, "encrypt frames", false),
		flag(unix.IFLA_MACSEC_PROTECT, "protect", &v.Protect, "add the integrity check value", true),
		flag(unix.IFLA_MACSEC_INC_SCI, "send_sci", &v.SendSCI, "send the channel with each frame", true),
		flag(unix.IFLA_MACSEC_ES, "end_station", &v.EndStation, "say that the sender is no bridge; not with send_sci or sci", false),
		flag(unix.IFLA_MACSEC_SCB, "scb", &v.SingleCopy, "use single copy broadcast; not with send_sci", false),
		flag(unix.IFLA_MACSEC_REPLAY_PROTECT, "replay", &v.Replay, "drop what came before; wants a window", false),
		attr.Uint32(unix.IFLA_MACSEC_WINDOW, "window", &v.Window, "how far packets may be out of order").Default(0),
		attr.Uint8(unix.IFLA_MACSEC_VALIDATION, "validate", &v.Validation, "what becomes of frames that fail the check").Words(validations).Range(0, 2).Default("strict"),
		attr.Uint8(unix.IFLA_MACSEC_OFFLOAD, "offload", &v.Offload, "where the work is done").Words(offloads).Range(0, 2).Default("off"),
		attr.Ignored(unix.IFLA_MACSEC_PAD),
		attr.Unknown(&v.Extra),
	}
}).Lost("its associations and keys are set by other means, and the kernel shows no keys")
