package encap

import (
	"net/netip"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// SEG6Local is what this host does as a segment (RFC 8986).
type SEG6Local struct {
	attr.Extra
	Action                 opt.Value[Behaviour]
	Segs                   []netip.Addr
	HMAC                   opt.Value[uint32]
	Table, VRFTable        opt.Value[rt.Table]
	NextHop4, NextHop6     netip.Addr
	Input, Output          rt.Dev
	Program                *Program
	Count                  opt.Value[bool]
	Packets, Bytes, Errors opt.Value[uint64]
	Flavors                opt.Value[uint32]
	BlockBits, NodeBits    opt.Value[uint8]
	srh                    []byte
}

// EncapName returns "seg6local".
func (*SEG6Local) EncapName() string { return "seg6local" }

// A Behaviour is what is done with a packet (SEG6_LOCAL_ACTION_*).
type Behaviour uint32

var (
	behaviours = attr.Enum{{1, "End"}, {2, "End.X"}, {3, "End.T"}, {4, "End.DX2"}, {5, "End.DX6"}, {6, "End.DX4"}, {7, "End.DT6"},
		{8, "End.DT4"}, {endB6, "End.B6"}, {10, "End.B6.Encaps"}, {11, "End.BM"}, {12, "End.S"}, {13, "End.AS"}, {14, "End.AM"},
		{15, "End.BPF"}, {16, "End.DT46"}}
	flavors = attr.Enum{{1 << 1, "psp"}, {1 << 2, "usp"}, {1 << 3, "usd"}, {1 << 4, "next-csid"}}
)

const endB6 = 9 // puts its header into the packet

var _ = encap(unix.LWTUNNEL_ENCAP_SEG6_LOCAL, "seg6local", "this host as a segment of IPv6 segment routing", func(v *SEG6Local) []attr.Field {
	count := func(id uint16, name string, p *opt.Value[uint64], doc string) attr.Field {
		return attr.Uint64(id, name, p, doc).Only(attr.Report | attr.Volatile | attr.Inside)
	}
	return []attr.Field{
		attr.Uint32(uapi.SEG6_LOCAL_ACTION, "action", &v.Action, "what is done with packets").Words(behaviours),
		segments(&v.Segs, "segments of the header that End.B6 and End.B6.Encaps add"),
		attr.Uint32(0, "hmac", &v.HMAC, "number of the key that signs that header").Apart(),
		attr.Binary(uapi.SEG6_LOCAL_SRH, "srh", &v.srh, "").Only(attr.Inside),
		attr.Uint32(uapi.SEG6_LOCAL_TABLE, "table", &v.Table, "table to look the inner packet up in").Words(rt.Tables),
		attr.Uint32(uapi.SEG6_LOCAL_VRFTABLE, "vrftable", &v.VRFTable, "table of the VRF that gets the inner packet").Words(rt.Tables),
		attr.Addr(uapi.SEG6_LOCAL_NH4, "nh4", &v.NextHop4, "IPv4 next hop").Holding(unix.AF_INET),
		attr.Addr(uapi.SEG6_LOCAL_NH6, "nh6", &v.NextHop6, "IPv6 next hop").Holding(unix.AF_INET6),
		attr.Device(uapi.SEG6_LOCAL_IIF, "iif", &v.Input, "input device"),
		attr.Device(uapi.SEG6_LOCAL_OIF, "oif", &v.Output, "output device"),
		attr.Nest(uapi.SEG6_LOCAL_BPF, "endpoint", &v.Program, program, "program of End.BPF: the path of its pin, or its id"),
		attr.Flag(0, "count", &v.Count, "count packets").Apart().Default(false),
		attr.Nested(uapi.SEG6_LOCAL_COUNTERS, 0,
			count(uapi.SEG6_LOCAL_CNT_PACKETS, "packets", &v.Packets, "packets done"),
			count(uapi.SEG6_LOCAL_CNT_BYTES, "bytes", &v.Bytes, "bytes done"),
			count(uapi.SEG6_LOCAL_CNT_ERRORS, "errors", &v.Errors, "packets that could not be done"),
			attr.Ignored(uapi.SEG6_LOCAL_CNT_PAD)),
		attr.Nested(uapi.SEG6_LOCAL_FLAVORS, 0,
			attr.Set(uapi.SEG6_LOCAL_FLV_OPERATION, "flavors", &v.Flavors, flavors, "variants of the action"),
			attr.Uint8(uapi.SEG6_LOCAL_FLV_LCBLOCK_BITS, "lblen", &v.BlockBits, "length of the locator's block, bits, for next-csid").Range(8, 120),
			attr.Uint8(uapi.SEG6_LOCAL_FLV_LCNODE_FN_BITS, "nflen", &v.NodeBits, "length of node and function, bits, for next-csid").Range(8, 120)),
		attr.Unknown(&v.Extra),
	}
}).Hooks(func(v *SEG6Local) {
	v.srh = packSRH(v.Segs, v.HMAC, v.Action.Or(0) == endB6)
	v.Packets, v.Bytes, v.Errors = opt.Value[uint64]{}, opt.Value[uint64]{}, opt.Value[uint64]{}
	if v.Count.Or(false) { // who wants counters sends some, of whatever value
		v.Packets.Set(0)
		v.Bytes.Set(0)
		v.Errors.Set(0)
	}
}, func(v *SEG6Local) {
	v.Segs, v.HMAC = unpackSRH(v.srh, v.Action.Or(0) == endB6)
	v.srh = nil
	if v.Packets.IsSet() {
		v.Count.Set(true)
	}
})
