package object

import (
	"errors"
	"fmt"

	"github.com/netlark/netlark/netlinkcore/internal/jsontext"
)

// MarshalJSON returns the object with the name of its family, as
// {"family": "link", "object": {…}}: all that is set, secrets in clear. What
// cannot be kept, a descriptor, is an *attr.PathError.
func (r Ref) MarshalJSON() ([]byte, error) { return r.AppendJSON(nil) }

// AppendJSON appends what MarshalJSON returns.
func (r Ref) AppendJSON(b []byte) ([]byte, error) {
	if r.IsZero() {
		return append(b, "null"...), nil
	}
	b = append(jsontext.AppendQuoted(append(b, `{"family":`...), r.Family.Name()), `,"object":`...)
	b, err := r.Table().AppendJSON(b, r.p)
	return append(b, '}'), err
}

// ReadRef returns the object that MarshalJSON wrote, which has to be of one of
// the families. Whatever is wrong is an error that says where.
func ReadRef(families []Family, data []byte) (Ref, error) {
	s := jsontext.New(data)
	r, err := ScanRef(families, s)
	if err != nil {
		return Ref{}, err
	}
	return r, s.End()
}

// ScanRef is ReadRef for an object inside a text.
func ScanRef(families []Family, s *jsontext.Scanner) (r Ref, err error) {
	err = s.Object(func(name []byte) error {
		switch {
		case string(name) == "family" && r.Family == nil:
			text, err := s.Text()
			if err == nil {
				r.Family, err = Named(families, string(text))
			}
			return err
		case string(name) == "object" && r.Family != nil && r.p.IsNil():
			r.p, err = r.Family.Table().ScanJSON(s)
			return err
		}
		return fmt.Errorf("%q where an object has its family, and then itself", name)
	})
	switch {
	case err != nil:
		return Ref{}, err
	case r.p.IsNil():
		return Ref{}, errors.New("an object without its family, or without itself")
	}
	return r, nil
}

// Named returns the family that is called name.
func Named(families []Family, name string) (Family, error) {
	for _, f := range families {
		if f.Name() == name {
			return f, nil
		}
	}
	return nil, fmt.Errorf("no family is called %q", name)
}
