// Package netns is the module netns: namespaces as values on which the other
// modules work.
package netns

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"github.com/netlark/netlark/netlinkcore/netns"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/starlarkmod/module"
	"github.com/netlark/netlark/starlarkmod/script"
)

// Bind gives the modules that work on one namespace.
type Bind func(t *module.Target) starlark.StringDict

// A Namespace is a live network namespace: ns.link, ns.exec, … act there.
type Namespace struct {
	target  *module.Target
	id      netns.ID
	members starlark.StringDict
}

var (
	_ starlark.HasAttrs   = (*Namespace)(nil)
	_ starlark.Comparable = (*Namespace)(nil)
)

func newNamespace(t *module.Target, ns *netns.NS, bind Bind) (*Namespace, error) {
	id, err := ns.ID()
	if err != nil {
		return nil, err
	}
	n := &Namespace{target: t, id: id, members: bind(t)}
	n.members["name"] = starlark.String(t.Name)
	n.members["dev"] = devFunction(n)
	return n, nil
}

// String returns the call that opens the namespace.
func (n *Namespace) String() string {
	if n.target.Name == "" {
		return "netns.current()"
	}
	return fmt.Sprintf("netns.open(%q)", n.target.Name)
}

// Type returns "netns".
func (n *Namespace) Type() string { return "netns" }

// Freeze does nothing: what a namespace holds is the kernel's.
func (n *Namespace) Freeze() {}

// Truth is always true.
func (n *Namespace) Truth() starlark.Bool { return true }

// Hash hashes the namespace's identity.
func (n *Namespace) Hash() (uint32, error) { return uint32(n.id.Cookie), nil }

// CompareSameType compares identities: two names may be one namespace.
func (n *Namespace) CompareSameType(op syntax.Token, y starlark.Value, _ int) (bool, error) {
	same := n.id == y.(*Namespace).id
	switch op {
	case syntax.EQL:
		return same, nil
	case syntax.NEQ:
		return !same, nil
	}
	return false, errors.New("namespaces have no order")
}

// Target returns the namespace as calls act on it.
func (n *Namespace) Target() *module.Target { return n.target }

// Attr returns a module bound to the namespace, or its name.
func (n *Namespace) Attr(name string) (starlark.Value, error) { return n.members[name], nil }

// AttrNames returns the names of the modules.
func (n *Namespace) AttrNames() []string {
	names := n.members.Keys()
	slices.Sort(names)
	return names
}

// NamespaceFD names the namespace in messages, for devices born or moved there.
func (n *Namespace) NamespaceFD() (string, int) { return n.target.Name, n.target.NS.FD() }

// Module returns the module netns.
func Module(bind Bind) *module.Module {
	m := &netnsModule{bind: bind}
	name := module.Param{Name: "name", Type: "string", Doc: "name, as `ip netns` knows it"}
	there := name
	there.Live = module.LiveNetNS
	fn := func(verb, doc string, impl module.Impl, params ...module.Param) *module.Function {
		full := "netns." + verb
		return module.NewFunction(full, doc, len(params), module.Fixed(params...),
			func(th *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
				if err := script.RequireLive(th, full); err != nil {
					return nil, err
				}
				v, err := impl(th, b, args, kwargs)
				return v, explain(full, len(args) > 0, err)
			})
	}
	pid := module.Param{Name: "pid", Type: "number", Default: "None", Doc: "of a process"}
	path := module.Param{Name: "path", Type: "string", Default: "None", Doc: "of a file that stands for a namespace"}
	missing := module.Param{Name: "missing_ok", Type: "boolean", Default: "False", Doc: "no error if there is none"}
	return module.NewModule("netns", "network namespaces", map[string]starlark.Value{
		"add":     fn("add", "make a namespace, pinned where `ip netns` looks, and give it", m.add, name),
		"open":    fn("open", "give a namespace; an error if there is none", m.open, there, pid, path),
		"get":     fn("get", "give a namespace, or None", m.get, there, pid, path),
		"current": fn("current", "the namespace at hand", m.current),
		"list":    fn("list", "the names of all namespaces", m.list),
		"delete":  fn("delete", "take the name from a namespace, which dies if nothing else uses it; True if it was there", m.delete, there, missing),
	})
}

type netnsModule struct{ bind Bind }

func (m *netnsModule) value(th *starlark.Thread, name string, ns *netns.NS) (starlark.Value, error) {
	return Live(th, name, ns, m.bind)
}

// Live is the value of an open namespace, which the script's session then owns.
func Live(th *starlark.Thread, name string, ns *netns.NS, bind Bind) (*Namespace, error) {
	s, ok := script.Session[*module.Session](th)
	if !ok {
		return nil, errors.New("no session")
	}
	t := module.NewTarget(name, ns)
	s.Own(t)
	return newNamespace(t, ns, bind)
}

func (m *netnsModule) add(th *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var name string
	if err := starlark.UnpackArgs(b.Name(), args, kwargs, "name", &name); err != nil {
		return nil, err
	}
	ns, err := netns.Create(name)
	if err != nil {
		return nil, err
	}
	if s, ok := script.Session[*module.Session](th); ok {
		s.OnUndo(func() error { return netns.Delete(name) })
	}
	return m.value(th, name, ns)
}

func (m *netnsModule) open(th *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var name, path string
	var pid int
	if err := starlark.UnpackArgs(b.Name(), args, kwargs, "name??", &name, "pid??", &pid, "path??", &path); err != nil {
		return nil, err
	}
	var ns *netns.NS
	var err error
	switch {
	case name != "" && pid == 0 && path == "":
		ns, err = netns.Open(name)
	case pid != 0 && name == "" && path == "":
		ns, err = netns.OpenPID(pid)
		name = fmt.Sprintf("pid:%d", pid)
	case path != "" && name == "" && pid == 0:
		ns, err = netns.OpenPath(path)
		name = path
	default:
		return nil, errors.New("give one of name, pid and path")
	}
	if err != nil {
		return nil, err
	}
	return m.value(th, name, ns)
}

func (m *netnsModule) get(th *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	v, err := m.open(th, b, args, kwargs)
	if errors.Is(err, fs.ErrNotExist) {
		return starlark.None, nil
	}
	return v, err
}

func (m *netnsModule) current(th *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	if err := starlark.UnpackArgs(b.Name(), args, kwargs); err != nil {
		return nil, err
	}
	s, ok := script.Session[*module.Session](th)
	if !ok {
		return nil, errors.New("no session")
	}
	var ns *netns.NS
	err := s.Current.Do(func() (err error) { ns, err = netns.Current(); return err })
	if err != nil {
		return nil, err
	}
	return m.value(th, s.Current.Name, ns)
}

func (m *netnsModule) list(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	if err := starlark.UnpackArgs(b.Name(), args, kwargs); err != nil {
		return nil, err
	}
	names, err := netns.List()
	if err != nil {
		return nil, err
	}
	out := make([]starlark.Value, len(names))
	for i, n := range names {
		out[i] = starlark.String(n)
	}
	return starlark.NewList(out), nil
}

func (m *netnsModule) delete(th *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var name string
	var missingOK bool
	if err := starlark.UnpackArgs(b.Name(), args, kwargs, "name", &name, "missing_ok?", &missingOK); err != nil {
		return nil, err
	}
	if s, ok := script.Session[*module.Session](th); ok && s.InTransaction() {
		return nil, &script.Problem{Class: "unsupported", Message: "a transaction could not bring a namespace back", Advice: "delete it after the transaction"}
	}
	err := netns.Delete(name)
	if missingOK && errors.Is(err, fs.ErrNotExist) {
		return starlark.False, nil
	}
	return starlark.Bool(err == nil), err
}

// explain names the argument that is wrong, if it came without a keyword.
func explain(op string, positional bool, err error) error {
	if err == nil {
		return nil
	}
	said := strings.TrimSuffix(strings.TrimPrefix(err.Error(), op+": "), ": "+fs.ErrNotExist.Error())
	if name, taken := strings.CutSuffix(said, ": "+fs.ErrExist.Error()); taken {
		said = name + " is there already"
	}
	p := &script.Problem{Class: object.Code(err), Err: err, Message: op + ": " + said}
	if positional {
		p.Index = 1
	}
	if p.Class == "permission" {
		p.Advice = "run as root, or add --sandbox to try it in a throwaway namespace"
	}
	return p
}
