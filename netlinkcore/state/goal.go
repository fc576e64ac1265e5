package state

import (
	"fmt"
	"hash/maphash"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/object"
)

// A Want is one object as it is to be: its key, and the attributes that matter.
type Want struct {
	Object object.Ref
	// Born is what the Object is like when it comes, or is given when it is made, besides
	// what is wanted: it may change later. It is a struct like the Object's; the zero Ptr:
	// there is nothing besides.
	Born attr.Ptr
	// Shown is the Object in words for users, without what they did not ask for, a struct
	// like the Object's; the zero Ptr: as it is.
	Shown attr.Ptr
	// Pair is the same for an object and what it brings along; nil: it is alone.
	Pair any
	// Note is handed on to the steps: who asked for it.
	Note any
	// Absent: it is not to be there.
	Absent bool
	// Along: it is not made by itself. Either it is there, or another object
	// brings it, as the first end of a pair does the second.
	Along bool
	// Once: it matters now and not later; nothing is owed for it.
	Once bool
	// Moves: it comes from another namespace, by a Leave there with the same Pair.
	// Born is all that it is then, and what it was before anything was declared.
	// It is never made anew; with Once, it is to be as Object says in all.
	Moves bool

	former *Former // of what is declared no longer
	id     string  // "" until somebody asked
}

// An Identity tells an object from all others of a namespace.
type Identity struct {
	Family object.Family
	Key    string
}

// Hash is the same for the same identity.
func (id Identity) Hash(seed maphash.Seed) uint64 { return maphash.String(seed, id.Key) }

// IdentityOf is that of what an add of r makes.
func IdentityOf(r object.Ref) Identity {
	return Identity{r.Family, r.Family.Identity(meant(r))}
}

// Identity is that of the Object. It is kept: the Object's key must not change any more.
func (w *Want) Identity() Identity {
	if w.id == "" {
		w.id = IdentityOf(w.Object).Key
	}
	return Identity{w.Object.Family, w.id}
}

// A Goal is what one namespace is to be.
type Goal struct {
	Space *Space
	// Wants name each object once, in the order in which they were asked for.
	Wants []Want
	// Leaving are devices that go to another namespace.
	Leaving []Leave
	// Whole: the wants are all there is to be. What else is there is removed, but
	// for what the kernel and daemons make, and what Ignore says.
	Whole  bool
	Ignore func(object.Ref) bool
	// Saw is called with each object that was read where nothing is to be done any
	// more; nil: nobody is.
	Saw func(object.Ref)
	// Fresh is what the namespace will be when it is made, and Pristine one that
	// was just made; nil: it is there. Birth is what it is given then, besides.
	Fresh    *Image
	Pristine *object.Scope
	Birth    []Want
	// Formers are what was declared the last time, and is given back when it is
	// declared no longer.
	Formers []Former

	// young: it was made just now. Nobody was there besides, so that only what is
	// wanted is looked at, and not what was given at birth.
	young bool
	// noted: an earlier plan told what is declared.
	noted bool
	// renewed is what was made anew: it owes nothing any more that only that gives back.
	renewed map[Identity]bool
}

// wants are all that is wanted; what is given at birth comes first.
func (g *Goal) wants() []*Want {
	out := make([]*Want, 0, len(g.Birth)+len(g.Wants))
	for _, list := range [][]Want{g.Birth, g.Wants} {
		for i := range list {
			out = append(out, &list[i])
		}
	}
	return out
}

// A Leave is a device that goes to another namespace, if it is there: the call that
// moves it, and perhaps gives it another name. What is on it goes, and no step is
// needed for that.
type Leave struct {
	Object object.Ref
	Pair   any // that of the Want in the other namespace
	Note   any
}

// A Plan is what makes of namespaces what they are to be, in the order in which
// it is carried out.
type Plan struct {
	Steps []*Step
	// Missing are wants for what is not there and nothing brings.
	Missing []MissingError
	// Left are objects that others changed since they were declared.
	Left []Left
	// Formers are those of the next time, of each goal.
	Formers [][]Former

	barriers []int32 // phases
	opening  opening
	renewed  [][]Identity // what is made anew, of each goal
}

// A MissingError says that what is to be changed is not there, or is there only as what
// made it was declared before and is no longer.
type MissingError struct {
	Space *Space
	Want  Want
	Goes  bool // it is there, and goes
}

// Error names what is not there.
func (e MissingError) Error() string {
	return e.Want.Object.String() + e.Space.in() + " " + e.Why()
}

// Why says what is the matter with the object.
func (e MissingError) Why() string {
	if e.Goes {
		return "goes: nothing declares any more that it is to be there"
	}
	return "is not there"
}

// Unwrap makes errors.Is find object.ErrNotFound.
func (e MissingError) Unwrap() error { return object.ErrNotFound }

// An UnclearError says that several objects are what is not to be there.
type UnclearError struct {
	Space *Space
	Want  Want
	Refs  []object.Ref
}

// Error names them.
func (e *UnclearError) Error() string {
	return fmt.Sprintf("%s%s: %v", e.Want.Object, e.Space.in(), e.Unwrap())
}

// Unwrap makes errors.As find an object.AmbiguousError.
func (e *UnclearError) Unwrap() error { return &object.AmbiguousError{Refs: e.Refs} }

// roomy is how many namespaces may have their sockets open at once. Each has four
// descriptors or so, and a process is often allowed 20,000.
var roomy = 1000

// rest has a namespace, one of n, close its sockets if those are many. One that is yet to
// be made has none.
func rest(n int, sp *Space) error {
	if n <= roomy || sp.Scope == nil {
		return nil
	}
	return sp.Scope.Rest()
}
