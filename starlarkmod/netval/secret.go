package netval

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"github.com/netlark/netlark/starlarkmod/script"
)

// Redacted is what a secret prints as.
const Redacted = "<redacted>"

// A Secret is a text that must not be shown: a key, a password. It prints as
// Redacted in Starlark, JSON, and all of package fmt's verbs. The text is
// behind a pointer so that a struct with a Secret in it does not print it
// either.
type Secret struct{ text *string }

var (
	_ starlark.Comparable = Secret{}
	_ starlark.HasAttrs   = Secret{}
	_ starlark.HasBinary  = Secret{}
	_ fmt.Formatter       = Secret{}
)

// NewSecret returns text as a secret.
func NewSecret(text string) Secret { return Secret{&text} }

// Reveal returns the text.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// AsSecret returns v, a secret or a string, as a Secret.
func AsSecret(v starlark.Value) (Secret, error) {
	if s, ok := v.(Secret); ok {
		return s, nil
	}
	text, ok := starlark.AsString(v)
	if !ok {
		return Secret{}, fmt.Errorf("got %s, want a secret or a string", v.Type())
	}
	return NewSecret(text), nil
}

// Unpack makes *Secret an argument of builtins: a secret or a string.
func (s *Secret) Unpack(v starlark.Value) (err error) {
	*s, err = AsSecret(v)
	return err
}

// ParseArg reads the text of a command line argument.
func (s Secret) ParseArg(text string) (starlark.Value, error) { return NewSecret(text), nil }

// String returns Redacted.
func (s Secret) String() string { return Redacted }

// Format writes Redacted, whatever the verb.
func (s Secret) Format(f fmt.State, _ rune) { io.WriteString(f, Redacted) }

// MarshalJSON returns Redacted.
func (s Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + Redacted + `"`), nil }

// MarshalText returns Redacted.
func (s Secret) MarshalText() ([]byte, error) { return []byte(Redacted), nil }

// Type returns "secret".
func (s Secret) Type() string { return "secret" }

// Freeze does nothing.
func (s Secret) Freeze() {}

// Truth reports whether the text is not empty.
func (s Secret) Truth() starlark.Bool { return s.Reveal() != "" }

// Hash returns a hash of the text.
func (s Secret) Hash() (uint32, error) { return starlark.String(s.Reveal()).Hash() }

// CompareSameType compares for equality. Secrets have no order: it would tell
// about the text.
func (s Secret) CompareSameType(op syntax.Token, y starlark.Value, _ int) (bool, error) {
	same := s.Reveal() == y.(Secret).Reveal()
	switch op {
	case syntax.EQL:
		return same, nil
	case syntax.NEQ:
		return !same, nil
	}
	return false, errors.New("secrets have no order")
}

// Binary refuses all operators: their results would be no secrets.
func (s Secret) Binary(op syntax.Token, _ starlark.Value, _ starlark.Side) (starlark.Value, error) {
	return nil, &script.Problem{
		Message: fmt.Sprintf("a secret cannot be an operand of %s", op),
		Advice:  "put it together first: secret(a + b), or take .reveal(), which can be seen",
	}
}

// AttrNames returns the names of a secret's methods.
func (s Secret) AttrNames() []string { return []string{"derive", "reveal"} }

// Attr returns a method.
func (s Secret) Attr(name string) (starlark.Value, error) {
	switch name {
	case "derive":
		return method(s, name, s.derive), nil
	case "reveal":
		return method(s, name, s.revealMethod), nil
	}
	return nil, nil
}

// reveal() returns the text.
func (s Secret) revealMethod(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	if err := starlark.UnpackArgs(b.Name(), args, kwargs); err != nil {
		return nil, err
	}
	return starlark.String(s.Reveal()), nil
}

// A secretFunc is the builtin secret(text) with its attributes from_file and
// from_env.
type secretFunc struct{}

var (
	_ starlark.Callable = secretFunc{}
	_ starlark.HasAttrs = secretFunc{}
)

func (secretFunc) Name() string          { return "secret" }
func (secretFunc) String() string        { return "<built-in function secret>" }
func (secretFunc) Type() string          { return "builtin_function_or_method" }
func (secretFunc) Freeze()               {}
func (secretFunc) Truth() starlark.Bool  { return true }
func (secretFunc) Hash() (uint32, error) { return starlark.String("secret").Hash() }

func (secretFunc) CallInternal(_ *starlark.Thread, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var s Secret
	if err := starlark.UnpackArgs("secret", args, kwargs, "text", &s); err != nil {
		return nil, err
	}
	return s, nil
}

func (secretFunc) AttrNames() []string { return []string{"from_env", "from_file"} }

func (secretFunc) Attr(name string) (starlark.Value, error) {
	switch name {
	case "from_env":
		return script.NewBuiltin("secret.from_env", secretFromEnv), nil
	case "from_file":
		return script.NewBuiltin("secret.from_file", secretFromFile), nil
	}
	return nil, nil
}

// secretFromEnv is secret.from_env(name).
func secretFromEnv(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var name string
	if err := starlark.UnpackArgs(b.Name(), args, kwargs, "name", &name); err != nil {
		return nil, err
	}
	text, ok := os.LookupEnv(name)
	if !ok {
		return nil, &script.Problem{
			Message: fmt.Sprintf("%s: the environment has no %s", b.Name(), name),
			Class:   "not_found",
			Path:    "name",
			Index:   1,
		}
	}
	return NewSecret(text), nil
}

// secretFromFile is secret.from_file(path). The end of the last line is not
// part of the secret.
func secretFromFile(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var path string
	if err := starlark.UnpackArgs(b.Name(), args, kwargs, "path", &path); err != nil {
		return nil, err
	}
	text, err := readPrivate(path)
	if err != nil {
		return nil, secretFileProblem(b.Name(), path, err)
	}
	text = strings.TrimSuffix(strings.TrimSuffix(text, "\n"), "\r")
	return NewSecret(text), nil
}

func secretFileProblem(name, path string, err error) error {
	problem := &script.Problem{
		Message: fmt.Sprintf("%s: %v", name, err),
		Path:    "path",
		Index:   1,
		Err:     err,
	}
	switch {
	case errors.Is(err, os.ErrNotExist):
		problem.Class = "not_found"
	case errors.Is(err, errExposed):
		problem.Class, problem.Advice = "permission", "chmod 600 "+path
	case errors.Is(err, os.ErrPermission), errors.Is(err, errForeign):
		problem.Class = "permission"
	}
	return problem
}

var (
	errForeign = errors.New("belongs to neither you nor root")
	errExposed = errors.New("is accessible to its group or to others")
)

// maxSecret is the size of the largest secret.
const maxSecret = 1 << 20

// readPrivate reads a file that nobody but its owner, who is the user or root,
// can read or change. It checks the file it has opened, so that nobody can put
// another one in between.
func readPrivate(path string) (string, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0) // a pipe would block
	if err != nil {
		return "", err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", err
	}
	if !info.Mode().IsRegular() {
		return "", fmt.Errorf("%s is not a regular file", path)
	}
	owner := info.Sys().(*syscall.Stat_t).Uid
	if owner != 0 && int(owner) != os.Geteuid() {
		return "", fmt.Errorf("%s %w", path, errForeign)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return "", fmt.Errorf("%s %w", path, errExposed)
	}
	text, err := io.ReadAll(io.LimitReader(f, maxSecret+1))
	if err == nil && len(text) > maxSecret {
		err = fmt.Errorf("%s is larger than %d bytes", path, maxSecret)
	}
	return string(text), err
}
