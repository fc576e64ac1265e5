package object

import (
	"context"
	"errors"
	"iter"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
)

// A Request is the number and the flags of a message for one verb. A zero Type
// means that the family does not have the verb.
type Request struct {
	Type  uint16
	Flags uint16 // beyond NLM_F_REQUEST and NLM_F_ACK
	// Also are attributes that go with each such message.
	Also []Word
	// Table is the message's layout where it is not the object's own: a
	// definition over the same struct.
	Table *attr.Table
	// Only are the attributes that the message takes, where the verb does not
	// tell: a change that has to be complete takes those of a creation.
	Only attr.Access
	// Since is the first release that does what the verb says, when later than 6.1; older
	// ones do less.
	Since attr.Release
}

// A Word is an attribute of 32 bits that always says the same.
type Word struct {
	Number uint16
	Value  uint32
	// Since is the first release that takes it, when later than 6.1.
	Since attr.Release
}

// Requests are a family's messages, by verb. A family without Get reads its
// list; Flush is there when Delete is.
type Requests [numVerbs]Request

// A Type is a family that netlink carries: data, and hooks that are nil where
// the default does. Define makes it one.
type Type[S any] struct {
	core
	Schema attr.Schema[S]
	// Proto is the netlink protocol (unix.NETLINK_ROUTE is 0).
	Proto    int
	Requests Requests
	// Reply is the type of the messages that hold an object; 0: the Add's.
	Reply uint16
	// Answer is the family of the object that answers a Call; nil: none does.
	Answer Family
	// Fills is the message that makes a whole object of one that is only
	// reserved, which stands in the way of an Add; see Doubt. 0: none can be.
	Fills uint16
	// Args are the attributes that scripts may give without keywords; nil: the
	// key's.
	Args []string
	// Family is the address family when nothing in the object names one.
	Family byte
	// Lists are the address families to list one after the other when none is
	// named; nil: the kernel lists all at once.
	Lists []byte
	// Echo: the kernel honours NLM_F_ECHO, which tells what it chose.
	Echo bool
	// Complete: a changing message has to say all that the object is, so what
	// is there is read and sent along.
	Complete bool
	// SmallSends: the kernel is faster with 4 KiB a send (xfrm policies).
	SmallSends bool

	// Fill sets what a verb means beyond what was given: the table of a route,
	// the state of a neighbour.
	Fill func(verb Verb, v *S)
	// Find sets what identifies an existing object on the wire and is not in
	// its key: the index of a link.
	Find func(ctx context.Context, s *Scope, v *S) error
	// Along returns an object that comes along with v, in another namespace
	// perhaps, and what has to be changed there once it exists: a veth's peer
	// cannot be born up. nil: nothing.
	Along func(v *S) (attr.NetNS, *S)
	// Resolve looks up what v names in another namespace, and which messages can
	// only tell by numbers; nil: nothing.
	Resolve func(ctx context.Context, s *Scope, verb Verb, v *S) error
	// Arrived changes v to what it is called after a message that moved it to
	// another namespace, which it returns. It is there if an attribute moves
	// objects.
	Arrived func(v *S) attr.NetNS
	// Outside returns what something else than netlink has to do; nil: nothing.
	Outside func(verb Verb, v *S) *Act[S]
	// Made tells who made a live object; nil: the user.
	Made func(v *S) Origin
	// Untold is why what v names cannot be compared with what is there: of some of it the
	// kernel does not tell as things are. nil: it tells of all.
	Untold func(ctx context.Context, s *Scope, v *S) error
	// Spares takes out of what a flush found what the kernel made, where only
	// other objects tell that; nil: Made tells.
	Spares func(ctx context.Context, s *Scope, found []*S) ([]*S, error)
	// IdentifiedBy is what tells objects apart where that is not the key.
	IdentifiedBy func(v *S) string
	// OneOfSeveral reports whether the kernel keeps v beside others of the same
	// key; nil: it never does, or an Add is enough.
	OneOfSeveral func(v *S) bool
	// Clash reports whether v cannot be made while other, which has another key, is
	// there; nil: other keys are no hindrance.
	Clash func(v, other *S) bool
	// Start is the key of what a setting of a device begins with, which is that of
	// devices to come; nil: the family has no settings.
	Start func(v *S) *S
	// OrderedBy is what objects have in common whose order means something; nil: no
	// order does.
	OrderedBy func(v *S) string
	// Insists sets what an add means although it does not say so, and is compared as what
	// is named: what is there may have been learned. nil: what is not named may be anything.
	Insists func(v *S)
	// Implied takes out of a copy of what was read what follows from the rest: who
	// makes another like it need not say it. nil: nothing does.
	Implied func(v *S)
	// Loses says why not all of what was read can be given back once it is gone,
	// where no attribute tells alone (see attr.Field.Lost); "" and nil: it can.
	Loses func(v *S) string
	// Events are the multicast groups in which the kernel tells of changes; nil:
	// it does not tell.
	Events []uint32
	// Passing: the objects are only told of, when they happen: an acquire.
	Passing bool
	// Changed are the types of messages that tell of an object besides Reply.
	Changed []uint16
	// GoneAs is the layout of the message that tells that an object is gone,
	// where it is another: a definition over the same struct.
	GoneAs *attr.Table
	// AllGone is the type of the message that tells that many are gone, and not
	// which; 0: there is none.
	AllGone uint16
	// OfBridges: the objects are those of messages whose family is AF_BRIDGE,
	// which are others' otherwise.
	OfBridges bool
	// Together removes many objects faster than one after the other does. An error
	// says that it cannot, and that they are there yet; nil: there is no faster way.
	Together func(ctx context.Context, f Family, s *Scope, gone []Ref) error
	// Rank is the place of an object among those of its family that are made
	// together; nil: they need nothing of each other, save what devices they name.
	Rank func(v *S) int
	// Hashed: the kernel lists objects in the order of a hash.
	Hashed bool
	// EndOf is as much of an end of a pair as Ends looks at. It is there if Ends is.
	EndOf func(v *S) *S
	// Ends reports whether two objects, of s and of there, are the ends of one pair;
	// nil: the family has no pairs.
	Ends func(ctx context.Context, s *Scope, v *S, there *Scope, other *S) (bool, error)
	// Far is the number that the kernel has for the namespace where the other end of
	// a pair is, if that is another one. It is there if Ends is.
	Far func(v *S) (nsid int32, elsewhere bool)
	// With returns what makes v, the end of a pair, together with other, in ns. It is
	// there if Ends is.
	With func(v, other *S, ns attr.NetNS) *S
	// StandsOn is what an object is called, and what it stands on, among objects of
	// several families that stand on each other; without a name it carries nothing. nil:
	// it is a family without such objects.
	StandsOn func(v *S) (self string, on []string)
	// Upright: objects go when their devices go down, or cannot be made before
	// those are up.
	Upright bool
	// Everything are the lists that together have all objects; nil: the one
	// without a filter has.
	Everything []*S
	// Vacant tells of what the kernel shows where nothing is: an inventory leaves it
	// out. nil: nothing is.
	Vacant func(v *S) bool
	// Comes tells of what comes by itself and nobody can add; nil: nothing does.
	Comes func(v *S) bool
	// NotFor is the error by which the kernel says that the device or table of a list
	// has no such objects: the list is empty then. 0: it does not say so.
	NotFor unix.Errno
	// Spread yields the objects for which one stands that the kernel tells of: it
	// tells of many VLANs as of a range. nil: each stands for itself.
	Spread func(v S) iter.Seq[S]
	// Several are the objects that v means where scripts may name many at once;
	// nil: v is one.
	Several func(v *S) []*S
	// Unsettles: after the message that tells of v, others may be otherwise than
	// they were told. nil: each has a message of its own.
	Unsettles func(v *S) bool
	// Born are the objects that the kernel makes by itself with what is there, as it
	// makes them, once: then they are anybody's to change. nil: Made tells.
	Born func(ctx context.Context, s *Scope) ([]*S, error)
	// Skip leaves out what a dump brings and the family does not mean.
	Skip func(filter, v *S) bool
	// Noise leaves out of lists, as ip does, objects that nobody asks for unless the
	// filter names them. The inventory has them.
	Noise func(filter, v *S) bool
	// Inside are objects that filters cover v by, beside v itself: the hops of a
	// route, as routes. nil: none are.
	Inside func(v *S) []S
	// Parts splits a list into several, where the kernel dumps only a part at a
	// time: the filters of tc come by device and parent. Each part names more
	// than want does. nil: one dump has all.
	Parts func(ctx context.Context, s *Scope, want *S) ([]S, error)
	// Check refuses what is known to be wrong before anything is sent.
	Check func(verb Verb, v *S) error
	// Doubt looks whether v is really there, when the kernel says so: it may
	// take another for it, or v is only reserved. nil: it is right.
	Doubt func(ctx context.Context, t *Type[S], s *Scope, v *S) (bool, error)
	// Before runs before a verb and may read: what a verb means may depend on
	// what is there (a rule that the kernel would take for another).
	Before func(ctx context.Context, t *Type[S], s *Scope, verb Verb, v *S) error
	// BeforeIf tells of which verbs and objects Before is; nil: of all. In a batch
	// it has to wait for what was queued earlier.
	BeforeIf func(verb Verb, v *S) bool
}

// Ref wraps v.
func (t *Type[S]) Ref(v *S) Ref { return t.ref(attr.To(v)) }

// As unwraps an object, if it is of this family.
func (t *Type[S]) As(r Ref) (*S, bool) {
	if r.Family != Family(t) {
		return nil, false
	}
	return attr.From[S](r.p), true
}

// Origin tells who made a live object.
func (t *Type[S]) Origin(v *S) Origin { return t.origin(attr.To(v)) }

// Add creates v; the error matches unix.EEXIST if it is there.
func (t *Type[S]) Add(ctx context.Context, s *Scope, v *S) error {
	return t.do(ctx, s, Add, attr.To(v))
}

// Append adds v beside what is there with its key.
func (t *Type[S]) Append(ctx context.Context, s *Scope, v *S) error {
	return t.do(ctx, s, Append, attr.To(v))
}

// Replace creates v or puts it in place of what has its key, in one step of the
// kernel.
func (t *Type[S]) Replace(ctx context.Context, s *Scope, v *S) error {
	return t.do(ctx, s, Replace, attr.To(v))
}

// Set changes the attributes that v names, besides its key, of the object with
// that key.
func (t *Type[S]) Set(ctx context.Context, s *Scope, v *S) error {
	return t.do(ctx, s, Set, attr.To(v))
}

// Delete removes one object: the one with v's key, as far as v names it.
func (t *Type[S]) Delete(ctx context.Context, s *Scope, v *S) error {
	return t.do(ctx, s, Delete, attr.To(v))
}

// Flush removes the objects that filter covers, and returns how many went. What the
// kernel made stays.
func (t *Type[S]) Flush(ctx context.Context, s *Scope, filter *S) (n int, err error) {
	return t.Purge(ctx, s, t.Ref(filter))
}

// Get returns the only object that filter covers: ErrNotFound, or an
// *AmbiguousError.
func (t *Type[S]) Get(ctx context.Context, s *Scope, filter *S) (*S, error) {
	if filter == nil {
		filter = new(S)
	}
	return typed[S](t.One(ctx, s, t.Ref(filter)))
}

// Collect returns the objects that filter covers, all if it is nil. A list that
// changes while it is read is read anew, a bounded number of times.
func (t *Type[S]) Collect(ctx context.Context, s *Scope, filter *S) ([]*S, error) {
	list, err := t.collect(ctx, s, attr.To(filter))
	return attr.FromAll[S](list), err
}

// Scan calls fn with each object that filter covers, all if it is nil. It uses
// one object again and again, with the structs that hang on it (a policy's
// templates): fn must copy what it keeps; strings and addresses may be kept. It ends
// with fn's error, or with nl.ErrInterrupted if the list changed meanwhile.
func (t *Type[S]) Scan(ctx context.Context, s *Scope, filter *S, fn func(*S) error) error {
	return t.each(ctx, s, attr.To(filter), true, func(v attr.Ptr) error { return fn(attr.From[S](v)) })
}

// List yields the objects that filter covers, all if it is nil, as they come.
// If the list changes meanwhile, nl.ErrInterrupted comes last; Collect starts
// anew then.
func (t *Type[S]) List(ctx context.Context, s *Scope, filter *S) iter.Seq2[S, error] {
	return func(yield func(S, error) bool) {
		err := t.each(ctx, s, attr.To(filter), false, func(v attr.Ptr) error {
			if !yield(*attr.From[S](v), nil) {
				return errStopped
			}
			return nil
		})
		if err != nil && err != errStopped {
			var none S
			yield(none, err)
		}
	}
}

// errStopped says that who reads a list wants no more of it.
var errStopped = errors.New("stopped")

var _ Family = (*Type[struct{}])(nil)
