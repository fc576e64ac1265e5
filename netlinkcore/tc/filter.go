package tc

import (
	"context"
	"errors"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// A Filter takes packets by what is in them, puts them into a class, and has
// actions for them (struct tcmsg, TCA_*; tc(8)). Its key is all of its place:
// device, parent, chain, priority, protocol, kind and handle.
type Filter struct {
	attr.Extra
	Dev      rt.Dev
	Parent   opt.Value[Handle] // a discipline, a class, AtIngress or AtEgress
	Chain    opt.Value[uint32]
	Priority opt.Value[uint16]
	Protocol opt.Value[rt.EtherType]
	Handle   opt.Value[uint32]
	Kind     FilterKind
	Actions  []Action

	Estimator opt.Value[Estimator] // of the actions
}

// A FilterKind is what a filter matches: *U32, *Flower, … or *OtherFilter.
type FilterKind interface{ FilterKind() string }

// An OtherFilter is a kind without a definition here. It is kept, and can be
// compared, but not sent back.
type OtherFilter struct {
	Name string
	Data []byte // TCA_OPTIONS
}

// FilterKind returns the kernel's name of the kind.
func (k *OtherFilter) FilterKind() string { return k.Name }

// Raw returns Data.
func (k *OtherFilter) Raw() []byte { return k.Data }

var filterKinds = attr.NewUnion(FilterKind.FilterKind,
	func(name string, _ uint16, data []byte) FilterKind { return &OtherFilter{name, data} })

// filter defines a kind of filter.
func filter[S any, P interface {
	*S
	FilterKind
}](name, doc string, bind func(*S) []attr.Field) attr.Schema[S] {
	s := attr.Define(name, doc, 0, bind).Made("tc.filter." + name)
	attr.AddCase(filterKinds, 0, s, func(p *S) FilterKind { return P(p) }, func(k FilterKind) *S { return (*S)(k.(P)) })
	return s
}

// filterSchema is struct tcmsg and TCA_*. The kernel has the actions among the
// options of each kind.
var filterSchema = attr.Define("tc.filter", "filter", sizeofTCMsg, func(v *Filter) []attr.Field {
	return []attr.Field{
		attr.ByIP("tc filter", "change", ""),
		attr.HeadDevice(offDev, "dev", &v.Dev, "device").IsKey().Also(attr.Filter),
		attr.Head32(offParent, "parent", &v.Parent, "where it is: a discipline, a class, \"ingress\" or \"egress\"; the root's discipline unless given").
			Words(places).Written(handles).IsKey().Also(attr.Filter).KernelChooses().IP("parent %?"),
		attr.Head16(highHalf, "prio", &v.Priority, "place in the order, 1 first; the kernel chooses from 49152 downwards unless given").
			IsKey().Also(attr.Filter).KernelChooses().AlsoCalled("pref"),
		attr.HeadBE16(lowHalf, "protocol", &v.Protocol, "EtherType of the packets; what the kind asks for, or \"all\", unless given").Words(rt.EtherTypes).IsKey(),
		attr.Head32(offHandle, "handle", &v.Handle, "number; the kernel chooses unless given").Written(filterHandles).IsKey().KernelChooses(),
		attr.Uint32(unix.TCA_CHAIN, "chain", &v.Chain, "chain of filters").IsKey().Also(attr.Filter).Default(0),
		attr.Select(unix.TCA_KIND, unix.TCA_OPTIONS, true, "kind", &v.Kind, filterKinds, "what it matches").Matches().IP("%"),
		attr.Kinds(0, 0, "actions", &v.Actions, actions, "what is done with packets that match, in order: verdicts and tc.action.…").Apart().IP(">action"),
		estimated(&v.Estimator),
		attr.Ignored(unix.TCA_STATS, unix.TCA_STATS2, unix.TCA_XSTATS, unix.TCA_FCNT, unix.TCA_PAD, unix.TCA_EXT_WARN_MSG), // what an old form of police has
		attr.Unknown(&v.Extra),
	}
}).Hooks(lower, raise)

// An acting kind has a place for the filter's actions among its options.
type acting interface {
	FilterKind
	list() *[]Action
	copied() acting
}

// options are the part of a kind that holds the filter's actions on the wire.
type options struct{ actions []Action }

func (o *options) list() *[]Action { return &o.actions }

// lower puts the actions among the kind's options.
func lower(v *Filter) {
	if k, ok := v.Kind.(acting); ok && v.Actions != nil {
		k = k.copied()
		*k.list() = v.Actions
		v.Kind = k
	}
}

// raise takes them out again. The place of an ingress discipline has two names.
func raise(v *Filter) {
	if v.Parent.Or(0) == ingressMajor {
		v.Parent.Set(AtIngress)
	}
	if k, ok := v.Kind.(acting); ok {
		v.Actions, *k.list() = *k.list(), nil
	}
	switch k := v.Kind.(type) {
	case *U32:
		k.compares(v.Protocol.Or(rt.EtherAll))
	case *Flower:
		k.framed(v.Protocol)
	}
}

// actionList is the place of the actions among the options of a kind.
func actionList(id uint16, o *options) attr.Field {
	return attr.Kinds(id, uapi.TCA_ACT_KIND, "actions", &o.actions, actions, "").Only(attr.Inside).IP(">action")
}

// FilterType gives filters their verbs.
var FilterType = object.Define(&object.Type[Filter]{
	Schema: filterSchema,
	Requests: object.Requests{
		object.Add:     {Type: unix.RTM_NEWTFILTER, Flags: unix.NLM_F_CREATE | unix.NLM_F_EXCL},
		object.Replace: {Type: unix.RTM_NEWTFILTER, Flags: unix.NLM_F_CREATE | unix.NLM_F_REPLACE},
		object.Set:     {Type: unix.RTM_NEWTFILTER},
		object.Delete:  {Type: unix.RTM_DELTFILTER},
		object.List:    {Type: unix.RTM_GETTFILTER},
	},
	Events: []uint32{unix.RTNLGRP_TC},
	Args:   []string{"dev", "kind"},
	Echo:   true,
	Fill:   fillFilter,
	Check:  checkFilter,
	Before: meantFilter,
	Parts:  placesOf,

	IdentifiedBy: filterIdentity,
	Implied:      (*Filter).unroot,
	// A dump begins each priority with a message that has no filter, and each
	// u32 with a table that the kernel has made.
	Skip: func(want, v *Filter) bool {
		return v.Handle.Or(0) == 0 || !want.Handle.IsSet() && madeByKernel(v)
	},
	StandsOn: func(v *Filter) (string, []string) {
		_, on := standing(v.Dev, 0, v.Parent.Or(Root))
		return "", on
	},
	Clash: func(v, other *Filter) bool { // a priority of a chain has one protocol
		return v.Dev.Name() == other.Dev.Name() && v.Parent == other.Parent && v.Chain.Or(0) == other.Chain.Or(0) &&
			v.Priority == other.Priority && v.Protocol != other.Protocol
	},
	Made: func(v *Filter) object.Origin {
		if madeByKernel(v) {
			return object.Kernel
		}
		return object.User
	},
})

// madeByKernel recognises the table that every u32 begins with.
func madeByKernel(v *Filter) bool {
	k, ok := v.Kind.(*U32)
	return ok && k.Divisor.Or(0) == 1 && v.Handle.Or(0)&0xfffff == 0 && v.Handle.Or(0)>>20 >= 0x800
}

// fillFilter sets what tc(8) sends when it is not given, and what the kind says
// of the protocol.
func fillFilter(verb object.Verb, v *Filter) {
	creates := verb == object.Add || verb == object.Replace
	switch v.Parent.Or(0) {
	case ingressMajor:
		v.Parent.Set(AtIngress)
	case Root:
		if creates { // to the kernel that is to name none
			v.Parent.Unset()
		}
	}
	if creates || verb == object.Set {
		v.Actions = completed(v.Actions)
	}
	if k, ok := v.Kind.(interface {
		complete(verb object.Verb, v *Filter) FilterKind
	}); ok && creates {
		v.Kind = k.complete(verb, v)
	}
	if verb == object.Add {
		v.unroot()
	}
	if creates && !v.Protocol.IsSet() {
		v.Protocol.Set(rt.EtherAll)
	}
}

func checkFilter(verb object.Verb, v *Filter) error {
	switch {
	case verb == object.Set || verb == object.Delete:
		return nil
	case v.Kind == nil:
		return &object.AttributeError{Path: "kind", Err: errors.New("say what to match, such as tc.filter.flower(dst_ip = \"10.0.0.0/8\")")}
	case len(v.Actions) > maxActions:
		return &object.AttributeError{Path: "actions", Err: errors.New("the kernel takes 32 actions at most")}
	}
	return checkKind(v.Kind, verb)
}

// maxActions is TCA_ACT_MAX_PRIO.
const maxActions = 32

// meantFilter finds the filter that is meant by an incomplete key: the first
// in the kernel's order. With less than all of the key the kernel removes
// every filter of a priority, or of a chain. A change that says nothing of the
// actions would remove them.
func meantFilter(ctx context.Context, t *object.Type[Filter], s *object.Scope, verb object.Verb, v *Filter) error {
	if verb == object.Replace {
		return checkReplace(ctx, t, s, v)
	}
	if verb == object.Add {
		return numberTaken(ctx, t, s, v)
	}
	if verb != object.Set && verb != object.Delete {
		return nil
	}
	want := *v
	if verb == object.Set {
		want.Actions, want.Kind = nil, nil
	}
	found, err := first(ctx, t, s, &want)
	if err != nil {
		return err
	}
	v.Parent, v.Chain, v.Priority, v.Protocol, v.Handle = found.Parent, found.Chain, found.Priority, found.Protocol, found.Handle
	switch {
	case verb == object.Delete:
		v.Kind, v.Actions = found.Kind, nil
		return lastOfPriority(ctx, t, s, v)
	case v.Kind == nil:
		v.Kind = found.Kind
	}
	if name := matchesMore(v.Kind, found.Kind); name != "" {
		return &object.AttributeError{Code: "immutable", Path: "kind." + name,
			Err: errors.New("the kernel changes values that a filter of flower matches, not which it matches")}
	}
	if v.Actions == nil {
		v.Actions = found.Actions
	}
	return nil
}

// matchesMore is an attribute of flower that the filter which is there does not
// match.
func matchesMore(want, have FilterKind) string {
	w, ok := want.(*Flower)
	h, same := have.(*Flower)
	if !ok || !same {
		return ""
	}
	for i := range flowerSchema.Fields() {
		f := &flowerSchema.Fields()[i]
		if f.Resend && f.Type() != "bit" && flowerSchema.IsSet(attr.To(w), i) && !flowerSchema.IsSet(attr.To(h), i) && f.Name != "classid" {
			return f.Name
		}
	}
	return ""
}

// checkReplace refuses to replace a filter of u32 by one that matches something
// else: the kernel would silently keep the old match.
func checkReplace(ctx context.Context, t *object.Type[Filter], s *object.Scope, v *Filter) error {
	k, ok := v.Kind.(*U32)
	if !ok || !v.Handle.IsSet() {
		return nil
	}
	found, err := t.Get(ctx, s, &Filter{Dev: v.Dev, Parent: v.Parent, Chain: v.Chain, Priority: v.Priority, Handle: v.Handle, Kind: &U32{}})
	switch {
	case errors.Is(err, object.ErrNotFound):
		return nil
	case err != nil:
		return err
	}
	if !u32Schema.Covers(attr.To(found.Kind.(*U32)), attr.To(&U32{Match: k.Match})) {
		return &object.AttributeError{Code: "immutable", Path: "kind.match",
			Err: errors.New("the kernel keeps what a filter of u32 matches; delete it first")}
	}
	return nil
}

// first is the first filter that want covers.
func first(ctx context.Context, t *object.Type[Filter], s *object.Scope, want *Filter) (*Filter, error) {
	list, err := t.Collect(ctx, s, want)
	switch {
	case err != nil:
		return nil, err
	case len(list) == 0:
		_, err := t.Get(ctx, s, want) // says what was not found
		return nil, err
	}
	return list[0], nil
}

// placesOf splits a list by device and parent, as the kernel dumps the filters
// of one place only.
func placesOf(ctx context.Context, s *object.Scope, want *Filter) (parts []Filter, err error) {
	if want.Dev.IsSet() && want.Parent.IsSet() && want.Parent.Or(0) != Root {
		return []Filter{*want}, nil
	}
	qdiscs, err := QdiscType.Collect(ctx, s, &Qdisc{Dev: want.Dev})
	if err != nil {
		return nil, err
	}
	add := func(dev rt.Dev, parent Handle) {
		if p := want.Parent.Or(parent); p == parent || p == Root {
			part := *want
			part.Dev = dev
			part.Parent.Set(parent)
			parts = append(parts, part)
		}
	}
	root := want.Parent.Or(0) == Root
	for i := range qdiscs {
		q := qdiscs[i]
		for _, parent := range placesIn(q) {
			if !root || q.Parent.Or(0) == Root {
				add(q.Dev, parent)
			}
		}
	}
	if root {
		return parts, nil
	}
	for _, q := range qdiscs {
		if !userClasses[q.kindName()] {
			continue
		}
		classes, err := ClassType.Collect(ctx, s, &Class{Dev: q.Dev})
		if err != nil {
			return nil, err
		}
		for _, c := range classes {
			if c.ID.Or(0).Major() == q.Handle.Or(0) {
				add(c.Dev, c.ID.Or(0))
			}
		}
	}
	return parts, nil
}

// placesIn are the places for filters that a discipline has by itself.
func placesIn(q *Qdisc) []Handle {
	switch q.Kind.(type) {
	case *Ingress:
		return []Handle{AtIngress}
	case *Clsact:
		return []Handle{AtIngress, AtEgress}
	}
	if h, ok := q.Handle.Get(); ok {
		return []Handle{h}
	}
	return nil // one that the kernel has made
}
