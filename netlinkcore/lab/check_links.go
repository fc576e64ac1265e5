package lab

import (
	"fmt"

	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/state"
)

// A device is a want for a link.
type device struct {
	*link.Link
	want *state.Want
}

// devices are the links that are declared to be there, in order.
func (n *Node) devices() (all []device) {
	for i := range n.wants {
		w := &n.wants[i]
		if l, ok := link.Type.As(w.Object); ok && !w.Absent {
			all = append(all, device{l, w})
		}
	}
	return all
}

// clashes finds devices that cannot be there both: with what only one of a kind may have.
func (n *Node) clashes(all []device) (out []Warning) {
	keys := map[string]*state.Want{}
	for _, d := range all {
		key := link.SecondKey(d.Link)
		if first := keys[key]; first != nil && key != "" {
			out = append(out, Warning{n, "the kernel takes one device of this: " + key, d.want, first})
		}
		keys[key] = d.want
	}
	return out
}

// tooLarge finds devices that are to send larger packets than what is underneath.
func (n *Node) tooLarge(all []device) (out []Warning) {
	by := map[string]device{}
	for _, d := range all {
		by[d.Name] = d
	}
	for _, d := range all {
		under, ok := by[d.Parent.Name()]
		mtu, named := d.MTU.Get()
		below, known := under.mtu()
		if ok && named && known && mtu > below {
			out = append(out, Warning{n, fmt.Sprintf("%s has an MTU of %d, and %s underneath one of %d", d.Name, mtu, under.Name, below), d.want, under.want})
		}
	}
	return out
}

// mtu is what a device is to have, if that is named.
func (d device) mtu() (uint32, bool) {
	if d.Link == nil {
		return 0, false
	}
	return d.MTU.Get()
}

// unequal finds pairs whose ends are to have another MTU each.
func (l *Lab) unequal(by map[*Node][]device) (out []Warning) {
	type end struct {
		device
		node *Node
	}
	first := map[any]end{}
	for _, n := range l.nodes {
		for _, d := range by[n] {
			if d.want.Pair == nil {
				continue
			}
			other, both := first[d.want.Pair]
			if !both {
				first[d.want.Pair] = end{d, n}
				continue
			}
			a, ok := d.mtu()
			b, known := other.mtu()
			if ok && known && a != b {
				out = append(out, Warning{n, fmt.Sprintf("%s has an MTU of %d, and the other end, %s of %s, one of %d", d.Name, a, other.Name, other.node.Name, b), d.want, other.want})
			}
		}
	}
	return out
}
