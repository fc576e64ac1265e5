package repl

import (
	"fmt"
	"io"

	"go.starlark.net/starlark"

	"github.com/netlark/netlark/starlarkmod/script"
	"github.com/netlark/netlark/starlarkmod/value"
)

// show prints the value of an input: lists of objects a line each.
func show(w io.Writer, v starlark.Value) {
	l, ok := v.(*starlark.List)
	if !ok || l.Len() == 0 {
		fmt.Fprintln(w, script.Escape(v.String()))
		return
	}
	if _, objects := l.Index(0).(value.Object); !objects {
		fmt.Fprintln(w, script.Escape(v.String()))
		return
	}
	for e := range starlark.Elements(l) {
		fmt.Fprintln(w, script.Escape(e.String()))
	}
}
