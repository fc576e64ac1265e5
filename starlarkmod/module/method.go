package module

import (
	"fmt"

	"go.starlark.net/starlark"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/starlarkmod/script"
	"github.com/netlark/netlark/starlarkmod/value"
)

// A method is a function of a family that is no verb of the kernel's: ensure,
// wait, watch. Its arguments are attributes and a few of its own.
type method struct {
	name, doc string
	takes     attr.Access
	own       []Param
	declares  bool // on a declared node, it says that the object is to be there
	run       func(th *starlark.Thread, m *methodCall) (starlark.Value, error)
}

// A methodCall is one call of a method.
type methodCall struct {
	session *Session
	target  *Target
	call    *call
	object  object.Ref
	own     map[string]starlark.Value
}

// function makes the method for a family.
func (m *method) function(f object.Family, l living) *Function {
	name := f.Name() + "." + m.name
	positional := f.Positional()
	var extras []string
	for _, p := range m.own {
		extras = append(extras, p.Name)
	}
	params := func() []Param { return append(l.of(f).params(f.Table(), positional, m.takes), m.own...) }
	return NewFunction(name, fmt.Sprintf(m.doc, f.Table().Doc), len(positional), params,
		func(th *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
			if l.target != nil && l.target.Declares != nil {
				return m.declare(f, l, newCall(th, name, positional), args, kwargs)
			}
			if err := script.RequireLive(th, name); err != nil {
				return nil, err
			}
			s, err := sessionOf(th)
			if err != nil {
				return nil, err
			}
			c := &methodCall{session: s, target: l.target, call: newCall(th, name, positional), own: map[string]starlark.Value{}}
			if l.target == nil {
				c.target = s.Current
			}
			b := value.Builder{Name: name, Table: f.Table(), Positional: positional, Takes: m.takes, Extras: extras, Extra: c.extra(extras)}
			if c.object, err = build(f, &b, args, kwargs, func(f *attr.Field) bool { return f.Access&(attr.Key|attr.Create|attr.Change) != 0 }); err != nil {
				return nil, err
			}
			if err := s.Sync(script.Context(th)); err != nil {
				return nil, err
			}
			v, err := m.run(th, c)
			if err != nil {
				return nil, c.call.explain(err)
			}
			return v, nil
		})
}

// declare is the call on a declared node.
func (m *method) declare(f object.Family, l living, c *call, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	if !m.declares {
		return nil, NotThere(c.op)
	}
	v := &verbCall{f: f, verb: object.Add, target: l.target, name: c.op, positional: c.positional,
		builder: value.Builder{Name: c.op, Table: f.Table(), Positional: c.positional, Takes: m.takes}}
	if !f.Lasts() {
		v.verb = object.Set
	}
	return v.declare(c, args, kwargs)
}

func (c *methodCall) extra(names []string) func(string, starlark.Value) (bool, error) {
	return func(name string, v starlark.Value) (bool, error) {
		for _, n := range names {
			if n == name {
				c.own[name] = v
				return true, nil
			}
		}
		return false, nil
	}
}

// flag is one of the method's own keywords, a boolean.
func (c *methodCall) flag(name string) (bool, error) {
	switch v := c.own[name].(type) {
	case nil, starlark.NoneType:
		return false, nil
	case starlark.Bool:
		return bool(v), nil
	default:
		return false, wrongType(name, v, "a boolean")
	}
}

func wrongType(name string, v starlark.Value, want string) error {
	return &object.AttributeError{Code: "invalid", Path: name, Err: fmt.Errorf("got %s, want %s", v.Type(), want)}
}

// build reads an object of the family, or its attributes. Of a whole object,
// what keep says completes what keywords say.
func build(f object.Family, b *value.Builder, args starlark.Tuple, kwargs []starlark.Tuple, keep func(*attr.Field) bool) (object.Ref, error) {
	if len(args) > 0 {
		if o, ok := args[0].(value.Object); ok && o.Ref().Family == f {
			whole := o.Ref().Clone()
			p, err := b.Build(args[1:], kwargs)
			whole.Table().Merge(p, whole.Ptr(), keep)
			return object.Of(f, p), err
		}
	}
	p, err := b.Build(args, kwargs)
	return object.Of(f, p), err
}
