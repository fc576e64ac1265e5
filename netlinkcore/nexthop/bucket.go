package nexthop

import (
	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// A Bucket is one of the hash buckets of a resilient group, and where it leads
// (NHA_RES_BUCKET_*). The kernel fills them. Its key is the group and the
// number.
type Bucket struct {
	attr.Extra
	Family        opt.Value[uint8]
	ID            opt.Value[uint32] // of the group
	Index         opt.Value[uint16]
	NextHop       opt.Value[uint32]
	IdleTime      opt.Value[uint64] // 1/100 s
	Offload, Trap opt.Value[bool]
	Dev, Master   rt.Dev
}

// buckets is struct nhmsg, NHA_* and NHA_RES_BUCKET_*.
var buckets = attr.Define("nexthop.bucket", "bucket of a resilient group", 8, func(v *Bucket) []attr.Field {
	return []attr.Field{
		attr.Family(0, "family", &v.Family, "of no meaning").Only(attr.Report).Default("all"),
		attr.Uint32(unix.NHA_ID, "id", &v.ID, "group").IsKey().Also(attr.Filter),
		attr.Nested(uapi.NHA_RES_BUCKET, 0,
			attr.Uint16(uapi.NHA_RES_BUCKET_INDEX, "index", &v.Index, "number of the bucket").IsKey(),
			attr.Uint32(uapi.NHA_RES_BUCKET_NH_ID, "nhid", &v.NextHop, "nexthop that it leads to").ReadOnly().Also(attr.Filter),
			attr.Uint64(uapi.NHA_RES_BUCKET_IDLE_TIME, "idle_time", &v.IdleTime, "since a packet took it").In(attr.Centiseconds).Counter(),
			attr.Ignored(uapi.NHA_RES_BUCKET_PAD)),
		attr.HeadBit(4, -1, 4, unix.RTNH_F_OFFLOAD, "offload", &v.Offload, "in hardware").Counter(),
		attr.HeadBit(4, -1, 4, unix.RTNH_F_TRAP, "trap", &v.Trap, "hardware hands packets up").Counter(),
		attr.Device(unix.NHA_OIF, "dev", &v.Dev, "those that lead to this device, in lists").Only(attr.Filter),
		attr.Device(unix.NHA_MASTER, "master", &v.Master, "those that lead to devices of this VRF, in lists").Only(attr.Filter),
		attr.Unknown(&v.Extra),
	}
})

// BucketType lists buckets.
var BucketType = object.Define(&object.Type[Bucket]{
	Schema: buckets,
	Requests: object.Requests{
		object.Get:  {Type: unix.RTM_GETNEXTHOPBUCKET},
		object.List: {Type: unix.RTM_GETNEXTHOPBUCKET},
	},
	Reply: unix.RTM_NEWNEXTHOPBUCKET,
	Args:  []string{"id", "index"},
	Made:  func(*Bucket) object.Origin { return object.Kernel },
})
