package lab

import (
	"net/netip"

	"github.com/netlark/netlark/netlinkcore/addr"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/tc"
)

// A Graph is which nodes a lab has and how they are joined, as it is declared.
type Graph struct {
	Nodes []*Node
	Wires []Wire
}

// A Wire is a pair of devices of which one sends what the other receives: a cable,
// or what was declared as a pair.
type Wire struct{ A, B WireEnd }

// A WireEnd is one of the devices.
type WireEnd struct {
	Node  *Node
	Name  string // of the device
	Addrs []netip.Prefix
	// Impair is what becomes of what the end sends; nil: nothing.
	Impair *tc.Netem
}

// Graph returns nodes and wires in the order of declaration.
func (l *Lab) Graph() *Graph {
	g := &Graph{Nodes: l.nodes}
	l.pairs(func(n *Node, _ int, first *link.Link, there *Node, peer *link.Link) {
		g.Wires = append(g.Wires, Wire{n.end(first.Name), there.end(peer.Name)})
	})
	return g
}

// end is what is declared of a device.
func (n *Node) end(device string) WireEnd {
	e := WireEnd{Node: n, Name: device}
	for i := range n.wants {
		w := &n.wants[i]
		if w.Absent {
			continue
		}
		if a, ok := addr.Type.As(w.Object); ok && a.Dev.Name() == device {
			e.Addrs = append(e.Addrs, a.Address)
		}
		if q, ok := tc.QdiscType.As(w.Object); ok && q.Dev.Name() == device {
			if netem, ok := q.Kind.(*tc.Netem); ok {
				e.Impair = netem
			}
		}
	}
	return e
}
