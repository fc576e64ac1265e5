package netval

import (
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"go.starlark.net/starlark"

	"github.com/netlark/netlark/starlarkmod/script"
)

// maxDerived is how many bytes HKDF gives with SHA-256 (RFC 5869, 2.3).
const maxDerived = 255 * sha256.Size

// derive(label, size) is a key of size bytes, by HKDF with SHA-256 (RFC 5869):
// the same for the same secret and label, and telling nothing about keys of
// other labels. It is written as "0x…".
func (s Secret) derive(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var label string
	var size int
	if err := starlark.UnpackArgs(b.Name(), args, kwargs, "label", &label, "size", &size); err != nil {
		return nil, err
	}
	if size < 1 || size > maxDerived {
		return nil, &script.Problem{Class: "invalid", Path: "size", Index: 2,
			Message: fmt.Sprintf("%s: size: %d is out of range 1 to %d bytes", b.Name(), size, maxDerived)}
	}
	if !bool(s.Truth()) {
		return nil, &script.Problem{Class: "invalid", Message: b.Name() + ": the secret is empty: everybody could derive the same keys"}
	}
	key, err := hkdf.Key(sha256.New, []byte(s.Reveal()), nil, label, size)
	if err != nil {
		return nil, err
	}
	return NewSecret("0x" + hex.EncodeToString(key)), nil
}
