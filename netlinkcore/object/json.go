package object

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// kept is an object with the name of its family.
type kept struct {
	Family string          `json:"family"`
	Object json.RawMessage `json:"object"`
}

// MarshalJSON returns the object with the name of its family, as
// {"family": "link", "object": {…}}: all that is set, secrets in clear. What
// cannot be kept, a descriptor, is an *attr.PathError.
func (r Ref) MarshalJSON() ([]byte, error) {
	if r.IsZero() {
		return []byte("null"), nil
	}
	buf, err := json.Marshal(r.Family.Name())
	if err != nil {
		return nil, err
	}
	buf = append(append([]byte(`{"family":`), buf...), `,"object":`...)
	if buf, err = r.Table().AppendJSON(buf, r.p); err != nil {
		return nil, err
	}
	return append(buf, '}'), nil
}

// ReadRef returns the object that MarshalJSON wrote, which has to be of one of
// the families. Whatever is wrong is an error that says where.
func ReadRef(families []Family, data []byte) (Ref, error) {
	var k kept
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	err := d.Decode(&k)
	at := d.InputOffset()
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &syntax):
		at = syntax.Offset
	case errors.Is(err, io.ErrUnexpectedEOF):
		at = int64(len(data))
	case err == nil && len(bytes.TrimSpace(data[at:])) > 0:
		err = errors.New("something comes behind it")
	}
	if err != nil {
		return Ref{}, fmt.Errorf("an object with its family: offset %d: %w", at, err)
	}
	f, err := Named(families, k.Family)
	if err != nil {
		return Ref{}, err
	}
	p, err := f.Table().FromJSON(k.Object)
	if err != nil {
		return Ref{}, err
	}
	return Ref{f, p}, nil
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
