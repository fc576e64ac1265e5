package tc

import (
	"encoding/binary"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/opt"
)

// A SizeTable makes a discipline count packets as the link does, whose cells
// or headers the kernel does not see: tc-stab(8).
type SizeTable struct {
	Overhead         opt.Value[int32] // bytes added to each packet
	LinkLayer        opt.Value[uint32]
	MPU, MTU, Size   opt.Value[uint32]
	cellLog, sizeLog opt.Value[uint8]
	cellAlign        opt.Value[int16]
	data             []byte
}

// maxTable is what the attributes around have room for.
const maxTable = 1<<15 - 32

// sizeTable is TCA_STAB_* with struct tc_sizespec.
var sizeTable = attr.Define("stab", "how sizes of packets are counted", 0, func(v *SizeTable) []attr.Field {
	return []attr.Field{
		attr.InIP("", ""),
		attr.Nested(uapi.TCA_STAB_BASE, 24,
			attr.Head32(4, "overhead", &v.Overhead, "bytes added to each packet").Default(0),
			attr.Head32(8, "linklayer", &v.LinkLayer, "how the link frames packets").Words(linkLayers).Default("ethernet"),
			attr.Head32(12, "mpu", &v.MPU, "smallest size that counts, bytes").Default(0),
			attr.Head32(16, "mtu", &v.MTU, "largest packet that the table has, bytes").Default(2047),
			attr.Head32(20, "tsize", &v.Size, "number of the table's entries").Range(0, maxTable).Default(512),
			attr.Head8(0, "cell_log", &v.cellLog, "").Only(attr.Inside),
			attr.Head8(1, "size_log", &v.sizeLog, "").Only(attr.Inside),
			attr.Head16(2, "cell_align", &v.cellAlign, "").Only(attr.Inside)),
		attr.Binary(uapi.TCA_STAB_DATA, "data", &v.data, "").Only(attr.Inside),
	}
}).Made("tc.qdisc.stab").Hooks((*SizeTable).compute, func(v *SizeTable) {
	v.cellLog.Unset()
	v.sizeLog.Unset()
	v.cellAlign.Unset()
	v.data = nil
})

// compute makes the table, which the kernel wants where adding the overhead is
// not all (iproute2, tc_calc_size_table).
func (v *SizeTable) compute() {
	if v.LinkLayer.Or(uint32(Ethernet)) <= uint32(Ethernet) && v.MPU.Or(0) == 0 {
		v.LinkLayer.Set(v.LinkLayer.Or(uint32(Ethernet)))
		v.MTU.Set(0)
		v.Size.Set(0)
		return
	}
	mtu, n := v.MTU.Or(2047), min(v.Size.Or(512), maxTable) // a damaged message says anything
	if mtu == 0 {
		mtu = 2047
	}
	if n == 0 {
		n = 512
	}
	v.LinkLayer.Set(v.LinkLayer.Or(uint32(Ethernet)))
	v.MTU.Set(mtu)
	v.Size.Set(n)
	cellLog, sizeLog := uint8(0), uint8(0)
	for mtu>>cellLog > n-1 {
		cellLog++
	}
	most := v.adjusted(uint64(n) << cellLog)
	for most>>sizeLog > 0xffff {
		sizeLog++
	}
	v.cellLog.Set(cellLog)
	v.sizeLog.Set(sizeLog)
	v.cellAlign.Set(-1)
	v.data = make([]byte, 0, 2*n)
	for i := range uint64(n) {
		v.data = binary.NativeEndian.AppendUint16(v.data, uint16(v.adjusted((i+1)<<cellLog)>>sizeLog))
	}
}

func (v *SizeTable) adjusted(size uint64) uint64 {
	return onLink(max(size, uint64(v.MPU.Or(0))), LinkLayer(v.LinkLayer.Or(0)))
}

// onLink is what a packet takes on a link: an ATM cell carries 48 bytes in 53.
func onLink(size uint64, l LinkLayer) uint64 {
	if l == ATM {
		return (size + 47) / 48 * 53
	}
	return size
}
