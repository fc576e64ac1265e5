// Package topology is the functions topology, plan, apply, destroy and running:
// labs of several namespaces, declared and then made so.
package topology

import (
	"errors"
	"fmt"
	"slices"

	"go.starlark.net/starlark"

	"github.com/netlark/netlark/netlinkcore/lab"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/starlarkmod/module"
	"github.com/netlark/netlark/starlarkmod/netns"
	"github.com/netlark/netlark/starlarkmod/script"
)

// A builder makes topologies.
type builder struct {
	families []object.Family
	bind     netns.Bind
}

// Functions returns what scripts declare and apply topologies with. bind gives
// the modules that work on one namespace.
func Functions(families []object.Family, bind netns.Bind) starlark.StringDict {
	b := &builder{families, bind}
	begin := module.NewFunction("topology", "declare a topology: namespaces, and what each is to be. apply makes it so", 1, module.Fixed(
		module.Param{Name: "name", Type: "string", Doc: "letters, digits, - and _, 32 at most"},
		module.Param{Name: "seed", Type: "number", Default: "0", Doc: "for other MAC addresses"},
		module.Param{Name: "dad", Type: "boolean", Default: "False", Doc: "look for duplicates of IPv6 addresses before they are used"},
	), b.topology)
	begin.Sample = b.sample
	of := module.Param{Name: "lab", Type: "topology", Doc: "what topology() gave"}
	irreversible := module.Param{Name: "irreversible", Type: "boolean", Default: "False", Doc: "do in namespaces of others what cannot be fully undone"}
	return starlark.StringDict{
		"topology": begin,
		"plan":     module.NewFunction("plan", "what apply would do; false if that is nothing", 1, module.Fixed(of), b.plan),
		"apply":    module.NewFunction("apply", "make it so, and give the running lab. If a step fails, all is as it was before", 1, module.Fixed(of, irreversible), b.apply),
		"destroy":  module.NewFunction("destroy", "take away all that a lab made; True if something went", 1, module.Fixed(nameOf), b.destroy),
		"running":  module.NewFunction("running", "the lab that was applied under a name", 1, module.Fixed(nameOf), b.running),
	}
}

var nameOf = module.Param{Name: "lab", Type: "string", Doc: "the lab's name, or what topology() gave"}

// A Topology is a lab that a script declares.
type Topology struct {
	b      *builder
	lab    *lab.Lab
	nodes  map[*lab.Node]*Node
	parts  map[string]*module.Function // what constructs parts of objects, for all nodes
	frozen bool                        // made in a module that is loaded: it can be used, not extended
	attrs  starlark.StringDict
}

var (
	_ starlark.HasAttrs = (*Topology)(nil)
	_ starlark.Mapping  = (*Topology)(nil)
)

func (b *builder) topology(th *starlark.Thread, fn *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var name string
	var seed int64
	var dad bool
	if err := starlark.UnpackArgs(fn.Name(), args, kwargs, "name", &name, "seed?", &seed, "dad?", &dad); err != nil {
		return nil, err
	}
	l, err := lab.New(name, b.families)
	if err != nil {
		return nil, invalid("topology", 1, err)
	}
	l.Seed, l.DAD = uint64(seed), dad
	s, ok := script.Session[*module.Session](th)
	if !ok {
		return nil, errors.New("no session")
	}
	if slices.ContainsFunc(s.Labs, func(o *lab.Lab) bool { return o.Name == name }) && script.Mode(th) != script.ModeREPL {
		return nil, invalid("topology", 1, fmt.Errorf("there is a topology %q already", name))
	}
	s.Labs = append(slices.DeleteFunc(s.Labs, func(o *lab.Lab) bool { return o.Name == name }), l) // at the prompt, the last one counts
	return b.of(l), nil
}

func (b *builder) of(l *lab.Lab) *Topology {
	t := &Topology{b: b, lab: l, nodes: map[*lab.Node]*Node{}, parts: map[string]*module.Function{}}
	t.attrs = t.functions()
	return t
}

// sample is a topology about which nothing is known.
func (b *builder) sample() starlark.Value {
	l, err := lab.New("lab", b.families)
	if err != nil { // the name is a good one
		return starlark.None
	}
	return b.of(l)
}

// sampleNode is a node of it.
func (b *builder) sampleNode() starlark.Value {
	t, ok := b.sample().(*Topology)
	if !ok {
		return starlark.None
	}
	n, err := t.lab.Node("node", nil)
	if err != nil { // the name is a good one
		return starlark.None
	}
	return t.of(n)
}

func invalid(op string, arg int, err error) error {
	return &script.Problem{Class: "invalid", Index: arg, Message: op + ": " + err.Error(), Err: err}
}

// String returns the call that began it.
func (t *Topology) String() string { return fmt.Sprintf("topology(%q)", t.lab.Name) }

// Type returns "topology".
func (t *Topology) Type() string { return "topology" }

// Freeze ends the declaration: a module that is loaded is finished.
func (t *Topology) Freeze() { t.frozen = true }

// Truth is always true.
func (t *Topology) Truth() starlark.Bool { return true }

// Hash hashes the name.
func (t *Topology) Hash() (uint32, error) { return starlark.String(t.lab.Name).Hash() }

// Attr returns a function of the topology, or its name.
func (t *Topology) Attr(name string) (starlark.Value, error) { return t.attrs[name], nil }

// AttrNames returns the names of the functions.
func (t *Topology) AttrNames() []string {
	names := t.attrs.Keys()
	slices.Sort(names)
	return names
}

// Get returns the node with a name: lab["r1"].
func (t *Topology) Get(key starlark.Value) (starlark.Value, bool, error) {
	name, ok := starlark.AsString(key)
	if !ok {
		return nil, false, fmt.Errorf("a node's name is a string, not %s", key.Type())
	}
	n := t.lab.Find(name)
	if n == nil {
		return nil, false, nil
	}
	return t.nodes[n], true, nil
}

// id is lab.id(kind, key).
func (t *Topology) id(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var kind, key string
	if err := starlark.UnpackArgs(b.Name(), args, kwargs, "kind", &kind, "key", &key); err != nil {
		return nil, err
	}
	n, err := t.lab.ID(kind, key)
	if err != nil {
		p := invalid(b.Name(), 1, err).(*script.Problem)
		if near := script.Nearest(kind, lab.IDKinds()); near != "" {
			p.Advice = fmt.Sprintf("did you mean %q?", near)
		}
		return nil, p
	}
	return starlark.MakeUint64(n), nil
}

// extend refuses to change what is finished.
func (t *Topology) extend(op string) error {
	if t.frozen {
		return &script.Problem{Class: "invalid", Message: fmt.Sprintf("%s: topology %q was declared in a module that is loaded: it can be used, not extended", op, t.lab.Name)}
	}
	return nil
}

func (t *Topology) functions() starlark.StringDict {
	p := func(name, typ, def, doc string) module.Param {
		return module.Param{Name: name, Type: typ, Default: def, Doc: doc}
	}
	fn := func(name, doc string, positional int, impl module.Impl, params ...module.Param) *module.Function {
		op := "topology." + name
		return module.NewFunction(op, doc, positional, module.Fixed(params...),
			func(th *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
				if err := t.extend(op); err != nil {
					return nil, err
				}
				return impl(th, b, args, kwargs)
			})
	}
	ignore := p("ignore", "list", "[]", `what programs make there: "xfrm", "link:tun*"`)
	node := fn("node", "declare a node: a namespace that the lab makes and owns", 1, t.node, p("name", "string", "", "letters, digits, - and _, 63 at most"), ignore,
		p("bare", "boolean", "False", "programs there have the machine's host name and /etc/hosts"))
	node.Sample = t.b.sampleNode
	return starlark.StringDict{
		"name": starlark.String(t.lab.Name),
		"node": node,
		"host": fn("host", "the namespace that netlark runs in, as a node: only what is declared there is touched", 0, t.host),
		"existing": fn("existing", "a namespace of others, as a node: only what is declared there is touched", 1, t.existing,
			p("netns", "string", "", "its name")),
		"switch": fn("switch", "declare a node with a bridge br0, whose cables' ends are its ports", 1, t.switchNode,
			p("name", "string", "", "of the node"), ignore, p("…", "any", "", "options of the bridge")),
		"id": fn("id", "draw a number for a key: the same at every run, and another for each key", 2, t.id,
			module.Param{Name: "kind", Type: "string", Doc: "what for", Words: lab.IDKinds()}, p("key", "string", "", "any text")),
		"cable": fn("cable", "declare a cable between two nodes: a pair of veths that are up", 2, t.cable, cableParams...),
	}
}
