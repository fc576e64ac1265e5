// Package lab holds topologies: nodes, which are network namespaces, and what
// each is to be. It makes of a machine what a Lab says, and takes it away again.
package lab

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/roll"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/state"
)

// A Lab is a topology as it is declared. It is for one goroutine.
type Lab struct {
	Name string
	// Seed makes other MAC addresses for the same names.
	Seed uint64
	// DAD: IPv6 addresses are looked for duplicates of before they are used, as
	// anywhere else. A lab has none, and saves the second that it takes.
	DAD bool

	families  []object.Family
	nodes     []*Node
	named     map[string]*Node // by their names
	spaces    map[string]*Node // by their namespaces
	onces     []*Once          // in the order in which they run
	adoptions []*Adoption
	drawn     map[string]*drawing // by ID, of each kind
}

// Lengths of names: of labs, and of nodes.
const (
	maxLab  = 32
	maxNode = 63
)

// New returns a lab without nodes. families are in the order in which their
// objects are made (all.Families).
func New(name string, families []object.Family) (*Lab, error) {
	if err := checkName("lab", name, maxLab); err != nil {
		return nil, err
	}
	return &Lab{Name: name, families: families, named: map[string]*Node{}, spaces: map[string]*Node{}}, nil
}

// checkName refuses names that could not be part of a namespace's, or would be
// confused.
func checkName(what, name string, longest int) error {
	if name == "" {
		return fmt.Errorf("the name of a %s is empty", what)
	}
	if len(name) > longest {
		return fmt.Errorf("name of %s %q has %d characters, at most %d are possible", what, name, len(name), longest)
	}
	for _, r := range name {
		if !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_') {
			return fmt.Errorf("name of %s %q has a %q: letters, digits, - and _ are possible", what, name, r)
		}
	}
	return nil
}

// Nodes returns the nodes in the order of declaration.
func (l *Lab) Nodes() []*Node { return l.nodes }

// Find returns the node with a name, or nil.
func (l *Lab) Find(name string) *Node { return l.named[name] }

// Node declares a node: a namespace LAB.NODE that the lab makes and owns. What is
// in it and not declared is removed.
func (l *Lab) Node(name string, note any) (*Node, error) {
	if err := checkName("node", name, maxNode); err != nil {
		return nil, err
	}
	if l.Find(name) != nil {
		return nil, fmt.Errorf("lab %q has a node %q already", l.Name, name)
	}
	n := l.add(&Node{Name: name, NetNS: l.Name + "." + name, Owned: true, Note: note})
	return n, n.Declare(object.Set, link.Type.Ref(&link.Link{Name: "lo", Up: opt.Of(true)}), Birth{})
}

// Existing declares a namespace that others own, by its name: only what is
// declared there is touched. Host declares the one that the program is in.
func (l *Lab) Existing(netns string, note any) (*Node, error) {
	if netns == "" {
		return nil, errors.New("the name of a namespace is empty")
	}
	if n := l.in(netns); n != nil && !n.Owned {
		return n, nil
	}
	if l.Find(netns) != nil {
		return nil, fmt.Errorf("lab %q has a node %q already", l.Name, netns)
	}
	return l.add(&Node{Name: netns, NetNS: netns, Note: note}), nil
}

// HostNetNS stands for the namespace that the program is in: it is no name for a
// namespace's pin.
const HostNetNS = "/host"

// Host declares the namespace that the program is in, as the node "host"; see
// Existing.
func (l *Lab) Host(note any) *Node {
	if n := l.in(HostNetNS); n != nil {
		return n
	}
	return l.add(&Node{Name: "host", NetNS: HostNetNS, Note: note})
}

func (l *Lab) add(n *Node) *Node {
	n.lab = l
	n.at = roll.Of(0, func(i int) state.Identity { return n.wants[i].Identity() }, state.Identity.Hash)
	l.nodes = append(l.nodes, n)
	l.named[n.Name], l.spaces[n.NetNS] = n, n
	return n
}

// mac is the address of a device for which the kernel would draw one: locally
// administered, the same at every run.
func (l *Lab) mac(node, device string) attr.MAC {
	h := fnv.New64a()
	fmt.Fprintf(h, "%s %d %s %s", l.Name, l.Seed, node, device)
	var sum [8]byte
	binary.BigEndian.PutUint64(sum[:], mix(h.Sum64()))
	sum[2] = sum[2]&^1 | 2
	mac, _ := attr.MACFrom(sum[2:]) // six bytes are never too many
	return mac
}

// mix spreads every bit of a sum over all (the finalizer of MurmurHash3): FNV
// alone leaves names that differ at their end alike.
func mix(x uint64) uint64 {
	x = (x ^ x>>33) * 0xff51afd7ed558ccd
	x = (x ^ x>>33) * 0xc4ceb9fe1a85ec53
	return x ^ x>>33
}

// A DeclaredError says that an object, or a program, is declared already: it stands in the way of another one.
type DeclaredError struct {
	Object fmt.Stringer
	Node   *Node
	First  any // the note of the first declaration
	// Open: one of the two leaves a part of its key to the kernel, which the other one may have.
	Open bool
}

// Error names the object and the node.
func (e *DeclaredError) Error() string {
	text := fmt.Sprintf("node %q has %s already", e.Node.Name, e.Object)
	if e.Open {
		text += ", and what one of the two leaves to the kernel may be as the other one has it"
	}
	return text
}
