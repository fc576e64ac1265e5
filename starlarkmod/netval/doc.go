// Package netval provides the values of netlark's language that are about
// networks but not about a kernel: prefixes, MAC addresses, secrets, and unset.
//
// They are immutable Starlark values, compare and hash by what they are, and
// print as the text that makes them, except secrets, which print as <redacted>
// wherever they go.
package netval

import (
	"go.starlark.net/starlark"

	"github.com/netlark/netlark/starlarkmod/script"
)

// Builtins returns the names that this package gives to scripts: prefix, mac,
// secret, and unset.
func Builtins() starlark.StringDict {
	return starlark.StringDict{
		"prefix": script.NewBuiltin("prefix", makePrefix),
		"mac":    script.NewBuiltin("mac", makeMAC),
		"secret": secretFunc{},
		"unset":  Unset{},
	}
}

// Unset is the value that clears an attribute.
type Unset struct{}

var _ starlark.Value = Unset{}

// String returns "unset".
func (Unset) String() string { return "unset" }

// Type returns "unset".
func (Unset) Type() string { return "unset" }

// Freeze does nothing.
func (Unset) Freeze() {}

// Truth returns False.
func (Unset) Truth() starlark.Bool { return false }

// Hash returns a constant.
func (Unset) Hash() (uint32, error) { return 0x756e7365, nil }

// MarshalJSON returns null.
func (Unset) MarshalJSON() ([]byte, error) { return []byte("null"), nil }
