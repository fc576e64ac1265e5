package topology

import (
	"go.starlark.net/starlark"

	"github.com/netlark/netlark/netlinkcore/lab"
	"github.com/netlark/netlark/starlarkmod/exec"
	"github.com/netlark/netlark/starlarkmod/module"
	"github.com/netlark/netlark/starlarkmod/netval"
)

// onceFunction is node.once(cmd, undo, key).
func (n *Node) onceFunction() *module.Function {
	return module.NewFunction("once", "declare a program that runs in the node when all else is there: the first time, and when its key is another", 1, module.Fixed(
		module.Param{Name: "cmd", Type: "list of strings", Doc: "program and arguments; a code other than 0 fails the apply"},
		module.Param{Name: "undo", Type: "list of strings", Default: "None", Doc: "takes it back: when it leaves the script, before it runs again, at destroy, and when the apply fails"},
		module.Param{Name: "key", Type: "string", Default: "None", Doc: "what it depends on, such as the text of a file"},
	), n.once)
}

func (n *Node) once(th *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var cmd, undo starlark.Value
	var key netval.Secret
	if err := starlark.UnpackArgs(b.Name(), args, kwargs, "cmd", &cmd, "undo??", &undo, "key??", &key); err != nil {
		return nil, err
	}
	if err := n.t.extend(b.Name()); err != nil {
		return nil, err
	}
	const advice = "let the program read it from a file, and give secret.from_file(path) as the key"
	by := module.Asking(th, b.Name())
	o := &lab.Once{Key: key.Reveal(), Note: by}
	var err error
	if o.Cmd, err = exec.Words(b.Name(), "cmd", cmd, advice); err != nil {
		return nil, err
	}
	if undo != nil {
		if o.Undo, err = exec.Words(b.Name(), "undo", undo, advice); err != nil {
			return nil, err
		}
	}
	if err := n.node.Once(o); err != nil {
		return nil, by.Refuse(err)
	}
	return starlark.None, nil
}
