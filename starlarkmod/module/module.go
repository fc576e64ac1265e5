package module

import (
	"context"
	"fmt"
	"slices"

	"go.starlark.net/starlark"

	"github.com/netlark/netlark/starlarkmod/script"
)

// A Module is a named set of functions and sub-modules.
type Module struct {
	Name    string
	Doc     string
	members map[string]starlark.Value
	fill    func(m *Module) // makes the members when one is asked for; nil: they are there
}

var (
	_ starlark.HasAttrs = (*Module)(nil)
)

// NewModule returns a module with members: *Functions, *Modules or other values.
func NewModule(name, doc string, members map[string]starlark.Value) *Module {
	if members == nil {
		members = map[string]starlark.Value{}
	}
	return &Module{Name: name, Doc: doc, members: members}
}

// String returns the module's name.
func (m *Module) String() string { return fmt.Sprintf("<module %s>", m.Name) }

// Type returns "module": such names cannot be assigned to.
func (m *Module) Type() string { return "module" }

// Freeze does nothing: modules do not change.
func (m *Module) Freeze() {}

// Truth is always true.
func (m *Module) Truth() starlark.Bool { return true }

// Hash is not possible.
func (m *Module) Hash() (uint32, error) { return 0, fmt.Errorf("unhashable: module") }

// ready makes the members of a module that was not used yet: a script that
// does not speak of queueing need not wait for its tables.
func (m *Module) ready() {
	if fill := m.fill; fill != nil {
		m.fill = nil
		fill(m)
	}
}

// Attr returns a member.
func (m *Module) Attr(name string) (starlark.Value, error) {
	m.ready()
	if v, ok := m.members[name]; ok {
		return v, nil
	}
	p := &script.Problem{Class: script.CodeScript, Message: fmt.Sprintf("%s has no function %q", m.Name, name)}
	p.Advice = m.advice(name)
	return nil, p
}

// otherWords are what other tools and languages call verbs, and what does the same,
// or nearly so.
var otherWords = map[string][]string{
	"set": {"replace", "delete"}, "change": {"set", "replace", "delete"}, "modify": {"set", "replace", "delete"}, "update": {"set", "replace", "delete"},
	"show": {"list"}, "dump": {"list"}, "find": {"get"}, "create": {"add"}, "new": {"add"}, "remove": {"delete"}, "del_": {"delete"}, "rm": {"delete"},
	"clear": {"flush"}, "monitor": {"watch"}, "add": {"set"}, "replace": {"ensure"},
}

// advice says what may be meant by a name that the module lacks.
func (m *Module) advice(name string) string {
	near := script.Nearest(name, m.AttrNames())
	for _, verb := range slices.Backward(otherWords[name]) {
		if m.members[verb] != nil {
			near = verb
		}
	}
	inPlace := len(otherWords[name]) > 1
	switch {
	case near == "":
		return ""
	case inPlace && near == "replace":
		return fmt.Sprintf("the kernel changes none in place: %s.replace says all of one anew", m.Name)
	case inPlace && near == "delete":
		return fmt.Sprintf("the kernel changes none in place: %s.delete, and add one that is as you want it", m.Name)
	}
	return fmt.Sprintf("did you mean %s.%s?", m.Name, near)
}

// AttrNames returns the names of the members, sorted.
func (m *Module) AttrNames() []string {
	m.ready()
	names := make([]string, 0, len(m.members))
	for n := range m.members {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

// A Param is a parameter of a function.
type Param struct {
	Name, Type, Doc string
	Default         string // as a script would write it; "" if the parameter is required
	Words           []string
	Makes           []string // constructors of values for it
	// Live finds values that are there now, as a script would write them, for
	// completion; nil: there are none to find.
	Live func(ctx context.Context, s *Session) []string
}

// A Function is a builtin with its documentation.
type Function struct {
	name   string
	Doc    string
	Params func() []Param // made when asked for: there are thousands
	// Positional is how many of Params may be given without keywords.
	Positional int
	// Sample is a value like those that the function gives, for completion; nil:
	// nothing is known of them.
	Sample func() starlark.Value
	call   *starlark.Builtin
}

var _ starlark.Callable = (*Function)(nil)

// Gives returns the functions of what the function gives, such as the cable of a
// topology, by name; none if that is no value with functions of its own.
func (f *Function) Gives() map[string]*Function {
	if f.Sample == nil {
		return nil
	}
	v, ok := f.Sample().(starlark.HasAttrs)
	if !ok {
		return nil
	}
	out := map[string]*Function{}
	for _, n := range v.AttrNames() {
		if member, err := v.Attr(n); err == nil {
			if fn, ok := member.(*Function); ok {
				out[n] = fn
			}
		}
	}
	return out
}

// Impl is the Go code of a function.
type Impl func(th *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error)

// NewFunction returns a function; name is the full one ("link.add").
func NewFunction(name, doc string, positional int, params func() []Param, impl Impl) *Function {
	return &Function{name: name, Doc: doc, Params: params, Positional: positional, call: script.NewActing(name, impl)}
}

// Fixed returns the parameters themselves.
func Fixed(params ...Param) func() []Param { return func() []Param { return params } }

// Name returns the full name.
func (f *Function) Name() string { return f.name }

// String returns the name for messages.
func (f *Function) String() string { return fmt.Sprintf("<function %s>", f.name) }

// Type returns "builtin_function_or_method", as Starlark's own functions do.
func (f *Function) Type() string { return f.call.Type() }

// Freeze does nothing: functions do not change.
func (f *Function) Freeze() {}

// Truth is always true.
func (f *Function) Truth() starlark.Bool { return true }

// Hash hashes the name.
func (f *Function) Hash() (uint32, error) { return f.call.Hash() }

// CallInternal calls the function.
func (f *Function) CallInternal(th *starlark.Thread, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	v, err := f.call.CallInternal(th, args, kwargs)
	if err != nil {
		err = f.misspelt(kwargs, err)
	}
	return v, err
}
