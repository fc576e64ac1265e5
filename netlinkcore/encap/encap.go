// Package encap defines what routes, their hops and nexthops wrap packets in
// (lightweight tunnels): ip-route(8), ENCAP.
package encap

import (
	"github.com/netlark/netlark/netlinkcore/attr"
)

// An Encap is a sort of encapsulation with its options: *MPLS, *SEG6, … or
// *Other.
type Encap interface{ EncapName() string }

// An Other is an encapsulation without a definition here. It is kept, and can
// be compared, but not sent back.
type Other struct {
	Name string // "type" and the number
	Data []byte
}

// EncapName returns "type" and the number.
func (o *Other) EncapName() string { return o.Name }

// Raw returns Data.
func (o *Other) Raw() []byte { return o.Data }

var encaps = attr.NewUnion(Encap.EncapName,
	func(name string, _ uint16, data []byte) Encap { return &Other{name, data} })

// Field is the encapsulation of a route, hop or nexthop, under the numbers of
// its type and its options.
func Field(typ, options uint16, p *Encap) attr.Field {
	return attr.Select(typ, options, false, "encap", p, encaps, "what packets are wrapped in: route.mpls(…), route.ip(…), …")
}

// encap defines a sort of encapsulation. A script gives args without keywords.
func encap[S any, P interface {
	*S
	Encap
}](number uint16, name, doc string, bind func(*S) []attr.Field, args ...string) attr.Schema[S] {
	s := attr.Define(name, doc, 0, bind).Made("route."+name, args...).AlsoMade("nexthop." + name)
	attr.AddCase(encaps, number, s, func(p *S) Encap { return P(p) }, func(e Encap) *S { return (*S)(e.(P)) })
	return s
}
