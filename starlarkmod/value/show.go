package value

import (
	"go.starlark.net/starlark"

	"github.com/netlark/netlark/starlarkmod/script"
)

// Show returns what a prompt or -c prints of the value of an expression,
// escaped for a terminal, lists of objects a line each. It is false for None
// and for keys that a change returns.
func Show(v starlark.Value) (string, bool) {
	if v == nil || v == starlark.None {
		return "", false
	}
	if o, ok := v.(Object); ok && o.quiet {
		return "", false
	}
	l, ok := v.(*starlark.List)
	if !ok || l.Len() == 0 {
		return script.Escape(v.String()), true
	}
	if _, objects := l.Index(0).(Object); !objects {
		return script.Escape(v.String()), true
	}
	out := ""
	for e := range starlark.Elements(l) {
		if out != "" {
			out += "\n"
		}
		out += script.Escape(e.String())
	}
	return out, true
}
