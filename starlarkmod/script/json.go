package script

import (
	"fmt"
	"maps"

	"go.starlark.net/lib/json"
	"go.starlark.net/starlark"
	"go.starlark.net/starlarkstruct"
)

// maxJSONDepth is how deeply values may be nested in JSON.
const maxJSONDepth = 10_000

// jsonModule returns Starlark's module json, whose decode refuses what is
// nested too deeply: each level takes a part of the Go stack, which cannot
// overflow without the process, and JSON comes from outside.
func jsonModule() *starlarkstruct.Module {
	members := maps.Clone(json.Module.Members)
	decode := members["decode"].(*starlark.Builtin)
	members["decode"] = NewBuiltin("json.decode", func(th *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
		if len(args) > 0 {
			if text, ok := starlark.AsString(args[0]); ok && jsonDepth(text) > maxJSONDepth {
				return nil, fmt.Errorf("json.decode: the text is nested more than %d levels deep", maxJSONDepth)
			}
		}
		return decode.CallInternal(th, args, kwargs)
	})
	return &starlarkstruct.Module{Name: "json", Members: members}
}

// jsonDepth returns how deeply brackets are nested in text, those in strings
// aside.
func jsonDepth(text string) int {
	depth, deepest, quoted := 0, 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\' && quoted:
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[' || c == '{':
			depth++
			deepest = max(deepest, depth)
		case c == ']' || c == '}':
			depth--
		}
	}
	return deepest
}
