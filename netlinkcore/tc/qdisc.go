package tc

import (
	"context"
	"errors"
	"math"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// A Qdisc is a queueing discipline (struct tcmsg, TCA_*; tc(8)). Its key is its
// place: the device and the parent, which is Root, a class of another
// discipline, or IngressSlot.
type Qdisc struct {
	attr.Extra
	Dev                       rt.Dev
	Parent                    opt.Value[Handle]
	Handle                    opt.Value[Handle] // its name, X:0; those that the kernel makes have none
	Kind                      QdiscKind
	IngressBlock, EgressBlock opt.Value[uint32]
	SizeTable                 *SizeTable
	Offloaded, Invisible      opt.Value[bool]
	References                opt.Value[uint32]
	Stats                     *Stats
	Estimator                 opt.Value[Estimator]
}

// A QdiscKind is what sort of discipline it is, with its options: *HTB, *Netem,
// … or *OtherQdisc.
type QdiscKind interface{ QdiscKind() string }

// An OtherQdisc is a kind without a definition here. Its options are kept, and
// can be compared, but not sent back.
type OtherQdisc struct {
	Name string
	Data []byte // TCA_OPTIONS
}

// QdiscKind returns the kernel's name of the kind.
func (k *OtherQdisc) QdiscKind() string { return k.Name }

// Raw returns Data.
func (k *OtherQdisc) Raw() []byte { return k.Data }

var qdiscKinds = attr.NewUnion(QdiscKind.QdiscKind,
	func(name string, _ uint16, data []byte) QdiscKind { return &OtherQdisc{name, data} })

// qdisc defines a kind of discipline, whose options have a head of so many bytes.
func qdisc[S any, P interface {
	*S
	QdiscKind
}](name, doc string, head int, bind func(*S) []attr.Field) attr.Schema[S] {
	s := attr.Define(name, doc, head, bind).Made("tc.qdisc." + name)
	attr.AddCase(qdiscKinds, 0, s, func(p *S) QdiscKind { return P(p) }, func(k QdiscKind) *S { return (*S)(k.(P)) })
	return s
}

func (v *Qdisc) kindName() string {
	if v.Kind == nil {
		return ""
	}
	return v.Kind.QdiscKind()
}

// qdiscSchema is struct tcmsg and TCA_*.
var qdiscSchema = attr.Define("tc.qdisc", "queueing discipline", sizeofTCMsg, func(v *Qdisc) []attr.Field {
	return append([]attr.Field{
		attr.ByIP("tc qdisc", "change", "").Filled(),
		attr.HeadDevice(offDev, "dev", &v.Dev, "device").IsKey(),
		attr.Head32(offParent, "parent", &v.Parent, "where it is: a class, \"root\" or \"ingress\"; \"root\" unless given").Words(slots).Written(handles).IsKey().IP("parent %?ingress"),
		attr.Head32(offHandle, "handle", &v.Handle, "its name; the kernel chooses from 8001: on unless given").Written(handles).KernelChooses().Matches().Fixed(),
		attr.Select(unix.TCA_KIND, unix.TCA_OPTIONS, true, "kind", &v.Kind, qdiscKinds, "what sort of discipline, with its options").Matches().IP("%"),
		attr.Uint32(unix.TCA_INGRESS_BLOCK, "ingress_block", &v.IngressBlock, "block of filters that is shared, for packets received").CreateOnly(),
		attr.Uint32(unix.TCA_EGRESS_BLOCK, "egress_block", &v.EgressBlock, "block of filters that is shared, for packets sent").CreateOnly(),
		attr.Nest(unix.TCA_STAB, "stab", &v.SizeTable, sizeTable, "how sizes of packets are counted").CreateOnly(),
		attr.Bool8(unix.TCA_HW_OFFLOAD, "offloaded", &v.Offloaded, "works in hardware").Counter(),
		attr.Flag(unix.TCA_DUMP_INVISIBLE, "invisible", &v.Invisible, "those too that classes get by themselves, in lists").Only(attr.Filter),
		attr.Head32(offInfo, "refcnt", &v.References, "references, one for each transmit queue").Counter(),
		attr.Unknown(&v.Extra),
	}, common(&v.Stats, &v.Estimator)...)
}).Hooks(nil, func(v *Qdisc) {
	if v.Handle.Or(0) == 0 { // the kernel's own have no name
		v.Handle.Unset()
	}
})

// QdiscType gives disciplines their verbs. One is read from the list: the kernel
// tells everybody who listens to changes of what is asked for alone.
var QdiscType = object.Define(&object.Type[Qdisc]{
	Schema: qdiscSchema,
	Requests: object.Requests{
		object.Add:     {Type: unix.RTM_NEWQDISC, Flags: unix.NLM_F_CREATE | unix.NLM_F_EXCL},
		object.Replace: {Type: unix.RTM_NEWQDISC, Flags: unix.NLM_F_CREATE | unix.NLM_F_REPLACE},
		object.Set:     {Type: unix.RTM_NEWQDISC},
		object.Delete:  {Type: unix.RTM_DELQDISC},
		object.List:    {Type: unix.RTM_GETQDISC},
	},
	Events:   []uint32{unix.RTNLGRP_TC},
	Args:     []string{"dev", "kind"},
	Echo:     true,
	Fill:     fillQdisc,
	Check:    checkQdisc,
	Before:   placeQdisc,
	StandsOn: func(v *Qdisc) (string, []string) { return standing(v.Dev, v.Handle.Or(0), v.Parent.Or(Root)) },
	Made: func(v *Qdisc) object.Origin {
		if isDefault(v) {
			return object.Kernel
		}
		return object.User
	},
	Vacant: isDefault,
	Implied: func(v *Qdisc) {
		if n, ok := v.Kind.(*Netem); ok && n.Seed.Or(0) > math.MaxUint32 {
			bare := *n
			bare.Seed.Unset() // the kernel drew it: nobody writes such a number
			v.Kind = &bare
		}
	},
})

// isDefault reports whether a discipline is what the kernel puts where nobody did.
func isDefault(v *Qdisc) bool { return !v.Handle.IsSet() }

// fillQdisc sets the place where none is given, and what tc(8) computes.
func fillQdisc(verb object.Verb, v *Qdisc) {
	if h, ok := v.Handle.Get(); ok {
		v.Handle.Set(whole(h))
	}
	if verb.Reads() {
		return
	}
	_, ingress := v.Kind.(*Ingress)
	_, clsact := v.Kind.(*Clsact)
	creates := verb == object.Add || verb == object.Replace
	switch {
	case v.Parent.IsSet():
	case ingress || clsact:
		v.Parent.Set(IngressSlot)
	case creates || !v.Handle.IsSet():
		v.Parent.Set(Root)
	}
	if k, ok := v.Kind.(interface {
		complete(verb object.Verb) QdiscKind
	}); ok && verb != object.Delete {
		v.Kind = k.complete(verb)
	}
}

// checkQdisc refuses what the kernel would do nothing useful with.
func checkQdisc(verb object.Verb, v *Qdisc) error {
	if verb == object.Delete {
		return nil
	}
	if v.Kind == nil {
		return &object.AttributeError{Path: "kind", Err: errors.New("say what sort of discipline, such as tc.qdisc.htb()")}
	}
	return checkKind(v.Kind, verb)
}

// checkKind asks a kind whether its options make sense together.
func checkKind(kind any, verb object.Verb) error {
	k, ok := kind.(interface {
		check(verb object.Verb) (attribute string, err error)
	})
	if !ok {
		return nil
	}
	if attribute, err := k.check(verb); err != nil {
		return &object.AttributeError{Path: "kind." + attribute, Err: err}
	}
	return nil
}

// placeQdisc finds the place of a discipline that is named by its handle alone:
// the kernel wants it.
func placeQdisc(ctx context.Context, t *object.Type[Qdisc], s *object.Scope, _ object.Verb, v *Qdisc) error {
	if v.Parent.IsSet() || !v.Handle.IsSet() {
		return nil
	}
	found, err := t.Get(ctx, s, &Qdisc{Dev: v.Dev, Handle: v.Handle})
	if err != nil {
		return err
	}
	v.Parent = found.Parent
	return nil
}
