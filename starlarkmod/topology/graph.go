package topology

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/netlark/netlark/netlinkcore/lab"
	"github.com/netlark/netlark/netlinkcore/tc"
	"github.com/netlark/netlark/starlarkmod/value"
)

// A Graph is a lab for who draws it.
type Graph struct {
	Lab   string      `json:"lab"`
	Nodes []GraphNode `json:"nodes"`
	Wires []GraphWire `json:"wires"`
}

// A GraphNode is a node.
type GraphNode struct {
	Name    string     `json:"name"`
	NetNS   string     `json:"netns,omitempty"` // "" is the one that netlark runs in
	Owned   bool       `json:"owned"`           // the lab makes it
	Address netip.Addr `json:"address,omitzero"`
}

// A GraphWire is a pair of devices.
type GraphWire struct {
	A GraphEnd `json:"a"`
	B GraphEnd `json:"b"`
}

// A GraphEnd is one of the devices, and what becomes of what it sends.
type GraphEnd struct {
	Node   string         `json:"node"`
	Device string         `json:"device"`
	Addrs  []netip.Prefix `json:"addrs"`
	Impair *value.Object  `json:"impair,omitempty"`
}

// NewGraph describes a lab as it is declared.
func NewGraph(l *lab.Lab) *Graph {
	g := &Graph{Lab: l.Name, Nodes: []GraphNode{}, Wires: []GraphWire{}}
	drawn := l.Graph()
	for _, n := range drawn.Nodes {
		node := GraphNode{Name: n.Name, NetNS: n.NetNS, Owned: n.Owned, Address: n.Address()}
		if strings.HasPrefix(node.NetNS, "/") {
			node.NetNS = ""
		}
		g.Nodes = append(g.Nodes, node)
	}
	for _, w := range drawn.Wires {
		g.Wires = append(g.Wires, GraphWire{graphEnd(&w.A), graphEnd(&w.B)})
	}
	return g
}

func graphEnd(e *lab.WireEnd) GraphEnd {
	out := GraphEnd{Node: e.Node.Name, Device: e.Name, Addrs: append([]netip.Prefix{}, e.Addrs...)}
	if e.Impair == nil {
		return out
	}
	q := tc.QdiscType.Ref(&tc.Qdisc{Kind: e.Impair})
	kind := q.Table().Get(q.Ptr(), q.Table().Lookup("kind"))
	o := value.New(kind.T, kind.P)
	out.Impair = &o
	return out
}

// String returns the graph in the language of Graphviz, for dot and neato.
func (g *Graph) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "graph %s {\n\tnode [shape=box]\n\tedge [fontsize=9]\n", strconv.Quote(g.Lab))
	for _, n := range g.Nodes {
		label := []string{n.Name}
		if n.Address.IsValid() {
			label = append(label, n.Address.String())
		}
		style := ""
		if !n.Owned {
			style = ", style=dashed"
		}
		fmt.Fprintf(&b, "\t%s [label=%s%s]\n", strconv.Quote(n.Name), lines(label), style)
	}
	for _, w := range g.Wires {
		fmt.Fprintf(&b, "\t%s -- %s [taillabel=%s, headlabel=%s]\n", strconv.Quote(w.A.Node), strconv.Quote(w.B.Node), w.A.label(), w.B.label())
	}
	b.WriteString("}\n")
	return b.String()
}

// label says what stands at an end of a wire.
func (e *GraphEnd) label() string { return lines(e.words()) }

// words are what stands at an end of a wire, line by line.
func (e *GraphEnd) words() []string {
	label := []string{e.Device}
	for _, a := range e.Addrs {
		label = append(label, a.String())
	}
	if e.Impair != nil {
		label = append(label, strings.TrimPrefix(e.Impair.String(), "tc.qdisc."))
	}
	return label
}

// lines is a text of several lines as Graphviz takes it.
func lines(all []string) string { return strconv.Quote(strings.Join(all, "\n")) }
