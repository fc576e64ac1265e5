package xfrm

import (
	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
)

// An SPD is the database of policies as a whole, of which a namespace has one
// (struct xfrmu_spdinfo, XFRMA_SPD_*).
type SPD struct {
	In, Out, Forward, SockIn, SockOut, SockForward opt.Value[uint32]
	Buckets, MaxBuckets                            opt.Value[uint32]
	Hash4, Hash6                                   *HashThreshold
}

// A HashThreshold says which policies are found by hashing: those whose
// prefixes are at least as long (struct xfrmu_spdhthresh).
type HashThreshold struct{ Local, Remote opt.Value[uint8] }

var (
	hash4Schema = hashThreshold(32)
	hash6Schema = hashThreshold(128)
)

func hashThreshold(bits uint64) attr.Schema[HashThreshold] {
	return attr.Define("hthresh", "which policies are found by hashing", 2, func(v *HashThreshold) []attr.Field {
		return []attr.Field{
			attr.Head8(0, "local", &v.Local, "least length of the prefix on this side").Range(0, bits).ResendOnChange(),
			attr.Head8(1, "remote", &v.Remote, "least length of the prefix on the other side").Range(0, bits).ResendOnChange(),
		}
	})
}

func count(off int16, name string, p *opt.Value[uint32], doc string) attr.Field {
	return attr.Head32(off, name, p, doc).Counter()
}

// buckets are those of the table of both databases, as they grow.
func buckets(id uint16, now, most *opt.Value[uint32]) attr.Field {
	return attr.Nested(id, 8, count(0, "buckets", now, "buckets of the hash table"), count(4, "max_buckets", most, "buckets that it may have"))
}

// spdSchema is 32 bits of flags, of which there are none, and XFRMA_SPD_*.
var spdSchema = attr.Define("xfrm.spd", "database of policies as a whole", 4, func(v *SPD) []attr.Field {
	threshold := func(id uint16, name string, p **HashThreshold, s attr.Schema[HashThreshold], doc string) attr.Field {
		return attr.Nest(id, name, p, s, doc).Only(attr.Change | attr.Report)
	}
	return []attr.Field{
		attr.Nested(uapi.XFRMA_SPD_INFO, 24,
			count(0, "in_", &v.In, "policies for packets received"),
			count(4, "out", &v.Out, "policies for packets sent"),
			count(8, "fwd", &v.Forward, "policies for packets that pass through"),
			count(12, "sock_in", &v.SockIn, "policies of sockets for packets received"),
			count(16, "sock_out", &v.SockOut, "policies of sockets for packets sent"),
			count(20, "sock_fwd", &v.SockForward, "policies of sockets for packets that pass through")),
		buckets(uapi.XFRMA_SPD_HINFO, &v.Buckets, &v.MaxBuckets),
		threshold(uapi.XFRMA_SPD_IPV4_HTHRESH, "hthresh4", &v.Hash4, hash4Schema, "IPv4 policies that are found by hashing"),
		threshold(uapi.XFRMA_SPD_IPV6_HTHRESH, "hthresh6", &v.Hash6, hash6Schema, "IPv6 policies that are found by hashing"),
	}
})

// SPDType gives the database of policies its verbs.
var SPDType = object.Define(&object.Type[SPD]{
	Schema: spdSchema,
	Proto:  unix.NETLINK_XFRM,
	Requests: object.Requests{
		object.Set: {Type: uapi.XFRM_MSG_NEWSPDINFO},
		object.Get: {Type: uapi.XFRM_MSG_GETSPDINFO},
	},
	Reply: uapi.XFRM_MSG_NEWSPDINFO,
	Args:  []string{},
})

// A SAD is the database of states as a whole, of which a namespace has one
// (struct xfrmu_sadhinfo, XFRMA_SAD_*).
type SAD struct{ Count, Buckets, MaxBuckets opt.Value[uint32] }

// sadSchema is 32 bits of flags, of which there are none, and XFRMA_SAD_*.
var sadSchema = attr.Define("xfrm.sad", "database of states as a whole", 4, func(v *SAD) []attr.Field {
	return []attr.Field{
		attr.Uint32(uapi.XFRMA_SAD_CNT, "count", &v.Count, "states").Counter(),
		buckets(uapi.XFRMA_SAD_HINFO, &v.Buckets, &v.MaxBuckets),
	}
})

// SADType gives the database of states its verb.
var SADType = object.Define(&object.Type[SAD]{
	Schema:   sadSchema,
	Proto:    unix.NETLINK_XFRM,
	Requests: object.Requests{object.Get: {Type: uapi.XFRM_MSG_GETSADINFO}},
	Reply:    uapi.XFRM_MSG_NEWSADINFO,
	Args:     []string{},
})
