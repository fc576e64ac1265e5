package topology

import (
	"fmt"

	"go.starlark.net/starlark"

	"github.com/netlark/netlark/netlinkcore/lab"
	"github.com/netlark/netlark/starlarkmod/module"
	"github.com/netlark/netlark/starlarkmod/script"
)

// adoptFunction is node.adopt(device, from_, name).
func (n *Node) adoptFunction() *module.Function {
	return module.NewFunction("adopt", "declare that the node takes in a device of a namespace of others, which gets it back as it was when it leaves the script, and at destroy", 1, module.Fixed(
		module.Param{Name: "device", Type: "string", Doc: "its name there"},
		module.Param{Name: "from_", Type: "node", Doc: "what lab.host() or lab.existing(name) gave"},
		module.Param{Name: "name", Type: "string", Default: "None", Doc: "its name in the node; the same unless given"},
	), n.adopt)
}

func (n *Node) adopt(th *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	a := &lab.Adoption{}
	var from *Node
	if err := starlark.UnpackArgs(b.Name(), args, kwargs, "device", &a.Device, "from_", &from, "name??", &a.Name); err != nil {
		return nil, err
	}
	if err := n.t.extend(b.Name()); err != nil {
		return nil, err
	}
	if from.t != n.t {
		return nil, &script.Problem{Class: "invalid", Path: "from_", Message: fmt.Sprintf("adopt: from_: %s is of another topology", from)}
	}
	by := module.Asking(th, b.Name())
	a.From, a.Note = from.node, by
	if err := n.node.Adopt(a); err != nil {
		return nil, by.Refuse(err)
	}
	return starlark.None, nil
}
