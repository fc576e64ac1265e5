package xfrm

import (
	"net/netip"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// An Event is a message that the kernel sends by itself.
type Event struct {
	Type  uint16 // XFRM_MSG_*
	Group uint32 // XFRMNLGRP_*, to subscribe to
	Table *attr.Table
}

// Events are the messages that the kernel sends by itself, and how they are
// decoded.
func Events() []Event {
	return []Event{
		{uapi.XFRM_MSG_NEWSA, uapi.XFRMNLGRP_SA, stateSchema.Table},
		{uapi.XFRM_MSG_UPDSA, uapi.XFRMNLGRP_SA, stateSchema.Table},
		{uapi.XFRM_MSG_DELSA, uapi.XFRMNLGRP_SA, goneState.Table},
		{uapi.XFRM_MSG_FLUSHSA, uapi.XFRMNLGRP_SA, flushedStates.Table},
		{uapi.XFRM_MSG_NEWPOLICY, uapi.XFRMNLGRP_POLICY, policySchema.Table},
		{uapi.XFRM_MSG_UPDPOLICY, uapi.XFRMNLGRP_POLICY, policySchema.Table},
		{uapi.XFRM_MSG_DELPOLICY, uapi.XFRMNLGRP_POLICY, gonePolicy.Table},
		{uapi.XFRM_MSG_FLUSHPOLICY, uapi.XFRMNLGRP_POLICY, flushedPolicies.Table},
		{uapi.XFRM_MSG_GETDEFAULT, uapi.XFRMNLGRP_POLICY, defaultSchema.Table},
		{uapi.XFRM_MSG_ACQUIRE, uapi.XFRMNLGRP_ACQUIRE, acquireSchema.Table},
		{uapi.XFRM_MSG_EXPIRE, uapi.XFRMNLGRP_EXPIRE, expireSchema.Table},
		{uapi.XFRM_MSG_POLEXPIRE, uapi.XFRMNLGRP_EXPIRE, policyExpireSchema.Table},
		{uapi.XFRM_MSG_NEWAE, uapi.XFRMNLGRP_AEVENTS, progressSchema.Table},
		{uapi.XFRM_MSG_REPORT, uapi.XFRMNLGRP_REPORT, reportSchema.Table},
		{uapi.XFRM_MSG_MIGRATE, uapi.XFRMNLGRP_MIGRATE, migrationSchema.Table},
		{uapi.XFRM_MSG_MIGRATE_STATE, uapi.XFRMNLGRP_MIGRATE, stateMigrationSchema.Table},
		{uapi.XFRM_MSG_MAPPING, uapi.XFRMNLGRP_MAPPING, mappingSchema.Table},
	}
}

// What is gone is told by its name, which is in its description as well: struct
// xfrm_usersa_id around struct xfrm_usersa_info, and the like for policies.
var (
	goneState = attr.Define("xfrm.delsa", "state that is gone", 24, func(v *State) []attr.Field {
		return append([]attr.Field{attr.Nested(uapi.XFRMA_SA, 224, stateHead(v)...)}, stateAttributes(v)...)
	})
	gonePolicy = attr.Define("xfrm.delpolicy", "policy that is gone", 64, func(v *Policy) []attr.Field {
		return append([]attr.Field{attr.Nested(uapi.XFRMA_POLICY, 168, policyHead(v)...)}, policyAttributes(v)...)
	})
)

// A FlushedStates tells that all states of a transform are gone (struct
// xfrm_usersa_flush).
type FlushedStates struct{ Proto opt.Value[Proto] }

// A FlushedPolicies tells that all policies are gone (XFRM_MSG_FLUSHPOLICY).
type FlushedPolicies struct{ Type opt.Value[uint8] }

var (
	flushedStates = attr.Define("xfrm.flushsa", "states that are gone", 1, func(v *FlushedStates) []attr.Field {
		return []attr.Field{attr.Head8(0, "proto", &v.Proto, "transform; 0 all").Words(protos)}
	})
	flushedPolicies = attr.Define("xfrm.flushpolicy", "policies that are gone", 0, func(v *FlushedPolicies) []attr.Field {
		return []attr.Field{policyType(&v.Type)}
	})
)

// An Expiry tells that a state has come to a limit (struct xfrm_user_expire).
type Expiry struct {
	State
	Hard opt.Value[bool]
	CPU  opt.Value[uint32]
}

// A PolicyExpiry tells that a policy has come to a limit (struct
// xfrm_user_polexpire).
type PolicyExpiry struct {
	Policy
	Hard opt.Value[bool]
}

func hard(off int16, p *opt.Value[bool]) attr.Field {
	return attr.HeadBool(off, "hard", p, "it is gone, else it will soon be")
}

var (
	expireSchema = attr.Define("xfrm.expire", "state at a limit", 232, func(v *Expiry) []attr.Field {
		return append(stateHead(&v.State), hard(224, &v.Hard), mark(&v.Mark), ifID(&v.IfID), saDir(&v.State.Dir), cpu(&v.CPU), attr.Unknown(&v.Extra))
	})
	policyExpireSchema = attr.Define("xfrm.polexpire", "policy at a limit", 176, func(v *PolicyExpiry) []attr.Field {
		return append(append(policyHead(&v.Policy), hard(168, &v.Hard)), policyAttributes(&v.Policy)...)
	})
)

// An Acquire tells that packets wait for a state (struct xfrm_user_acquire).
type Acquire struct {
	attr.Extra
	Dst, Src           netip.Addr
	SPI                opt.Value[uint32]
	Proto              opt.Value[Proto]
	Sel                *Selector
	Policy             *Policy
	Auths, Encs, Comps opt.Value[uint32]
	Seq                opt.Value[uint32]
	Templates          []Template
	Type               opt.Value[uint8]
	Mark               opt.Value[rt.Mark]
	IfID, CPU          opt.Value[uint32]
	Offload            *Offload
	Context            *SecurityContext
}

// described is struct xfrm_userpolicy_info inside another struct.
var described = attr.Define("policy", "policy without its templates", 168, policyHead)

var acquireSchema = attr.Define("xfrm.acquire", "packets that wait for a state", 280, func(v *Acquire) []attr.Field {
	return append([]attr.Field{
		address(0, "dst", &v.Dst, "where protected packets are to go"),
		attr.HeadBE32(16, "spi", &v.SPI, "security parameter index; 0 any"),
		attr.Head8(20, "proto", &v.Proto, "transform").Words(protos),
		address(24, "src", &v.Src, "where protected packets are to come from"),
		attr.HeadStruct(40, "sel", &v.Sel, selectorSchema, "packets that wait"),
		attr.HeadStruct(96, "policy", &v.Policy, described, "policy that wants the state"),
		attr.Head32(276, "seq", &v.Seq, "number for the state that answers"),
		templates(&v.Templates),
		policyType(&v.Type), mark(&v.Mark), ifID(&v.IfID), cpu(&v.CPU), offload(&v.Offload), label(&v.Context),
		attr.Unknown(&v.Extra),
	}, algorithmMasks(264, &v.Auths, &v.Encs, &v.Comps)...)
}).Hooks(widen, narrow)

// address is an address whose family stands behind the head, in the templates.
func address(off int16, name string, p *netip.Addr, doc string) attr.Field {
	return attr.HeadAddr(off, -1, name, p, doc).Holding(unix.AF_INET6)
}

// narrow gives the addresses the family of the first template, which is that of
// the state: packets of one family may want a tunnel of the other.
func narrow(v *Acquire) {
	if len(v.Templates) == 0 || v.Templates[0].Family.Or(unix.AF_INET6) == unix.AF_INET6 {
		return
	}
	for _, a := range []*netip.Addr{&v.Dst, &v.Src} {
		if b := a.As16(); a.Is6() {
			*a = netip.AddrFrom4([4]byte(b[:4]))
		}
	}
}

// widen takes back what narrow did.
func widen(v *Acquire) {
	for _, a := range []*netip.Addr{&v.Dst, &v.Src} {
		if a.Is4() {
			var wide [16]byte
			copy(wide[:], a.AsSlice())
			*a = netip.AddrFrom16(wide)
		}
	}
}

// A Report tells of packets that could not be sent as they are (Mobile IPv6;
// struct xfrm_user_report).
type Report struct {
	Proto  opt.Value[Proto]
	Sel    *Selector
	CareOf netip.Addr
}

var reportSchema = attr.Define("xfrm.report", "packets that cannot go as they are", 60, func(v *Report) []attr.Field {
	return []attr.Field{
		attr.Head8(0, "proto", &v.Proto, "transform that they need").Words(protos),
		attr.HeadStruct(4, "sel", &v.Sel, selectorSchema, "packets"),
		attr.WideAddr(uapi.XFRMA_COADDR, "coa", &v.CareOf, "care-of address"),
	}
})

// A Mapping tells that packets of a state in UDP come from another address
// (struct xfrm_user_mapping).
type Mapping struct {
	Family                 opt.Value[uint8] // told by Dst
	Dst, OldSrc, NewSrc    netip.Addr
	SPI, ReqID             opt.Value[uint32]
	Proto                  opt.Value[Proto]
	OldSrcPort, NewSrcPort opt.Value[uint16]
}

var mappingSchema = attr.Define("xfrm.mapping", "state whose peer has another address", 64, func(v *Mapping) []attr.Field {
	return []attr.Field{
		attr.Family16(20, "family", &v.Family, "4 or 6"),
		attr.HeadAddr(0, 20, "dst", &v.Dst, "where protected packets go"),
		attr.HeadBE32(16, "spi", &v.SPI, "security parameter index"),
		attr.Head8(22, "proto", &v.Proto, "transform").Words(protos),
		attr.Head32(24, "reqid", &v.ReqID, "number by which templates find the state"),
		attr.HeadAddr(28, 20, "old_src", &v.OldSrc, "where protected packets came from"),
		attr.HeadAddr(44, 20, "new_src", &v.NewSrc, "where they come from now"),
		attr.HeadBE16(60, "old_sport", &v.OldSrcPort, "source port before"),
		attr.HeadBE16(62, "new_sport", &v.NewSrcPort, "source port now"),
	}
})
