package attr

// A Notation writes numbers in a form of their own, as tc writes its handles.
// Scripts may give the number itself, too.
type Notation struct {
	// Name says what it writes, in an error: "a handle such as \"1:10\"".
	Name string
	// Format returns the text for a number; "" leaves it a number.
	Format func(n uint64) string
	// Parse reads such a text.
	Parse func(s string) (uint64, error)
}

// Written gives a number a notation.
//
//go:noinline
func (f Field) Written(n *Notation) Field { f.Notation = n; return f }
