package attr

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Shape is what an attribute looks like outside the wire, whatever its wire
// type. Scripts, JSON, tables and plans switch on it and on nothing else.
type Shape uint8

// The nine shapes.
const (
	None   Shape = iota // not set
	Bool                // N is 0 or 1
	Int                 // N, negative if Neg
	Float               // percentages
	Text                // strings, words of an enumeration, addresses, MACs, devices
	Bits                // a set of words: L holds Texts
	Bytes               // S holds raw bytes
	Many                // a list: L
	Object              // a struct that T describes and P points to
)

var shapeNames = [...]string{"nothing", "a boolean", "a number", "a number", "a string", "a set of words", "bytes", "a list", "an object"}

// String returns the shape with its article, for messages.
func (s Shape) String() string { return shapeNames[s] }

// A Value carries one attribute out of a struct or into it, without boxing.
type Value struct {
	Shape Shape
	Neg   bool
	N     uint64 // Bool, Int (two's complement if Neg), Float (its bits)
	S     string // Text, Bytes
	L     []Value
	T     *Table
	P     Ptr
}

// BoolValue returns b as a Value.
func BoolValue(b bool) Value {
	if b {
		return Value{Shape: Bool, N: 1}
	}
	return Value{Shape: Bool}
}

// IntValue returns n as a Value.
func IntValue(n int64) Value { return Value{Shape: Int, N: uint64(n), Neg: n < 0} }

// UintValue returns n as a Value.
func UintValue(n uint64) Value { return Value{Shape: Int, N: n} }

// FloatValue returns x as a Value.
func FloatValue(x float64) Value { return Value{Shape: Float, N: math.Float64bits(x)} }

// TextValue returns s as a Value.
func TextValue(s string) Value { return Value{Shape: Text, S: s} }

// ObjectValue returns the struct that t describes as a Value.
func ObjectValue(t *Table, p Ptr) Value { return Value{Shape: Object, T: t, P: p} }

// Float returns the number in a Float or Int value.
func (v Value) Float() float64 {
	switch {
	case v.Shape == Float:
		return math.Float64frombits(v.N)
	case v.Neg:
		return float64(int64(v.N))
	}
	return float64(v.N)
}

// String formats v for messages; secrets never come here.
func (v Value) String() string { return string(v.appendTo(nil)) }

// Shown is String with what is set in objects, but for secrets.
func (v Value) Shown() string {
	switch v.Shape {
	case Many:
		parts := make([]string, len(v.L))
		for i, e := range v.L {
			parts[i] = e.Shown()
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case Object:
		var parts []string
		for i := range v.T.Fields() {
			switch f := &v.T.Fields()[i]; {
			case !v.T.IsSet(v.P, i) || f.Access&Secret != 0:
			case v.T.IsScalar():
				return v.T.Get(v.P, i).Shown()
			default:
				parts = append(parts, f.Name+" = "+v.T.Get(v.P, i).Shown())
			}
		}
		return v.T.Name + "(" + strings.Join(parts, ", ") + ")"
	}
	return v.String()
}

func (v Value) appendTo(b []byte) []byte {
	switch v.Shape {
	case Bool:
		if v.N != 0 {
			return append(b, "True"...)
		}
		return append(b, "False"...)
	case Int:
		if v.Neg {
			return strconv.AppendInt(b, int64(v.N), 10)
		}
		return strconv.AppendUint(b, v.N, 10)
	case Float:
		return strconv.AppendFloat(b, v.Float(), 'g', -1, 64)
	case Text:
		if isPlainText(v.S) {
			return append(append(append(b, '"'), v.S...), '"')
		}
		return strconv.AppendQuote(b, v.S)
	case Bytes:
		return fmt.Appendf(b, "0x%x", v.S)
	case Many, Bits:
		return fmt.Append(b, v.L)
	case Object:
		return append(append(b, v.T.Name...), "(…)"...)
	}
	return append(b, "None"...)
}

// isPlainText reports whether quotes around s are all that quoting it does.
func isPlainText(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

// any to Value, for Default and Clears in tables.
func valueOf(x any) Value {
	switch x := x.(type) {
	case bool:
		return BoolValue(x)
	case int:
		return IntValue(int64(x))
	case float64:
		return FloatValue(x)
	case string:
		return TextValue(x)
	case Value:
		return x
	}
	panic(fmt.Sprintf("attr: no value of type %T in a definition", x))
}
