package value

import (
	"go.starlark.net/lib/json"
	"go.starlark.net/starlark"
)

// MarshalJSON returns the attributes that are set, for json.encode. Secrets are
// redacted, as everywhere.
func (o Object) MarshalJSON() ([]byte, error) {
	members := new(starlark.Dict)
	for _, name := range o.AttrNames() {
		if name == covers {
			continue
		}
		v, err := o.Attr(name)
		if err == nil && v != starlark.None {
			err = members.SetKey(starlark.String(name), v)
		}
		if err != nil {
			return nil, err
		}
	}
	return JSON(members)
}

// JSON returns a value as json.encode writes it.
func JSON(v starlark.Value) ([]byte, error) {
	text, err := starlark.Call(new(starlark.Thread), json.Module.Members["encode"], starlark.Tuple{v}, nil)
	if err != nil {
		return nil, err
	}
	return []byte(text.(starlark.String)), nil
}
