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

// A Policy says what happens to packets (struct xfrm_userpolicy_info, XFRMA_*;
// ip-xfrm(8)): passed, dropped, or transformed by states that its templates
// name. Its key is direction, selector, mark, if_id and type.
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
	CPUAcquire    opt.Value[bool]
	Share         opt.Value[uint8]
	Templates     []Template
	Offload       *Offload
	Context       *SecurityContext
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
	return append([]attr.Field{
		attr.InIP("", ""),
		attr.Family16(24, "family", &v.Family, "4 or 6"),
		attr.HeadAddr(0, 24, "dst", &v.Dst, "where protected packets go"),
		attr.HeadAddr(28, 24, "src", &v.Src, "where protected packets come from"),
		attr.HeadBE32(16, "spi", &v.SPI, "security parameter index; 0 any").Default(0),
		attr.Head8(20, "proto", &v.Proto, "transform").Words(protos),
		attr.Head32(44, "reqid", &v.ReqID, "number of the states that will do; 0 any").Default(0),
		attr.Head8(48, "mode", &v.Mode, "how packets are wrapped").Words(modes).Default("transport"),
		attr.Head8(49, "share", &v.Share, "who may share the state").Words(shares).Default("any").IP("-"),
		attr.Head8(50, "level", &v.Optional, "whether packets wait for the state").Words(levels).Default("required"),
	}, algorithmMasks(52, &v.Auths, &v.Encs, &v.Comps)...)
}).Made("xfrm.tmpl").Hooks(complete, nil)

// algorithmMasks are three masks of algorithms, from off on.
func algorithmMasks(off int16, auths, encs, comps *opt.Value[uint32]) []attr.Field {
	return []attr.Field{
		attr.Head32(off, "aalgos", auths, "integrity algorithms that will do, a mask").Default(allAlgorithms).IP("-"),
		attr.Head32(off+4, "ealgos", encs, "encryption algorithms that will do, a mask").Default(allAlgorithms).IP("-"),
		attr.Head32(off+8, "calgos", comps, "compression algorithms that will do, a mask").Default(allAlgorithms).IP("-"),
	}
}

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

// policyName is the part of the identity that stands in both heads.
func policyName(v *Policy, dirAt, indexAt int16) []attr.Field {
	fields := append([]attr.Field{attr.ByIP("ip xfrm policy", "update", "flag %|!"), attr.Family16(40, "family", &v.Family, "4 or 6")}, selector(&v.Selector, isKey)...)
	return append(fields,
		attr.Head8(dirAt, "dir", &v.Dir, "direction; needed to add, set and delete").Words(dirs).IsKey(),
		attr.Head32(indexAt, "index", &v.Index, "number").Only(attr.Create|attr.Delete|attr.Lookup|attr.Report|attr.Volatile).IP("!"))
}

// policyMarks is the part of the identity that stands in attributes.
func policyMarks(v *Policy) []attr.Field {
	return []attr.Field{mark(&v.Mark), ifID(&v.IfID).IsKey(), policyType(&v.Type), label(&v.Context).CreateOnly().Also(attr.Delete | attr.Lookup)}
}

// policyHead binds the members of struct xfrm_userpolicy_info, 168 bytes.
func policyHead(v *Policy) []attr.Field {
	flag := func(bit uint64, name string, p *opt.Value[bool], doc string) attr.Field {
		return attr.HeadBit(162, -1, 1, bit, name, p, doc).Default(false)
	}
	return append(policyName(v, 160, 156),
		attr.Head32(152, "priority", &v.Priority, "lower wins").Default(0),
		attr.Head8(161, "action", &v.Action, "what happens to packets").Words(actions).Default("allow"),
		flag(uapi.XFRM_POLICY_LOCALOK, "localok", &v.LocalOK, "sockets may override it"),
		flag(uapi.XFRM_POLICY_ICMP, "icmp", &v.ICMP, "for ICMP errors too"),
		flag(uapi.XFRM_POLICY_CPU_ACQUIRE, "cpu_acquire", &v.CPUAcquire, "a state for each CPU is asked for").FromKernel("6.13"),
		attr.Head8(163, "share", &v.Share, "who may share states").Words(shares).Default("any").IP("-"),
		attr.HeadStruct(56, "limit", &v.Limit, limitSchema, "limits of life").IP("%"),
		attr.HeadStruct(120, "use", &v.Use, useSchema, "use so far").Counter())
}

// policyAttributes binds what stands behind the head.
func policyAttributes(v *Policy) []attr.Field {
	return append(policyMarks(v),
		templates(&v.Templates),
		offload(&v.Offload).CreateOnly().FromKernel("6.2"),
		attr.Ignored(uapi.XFRMA_PAD),
		attr.Unknown(&v.Extra))
}

func templates(p *[]Template) attr.Field {
	return attr.List(uapi.XFRMA_TMPL, 0, attr.Array, "tmpl", p, template, "states to ask for, up to 6")
}

var policySchema = attr.Define("xfrm.policy", "policy of IPsec", 168, func(v *Policy) []attr.Field {
	return append(policyHead(v), policyAttributes(v)...)
})

// policyID is struct xfrm_userpolicy_id: how a policy is named.
var policyID = attr.Define("xfrm.policy", "name of a policy", 64, func(v *Policy) []attr.Field {
	return append(policyName(v, 60, 56), policyMarks(v)...)
})

// policyFilter is what a dump takes: nothing.
var policyFilter = attr.Define("xfrm.policy", "filter of policies", 0, func(*Policy) []attr.Field { return nil })

// PolicyType gives policies their verbs.
var PolicyType = object.Define(&object.Type[Policy]{
	Hashed: true,
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
	Events:     []uint32{uapi.XFRMNLGRP_POLICY},
	Changed:    []uint16{uapi.XFRM_MSG_UPDPOLICY},
	GoneAs:     gonePolicy.Table,
	AllGone:    uapi.XFRM_MSG_FLUSHPOLICY,
	SmallSends: true,
	Fill: func(verb object.Verb, v *Policy) {
		if verb == object.Add || verb == object.Replace {
			v.Limit = unlimited(v.Limit)
		}
	},
	Check: func(verb object.Verb, v *Policy) error {
		if verb.Reads() {
			return nil
		}
		return needsDir(v.Dir)
	},
	Skip: func(filter, v *Policy) bool {
		other := filter.Index.IsSet() && filter.Index != v.Index // numbers are not compared otherwise
		return other || v.Dir.Or(0) > Forward                    // sockets' own
	},
})

// needsDir refuses what names no direction: the kernel would take "in".
func needsDir(dir opt.Value[Direction]) error {
	if dir.IsSet() {
		return nil
	}
	return &object.AttributeError{Path: "dir", Err: errors.New(`say which packets are meant: "in", "out" or "fwd"`)}
}
