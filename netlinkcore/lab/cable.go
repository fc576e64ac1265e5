package lab

import (
	"fmt"
	"net/netip"

	"github.com/netlark/netlark/netlinkcore/addr"
	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
	"github.com/netlark/netlark/netlinkcore/state"
	"github.com/netlark/netlark/netlinkcore/tc"
)

// An End is one end of a cable.
type End struct {
	Node *Node
	Name string // of the device; eth0, eth1, … in order of declaration unless given
	// Addrs are its addresses with the length of their networks.
	Addrs []netip.Prefix
	// Port are options of the end as a port of Master, both unset if it is none.
	Master string
	Port   link.Port
	// Impair makes what the end sends late, or loses it; nil: nothing does.
	Impair *tc.Netem
}

// A Cable is a pair of veths between two nodes.
type Cable struct {
	A, B End
	MTU  opt.Value[uint32] // bytes
	Note any               // who declared it
}

// Cable declares a cable, whose ends are up. It names the ends that have no name.
func (l *Lab) Cable(c *Cable) error {
	if c.A.Name == "" {
		c.A.Name = c.A.Node.nextName(c.B)
	}
	if c.B.Name == "" {
		c.B.Name = c.B.Node.nextName(c.A)
	}
	made, other := &c.A, &c.B
	if !made.Node.Owned && other.Node.Owned { // so that it goes with what the lab makes
		made, other = other, made
	}
	if err := made.Node.Declare(object.Add, link.Type.Ref(c.pair(made, other)), c.Note); err != nil {
		return err
	}
	give(made.want(), oneQueue())
	for _, e := range []*End{&c.A, &c.B} {
		if err := e.furnish(c.Note); err != nil {
			return err
		}
	}
	return nil
}

// pair is one end, with the other as its peer.
func (c *Cable) pair(e, other *End) *link.Link {
	peer := other.device(c.MTU)
	one := oneQueue()
	peer.TxQueues, peer.RxQueues = one.TxQueues, one.RxQueues
	if other.Node != e.Node {
		peer.NetNS = rt.NSName(other.Node.NetNS)
	}
	l := e.device(c.MTU)
	l.Kind = &link.Veth{Peer: peer}
	return l
}

// oneQueue is enough for a lab, and half the work to make.
func oneQueue() *link.Link {
	return &link.Link{TxQueues: opt.Of(uint32(1)), RxQueues: opt.Of(uint32(1))}
}

// want is what is declared of the end's device.
func (e *End) want() *state.Want {
	n := e.Node
	i, _ := n.at.Find(state.IdentityOf(link.Type.Ref(&link.Link{Name: e.Name}))) // it is declared
	return &n.wants[i]
}

// device is an end as a device.
func (e *End) device(mtu opt.Value[uint32]) *link.Link {
	l := &link.Link{Name: e.Name, MTU: mtu, Up: opt.Of(true), Port: e.Port}
	if e.Master != "" {
		l.Master = rt.DevName(e.Master)
	}
	return l
}

// MAC is the address that the end gets.
func (e *End) MAC() attr.MAC { return e.Node.MAC(e.Name) }

// nextName is the first of eth0, eth1, … that the node has not, nor the other end
// of the cable, which may be at the same node.
func (n *Node) nextName(other End) string {
	for i := 0; ; i++ {
		name := fmt.Sprintf("eth%d", i)
		_, taken := n.at.Find(state.IdentityOf(link.Type.Ref(&link.Link{Name: name})))
		if !taken && (other.Node != n || other.Name != name) {
			return name
		}
	}
}

// furnish declares what is on an end.
func (e *End) furnish(note any) error {
	for _, p := range e.Addrs {
		a := &addr.Addr{Address: p, Dev: rt.DevName(e.Name)}
		if err := e.Node.Declare(object.Add, addr.Type.Ref(a), note); err != nil {
			return err
		}
	}
	if e.Impair == nil {
		return nil
	}
	q := &tc.Qdisc{Dev: rt.DevName(e.Name), Parent: opt.Of(tc.Root), Kind: e.Impair}
	return e.Node.Declare(object.Add, tc.QdiscType.Ref(q), note)
}
