package link

import "github.com/netlark/netlark/netlinkcore/attr"

// A Kind is what sort of device a link is, with its options: *VLAN, *Bridge, …
// or *OtherKind.
type Kind interface{ KindName() string }

// An OtherKind is a kind without a definition here. Its options are kept, and
// can be compared, but not sent back.
type OtherKind struct {
	Name string
	Data []byte // IFLA_INFO_DATA
}

// KindName returns the kernel's name of the kind.
func (k *OtherKind) KindName() string { return k.Name }

// Raw returns Data.
func (k *OtherKind) Raw() []byte { return k.Data }

// A Port is the options of a link as a port of its master: *BridgePort, … or
// *OtherPort.
type Port interface{ PortName() string }

// An OtherPort is a port without a definition here.
type OtherPort struct {
	Name string
	Data []byte // IFLA_INFO_SLAVE_DATA
}

// PortName returns the kernel's name of the master's kind.
func (p *OtherPort) PortName() string { return p.Name }

// Raw returns Data.
func (p *OtherPort) Raw() []byte { return p.Data }

// A pair is a kind of which two are made at once.
type pair interface {
	Kind
	// peer describes the other end, or is nil; with is the kind with another.
	peer() *Link
	with(peer *Link) Kind
}

var kinds = attr.NewUnion(Kind.KindName,
	func(name string, _ uint16, data []byte) Kind { return &OtherKind{name, data} })

var ports = attr.NewUnion(Port.PortName,
	func(name string, _ uint16, data []byte) Port { return &OtherPort{name, data} })

// kind defines a kind of link.
func kind[S any, P interface {
	*S
	Kind
}](name, doc string, bind func(*S) []attr.Field) attr.Schema[S] {
	s := attr.Define(name, doc, 0, bind).Made("link." + name)
	attr.AddCase(kinds, 0, s, func(p *S) Kind { return P(p) }, func(k Kind) *S { return (*S)(k.(P)) })
	return s
}

// port defines the options of a port, by the kind of its master.
func port[S any, P interface {
	*S
	Port
}](name, doc string, bind func(*S) []attr.Field) attr.Schema[S] {
	s := attr.Define(name, doc, 0, bind).Made("link." + name + "_port")
	attr.AddCase(ports, 0, s, func(p *S) Port { return P(p) }, func(k Port) *S { return (*S)(k.(P)) })
	return s
}

// PeerOf returns the other end of a pair that is to be made; nil if l is no pair,
// or says nothing of it.
func PeerOf(l *Link) *Link {
	if end, ok := l.Kind.(pair); ok {
		return end.peer()
	}
	return nil
}

// IsPair reports whether a kind of link has two ends.
func IsPair(k Kind) bool {
	_, ok := k.(pair)
	return ok
}

// WithPeer returns a copy of one end of a pair, with another peer.
func WithPeer(l, peer *Link) *Link {
	out := *l
	out.Kind = l.Kind.(pair).with(peer)
	return &out
}
