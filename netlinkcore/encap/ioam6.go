package encap

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/opt"
)

// IOAM6 makes routers write into packets what they see of them (RFC 9197).
type IOAM6 struct {
	attr.Extra
	Mode     opt.Value[uint8]
	Dst, Src netip.Addr
	Freq     opt.Value[Frequency]
	Trace    *Trace
}

// EncapName returns "ioam6".
func (*IOAM6) EncapName() string { return "ioam6" }

// A Frequency is K of every N packets.
type Frequency struct{ K, N uint32 }

// Trace is the room for what routers write (struct ioam6_trace_hdr).
type Trace struct {
	Namespace opt.Value[uint16]
	Type      opt.Value[TraceType]
	Size      opt.Value[TraceSize]
}

// A TraceType has a bit, of 24, for each thing to be written; a TraceSize is a
// number of bytes.
type (
	TraceType uint32
	TraceSize uint16
)

var ioam6Modes = attr.Enum{{1, "inline"}, {2, "encap"}, {3, "auto"}}

var frequency = &attr.Code[Frequency]{Name: "frequency", Shape: attr.Text, Size: 4,
	Load: func(v *Frequency, id uint16, b []byte) error {
		n := binary.NativeEndian.Uint32(b)
		if id == uapi.IOAM6_IPTUNNEL_FREQ_K {
			v.K = n
		} else {
			v.N = n
		}
		return nil
	},
	Payload: func(v Frequency, id uint16) ([]byte, error) {
		n := v.N
		if id == uapi.IOAM6_IPTUNNEL_FREQ_K {
			n = v.K
		}
		return binary.NativeEndian.AppendUint32(nil, n), nil
	},
	Show: func(v Frequency) attr.Value { return attr.TextValue(fmt.Sprintf("%d/%d", v.K, v.N)) },
	Read: func(v attr.Value) (Frequency, error) {
		a, b, pair := strings.Cut(v.S, "/")
		k, err := strconv.ParseUint(a, 10, 32)
		n, err2 := strconv.ParseUint(b, 10, 32)
		if v.Shape != attr.Text || !pair || err != nil || err2 != nil || k == 0 || k > n {
			return Frequency{}, fmt.Errorf("%s is not K of N packets, such as \"1/10\"", v)
		}
		return Frequency{uint32(k), uint32(n)}, nil
	}}

var traceType = &attr.Code[TraceType]{Name: "24 bits", Shape: attr.Int, Size: 3,
	Load: func(v *TraceType, _ uint16, b []byte) error {
		*v = TraceType(b[0])<<16 | TraceType(b[1])<<8 | TraceType(b[2])
		return nil
	},
	Store: func(v TraceType, b []byte) { b[0], b[1], b[2] = byte(v>>16), byte(v>>8), byte(v) },
	Show:  func(v TraceType) attr.Value { return attr.UintValue(uint64(v)) },
	Read: func(v attr.Value) (TraceType, error) {
		if v.Shape != attr.Int || v.Neg || v.N >= 1<<24 {
			return 0, fmt.Errorf("got %s, want a number of 24 bits", v)
		}
		return TraceType(v.N), nil
	}}

// traceSize counts words of 32 bits in the lower 7 bits of a byte.
var traceSize = &attr.Code[TraceSize]{Name: "size in words", Shape: attr.Int, Size: 1,
	Load:  func(v *TraceSize, _ uint16, b []byte) error { *v = TraceSize(b[0]&0x7f) * 4; return nil },
	Store: func(v TraceSize, b []byte) { b[0] |= byte(v / 4) },
	Show:  func(v TraceSize) attr.Value { return attr.UintValue(uint64(v)) },
	Read: func(v attr.Value) (TraceSize, error) {
		if v.Shape != attr.Int || v.Neg || v.N > maxTrace || v.N%4 != 0 {
			return 0, fmt.Errorf("got %s, want a multiple of 4 up to %d", v, maxTrace)
		}
		return TraceSize(v.N), nil
	}}

const maxTrace = 244 // IOAM6_TRACE_DATA_SIZE_MAX

var trace = attr.Define("trace", "room for what routers write", 8, func(v *Trace) []attr.Field {
	return []attr.Field{
		attr.HeadOwn(4, "type", &v.Type, traceType, "what is written, a bit for each"),
		attr.HeadBE16(0, "ns", &v.Namespace, "IOAM namespace"),
		attr.HeadOwn(3, "size", &v.Size, traceSize, "room in all, bytes"),
	}
})

var _ = encap(unix.LWTUNNEL_ENCAP_IOAM6, "ioam6", "what routers see of packets, in the packets", func(v *IOAM6) []attr.Field {
	return []attr.Field{
		attr.Uint8(uapi.IOAM6_IPTUNNEL_MODE, "mode", &v.Mode, "how packets get the trace: into the packet, in another around it, or the former for this host's own").Words(ioam6Modes).Default("inline"),
		attr.Addr(uapi.IOAM6_IPTUNNEL_SRC, "tunsrc", &v.Src, "outer source").Holding(unix.AF_INET6).FromKernel("6.12"),
		attr.Addr(uapi.IOAM6_IPTUNNEL_DST, "tundst", &v.Dst, "outer destination").Holding(unix.AF_INET6),
		attr.Own([]uint16{uapi.IOAM6_IPTUNNEL_FREQ_K, uapi.IOAM6_IPTUNNEL_FREQ_N}, "freq", &v.Freq, frequency, "K of every N packets get a trace, as \"1/10\"").Default("1/1"),
		attr.Nest(uapi.IOAM6_IPTUNNEL_TRACE, "trace", &v.Trace, trace, "room for what routers write"),
		attr.Unknown(&v.Extra),
	}
})
