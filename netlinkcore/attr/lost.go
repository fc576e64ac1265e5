package attr

import "fmt"

// Lost says of a field that what it holds cannot be given back once the object is
// gone, and why: a program that nobody has pinned.
//
//go:noinline
func (f Field) Lost(why string) Field { f.lost = why; return f }

// Lost says of a struct that such an object has more to it than its attributes, which
// is gone with it, and why: keys that are set by other means.
func (s Schema[S]) Lost(why string) Schema[S] { s.lost = why; return s }

// Losses says what of an object that was read cannot be given back once it is gone:
// a reason each. A case that is not defined cannot be sent, but for its name.
func (t *Table) Losses(p Ptr) (why []string) {
	if t.lost != "" {
		why = append(why, t.lost)
	}
	for _, f := range t.lay().lossy {
		if !f.isSet(p.p) {
			continue
		}
		if f.lost != "" {
			why = append(why, f.lost)
		}
		why = append(why, f.losses(f.ops.get(f, f.addr(p.p)))...)
	}
	return why
}

func (f *Field) losses(v Value) (why []string) {
	switch {
	case v.Shape == Object:
		return v.T.Losses(v.P)
	case v.Shape == Text && len(f.Cases()) > 0:
		return []string{fmt.Sprintf("netlark does not know the options of the %s %q", f.Name, v.S)}
	case v.Shape == Many:
		for _, e := range v.L {
			why = append(why, f.losses(e)...)
		}
	}
	return why
}
