package tc

import (
	"context"
	"errors"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// A Class is a share of a discipline that has such (struct tcmsg, TCA_*;
// tc(8)). Its key is the device and the class's number, whose major part names
// the discipline.
type Class struct {
	attr.Extra
	Dev    rt.Dev
	ID     opt.Value[Handle]
	Parent opt.Value[Handle] // the class above, or the discipline
	Kind   ClassKind
	Leaf   opt.Value[Handle] // the discipline in it
	Stats  *Stats

	Estimator opt.Value[Estimator]
}

// A ClassKind is the options of a class, by the kind of its discipline:
// *HTBClass or *OtherClass.
type ClassKind interface{ ClassKind() string }

// An OtherClass is a class of a discipline whose classes have no definition
// here, or no options.
type OtherClass struct {
	Name string
	Data []byte // TCA_OPTIONS
}

// ClassKind returns the name of the discipline's kind.
func (k *OtherClass) ClassKind() string { return k.Name }

// Raw returns Data.
func (k *OtherClass) Raw() []byte { return k.Data }

var classKinds = attr.NewUnion(ClassKind.ClassKind,
	func(name string, _ uint16, data []byte) ClassKind { return &OtherClass{name, data} })

// class defines the classes of a kind of discipline.
func class[S any, P interface {
	*S
	ClassKind
}](name, doc string, bind func(*S) []attr.Field) attr.Schema[S] {
	s := attr.Define(name, doc, 0, bind).Made("tc.class_." + name)
	attr.AddCase(classKinds, 0, s, func(p *S) ClassKind { return P(p) }, func(k ClassKind) *S { return (*S)(k.(P)) })
	return s
}

// classSchema is struct tcmsg and TCA_*.
var classSchema = attr.Define("tc.class_", "class of a queueing discipline", sizeofTCMsg, func(v *Class) []attr.Field {
	return append([]attr.Field{
		attr.ByIP("tc class", "change", "").Filled(),
		attr.HeadDevice(offDev, "dev", &v.Dev, "device").IsKey().Also(attr.Filter),
		attr.Head32(offHandle, "classid", &v.ID, "its number, such as \"1:10\"").Written(handles).IsKey(),
		attr.Head32(offParent, "parent", &v.Parent, "the class above, or the discipline").Words(slots[:1]).Written(handles).CreateOnly().IP("parent %?"),
		attr.Select(unix.TCA_KIND, unix.TCA_OPTIONS, true, "kind", &v.Kind, classKinds, "options, by the kind of the discipline").IP("%"),
		attr.Head32(offInfo, "leaf", &v.Leaf, "the discipline in it, if a user made that").Written(handles).ReadOnly(),
		attr.Unknown(&v.Extra),
	}, common(&v.Stats, &v.Estimator)...)
}).Hooks(nil, func(v *Class) {
	// Classes at the top have no parent for the kernel. They were made below
	// the discipline.
	if v.Parent.Or(0) == Root {
		v.Parent.Set(v.ID.Or(0).Major())
	}
	if v.Leaf.Or(0) == 0 {
		v.Leaf.Unset()
	}
})

// ClassType gives classes their verbs. One is read from the list, as of QdiscType.
var ClassType = object.Define(&object.Type[Class]{
	Schema: classSchema,
	Requests: object.Requests{
		object.Add:     {Type: unix.RTM_NEWTCLASS, Flags: unix.NLM_F_CREATE | unix.NLM_F_EXCL},
		object.Replace: {Type: unix.RTM_NEWTCLASS, Flags: unix.NLM_F_CREATE | unix.NLM_F_REPLACE},
		object.Set:     {Type: unix.RTM_NEWTCLASS},
		object.Delete:  {Type: unix.RTM_DELTCLASS},
		object.List:    {Type: unix.RTM_GETTCLASS},
	},
	Events: []uint32{unix.RTNLGRP_TC},
	Args:   []string{"dev", "kind"},
	Fill:   fillClass,
	Check:  checkClass,
	// A ceiling that would be below the rate rises with it, as with tc(8).
	Before: func(ctx context.Context, t *object.Type[Class], s *object.Scope, verb object.Verb, v *Class) error {
		k, ok := v.Kind.(*HTBClass)
		if verb != object.Set || !ok || !k.Rate.IsSet() || k.Ceil.IsSet() {
			return nil
		}
		have, err := t.Get(ctx, s, &Class{Dev: v.Dev, ID: v.ID})
		if err != nil {
			return err
		}
		if h, ok := have.Kind.(*HTBClass); ok && h.Ceil.Or(0) < k.Rate.Or(0) {
			k.Ceil = k.Rate // k is complete's copy
		}
		return nil
	},
	Parts:    devicesOf,
	StandsOn: func(v *Class) (string, []string) { return standing(v.Dev, v.ID.Or(0), v.Parent.Or(v.ID.Or(0).Major())) },
	Made: func(v *Class) object.Origin {
		if userClasses[className(v)] {
			return object.User
		}
		return object.Kernel
	},
	Comes: func(v *Class) bool { return !userClasses[className(v)] },
})

// userClasses are the kinds whose classes do not come by themselves.
var userClasses = map[string]bool{"htb": true, "hfsc": true, "drr": true, "qfq": true, "ets": false}

func className(v *Class) string {
	if v.Kind == nil {
		return ""
	}
	return v.Kind.ClassKind()
}

// fillClass sets what tc(8) computes. The root of a tree is its discipline.
func fillClass(verb object.Verb, v *Class) {
	if v.Parent.Or(0) == Root && v.ID.IsSet() {
		v.Parent.Set(v.ID.Or(0).Major())
	}
	if k, ok := v.Kind.(interface {
		complete(verb object.Verb) ClassKind
	}); ok && !verb.Reads() && verb != object.Delete {
		v.Kind = k.complete(verb)
	}
}

func checkClass(verb object.Verb, v *Class) error {
	switch {
	case verb == object.Delete:
		return nil
	case v.Kind == nil:
		return &object.AttributeError{Path: "kind", Err: errors.New("say what the class gets, such as tc.class_.htb(rate = \"10mbit\")")}
	case v.ID.Or(0).Minor() == 0:
		return &object.AttributeError{Path: "classid", Err: errors.New("want the number of the class, such as \"1:10\"")}
	}
	return checkKind(v.Kind, verb)
}

// classless are the kinds of which the kernel shows no classes, those that devices
// have by themselves among them: to ask for them is in vain.
var classless = map[string]bool{"noqueue": true, "pfifo_fast": true, "pfifo": true, "bfifo": true, "pfifo_head_drop": true}

// devicesOf splits a list by device, as the kernel dumps the classes of one
// only.
func devicesOf(ctx context.Context, s *object.Scope, want *Class) ([]Class, error) {
	if want.Dev.IsSet() {
		return []Class{*want}, nil
	}
	var parts []Class
	seen := map[uint32]bool{}
	list, err := QdiscType.Collect(ctx, s, nil)
	for i := range list {
		if d := list[i].Dev; !seen[d.Index] && !classless[list[i].kindName()] {
			seen[d.Index] = true
			part := *want
			part.Dev = d
			parts = append(parts, part)
		}
	}
	return parts, err
}
