package lab

import (
	"errors"
	"fmt"
	"slices"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/addr"
	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/roll"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/state"
)

// A Node is a network namespace of a lab, and what it is to be.
type Node struct {
	Name  string
	NetNS string // name of the namespace
	// Owned: the lab makes the namespace, and nothing else is to be in it.
	Owned bool
	// Ignore names what programs make there and the lab leaves alone: families
	// ("xfrm", "route"), or a family and a pattern of its objects' first key
	// ("link:tun*").
	Ignore []string
	// Bare: programs join the network namespace alone, and have the machine's host
	// name and /etc/hosts.
	Bare bool
	// Note says who declared the node.
	Note any

	lab   *Lab
	wants []state.Want
	at    *roll.Roll[state.Identity] // of wants
	// meetings are of wants of which the kernel may choose a part of the key, by the rest.
	meetings map[state.Identity]meeting
	// called are the wants for devices, by their names and altnames.
	called map[string]int
}

// Wants returns what is declared, in order.
func (n *Node) Wants() []state.Want { return n.wants }

// MAC is the address that a device gets for which the kernel would draw one.
func (n *Node) MAC(device string) attr.MAC { return n.lab.mac(n.Name, device) }

// Declared returns what is declared of an object; nil if that is nothing.
func (n *Node) Declared(r object.Ref) *state.Want {
	if i, ok := n.at.Find(state.IdentityOf(r)); ok {
		return &n.wants[i]
	}
	return nil
}

// Lab returns the lab that the node is of.
func (n *Node) Lab() *Lab { return n.lab }

// Declare takes in what a verb says of an object: Add, Replace and Append that it
// is to be there, Set that it is to have these attributes, Delete that it is not
// to be there. A key that names several objects means each. An object can be declared
// once: *DeclaredError, and a name or altname be that of one device: *NamedError. note
// goes into the steps and errors.
func (n *Node) Declare(verb object.Verb, r object.Ref, note any) error {
	for _, one := range r.Family.Singles(r) {
		if err := n.declare(verb, one, note); err != nil {
			return err
		}
	}
	return nil
}

// declare is Declare for one object.
func (n *Node) declare(verb object.Verb, r object.Ref, note any) error {
	w := state.Want{Object: r.Clone(), Note: note}
	switch verb {
	case object.Add, object.Replace, object.Append:
		if leaves(r) {
			return errors.New("a device of a lab is born where it is declared")
		}
		if asked := r.Family.Asked(w.Object); asked != w.Object {
			w.Object, w.Shown = asked, w.Object.Ptr()
		}
		if err := n.bring(&w); err != nil {
			return err
		}
	case object.Set:
		if leaves(r) {
			return errors.New("a device of a lab does not move to another namespace: declare it where it is to be")
		}
		if i, declared := n.at.Find(w.Identity()); declared && !n.wants[i].Absent {
			return n.change(i, w)
		}
		w.Along = r.Family.Lasts()
	case object.Delete:
		w.Absent = true
	default:
		return fmt.Errorf("a declared node is not there yet: no %s before it is applied", verb)
	}
	return n.want(w)
}

// want takes in what is declared for the first time.
func (n *Node) want(w state.Want) error {
	id := w.Identity()
	if i, taken := n.at.Find(id); taken {
		return &DeclaredError{Object: w.Object, Node: n, First: n.wants[i].Note}
	}
	if other := n.meets(&w); other != nil {
		return &DeclaredError{Object: other.Object, Node: n, First: other.Note, Open: true}
	}
	if err := n.call(len(n.wants), &w, nil); err != nil {
		return err
	}
	n.wants = append(n.wants, w)
	n.at.Add()
	n.meet(len(n.wants) - 1)
	return nil
}

// change has the i-th want be as w says, too.
func (n *Node) change(i int, w state.Want) error {
	t, old := w.Object.Table(), n.wants[i]
	both := old
	both.Object = w.Object.Clone()
	t.Complete(both.Object.Ptr(), old.Object.Ptr())
	if old.Note == (Birth{}) && len(t.Difference(w.Object.Ptr(), old.Object.Ptr(), false).Deltas) > 0 { // it does not go without saying
		both.Note = w.Note
	}
	if !old.Shown.IsNil() {
		both.Shown = t.Clone(w.Object.Ptr())
		t.Complete(both.Shown, old.Shown)
	}
	if err := n.call(i, &both, &old); err != nil {
		return err
	}
	n.wants[i] = both
	return nil
}

// leaves reports whether an object is to be in another namespace.
func leaves(r object.Ref) (yes bool) {
	t := r.Table()
	for i := range t.Fields() {
		yes = yes || t.Fields()[i].Moves && t.IsSet(r.Ptr(), i)
	}
	return yes
}

// bring says what an object is like when it is made, besides what is declared of
// it, and declares what comes with it.
func (n *Node) bring(w *state.Want) error {
	l, ok := link.Type.As(w.Object)
	if !ok {
		if a, ok := addr.Type.As(w.Object); ok && a.Address.Addr().Is6() && !n.lab.DAD {
			w.Born = attr.To(&addr.Addr{NoDAD: opt.Of(true)})
		}
		return nil
	}
	if draws(l) && l.Address.Len() == 0 {
		w.Born = attr.To(&link.Link{Address: n.lab.mac(n.Name, l.Name)})
	}
	peer := link.PeerOf(l)
	if !link.IsPair(l.Kind) {
		return nil
	}
	if peer == nil || peer.Name == "" { // the kernel would find a name, and nobody declares that
		return fmt.Errorf("the other end of a %s needs a name: peer = \"…\"", l.Kind.KindName())
	}
	return n.bringPeer(w, l, peer)
}

// give says what a device is like when it is made, besides what was said before.
func give(w *state.Want, l *link.Link) {
	born := attr.To(l)
	if !w.Born.IsNil() {
		w.Object.Table().Complete(born, w.Born)
	}
	w.Born = born
}

// drawn are the kinds for which the kernel draws an address, which is none of
// another device's.
var drawn = []string{"bond", "bridge", "dummy", "erspan", "geneve", "gretap", "ifb", "ip6erspan", "ip6gretap", "macvlan", "macvtap",
	"team", "tun", "veth", "vrf", "vxlan"}

// draws reports whether the kernel draws an address for a device: for one that carries
// frames.
func draws(l *link.Link) bool {
	switch k := l.Kind.(type) {
	case nil:
		return false
	case *link.Tun:
		return k.Mode.Or(unix.IFF_TUN) == unix.IFF_TAP
	case *link.VXLAN:
		return !k.GPE.Or(false)
	case *link.Geneve:
		return !k.InheritProtocol.Or(false)
	}
	return slices.Contains(drawn, l.Kind.KindName())
}

// bringPeer declares the other end of a pair in the node that it is born in.
func (n *Node) bringPeer(w *state.Want, l, peer *link.Link) error {
	there := n
	if peer.NetNS.IsSet() {
		if there = n.lab.in(peer.NetNS.Name()); there == nil {
			return fmt.Errorf("the other end is born in %q, which is no node of lab %q", peer.NetNS.Name(), n.lab.Name)
		}
	}
	end := *peer
	born := link.AtBirth(&end)
	asked := *born
	w.Shown = attr.To(link.WithPeer(l, &asked))
	if draws(l) && end.Address.Len() == 0 {
		born.Address = n.lab.mac(there.Name, end.Name)
	}
	w.Object = link.Type.Ref(link.WithPeer(l, born))
	end.NetNS = attr.NetNS{}
	w.Pair = new(int) // no other is the same
	return there.want(state.Want{Object: link.Type.Ref(&end), Along: true, Born: attr.To(born), Pair: w.Pair, Note: w.Note})
}

// in is the node of a namespace; nil: it is none's.
func (l *Lab) in(netns string) *Node { return l.spaces[netns] }
