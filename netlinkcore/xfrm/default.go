package xfrm

import (
	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
)

// A Default is what happens to packets that no policy is for, by direction
// (struct xfrm_userpolicy_default). What is not set stays as it is.
type Default struct{ In, Forward, Out opt.Value[uint8] }

var defaultSchema = attr.Define("xfrm.default", "what happens to packets without a policy", 3, func(v *Default) []attr.Field {
	verdict := func(off int16, name string, p *opt.Value[uint8], doc string) attr.Field {
		return attr.Head8(off, name, p, doc).Words(attr.Enum{{1, "block"}, {2, "accept"}}).Only(attr.Change | attr.Report)
	}
	return []attr.Field{
		verdict(0, "in_", &v.In, "packets for this host"),
		verdict(1, "fwd", &v.Forward, "packets that pass through"),
		verdict(2, "out", &v.Out, "packets of this host"),
	}
})

// DefaultType gives the defaults, of which a namespace has one set, their
// verbs.
var DefaultType = object.Define(&object.Type[Default]{
	Schema: defaultSchema,
	Proto:  unix.NETLINK_XFRM,
	Requests: object.Requests{
		object.Set: {Type: uapi.XFRM_MSG_SETDEFAULT},
		object.Get: {Type: uapi.XFRM_MSG_GETDEFAULT},
	},
	Reply: uapi.XFRM_MSG_GETDEFAULT,
	Args:  []string{},
})
