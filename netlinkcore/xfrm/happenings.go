package xfrm

import (
	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/object"
)

// What happens to packets and states, and is told when it does.
var (
	AcquireType      = happening(acquireSchema, uapi.XFRM_MSG_ACQUIRE, uapi.XFRMNLGRP_ACQUIRE)
	ExpireType       = happening(expireSchema, uapi.XFRM_MSG_EXPIRE, uapi.XFRMNLGRP_EXPIRE)
	PolicyExpireType = happening(policyExpireSchema, uapi.XFRM_MSG_POLEXPIRE, uapi.XFRMNLGRP_EXPIRE)
	ReportType       = happening(reportSchema, uapi.XFRM_MSG_REPORT, uapi.XFRMNLGRP_REPORT)
	MappingType      = happening(mappingSchema, uapi.XFRM_MSG_MAPPING, uapi.XFRMNLGRP_MAPPING)
)

func happening[S any](schema attr.Schema[S], reply uint16, group uint32) *object.Type[S] {
	return object.Define(&object.Type[S]{Schema: schema, Proto: unix.NETLINK_XFRM, Reply: reply, Events: []uint32{group}, Passing: true})
}
