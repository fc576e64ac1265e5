package netns

import (
	"errors"
	"fmt"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"github.com/netlark/netlark/starlarkmod/module"
	"github.com/netlark/netlark/starlarkmod/value"
)

// A Device is a network device of a namespace, by name: what one of another
// namespace stands on.
type Device struct {
	name string
	in   *Namespace
}

var (
	_ starlark.Comparable = Device{}
	_ value.Device        = Device{}
)

// String returns the call that makes the value.
func (d Device) String() string { return fmt.Sprintf("%s.dev(%q)", d.in, d.name) }

// Type returns "device".
func (d Device) Type() string { return "device" }

// Freeze does nothing: devices do not change.
func (d Device) Freeze() {}

// Truth is always true.
func (d Device) Truth() starlark.Bool { return true }

// Hash hashes the name.
func (d Device) Hash() (uint32, error) { return starlark.String(d.name).Hash() }

// CompareSameType compares names and namespaces.
func (d Device) CompareSameType(op syntax.Token, y starlark.Value, _ int) (bool, error) {
	other := y.(Device)
	same := d.name == other.name && d.in.id == other.in.id
	switch op {
	case syntax.EQL:
		return same, nil
	case syntax.NEQ:
		return !same, nil
	}
	return false, errors.New("devices have no order")
}

// DeviceName returns the device's name and where it is.
func (d Device) DeviceName() (string, value.Namespace) { return d.name, d.in }

// devFunction is ns.dev(name).
func devFunction(n *Namespace) *module.Function {
	name := module.Param{Name: "name", Type: "string", Doc: "name of the device there"}
	return module.NewFunction("dev", "name a device of this namespace where one of another is wanted, such as a parent", 1, module.Fixed(name),
		func(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
			var name string
			if err := starlark.UnpackArgs(b.Name(), args, kwargs, "name", &name); err != nil {
				return nil, err
			}
			return Device{name, n}, nil
		})
}
