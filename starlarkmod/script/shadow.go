package script

import (
	"go.starlark.net/syntax"
)

// checkShadowing returns an error if a statement at file level binds the name
// of a module. The names of modules (link, route, …) are the most
// natural names of variables; what follows such an assignment would fail in
// ways that nobody understands.
func (in *Interp) checkShadowing(file *syntax.File) error {
	for id := range fileBindings(file.Stmts) {
		if in.isModule(id.Name) {
			return &shadowError{pos: id.NamePos, name: id.Name}
		}
	}
	return nil
}

func (in *Interp) isModule(name string) bool {
	value, ok := in.builtins[name]
	return ok && value.Type() == "module"
}

// fileBindings yields the identifiers that statements bind outside functions.
func fileBindings(stmts []syntax.Stmt) func(yield func(*syntax.Ident) bool) {
	return func(yield func(*syntax.Ident) bool) {
		eachBinding(stmts, yield)
	}
}

func eachBinding(stmts []syntax.Stmt, yield func(*syntax.Ident) bool) bool {
	for _, stmt := range stmts {
		if !eachBindingOf(stmt, yield) {
			return false
		}
	}
	return true
}

func eachBindingOf(stmt syntax.Stmt, yield func(*syntax.Ident) bool) bool {
	switch stmt := stmt.(type) {
	case *syntax.AssignStmt:
		return eachTarget(stmt.LHS, yield)
	case *syntax.DefStmt:
		return yield(stmt.Name)
	case *syntax.ForStmt:
		return eachTarget(stmt.Vars, yield) && eachBinding(stmt.Body, yield)
	case *syntax.IfStmt:
		return eachBinding(stmt.True, yield) && eachBinding(stmt.False, yield)
	case *syntax.LoadStmt:
		for _, id := range stmt.To {
			if !yield(id) {
				return false
			}
		}
	}
	return true
}

// eachTarget yields the identifiers of an assignment's left side. Elements and
// attributes of something are no bindings.
func eachTarget(lhs syntax.Expr, yield func(*syntax.Ident) bool) bool {
	switch lhs := lhs.(type) {
	case *syntax.Ident:
		return yield(lhs)
	case *syntax.ParenExpr:
		return eachTarget(lhs.X, yield)
	case *syntax.TupleExpr:
		return eachTargetOf(lhs.List, yield)
	case *syntax.ListExpr:
		return eachTargetOf(lhs.List, yield)
	}
	return true
}

func eachTargetOf(list []syntax.Expr, yield func(*syntax.Ident) bool) bool {
	for _, lhs := range list {
		if !eachTarget(lhs, yield) {
			return false
		}
	}
	return true
}
