package lab

import "github.com/netlark/netlark/netlinkcore/link"

// rejoin tells the ends of pairs that were recalled one by one that they come
// together: where one is gone, making the first brings the other.
func (l *Lab) rejoin() {
	for _, n := range l.nodes {
		for i := range n.wants {
			w := &n.wants[i]
			first, ok := link.Type.As(w.Object)
			if !ok || w.Along || w.Absent {
				continue
			}
			if peer := link.PeerOf(first); peer != nil {
				l.rejoinPeer(n, i, peer)
			}
		}
	}
}

func (l *Lab) rejoinPeer(n *Node, first int, peer *link.Link) {
	there := n
	if peer.NetNS.IsSet() {
		there = l.in(peer.NetNS.Name())
	}
	if there == nil {
		return
	}
	i, ok := there.at[identity(link.Type.Ref(&link.Link{Name: peer.Name}))]
	if !ok || !there.wants[i].Along {
		return
	}
	pair := new(int)
	n.wants[first].Pair, there.wants[i].Pair = pair, pair
	there.wants[i].Born = link.Type.Ref(atBirth(peer))
}
