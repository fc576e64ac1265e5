package complete

import (
	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"github.com/netlark/netlark/starlarkmod/module"
)

// value is what an expression is, as far as that can be told without running
// anything: names, attributes, elements, and of calls a value like the one that
// they would give. It is nil if nothing can be told.
func (c *Completer) value(expr string) starlark.Value {
	tree, err := (&syntax.FileOptions{}).ParseExpr("", expr, 0)
	if err != nil {
		return nil
	}
	return c.eval(tree)
}

func (c *Completer) eval(e syntax.Expr) starlark.Value {
	switch e := e.(type) {
	case *syntax.ParenExpr:
		return c.eval(e.X)
	case *syntax.Ident:
		return c.Names[e.Name]
	case *syntax.Literal:
		return literal(e)
	case *syntax.ListExpr:
		return starlark.NewList(nil)
	case *syntax.DictExpr:
		return starlark.NewDict(0)
	case *syntax.DotExpr:
		return attribute(c.eval(e.X), e.Name.Name)
	case *syntax.IndexExpr:
		return element(c.eval(e.X), c.eval(e.Y))
	case *syntax.CallExpr:
		if f, ok := c.eval(e.Fn).(*module.Function); ok && f.Sample != nil {
			return f.Sample()
		}
	}
	return nil
}

func literal(e *syntax.Literal) starlark.Value {
	switch v := e.Value.(type) {
	case string:
		return starlark.String(v)
	case int64:
		return starlark.MakeInt64(v)
	}
	return nil
}

// attribute reads an attribute. None reads: a module, an object and a namespace
// know theirs.
func attribute(x starlark.Value, name string) starlark.Value {
	has, ok := x.(starlark.HasAttrs)
	if !ok {
		return nil
	}
	v, err := has.Attr(name)
	if err != nil || v == starlark.None {
		return nil
	}
	return v
}

// element is an element of a list, or the value of a dict's key.
func element(x, key starlark.Value) starlark.Value {
	switch x := x.(type) {
	case starlark.Indexable:
		i, err := starlark.AsInt32(key)
		if err != nil || x.Len() == 0 {
			return nil
		}
		if i < 0 {
			i += x.Len()
		}
		return x.Index(min(max(i, 0), x.Len()-1)) // of a sample any element is like any other
	case *starlark.Dict:
		if key == nil {
			return nil
		}
		if v, found, err := x.Get(key); err == nil && found {
			return v
		}
	}
	return nil
}

func attributeNames(x starlark.Value) []string {
	if has, ok := x.(starlark.HasAttrs); ok {
		return has.AttrNames()
	}
	return nil
}
