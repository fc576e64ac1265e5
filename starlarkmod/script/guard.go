package script

import (
	"fmt"
	"math/bits"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// The interpreter refuses to repeat a value into more than a milliard elements:
// sixteen gigabytes, made in one step that nothing can interrupt. A process
// that is to undo what it did must not die of that. So every right operand of *
// goes through a check of this package's, in the syntax tree before it is
// compiled; positions stay those of the source.

const (
	maxElements = 1 << 24 // of a repeated list or tuple
	maxText     = 1 << 28 // bytes of a repeated string
	maxBits     = 1 << 24 // of a product

	// factorName is the builtin around right operands. No script can spell it.
	factorName = "(factor)"

	// smallFactor is the literal up to which a repetition grows slowly enough
	// for the watch on memory.
	smallFactor = 64
)

// guardRepetition wraps the right operand of each multiplication.
func guardRepetition(file *syntax.File) {
	syntax.Walk(file, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.BinaryExpr:
			if n.Op == syntax.STAR && !isSmall(n.X) && !isSmall(n.Y) {
				n.Y = factorCall(n.Y, n.OpPos)
			}
		case *syntax.AssignStmt:
			if n.Op == syntax.STAR_EQ && !isSmall(n.RHS) {
				n.RHS = factorCall(n.RHS, n.OpPos)
			}
		}
		return true
	})
}

func isSmall(x syntax.Expr) bool {
	literal, ok := x.(*syntax.Literal)
	if !ok {
		return false
	}
	n, ok := literal.Value.(int64)
	return ok && n <= smallFactor
}

func factorCall(operand syntax.Expr, pos syntax.Position) syntax.Expr {
	return &syntax.CallExpr{
		Fn:     &syntax.Ident{NamePos: pos, Name: factorName},
		Lparen: pos,
		Args:   []syntax.Expr{operand},
		Rparen: pos,
	}
}

// factorOf is the builtin factorName.
func factorOf(_ *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
	return factor{args[0]}, nil
}

// A factor is the right operand of a multiplication.
type factor struct{ starlark.Value }

var _ starlark.HasBinary = factor{}

// Binary multiplies, unless the product would be too large.
func (f factor) Binary(op syntax.Token, x starlark.Value, _ starlark.Side) (starlark.Value, error) {
	if err := checkProduct(x, f.Value); err != nil {
		return nil, err
	}
	return starlark.Binary(op, x, f.Value)
}

func checkProduct(x, y starlark.Value) error {
	n, ok := y.(starlark.Int)
	if !ok {
		x, y = y, x
		if n, ok = y.(starlark.Int); !ok {
			return nil
		}
	}
	switch x := x.(type) {
	case starlark.Int:
		if x.BigInt().BitLen()+n.BigInt().BitLen() > maxBits {
			return fmt.Errorf("the product has more than %d bits", maxBits)
		}
	case starlark.String:
		return checkRepeat("string", "bytes", len(x), n, maxText)
	case starlark.Bytes:
		return checkRepeat("bytes", "bytes", len(x), n, maxText)
	case *starlark.List:
		return checkRepeat("list", "elements", x.Len(), n, maxElements)
	case starlark.Tuple:
		return checkRepeat("tuple", "elements", x.Len(), n, maxElements)
	}
	return nil
}

func checkRepeat(kind, unit string, length int, n starlark.Int, limit uint64) error {
	if length == 0 || n.Sign() <= 0 {
		return nil
	}
	times, ok := n.Uint64()
	overflow, size := bits.Mul64(uint64(length), times)
	if ok && overflow == 0 && size <= limit {
		return nil
	}
	return fmt.Errorf("a %s of %d × %s %s is too long; %d is the limit", kind, length, n, unit, limit)
}
