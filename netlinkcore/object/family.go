package object

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/netlark/netlark/netlinkcore/attr"
)

// A Verb is what can be done with an object.
type Verb uint8

// Verbs.
const (
	Add     Verb = iota // create; an error if it is there
	Append              // one more beside what is there
	Replace             // create, or put in place of what has the same key
	Set                 // change the named attributes of what is there
	Delete              // remove one
	Get                 // the one that matches
	List                // all that match
	Flush               // remove all that match
	Lookup              // the one that the kernel would use
	Call                // a request that is none of these: the family is a function
	numVerbs
)

var verbNames = [numVerbs]string{"add", "append", "replace", "set", "delete", "get", "list", "flush", "lookup", "call"}

// String returns the verb as scripts write it.
func (v Verb) String() string { return verbNames[v] }

// Reads reports whether the verb changes nothing.
func (v Verb) Reads() bool { return v == Get || v == List || v == Lookup }

// access says which attributes belong into a message of the verb.
func (v Verb) access() attr.Access {
	switch v {
	case Set:
		return attr.Change
	case Delete, Flush:
		return attr.Delete
	case Get, Lookup:
		return attr.Lookup
	case List:
		return attr.Filter
	}
	return attr.Create
}

// A Family is a kind of object: link, route, …, but also sysctl, which is no
// netlink object. Its methods may be called by several goroutines.
type Family interface {
	// Name is the module's name in scripts: "link", "xfrm.state".
	Name() string
	// Table defines the attributes.
	Table() *attr.Table
	// New returns an empty object.
	New() Ref
	// Can reports whether the family has a verb.
	Can(v Verb) bool
	// Does reports whether the running kernel does what a verb says, and not only less.
	Does(v Verb) bool
	// AddressFamily is that of a request about r, where it names none as where it does;
	// 0: there is none.
	AddressFamily(r Ref) byte
	// Positional are the attributes that scripts may give without keywords,
	// in order.
	Positional() []string
	// Do carries out a verb that changes something on v, and returns v's key
	// with what the kernel chose. A Call returns the answer, or no object.
	Do(ctx context.Context, s *Scope, verb Verb, v Ref) (Ref, error)
	// Queue is Do inside a batch: the result comes to the batch.
	Queue(ctx context.Context, b *Batch, verb Verb, v Ref, note any) error
	// All returns the objects that filter, which may be empty, covers.
	All(ctx context.Context, s *Scope, filter Ref) ([]Ref, error)
	// One returns the only object that filter covers: ErrNotFound, an
	// *AmbiguousError.
	One(ctx context.Context, s *Scope, filter Ref) (Ref, error)
	// Lookup returns the object that the kernel would use for what v names.
	Lookup(ctx context.Context, s *Scope, v Ref) (Ref, error)
	// Purge removes the objects that filter covers, and returns how many went.
	Purge(ctx context.Context, s *Scope, filter Ref) (int, error)
	// Stream yields the objects that filter covers as they come.
	Stream(ctx context.Context, s *Scope, filter Ref) iter.Seq2[Ref, error]
	// CanWatch reports whether the kernel tells of changes.
	CanWatch() bool
	// Watch tells of the objects that filter, which may be empty, covers, and of
	// changes from now on.
	Watch(ctx context.Context, s *Scope, filter Ref) (Watcher, error)
	// Lasts reports whether the family's objects are part of what a namespace
	// is: they can be listed, made and removed.
	Lasts() bool
	// Singles are the objects that r means: r itself, or as many as its key names.
	Singles(r Ref) []Ref
	// Inventory returns all objects there are, who made each, and those that the
	// kernel made and somebody removed. A kernel that lacks the family has none.
	// needless, which may be nil, is asked as they are read which of them, made by whom, may
	// be left out; nothing of what it leaves out may be kept.
	Inventory(ctx context.Context, s *Scope, needless func(r Ref, by Origin) bool) ([]Item, error)
	// Maker tells who made an object that is there, as far as it tells itself. Of one that
	// is to be made it is whose it would be taken for.
	Maker(r Ref) Origin
	// Bears reports whether the kernel makes some of the family's objects by itself with
	// what they belong to.
	Bears() bool
	// Meant is what an add of r makes: with what it implies. It may be r itself.
	Meant(r Ref) Ref
	// Asked is what an add of r asks for: r, which it may be itself, and what is compared
	// with what is there although r does not name it.
	Asked(r Ref) Ref
	// Bare is a copy of what was read, with what makes another one like it and
	// nothing that follows from that.
	Bare(r Ref) Ref
	// Identity tells an object from others of its family in one namespace, as a
	// text. Two objects may share it where the kernel lets them.
	Identity(r Ref) string
	// Beside reports whether an object is one of several that the kernel keeps
	// under one key, each made by an Append.
	Beside(r Ref) bool
	// Group is the same text for objects whose order among each other means
	// something, such as the addresses of one subnet; "" if it means nothing.
	Group(r Ref) string
	// Clashes reports whether r cannot be made while other, which is another object,
	// is there.
	Clashes(r, other Ref) bool
	// Starts is what a setting of a device was when the device came: that of devices
	// to come. The zero Ref: it is none of a device's.
	Starts(ctx context.Context, s *Scope, r Ref) (Ref, error)
	// Affects returns what else a change of r changes, and is not of a family
	// that lasts: settings that others follow.
	Affects(ctx context.Context, s *Scope, r Ref) ([]Ref, error)
	// Ranked is the place of an object among those of its family that are made
	// together.
	Ranked(r Ref) int
	// Stands tells what an object is called, and what it stands on, among objects
	// of several families that stand on each other: disciplines and classes. "":
	// the family's stand on nothing.
	Stands(r Ref) (self string, on []string)
	// RemoveTogether removes objects, where there is a faster way for so many than one
	// after the other, and reports whether they are gone.
	RemoveTogether(ctx context.Context, s *Scope, gone []Ref) bool
	// Joint is as much of an object as Joined looks at: a list of objects takes more
	// memory than one of those.
	Joint(r Ref) Ref
	// Joined reports whether two objects, of s and of there, are the ends of one
	// pair.
	Joined(ctx context.Context, s *Scope, r Ref, there *Scope, other Ref) (bool, error)
	// Join returns what makes one end of a pair together with the other one, in ns.
	Join(r, other Ref, ns attr.NetNS) Ref
	// FarEnd returns the number of the namespace where the other end of a pair is, if
	// that is another one.
	FarEnd(r Ref) (nsid int32, elsewhere bool)
	// Devices yields the names of the devices that an object needs.
	Devices(r Ref, yield func(name string))
	// Losses says what of an object that is there cannot be given back once it is
	// gone, a reason each.
	Losses(r Ref) []string
	// Told is an error if the kernel does not tell, as things are, of all that r names:
	// then nobody can compare it with what is there.
	Told(ctx context.Context, s *Scope, r Ref) error
	// Hashes reports whether the order of a list means nothing and changes.
	Hashes() bool
	// NeedsUp reports whether objects go when their devices go down, or cannot
	// be made before those are up.
	NeedsUp() bool
}

// An Item is an object of an inventory.
type Item struct {
	Ref
	Maker Origin
	// Born: the kernel makes such an object by itself, with what it belongs to. If
	// it is still as it was made, the kernel is its maker.
	Born bool
	// Absent: it is born, and not there, as somebody removed it.
	Absent bool
	// Birth is what is born, as it was then; the zero Ref: nothing is.
	Birth Ref
}

// A Ref is one object of any family. The zero Ref is none.
type Ref struct {
	Family Family
	p      attr.Ptr
}

// IsZero reports whether r is no object.
func (r Ref) IsZero() bool { return r.Family == nil }

// Table returns the object's definition.
func (r Ref) Table() *attr.Table { return r.Family.Table() }

// Ptr returns the object for use with its Table.
func (r Ref) Ptr() attr.Ptr { return r.p }

// Value returns the object as an attribute's value.
func (r Ref) Value() attr.Value { return attr.ObjectValue(r.Table(), r.p) }

// Clone returns a copy whose attributes can be changed.
func (r Ref) Clone() Ref { return Ref{r.Family, r.Table().Clone(r.p)} }

// Of wraps the struct at p, which must be of f's table.
func Of(f Family, p attr.Ptr) Ref { return Ref{f, p} }

// String returns the family and what identifies the object, for messages: what may be
// given without a keyword, and the rest of the key. A name is enough.
func (r Ref) String() string {
	t := r.Table()
	out, rest := r.Family.Name(), ""
	for _, i := range t.Keys() {
		f := &t.Fields()[i]
		v := t.Get(r.p, i)
		switch named := slices.Contains(r.Family.Positional(), f.Name); {
		case v.Shape == attr.None || v.Shape == attr.Object || !named && t.IsDefault(r.p, i, v):
		case !named:
			rest += ", " + f.Name + " = " + v.String()
		case v.Shape == attr.Text:
			out += " " + v.S
		default:
			out += " " + v.String()
		}
	}
	switch {
	case out == r.Family.Name(): // nothing goes without a keyword
		return out + strings.TrimPrefix(rest, ",")
	case t.Naming() >= 0:
		return out
	}
	return out + rest
}

// Origin says who made a live object.
type Origin uint8

// Origins.
const (
	User   Origin = iota
	Kernel        // made by the kernel itself: never drift, never flushed
	Daemon        // another program's, by its protocol
)

var originNames = [...]string{"user", "kernel", "daemon"}

// String returns who it is in a word.
func (o Origin) String() string { return originNames[o] }

// ParseOrigin returns the Origin whose word is s.
func ParseOrigin(s string) (Origin, error) {
	for i, name := range originNames {
		if name == s {
			return Origin(i), nil
		}
	}
	return 0, fmt.Errorf("%q is none of user, kernel, daemon", s)
}
