package xfrm

import (
	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// Offload hands a state to hardware (struct xfrm_user_offload).
type Offload struct {
	Dev                   rt.Dev
	IPv6, Inbound, Packet opt.Value[bool]
}

var offloadSchema = attr.Define("offload", "hardware for a state", 8, func(v *Offload) []attr.Field {
	flag := func(bit uint64, name string, p *opt.Value[bool], doc string) attr.Field {
		return attr.HeadBit(4, -1, 1, bit, name, p, doc).Default(false)
	}
	return []attr.Field{
		attr.HeadDevice(0, "dev", &v.Dev, "device"),
		flag(uapi.XFRM_OFFLOAD_IPV6, "ipv6", &v.IPv6, "for IPv6"),
		flag(uapi.XFRM_OFFLOAD_INBOUND, "inbound", &v.Inbound, "for packets received"),
		flag(uapi.XFRM_OFFLOAD_PACKET, "packet", &v.Packet, "the whole transform, not only its cryptography").FromKernel("6.2"),
	}
}).Made("xfrm.offload")

func offload(p **Offload) attr.Field {
	return attr.Nest(uapi.XFRMA_OFFLOAD_DEV, "offload", p, offloadSchema, "hardware")
}
