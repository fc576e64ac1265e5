package topology

import (
	"errors"
	"fmt"
	"slices"

	"go.starlark.net/starlark"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/lab"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/starlarkmod/module"
	"github.com/netlark/netlark/starlarkmod/script"
	"github.com/netlark/netlark/starlarkmod/value"
)

// A Node is a namespace of a topology. Its modules declare: r1.addr.add(…) says
// that r1 is to have the address.
type Node struct {
	t       *Topology
	node    *lab.Node
	bridge  string // whose ports ends of cables become, of a switch
	members starlark.StringDict
}

var (
	_ starlark.HasAttrs = (*Node)(nil)
	_ value.Declared    = (*Node)(nil)
)

// of returns the value of a node, which it makes for a new one.
func (t *Topology) of(n *lab.Node) *Node {
	if v := t.nodes[n]; v != nil {
		return v
	}
	v := &Node{t: t, node: n, members: starlark.StringDict{"name": starlark.String(n.Name)}}
	for name, m := range module.Families(t.b.families, &module.Target{Name: n.NetNS, Declares: v, Parts: t.parts}) {
		v.members[name] = m
	}
	v.members["once"], v.members["adopt"] = v.onceFunction(), v.adoptFunction()
	t.nodes[n] = v
	return v
}

// Declare takes in a call of a module.
func (n *Node) Declare(verb object.Verb, r object.Ref, by *module.Asker) error {
	if err := n.t.extend(r.Family.Name() + "." + verb.String()); err != nil {
		return err
	}
	return n.node.Declare(verb, r, by)
}

// String returns how scripts get at the node.
func (n *Node) String() string {
	if n.node.Owned {
		return fmt.Sprintf("%s[%q]", n.t, n.node.Name)
	}
	return fmt.Sprintf("<node %s of %s>", n.node.Name, n.t)
}

// Type returns "node".
func (n *Node) Type() string { return "node" }

// Freeze ends the declaration.
func (n *Node) Freeze() { n.t.Freeze() }

// Truth is always true.
func (n *Node) Truth() starlark.Bool { return true }

// Hash hashes the namespace's name.
func (n *Node) Hash() (uint32, error) { return starlark.String(n.node.NetNS).Hash() }

// NamespaceName names the namespace in messages, for the ends of pairs.
func (n *Node) NamespaceName() string { return n.node.NetNS }

// Attr returns a module that declares, or the node's name.
func (n *Node) Attr(name string) (starlark.Value, error) {
	if v, ok := n.members[name]; ok {
		return v, nil
	}
	if name == "exec" || name == "probe" {
		return nil, module.NotThere(name)
	}
	return nil, nil
}

// AttrNames returns the names of the modules.
func (n *Node) AttrNames() []string {
	names := n.members.Keys()
	slices.Sort(names)
	return names
}

func (t *Topology) node(th *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var name string
	var ignore *starlark.List
	var bare bool
	if err := starlark.UnpackArgs(b.Name(), args, kwargs, "name", &name, "ignore?", &ignore, "bare?", &bare); err != nil {
		return nil, err
	}
	n, err := t.declare(th, b.Name(), name, ignore)
	if err != nil {
		return nil, err
	}
	n.node.Bare = bare
	return n, nil
}

// declare makes an owned node.
func (t *Topology) declare(th *starlark.Thread, op, name string, ignore *starlark.List) (*Node, error) {
	n, err := t.lab.Node(name, module.Asking(th, op))
	if err != nil {
		return nil, t.taken(op, name, err)
	}
	if ignore == nil {
		return t.of(n), nil
	}
	for x := range ignore.Elements() {
		what, ok := starlark.AsString(x)
		err := fmt.Errorf("got %s, want a string", x.Type())
		if ok {
			err = t.lab.CheckIgnore(what)
		}
		if err != nil {
			return nil, &script.Problem{Class: "invalid", Path: "ignore", Message: fmt.Sprintf("%s: ignore: %v", op, err)}
		}
		n.Ignore = append(n.Ignore, what)
	}
	return t.of(n), nil
}

// taken says where the first node of a name was declared.
func (t *Topology) taken(op, name string, err error) error {
	p := invalid(op, 1, err).(*script.Problem)
	if first := t.lab.Find(name); first != nil {
		if by, ok := first.Note.(*module.Asker); ok {
			p.Class, p.Advice = "exists", fmt.Sprintf("the first one is at %s; %s[%q] gives it", by.Place(), t, name)
		}
	}
	return p
}

func (t *Topology) host(th *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	if err := starlark.UnpackArgs(b.Name(), args, kwargs); err != nil {
		return nil, err
	}
	return t.of(t.lab.Host(module.Asking(th, b.Name()))), nil
}

func (t *Topology) existing(th *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var name string
	if err := starlark.UnpackArgs(b.Name(), args, kwargs, "netns", &name); err != nil {
		return nil, err
	}
	n, err := t.lab.Existing(name, module.Asking(th, b.Name()))
	if err != nil {
		return nil, t.taken(b.Name(), name, err)
	}
	return t.of(n), nil
}

// bridgeName is the bridge of a switch.
const bridgeName = "br0"

// switchNode declares a node with a bridge: what is no option of a node is one of
// the bridge.
func (t *Topology) switchNode(th *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var name string
	var ignore *starlark.List
	own := []starlark.Tuple{}
	var options []starlark.Tuple
	for _, kw := range kwargs {
		switch key, _ := starlark.AsString(kw[0]); key {
		case "name", "ignore":
			own = append(own, kw)
		default:
			options = append(options, kw)
		}
	}
	if err := starlark.UnpackArgs(b.Name(), args, own, "name", &name, "ignore?", &ignore); err != nil {
		return nil, err
	}
	kind, err := optionsOf(b.Name(), &link.Bridge{}, options)
	if err != nil {
		return nil, err
	}
	n, err := t.declare(th, b.Name(), name, ignore)
	if err != nil {
		return nil, err
	}
	n.bridge = bridgeName
	by := module.Asking(th, b.Name())
	br := link.Type.Ref(&link.Link{Name: bridgeName, Kind: kind, Up: opt.Of(true)})
	if err := n.node.Declare(object.Add, br, by); err != nil {
		return nil, by.Refuse(err)
	}
	return n, nil
}

// optionsOf reads the options of a kind of link.
func optionsOf(op string, kind link.Kind, kwargs []starlark.Tuple) (link.Kind, error) {
	l := link.Type.Ref(&link.Link{Kind: kind})
	v := l.Table().Get(l.Ptr(), l.Table().Lookup("kind"))
	if v.Shape != attr.Object {
		return nil, errors.New(op + ": the kind has no options")
	}
	b := &value.Builder{Name: op, Table: v.T, Takes: attr.Create | attr.Change}
	p, err := b.Build(nil, kwargs)
	if err != nil {
		return nil, err
	}
	out := link.Type.New()
	if err := out.Table().Put(&attr.Put{}, out.Ptr(), out.Table().Lookup("kind"), attr.ObjectValue(v.T, p)); err != nil {
		return nil, err
	}
	whole, _ := link.Type.As(out)
	return whole.Kind, nil
}
