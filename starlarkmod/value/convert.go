package value

import (
	"fmt"
	"math"
	"strings"

	"go.starlark.net/starlark"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/starlarkmod/netval"
)

// A Namespace is a value that names a network namespace by an open descriptor.
type Namespace interface {
	starlark.Value
	NamespaceFD() (name string, fd int)
}

// A Declared namespace is a value that names a network namespace that may not be
// there yet.
type Declared interface {
	starlark.Value
	NamespaceName() string
}

// A Device is a value that names a network device of a namespace.
type Device interface {
	starlark.Value
	DeviceName() (name string, in Namespace)
}

// FromAttr returns an attribute as a Starlark value.
func FromAttr(f *attr.Field, v attr.Value) starlark.Value {
	if f.Access&attr.Secret != 0 && v.Shape != attr.None {
		if v.Shape == attr.Bytes {
			return netval.NewSecret(fmt.Sprintf("0x%x", v.S))
		}
		return netval.NewSecret(v.S)
	}
	if f.Mapped && v.Shape == attr.Many {
		return fromPairs(v.L)
	}
	return plain(f, v)
}

func plain(f *attr.Field, v attr.Value) starlark.Value {
	switch v.Shape {
	case attr.Bool:
		return starlark.Bool(v.N != 0)
	case attr.Int:
		if v.Neg {
			return starlark.MakeInt64(int64(v.N))
		}
		return starlark.MakeUint64(v.N)
	case attr.Float:
		return starlark.Float(v.Float())
	case attr.Text:
		return starlark.String(v.S)
	case attr.Bytes:
		return starlark.String(fmt.Sprintf("0x%x", v.S))
	case attr.Many, attr.Bits:
		l := make(starlark.Tuple, len(v.L))
		for i := range v.L {
			l[i] = plain(f, v.L[i])
		}
		return l
	case attr.Object:
		return New(v.T, v.P)
	}
	return starlark.None
}

// fromPairs returns a list of pairs as a mapping that cannot be changed.
func fromPairs(l []attr.Value) starlark.Value {
	d := starlark.NewDict(len(l))
	for _, e := range l {
		key, val := e.T.Get(e.P, 0), e.T.Get(e.P, 1)
		_ = d.SetKey(plain(&e.T.Fields()[0], key), plain(&e.T.Fields()[1], val)) // numbers and words hash
	}
	d.Freeze()
	return d
}

// ToAttr reads a Starlark value for an attribute.
func ToAttr(f *attr.Field, x starlark.Value) (attr.Value, error) {
	switch x := x.(type) {
	case starlark.String:
		return attr.TextValue(string(x)), nil
	case starlark.Int:
		return intValue(x)
	case starlark.Bool:
		return attr.BoolValue(bool(x)), nil
	case starlark.Float:
		if math.IsNaN(float64(x)) || math.IsInf(float64(x), 0) {
			return attr.Value{}, fmt.Errorf("%v is not a number that a kernel takes", float64(x))
		}
		if f.Shape() == attr.Int && f.Unit == nil && f.Notation == nil {
			return attr.Value{}, fmt.Errorf("got %v, want a whole number", x)
		}
		return attr.FloatValue(float64(x)), nil
	case netval.Prefix:
		if f.Type() == "prefix" {
			return attr.TextValue(x.String()), nil
		}
		return attr.TextValue(x.Addr().String()), nil
	case netval.MAC:
		return attr.TextValue(x.String()), nil
	case netval.Secret:
		return secretValue(f, x)
	case Object:
		return attr.ObjectValue(x.t, x.p), nil
	case Namespace:
		name, fd := x.NamespaceFD()
		return attr.Value{Shape: attr.Int, N: uint64(fd), S: name}, nil
	case Declared:
		return attr.TextValue(x.NamespaceName()), nil
	case *starlark.Dict:
		return fromDict(f, x)
	case starlark.Iterable:
		return fromList(f, x)
	}
	return attr.Value{}, fmt.Errorf("got %s, want %s", x.Type(), wanted(f))
}

// wanted says what an attribute takes.
func wanted(f *attr.Field) string {
	switch t := f.Sub(); {
	case f.Shape() != attr.Object:
		return f.Shape().String()
	case len(f.Cases()) > 0:
		return "a kind such as " + f.Cases()[0].Call + "(…)"
	case t != nil && t.Call != "":
		return t.Call + "(…)"
	}
	return "a dict of its members"
}

// inWords says of an error what the attribute takes where attr can only speak
// of an object.
func inWords(f *attr.Field, err error) error {
	if got, ok := strings.CutSuffix(err.Error(), "want "+attr.Object.String()); ok {
		return fmt.Errorf("%swant %s", got, wanted(f))
	}
	return err
}

func intValue(x starlark.Int) (attr.Value, error) {
	if n, ok := x.Int64(); ok {
		return attr.IntValue(n), nil
	}
	if n, ok := x.Uint64(); ok {
		return attr.UintValue(n), nil
	}
	return attr.Value{}, fmt.Errorf("%v is out of range", x)
}

func secretValue(f *attr.Field, x netval.Secret) (attr.Value, error) {
	if f.Access&attr.Secret == 0 {
		return attr.Value{}, fmt.Errorf("a secret would be shown here; take .reveal() of it if that is meant")
	}
	return attr.TextValue(x.Reveal()), nil
}

func fromList(f *attr.Field, x starlark.Iterable) (attr.Value, error) {
	out := attr.Value{Shape: attr.Many, L: []attr.Value{}}
	for e := range starlark.Elements(x) {
		v, err := element(f, e)
		if err != nil {
			return attr.Value{}, fmt.Errorf("element %d: %w", len(out.L)+1, err)
		}
		out.L = append(out.L, v)
	}
	return out, nil
}

// element reads one element of a list: dicts and tuples stand for structs.
func element(f *attr.Field, e starlark.Value) (attr.Value, error) {
	t := f.Sub()
	if t == nil {
		return ToAttr(f, e)
	}
	switch e := e.(type) {
	case *starlark.Dict:
		return structOf(t, e)
	case starlark.Tuple:
		return tupleOf(t, e)
	}
	if t.IsScalar() {
		return ToAttr(&t.Fields()[0], e)
	}
	return ToAttr(f, e)
}

// tupleOf reads the members of a struct in order, as (id, weight).
func tupleOf(t *attr.Table, e starlark.Tuple) (attr.Value, error) {
	if len(e) > len(t.Fields()) {
		return attr.Value{}, fmt.Errorf("%d values, want at most %d", len(e), len(t.Fields()))
	}
	p := t.New()
	for i, x := range e {
		if err := put(&attr.Put{}, t, p, i, x); err != nil {
			return attr.Value{}, fmt.Errorf("%s: %w", t.Fields()[i].Name, err)
		}
	}
	return attr.ObjectValue(t, p), nil
}

// fromDict reads a dict: pairs of a mapped list, or the members of a struct.
func fromDict(f *attr.Field, d *starlark.Dict) (attr.Value, error) {
	t := f.Sub()
	if t == nil {
		return attr.Value{}, fmt.Errorf("got dict, want %s", f.Shape())
	}
	if !f.Mapped {
		return structOf(t, d)
	}
	out := attr.Value{Shape: attr.Many, L: []attr.Value{}}
	for _, kv := range d.Items() {
		v, err := tupleOf(t, kv)
		if err != nil {
			return attr.Value{}, err
		}
		out.L = append(out.L, v)
	}
	return out, nil
}

func structOf(t *attr.Table, d *starlark.Dict) (attr.Value, error) {
	p := t.New()
	for _, kv := range d.Items() {
		name, ok := kv[0].(starlark.String)
		if !ok {
			return attr.Value{}, fmt.Errorf("got %s as a name, want a string", kv[0].Type())
		}
		i := t.Lookup(string(name))
		if i < 0 {
			return attr.Value{}, unknown(t, string(name))
		}
		if err := put(&attr.Put{}, t, p, i, kv[1]); err != nil {
			return attr.Value{}, fmt.Errorf("%s: %w", name, err)
		}
	}
	return attr.ObjectValue(t, p), nil
}

func unknown(t *attr.Table, name string) error {
	return fmt.Errorf("%s has no %q; it has %s", t.Name, name, strings.Join(t.FieldNames(attr.Create|attr.Change), ", "))
}
