package lab

import (
	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/state"
)

// pairs yields the devices that bring another one along: at which node, which of
// its wants it is, and the node and name of the other end.
func (l *Lab) pairs(yield func(n *Node, want int, first *link.Link, there *Node, peer *link.Link)) {
	for _, n := range l.nodes {
		for i := range n.wants {
			w := &n.wants[i]
			first, ok := link.Type.As(w.Object)
			if !ok || w.Along || w.Absent {
				continue
			}
			peer := link.PeerOf(first)
			if peer == nil {
				continue
			}
			there := n
			if peer.NetNS.IsSet() {
				there = l.in(peer.NetNS.Name())
			}
			if there != nil {
				yield(n, i, first, there, peer)
			}
		}
	}
}

// rejoin tells the ends of pairs that were recalled one by one that they come
// together: where one is gone, making the first brings the other. The address that the
// lab chose for that is not shown.
func (l *Lab) rejoin() {
	l.pairs(func(n *Node, want int, first *link.Link, there *Node, peer *link.Link) {
		i, ok := there.at.Find(state.IdentityOf(link.Type.Ref(&link.Link{Name: peer.Name})))
		if !ok || !there.wants[i].Along {
			return
		}
		pair := new(int)
		n.wants[want].Pair, there.wants[i].Pair = pair, pair
		there.wants[i].Born = attr.To(link.AtBirth(peer))
		if peer.Address == l.mac(there.Name, peer.Name) {
			asked := *peer
			asked.Address = attr.MAC{}
			n.wants[want].Shown = attr.To(link.WithPeer(first, &asked))
		}
	})
}
