package value

import (
	"go.starlark.net/lib/json"
	"go.starlark.net/starlark"

	"github.com/netlark/netlark/starlarkmod/netval"
)

// MarshalJSON returns the attributes that are set, for json.encode. Secrets are
// redacted, as everywhere.
func (o Object) MarshalJSON() ([]byte, error) {
	return o.t.ShowJSON(nil, o.p, netval.Redacted), nil
}

// JSON returns a value as json.encode writes it.
func JSON(v starlark.Value) ([]byte, error) {
	text, err := starlark.Call(new(starlark.Thread), json.Module.Members["encode"], starlark.Tuple{v}, nil)
	if err != nil {
		return nil, err
	}
	return []byte(text.(starlark.String)), nil
}
