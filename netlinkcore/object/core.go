package object

import (
	"cmp"
	"context"
	"iter"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
)

// A core is a Type without the Go type of its objects. What all families do is written
// for it: as methods of a generic type it would be compiled once for each family.
type core struct {
	self       Family
	table      *attr.Table
	proto      int
	requests   Requests
	reply      uint16
	answer     Family
	fills      uint16
	args       []string
	family     byte
	lists      []byte
	echo       bool
	complete   bool
	smallSends bool
	events     []uint32
	passing    bool
	changed    []uint16
	goneAs     *attr.Table
	allGone    uint16
	ofBridges  bool
	hashed     bool
	upright    bool
	everything []attr.Ptr
	notFor     unix.Errno
	hooks
}

// hooks are those of a Type; nil as they are there.
type hooks struct {
	fill         func(verb Verb, v attr.Ptr)
	find         func(ctx context.Context, s *Scope, v attr.Ptr) error
	along        func(v attr.Ptr) (attr.NetNS, attr.Ptr)
	resolve      func(ctx context.Context, s *Scope, verb Verb, v attr.Ptr) error
	arrived      func(v attr.Ptr) attr.NetNS
	outside      func(verb Verb, v attr.Ptr) *act
	made         func(v attr.Ptr) Origin
	untold       func(ctx context.Context, s *Scope, v attr.Ptr) error
	together     func(ctx context.Context, f Family, s *Scope, gone []Ref) error
	spares       func(ctx context.Context, s *Scope, found []attr.Ptr) ([]attr.Ptr, error)
	identifiedBy func(v attr.Ptr) string
	oneOfSeveral func(v attr.Ptr) bool
	clash        func(v, other attr.Ptr) bool
	start        func(v attr.Ptr) attr.Ptr
	orderedBy    func(v attr.Ptr) string
	insists      func(v attr.Ptr)
	implied      func(v attr.Ptr)
	loses        func(v attr.Ptr) string
	rank         func(v attr.Ptr) int
	joint        func(v attr.Ptr) attr.Ptr
	ends         func(ctx context.Context, s *Scope, v attr.Ptr, there *Scope, other attr.Ptr) (bool, error)
	far          func(v attr.Ptr) (nsid int32, elsewhere bool)
	with         func(v, other attr.Ptr, ns attr.NetNS) attr.Ptr
	standsOn     func(v attr.Ptr) (self string, on []string)
	vacant       func(v attr.Ptr) bool
	comes        func(v attr.Ptr) bool
	spread       func(v attr.Ptr) iter.Seq[attr.Ptr]
	several      func(v attr.Ptr) []attr.Ptr
	unsettles    func(v attr.Ptr) bool
	born         func(ctx context.Context, s *Scope) ([]attr.Ptr, error)
	skip         func(filter, v attr.Ptr) bool
	noise        func(filter, v attr.Ptr) bool
	inside       func(v attr.Ptr) []attr.Ptr
	parts        func(ctx context.Context, s *Scope, want attr.Ptr) ([]attr.Ptr, error)
	check        func(verb Verb, v attr.Ptr) error
	doubt        func(ctx context.Context, s *Scope, v attr.Ptr) (bool, error)
	before       func(ctx context.Context, s *Scope, verb Verb, v attr.Ptr) error
	beforeIf     func(verb Verb, v attr.Ptr) bool
}

// Name returns the module's name in scripts.
func (t *core) Name() string { return t.table.Name }

// Table returns the definition.
func (t *core) Table() *attr.Table { return t.table }

// New returns an empty object.
func (t *core) New() Ref { return t.ref(t.table.New()) }

func (t *core) ref(v attr.Ptr) Ref { return Ref{t.self, v} }

// Can reports whether the family has a verb.
func (t *core) Can(v Verb) bool {
	switch v {
	case Get:
		return t.requests[Get].Type != 0 || t.requests[List].Type != 0
	case Flush:
		return t.requests[Delete].Type != 0 && t.requests[List].Type != 0
	}
	return t.requests[v].Type != 0
}

// AddressFamily is that of a request about r.
func (t *core) AddressFamily(r Ref) byte { return cmp.Or(t.table.FamilyOf(r.p), t.family) }

// Does reports whether the running kernel has a verb in full.
func (t *core) Does(v Verb) bool { return t.Can(v) && !running().Before(t.requests[v].Since) }

// Positional returns the attributes that may be given without keywords.
func (t *core) Positional() []string {
	if t.args != nil {
		return t.args
	}
	var out []string
	for _, i := range t.table.Keys() {
		out = append(out, t.table.Fields()[i].Name)
	}
	return out
}

// origin tells who made a live object.
func (t *core) origin(v attr.Ptr) Origin {
	if t.made == nil {
		return User
	}
	return t.made(v)
}

// Makes reports whether an object like r can be added.
func (t *core) Makes(r Ref) bool { return t.Can(Add) && (t.comes == nil || !t.comes(r.p)) }

// get is One by a filter.
func (t *core) get(ctx context.Context, s *Scope, filter attr.Ptr) (attr.Ptr, error) {
	r, err := t.One(ctx, s, t.ref(filter))
	return r.p, err
}
