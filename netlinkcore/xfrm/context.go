package xfrm

import (
	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/opt"
)

// A SecurityContext is the label of a security module, SELinux (struct
// xfrm_user_sec_ctx). Without one the kernel does not look at it.
type SecurityContext struct {
	Label             opt.Value[string]
	Algorithm, Domain opt.Value[uint8]

	size, kind, length opt.Value[uint16] // of the struct, what it is, of the label
}

const contextSize = 8 // of the struct, without the label

var contextSchema = attr.Define("ctx", "label of a security module", contextSize, func(v *SecurityContext) []attr.Field {
	return []attr.Field{
		attr.Head16(0, "len", &v.size, "length").Only(attr.Inside),
		attr.Head16(2, "exttype", &v.kind, "XFRMA_SEC_CTX").Only(attr.Inside),
		attr.Head8(4, "alg", &v.Algorithm, "security module").Words(attr.Enum{{1, "selinux"}}).Default("selinux"),
		attr.Head8(5, "doi", &v.Domain, "domain of interpretation").Words(attr.Enum{{1, "lsm"}}).Default("lsm"),
		attr.Head16(6, "ctx_len", &v.length, "length of the label").Only(attr.Inside),
		attr.TextBehind("label", &v.Label, "label, such as system_u:object_r:ipsec_spd_t:s0"),
	}
}).Made("xfrm.ctx", "label").Hooks(measure, nil)

// measure sets what follows from the label, and what is meant where nothing is
// said.
func measure(v *SecurityContext) {
	n := uint16(len(v.Label.Or("")))
	v.size.Set(contextSize + n)
	v.kind.Set(uapi.XFRMA_SEC_CTX)
	v.length.Set(n)
	v.Algorithm.Set(v.Algorithm.Or(1))
	v.Domain.Set(v.Domain.Or(1))
}

func label(p **SecurityContext) attr.Field {
	return attr.Nest(uapi.XFRMA_SEC_CTX, "ctx", p, contextSchema, "label of SELinux; ignored without it")
}
