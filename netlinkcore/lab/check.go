package lab

import (
	"fmt"
	"net/netip"

	"github.com/netlark/netlark/netlinkcore/addr"
	"github.com/netlark/netlark/netlinkcore/route"
	"github.com/netlark/netlark/netlinkcore/state"
)

// A Warning is what is probably not meant. It keeps nothing from being applied.
type Warning struct {
	Node *Node
	Text string
	// Want is what the warning is about; Other is what does not go with it, nil if
	// that is nothing.
	Want, Other *state.Want
}

// Check looks at what is declared, without a kernel: at networks of a node that
// overlap, at next hops that no address reaches, at devices of which only one can
// be there, and at MTUs that do not go together.
func (l *Lab) Check() (all []Warning) {
	devices := map[*Node][]device{}
	for _, n := range l.nodes {
		devices[n] = n.devices()
		all = append(all, n.clashes(devices[n])...)
		all = append(all, n.tooLarge(devices[n])...)
		networks := n.networks()
		all = append(all, n.overlaps(networks)...)
		if n.Owned { // or else others may have given it addresses
			all = append(all, n.unreached(networks)...)
		}
	}
	return append(all, l.unequal(devices)...)
}

// A network is what an address of a node is in.
type network struct {
	netip.Prefix
	dev  string
	want *state.Want
}

func (n *Node) networks() (all []network) {
	for i := range n.wants {
		w := &n.wants[i]
		a, ok := addr.Type.As(w.Object)
		if !ok || w.Absent || !a.Address.IsValid() {
			continue
		}
		p := a.Address
		if a.Peer.IsValid() {
			p = a.Peer
		}
		all = append(all, network{p.Masked(), a.Dev.Name(), w})
	}
	return all
}

// overlaps finds networks that are behind two devices: the kernel sends all of
// what is in both by one of them.
func (n *Node) overlaps(all []network) (out []Warning) {
	for i, a := range all {
		for _, b := range all[:i] {
			if a.dev == b.dev || !a.Overlaps(b.Prefix) || a.IsSingleIP() || b.IsSingleIP() {
				continue
			}
			out = append(out, Warning{n, fmt.Sprintf("%s of %s overlaps %s of %s", a.Prefix, a.dev, b.Prefix, b.dev), a.want, b.want})
		}
	}
	return out
}

// unreached finds next hops that are in no network of the node, and behind no
// route of it either.
func (n *Node) unreached(all []network) (out []Warning) {
	reached := make([]netip.Prefix, 0, len(all))
	for _, a := range all {
		reached = append(reached, a.Prefix)
	}
	for i := range n.wants {
		if r, ok := route.Type.As(n.wants[i].Object); ok && !r.Via.IsValid() && r.Dst.IsValid() {
			reached = append(reached, r.Dst.Masked())
		}
	}
	for i := range n.wants {
		w := &n.wants[i]
		r, ok := route.Type.As(w.Object)
		if !ok || w.Absent || !r.Via.IsValid() || r.Via.IsLinkLocalUnicast() || r.OnLink.Or(false) || covers(reached, r.Via) {
			continue
		}
		out = append(out, Warning{n, fmt.Sprintf("no address of node %q reaches the next hop %s", n.Name, r.Via), w, nil})
	}
	return out
}

func covers(all []netip.Prefix, a netip.Addr) bool {
	for _, p := range all {
		if p.Contains(a) {
			return true
		}
	}
	return false
}
