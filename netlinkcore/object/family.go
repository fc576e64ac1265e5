package object

import (
	"context"
	"iter"

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
	numVerbs
)

var verbNames = [numVerbs]string{"add", "append", "replace", "set", "delete", "get", "list", "flush"}

// String returns the verb as scripts write it.
func (v Verb) String() string { return verbNames[v] }

// Reads reports whether the verb changes nothing.
func (v Verb) Reads() bool { return v == Get || v == List }

// access says which attributes belong into a message of the verb.
func (v Verb) access() attr.Access {
	switch v {
	case Set:
		return attr.Change
	case Delete, Flush:
		return attr.Delete
	case Get:
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
	// Positional are the attributes that scripts may give without keywords,
	// in order.
	Positional() []string
	// Do carries out a verb that changes something on v, and returns v's key
	// with what the kernel chose.
	Do(ctx context.Context, s *Scope, verb Verb, v Ref) (Ref, error)
	// Queue is Do inside a batch: the result comes to the batch.
	Queue(ctx context.Context, b *Batch, verb Verb, v Ref, note any) error
	// All returns the objects that filter, which may be empty, covers.
	All(ctx context.Context, s *Scope, filter Ref) ([]Ref, error)
	// One returns the only object that filter covers: ErrNotFound, an
	// *AmbiguousError.
	One(ctx context.Context, s *Scope, filter Ref) (Ref, error)
	// Purge removes the objects that filter covers, and returns how many went.
	Purge(ctx context.Context, s *Scope, filter Ref) (int, error)
	// Stream yields the objects that filter covers as they come.
	Stream(ctx context.Context, s *Scope, filter Ref) iter.Seq2[Ref, error]
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

// String returns the family and what identifies the object, for messages.
func (r Ref) String() string {
	t := r.Table()
	out := r.Family.Name()
	for _, name := range r.Family.Positional() {
		i := t.Lookup(name)
		switch v := t.Get(r.p, i); v.Shape {
		case attr.None, attr.Object:
		case attr.Text:
			out += " " + v.S
		default:
			out += " " + v.String()
		}
	}
	return out
}

// Origin says who made a live object.
type Origin uint8

// Origins.
const (
	User   Origin = iota
	Kernel        // made by the kernel itself: never drift, never flushed
	Daemon        // another program's, by its protocol
)
