package xfrm

import (
	"errors"
	"net/netip"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// A Policy says what happens to packets: passed, dropped, or transformed by
// states that its templates name. Its key is direction, selector, mark, if_id
// and type.
type Policy struct {
	attr.Extra
	Selector
	Dir           opt.Value[Direction]
	Mark          opt.Value[rt.Mark]
	IfID          opt.Value[uint32]
	Type          opt.Value[uint8]
	Index         opt.Value[uint32] // chosen by the kernel
	Priority      opt.Value[uint32]
	Action        opt.Value[uint8]
	LocalOK, ICMP opt.Value[bool]
	Share         opt.Value[uint8]
	Templates     []Template
	Limit         *Limits
	Use           *Use
}

// A Direction is where packets of a policy come from or go to.
type Direction uint8

// Directions. Others are those of sockets' own policies.
const (
	In Direction = iota
	Out
	Forward
)

// A Template asks for a state (struct xfrm_user_tmpl).
type Template struct {
	Family             opt.Value[uint8] // told by Src and Dst
	Src, Dst           netip.Addr
	SPI, ReqID         opt.Value[uint32]
	Proto              opt.Value[Proto]
	Mode               opt.Value[Mode]
	Share, Optional    opt.Value[uint8]
	Auths, Encs, Comps opt.Value[uint32]
}

var (
	dirs    = attr.Enum{{0, "in"}, {1, "out"}, {2, "fwd"}}
	actions = attr.Enum{{0, "allow"}, {1, "block"}}
	types   = attr.Enum{{0, "main"}, {1, "sub"}}
	shares  = attr.Enum{{0, "any"}, {1, "session"}, {2, "user"}, {3, "unique"}}
	levels  = attr.Enum{{0, "required"}, {1, "use"}}
)

// allAlgorithms are the masks that ip-xfrm(8) sends: no restriction.
const allAlgorithms = 1<<32 - 1

var template = attr.Define("tmpl", "template of a state", 64, func(v *Template) []attr.Field {
	return []attr.Field{
		attr.Family16(24, "family", &v.Family, "4 or 6"),
		attr.HeadAddr(0, 24, "dst", &v.Dst, "where protected packets go"),
		attr.HeadAddr(28, 24, "src", &v.Src, "where protected packets come from"),
		attr.HeadBE32(16, "spi", &v.SPI, "security parameter index; 0 any").Default(0),
		attr.Head8(20, "proto", &v.Proto, "transform").Words(protos),
		attr.Head32(44, "reqid", &v.ReqID, "number of the states that will do; 0 any").Default(0),
		attr.Head8(48, "mode", &v.Mode, "how packets are wrapped").Words(modes).Default("transport"),
		attr.Head8(49, "share", &v.Share, "who may share the state").Words(shares).Default("any"),
		attr.Head8(50, "level", &v.Optional, "whether packets wait for the state").Words(levels).Default("required"),
		attr.Head32(52, "aalgos", &v.Auths, "integrity algorithms that will do, a mask").Default(allAlgorithms),
		attr.Head32(56, "ealgos", &v.Encs, "encryption algorithms that will do, a mask").Default(allAlgorithms),
		attr.Head32(60, "calgos", &v.Comps, "compression algorithms that will do, a mask").Default(allAlgorithms),
	}
}).Made("xfrm.tmpl").Hooks(complete, nil)

// complete sets what a template means where it says nothing.
func complete(v *Template) {
	for _, p := range []*opt.Value[uint32]{&v.Auths, &v.Encs, &v.Comps} {
		if !p.IsSet() {
			p.Set(allAlgorithms)
		}
	}
	if a := v.Dst; !v.Family.IsSet() && a.IsValid() {
		v.Family.Set(unix.AF_INET6)
		if a.Is4() {
			v.Family.Set(unix.AF_INET)
		}
	}
}

func isKey(f attr.Field) attr.Field { return f.IsKey() }

// policyKey is the identity outside the selector, in both layouts.
func policyKey(v *Policy, dirAt, indexAt int16) []attr.Field {
	return []attr.Field{
		attr.Head8(dirAt, "dir", &v.Dir, "direction; needed to add, set and delete").Words(dirs).IsKey(),
		mark(&v.Mark),
		attr.Uint32(uapi.XFRMA_IF_ID, "if_id", &v.IfID, "id of the xfrm interface").IsKey(),
		attr.Nested(uapi.XFRMA_POLICY_TYPE, 6, attr.Head8(0, "ptype", &v.Type, "which of two databases").Words(types).IsKey().Default("main")),
		attr.Head32(indexAt, "index", &v.Index, "number").Only(attr.Create | attr.Delete | attr.Lookup | attr.Report | attr.Volatile),
	}
}

// policySchema is struct xfrm_userpolicy_info, 168 bytes, and XFRMA_*.
var policySchema = attr.Define("xfrm.policy", "policy of IPsec", 168, func(v *Policy) []attr.Field {
	flag := func(bit uint64, name string, p *opt.Value[bool], doc string) attr.Field {
		return attr.HeadBit(162, -1, 1, bit, name, p, doc).Default(false)
	}
	fields := []attr.Field{attr.Family16(40, "family", &v.Family, "4 or 6")}
	fields = append(fields, selector(&v.Selector, isKey)...)
	fields = append(fields, policyKey(v, 160, 156)...)
	return append(fields,
		attr.Head32(152, "priority", &v.Priority, "lower wins").Default(0),
		attr.Head8(161, "action", &v.Action, "what happens to packets").Words(actions).Default("allow"),
		flag(uapi.XFRM_POLICY_LOCALOK, "localok", &v.LocalOK, "sockets may override it"),
		flag(uapi.XFRM_POLICY_ICMP, "icmp", &v.ICMP, "for ICMP errors too"),
		attr.Head8(163, "share", &v.Share, "who may share states").Words(shares).Default("any"),
		attr.List(uapi.XFRMA_TMPL, 0, attr.Array, "tmpl", &v.Templates, template, "states to ask for, up to 6"),
		attr.HeadStruct(56, "limit", &v.Limit, limitSchema, "limits of life"),
		attr.HeadStruct(120, "use", &v.Use, useSchema, "use so far").Counter(),
		attr.Ignored(uapi.XFRMA_PAD, uapi.XFRMA_SEC_CTX),
		attr.Unknown(&v.Extra))
})

// policyID is struct xfrm_userpolicy_id: how a policy is named.
var policyID = attr.Define("xfrm.policy", "name of a policy", 64, func(v *Policy) []attr.Field {
	fields := []attr.Field{attr.Family16(40, "family", &v.Family, "4 or 6")}
	fields = append(fields, selector(&v.Selector, isKey)...)
	return append(fields, policyKey(v, 60, 56)...)
})

// policyFilter is what a dump takes: nothing.
var policyFilter = attr.Define("xfrm.policy", "filter of policies", 0, func(*Policy) []attr.Field { return nil })

// PolicyType gives policies their verbs.
var PolicyType = &object.Type[Policy]{
	Schema: policySchema,
	Proto:  unix.NETLINK_XFRM,
	Requests: object.Requests{
		object.Add:     {Type: uapi.XFRM_MSG_NEWPOLICY, Flags: unix.NLM_F_CREATE | unix.NLM_F_EXCL},
		object.Replace: {Type: uapi.XFRM_MSG_UPDPOLICY, Flags: unix.NLM_F_CREATE | unix.NLM_F_REPLACE},
		object.Set:     {Type: uapi.XFRM_MSG_UPDPOLICY, Flags: unix.NLM_F_REPLACE, Only: attr.Create},
		object.Delete:  {Type: uapi.XFRM_MSG_DELPOLICY, Table: policyID.Table},
		object.Get:     {Type: uapi.XFRM_MSG_GETPOLICY, Table: policyID.Table},
		object.List:    {Type: uapi.XFRM_MSG_GETPOLICY, Table: policyFilter.Table},
	},
	Args:       []string{},
	Family:     unix.AF_INET,
	Complete:   true,
	SmallSends: true,
	Fill: func(verb object.Verb, v *Policy) {
		if verb == object.Add || verb == object.Replace || verb == object.Set && v.Limit != nil {
			v.Limit = unlimited(v.Limit)
		}
	},
	Check: func(verb object.Verb, v *Policy) error {
		if !verb.Reads() && !v.Dir.IsSet() {
			return &object.AttributeError{Path: "dir", Err: errors.New(`say which packets are meant: "in", "out" or "fwd"`)}
		}
		return nil
	},
	Skip: func(_, v *Policy) bool { return v.Dir.Or(0) > Forward }, // sockets' own
}
