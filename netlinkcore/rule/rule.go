// Package rule defines the routing policy: ip-rule(8).
package rule

import (
	"context"
	"errors"
	"net/netip"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// A Rule says which table packets are looked up in (struct fib_rule_hdr, FRA_*;
// ip-rule(8)). All of it is its key: the kernel changes no rule.
type Rule struct {
	attr.Extra
	Family                        opt.Value[uint8] // told by Src and Dst; unix.AF_INET otherwise
	Priority                      opt.Value[uint32]
	Src, Dst                      netip.Prefix
	Table                         opt.Value[rt.Table]
	Action                        opt.Value[Action]
	Goto                          opt.Value[uint32] // priority of the rule to go on at
	Not                           opt.Value[bool]
	IIF, OIF                      opt.Value[string]
	Mark                          opt.Value[rt.Mark]
	TOS                           opt.Value[uint8]
	DSCP                          opt.Value[attr.Masked[uint8]]
	FlowLabel                     opt.Value[attr.Masked[uint32]]
	TunnelID                      opt.Value[uint64]
	L3MDev                        opt.Value[bool]
	UIDs                          opt.Value[attr.Span[uint32]]
	IPProto                       opt.Value[uint8]
	SrcPorts, DstPorts            opt.Value[attr.Span[uint16]]
	SuppressPrefixLength          opt.Value[uint32]
	SuppressGroup                 opt.Value[uint32]
	Realms                        opt.Value[uint32]
	Protocol                      opt.Value[rt.Protocol]
	Permanent, Unresolved         opt.Value[bool]
	InputDetached, OutputDetached opt.Value[bool]
}

// An Action is what a rule does (FR_ACT_*).
type Action uint8

// Actions.
const (
	ToTable     Action = unix.FR_ACT_TO_TBL
	Goto        Action = unix.FR_ACT_GOTO
	Nop         Action = unix.FR_ACT_NOP
	Blackhole   Action = unix.FR_ACT_BLACKHOLE
	Unreachable Action = unix.FR_ACT_UNREACHABLE
	Prohibit    Action = unix.FR_ACT_PROHIBIT
)

var (
	actions = attr.Enum{{unix.FR_ACT_TO_TBL, "table"}, {unix.FR_ACT_GOTO, "goto"}, {unix.FR_ACT_NOP, "nop"},
		{unix.FR_ACT_BLACKHOLE, "blackhole"}, {unix.FR_ACT_UNREACHABLE, "unreachable"}, {unix.FR_ACT_PROHIBIT, "prohibit"}}
	noLimit = attr.Enum{{0xffffffff, "none"}}
)

// schema is struct fib_rule_hdr and FRA_*.
var schema = attr.Define("rule", "rule of the routing policy", 12, func(v *Rule) []attr.Field {
	flag := func(bit uint64, name string, p *opt.Value[bool], doc string) attr.Field {
		return attr.HeadBit(8, -1, 4, bit, name, p, doc)
	}
	fields := []attr.Field{
		attr.Uint32(unix.FRA_PRIORITY, "priority", &v.Priority, "place in the order; one below the second rule's unless given").KernelChooses(),
		attr.Prefix(unix.FRA_SRC, 2, "src", &v.Src, "source").Means("src address").IP("from"),
		attr.Prefix(unix.FRA_DST, 1, "dst", &v.Dst, "destination").Means("dst address").IP("to"),
		attr.Uint32(unix.FRA_TABLE, "table", &v.Table, "table to look up in").Words(rt.Tables).AlsoHead(4, unix.RT_TABLE_COMPAT),
		attr.Head8(7, "action", &v.Action, "what to do").Words(actions).Default("table").IP("%"),
		attr.Uint32(unix.FRA_GOTO, "goto", &v.Goto, "priority of the rule to go on at").IP("%"),
		flag(unix.FIB_RULE_INVERT, "not_", &v.Not, "applies to what does not match").Default(false),
		attr.String(unix.FRA_IIFNAME, "iif", &v.IIF, "input device").Checked(attr.CheckName),
		attr.String(unix.FRA_OIFNAME, "oif", &v.OIF, "output device").Checked(attr.CheckName),
		attr.MaskedNumber(unix.FRA_FWMARK, unix.FRA_FWMASK, "fwmark", &v.Mark, "mark, with a mask"),
		attr.Head8(3, "tos", &v.TOS, "type of service").Default(0),
		attr.MaskedNumber(uapi.FRA_DSCP, uapi.FRA_DSCP_MASK, "dscp", &v.DSCP, "DSCP, 0 to 63, with a mask").Range(0, 63).FromKernel("6.12").MaskFromKernel("6.15"),
		attr.MaskedBE(uapi.FRA_FLOWLABEL, uapi.FRA_FLOWLABEL_MASK, "flowlabel", &v.FlowLabel, "IPv6 flow label").Range(0, 1<<20-1).FromKernel("6.14"),
		attr.BE64(unix.FRA_TUN_ID, "tun_id", &v.TunnelID, "key of the tunnel that the packet came by"),
		attr.Bool8(unix.FRA_L3MDEV, "l3mdev", &v.L3MDev, "look up in the table of the device's VRF"),
		attr.Range(unix.FRA_UID_RANGE, "uidrange", &v.UIDs, "users of the sockets"),
		attr.Uint8(unix.FRA_IP_PROTO, "ipproto", &v.IPProto, "IP protocol").Words(rt.IPProtos),
		attr.MaskedRange(unix.FRA_SPORT_RANGE, uapi.FRA_SPORT_MASK, "sport", &v.SrcPorts, "source ports: one, a range, or one with a mask").MaskFromKernel("6.15"),
		attr.MaskedRange(unix.FRA_DPORT_RANGE, uapi.FRA_DPORT_MASK, "dport", &v.DstPorts, "destination ports: one, a range, or one with a mask").MaskFromKernel("6.15"),
		attr.Uint32(unix.FRA_SUPPRESS_PREFIXLEN, "suppress_prefixlength", &v.SuppressPrefixLength, "do not use routes of this length or less").Words(noLimit).Default("none"),
		attr.Uint32(unix.FRA_SUPPRESS_IFGROUP, "suppress_ifgroup", &v.SuppressGroup, "do not use routes by devices of this group").Words(noLimit).Default("none"),
		attr.Uint32(unix.FRA_FLOW, "realms", &v.Realms, "realms to set (IPv4), \"source/destination\" or the destination alone").Written(rt.Realms),
		attr.Uint8(unix.FRA_PROTOCOL, "protocol", &v.Protocol, "who made the rule").Words(rt.Protocols).Default("boot").IP("=protocol"),
	}
	for i := range fields { // all of it is the key
		fields[i] = fields[i].IsKey()
	}
	return append([]attr.Field{attr.ByIP("ip rule", "", "%|!"), attr.Family(0, "family", &v.Family, "4 or 6; \"ipmr\" and \"ip6mr\" are the rules of multicast routing")}, append(fields,
		flag(unix.FIB_RULE_PERMANENT, "permanent", &v.Permanent, "cannot be removed").ReadOnly(),
		flag(unix.FIB_RULE_UNRESOLVED, "unresolved", &v.Unresolved, "the rule to go on at is not there").Counter(),
		flag(unix.FIB_RULE_IIF_DETACHED, "iif_detached", &v.InputDetached, "the input device is not there").Counter(),
		flag(unix.FIB_RULE_OIF_DETACHED, "oif_detached", &v.OutputDetached, "the output device is not there").Counter(),
		attr.Unknown(&v.Extra))...)
}).Hooks(nil, func(v *Rule) {
	if !v.Priority.IsSet() { // the kernel does not say 0
		v.Priority.Set(0)
	}
	if v.Table.Or(rt.TableAll) == rt.TableAll { // 0: the rule looks up in none
		v.Table.Unset()
	}
})

// rank puts the rules that others come before first: to insert one, the kernel walks all
// that come before it, which are none then. Those whose place the kernel chooses come first of all, as if nothing else was declared.
func rank(v *Rule) int {
	if p, ok := v.Priority.Get(); ok {
		return -int(p)
	}
	return -(1 << 32)
}

// Type gives rules their verbs.
var Type = object.Define(&object.Type[Rule]{
	Schema: schema,
	Requests: object.Requests{
		object.Add:    {Type: unix.RTM_NEWRULE, Flags: unix.NLM_F_CREATE | unix.NLM_F_EXCL},
		object.Delete: {Type: unix.RTM_DELRULE},
		object.List:   {Type: unix.RTM_GETRULE},
	},
	Args:     []string{"priority"},
	Events:   []uint32{unix.RTNLGRP_IPV4_RULE, unix.RTNLGRP_IPV6_RULE},
	Family:   unix.AF_INET,
	Lists:    []byte{unix.AF_INET, unix.AF_INET6},
	Echo:     true,
	Fill:     fill,
	Doubt:    there,
	Before:   meant,
	BeforeIf: func(verb object.Verb, _ *Rule) bool { return verb == object.Delete },
	Rank:     rank,
	Clash: func(v, other *Rule) bool { // one that selects by less is taken for one that selects by more
		return family(v) == family(other) && v.Priority == other.Priority
	},
	Made: func(v *Rule) object.Origin {
		kernel, daemon := v.Protocol.Or(rt.ProtoBoot).Origin()
		switch {
		case kernel:
			return object.Kernel
		case daemon:
			return object.Daemon
		}
		return object.User
	},
})

// fill sets what ip-rule(8) says is meant when it is not said.
func fill(verb object.Verb, v *Rule) {
	if verb != object.Add {
		if v.Table.Or(rt.TableMain) == rt.TableAll {
			v.Table.Unset()
		}
		return
	}
	if !v.Action.IsSet() {
		v.Action.Set(ToTable)
		if v.Goto.IsSet() {
			v.Action.Set(Goto)
		}
	}
	if a, _ := v.Action.Get(); a == ToTable && !v.Table.IsSet() && !v.L3MDev.Or(false) {
		v.Table.Set(rt.TableMain)
	}
	if !v.Protocol.IsSet() {
		v.Protocol.Set(rt.ProtoBoot)
	}
	if !v.Family.IsSet() { // a rule that names no address has one, too
		v.Family = family(v)
	}
}

// there reports whether this very rule exists. The kernel says that one exists
// as soon as another matches all that was named: "from all" beside "from X".
func there(ctx context.Context, t *object.Type[Rule], s *object.Scope, v *Rule) (bool, error) {
	list, err := t.Collect(ctx, s, &Rule{Family: family(v)})
	if err != nil {
		return true, err
	}
	for i := range list {
		if schema.Covers(attr.To(list[i]), attr.To(v)) && !more(list[i], v) {
			return true, nil
		}
	}
	return false, nil
}

// more reports whether have selects by something that v does not name.
func more(have, v *Rule) bool {
	for i := range schema.Fields() {
		f := &schema.Fields()[i]
		if f.Access&attr.Key == 0 || !schema.IsSet(attr.To(have), i) || schema.IsSet(attr.To(v), i) {
			continue
		}
		got := schema.Get(attr.To(have), i)
		if def, ok := f.HasDefault(); ok && def.Shape == got.Shape && def.N == got.N && def.S == got.S {
			continue
		}
		if f.Name != "protocol" && f.Name != "priority" && f.Name != "table" && f.Name != "l3mdev" {
			return true
		}
	}
	return false
}

func family(v *Rule) opt.Value[uint8] {
	if f := schema.FamilyOf(attr.To(v)); f != 0 {
		return opt.Of(f)
	}
	return opt.Of[uint8](unix.AF_INET)
}

// meant makes sure that a deletion removes the rule that is meant: the kernel
// removes the first that matches what was named, and what is not named matches
// anything.
func meant(ctx context.Context, t *object.Type[Rule], s *object.Scope, _ object.Verb, v *Rule) error {
	filter := *v
	filter.Family = family(v)
	found, err := t.Get(ctx, s, &filter)
	if err != nil {
		return err
	}
	first, err := firstMatch(ctx, t, s, found)
	if err != nil {
		return err
	}
	if !schema.Equal(attr.To(first), attr.To(found)) {
		return &object.AttributeError{Code: "conflict", Path: "priority",
			Err: errors.New("the kernel would remove another rule, which stands before it and selects by more: " + t.Ref(first).String())}
	}
	*v = *found
	return nil
}

// firstMatch is the rule that the kernel would take for v.
func firstMatch(ctx context.Context, t *object.Type[Rule], s *object.Scope, v *Rule) (*Rule, error) {
	list, err := t.Collect(ctx, s, &Rule{Family: v.Family})
	if err != nil {
		return nil, err
	}
	want := *v
	for i := range schema.Fields() { // what the kernel takes as "not named"
		f := &schema.Fields()[i]
		if f.Access&attr.Key == 0 {
			continue
		}
		if def, ok := f.HasDefault(); ok {
			if got := schema.Get(attr.To(&want), i); def.Shape == got.Shape && def.N == got.N && def.S == got.S {
				schema.Unset(attr.To(&want), i)
			}
		}
	}
	for i := range list {
		if schema.Covers(attr.To(list[i]), attr.To(&want)) {
			return list[i], nil
		}
	}
	return v, nil
}
