package topology

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"go.starlark.net/starlark"

	core "github.com/netlark/netlark/netlinkcore/netns"

	"github.com/netlark/netlark/netlinkcore/lab"
	"github.com/netlark/netlark/starlarkmod/netns"
	"github.com/netlark/netlark/starlarkmod/script"
)

// apply is apply(lab).
func (b *builder) apply(th *starlark.Thread, fn *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	if err := script.RequireLive(th, "apply"); err != nil {
		return nil, err
	}
	var t *Topology
	a := &lab.Apply{}
	if err := starlark.UnpackArgs(fn.Name(), args, kwargs, "lab", &t, "irreversible?", &a.Irreversible); err != nil {
		return nil, err
	}
	a.Loaded = func(what lab.Loaded) { script.Tell(th, fmt.Sprintf("lab %s: %s", t.lab.Name, what)) }
	if _, err := a.Apply(script.Context(th), t.lab); err != nil {
		return nil, Explain(err)
	}
	return b.open(th, t.lab.Name)
}

// nameArg reads what names a lab.
func nameArg(fn *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (string, error) {
	var x starlark.Value
	if err := starlark.UnpackArgs(fn.Name(), args, kwargs, "lab", &x); err != nil {
		return "", err
	}
	switch x := x.(type) {
	case *Topology:
		return x.lab.Name, nil
	case *Running:
		return x.name, nil
	case starlark.String:
		return string(x), nil
	}
	return "", invalid(fn.Name(), 1, fmt.Errorf("got %s, want the name of a lab or a topology", x.Type()))
}

// destroy is destroy(lab).
func (b *builder) destroy(th *starlark.Thread, fn *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	if err := script.RequireLive(th, "destroy"); err != nil {
		return nil, err
	}
	name, err := nameArg(fn, args, kwargs)
	if err != nil {
		return nil, err
	}
	d, err := lab.Destroy(script.Context(th), name, b.families)
	if errors.Is(err, lab.ErrNoLab) {
		return starlark.False, nil
	}
	if err != nil {
		return nil, Explain(err)
	}
	for _, note := range d.Notes() {
		script.Tell(th, fmt.Sprintf("lab %s: %s", name, note))
	}
	if d.Failed != nil {
		return nil, errors.New(strings.Join(d.Failed, "\n"))
	}
	return starlark.True, nil
}

// running is running(lab).
func (b *builder) running(th *starlark.Thread, fn *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	if err := script.RequireLive(th, "running"); err != nil {
		return nil, err
	}
	name, err := nameArg(fn, args, kwargs)
	if err != nil {
		return nil, err
	}
	return b.open(th, name)
}

// A Running lab is one that was applied: its nodes are live namespaces.
type Running struct {
	name  string
	order []string
	nodes map[string]*netns.Namespace
	addrs map[string]netip.Addr // by which nodes know each other, where one is declared
}

var (
	_ starlark.IterableMapping = (*Running)(nil)
	_ starlark.HasAttrs        = (*Running)(nil)
)

// open opens the namespaces of a lab.
func (b *builder) open(th *starlark.Thread, name string) (starlark.Value, error) {
	sites, err := lab.Sites(name)
	if errors.Is(err, lab.ErrNoLab) {
		return nil, &script.Problem{Class: "not_found", Message: fmt.Sprintf("running: no lab %q is there", name), Err: err}
	}
	if err != nil {
		return nil, err
	}
	r := &Running{name: name, nodes: map[string]*netns.Namespace{}, addrs: map[string]netip.Addr{}}
	for _, p := range sites {
		if !p.Owned {
			continue
		}
		ns, err := core.Open(p.NetNS)
		if err != nil {
			return nil, err
		}
		n, err := netns.Live(th, p.NetNS, ns, b.bind)
		if err != nil {
			return nil, err
		}
		n.Target().Programs = p.Start
		r.nodes[p.Node] = n
		r.order = append(r.order, p.Node)
		if p.Address.IsValid() {
			r.addrs[p.Node] = p.Address
		}
	}
	return r, nil
}

// String returns the call that gives it.
func (r *Running) String() string { return fmt.Sprintf("running(%q)", r.name) }

// Type returns "running".
func (r *Running) Type() string { return "running" }

// Freeze does nothing: what a lab is, the kernel says.
func (r *Running) Freeze() {}

// Truth is always true.
func (r *Running) Truth() starlark.Bool { return true }

// Hash hashes the name.
func (r *Running) Hash() (uint32, error) { return starlark.String(r.name).Hash() }

// Get returns the namespace of a node: up["r1"].
func (r *Running) Get(key starlark.Value) (starlark.Value, bool, error) {
	name, _ := starlark.AsString(key)
	if n, ok := r.nodes[name]; ok {
		return n, true, nil
	}
	return nil, false, nil
}

// Iterate yields the names of the nodes.
func (r *Running) Iterate() starlark.Iterator { return names(r.order).Iterate() }

// Items returns the nodes with their names.
func (r *Running) Items() (items []starlark.Tuple) {
	for _, name := range r.order {
		items = append(items, starlark.Tuple{starlark.String(name), r.nodes[name]})
	}
	return items
}

func names(all []string) starlark.Tuple {
	out := make(starlark.Tuple, len(all))
	for i, name := range all {
		out[i] = starlark.String(name)
	}
	return out
}

// Attr returns the lab's name, or what is done with all of it.
func (r *Running) Attr(name string) (starlark.Value, error) {
	switch name {
	case "name":
		return starlark.String(r.name), nil
	case "nodes":
		return names(r.order), nil
	case "ping_all":
		return starlark.NewBuiltin("ping_all", r.pingAll), nil
	}
	return nil, nil
}

// AttrNames returns what Attr knows.
func (r *Running) AttrNames() []string { return slices.Clone([]string{"name", "nodes", "ping_all"}) }
