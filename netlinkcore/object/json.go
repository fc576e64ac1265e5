package object

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// kept is an object with the name of its family.
type kept struct {
	Family string          `json:"family"`
	Object json.RawMessage `json:"object"`
}

// MarshalJSON returns the object with the name of its family, as
// {"family": "link", "object": {…}}: all that is set, secrets in clear. What
// cannot be kept, a descriptor, is an *attr.PathError.
func (r Ref) MarshalJSON() ([]byte, error) { return r.AppendJSON(nil) }

// AppendJSON appends what MarshalJSON returns.
func (r Ref) AppendJSON(b []byte) ([]byte, error) {
	if r.IsZero() {
		return append(b, "null"...), nil
	}
	b = append(strconv.AppendQuote(append(b, `{"family":`...), r.Family.Name()), `,"object":`...)
	b, err := r.Table().AppendJSON(b, r.p)
	return append(b, '}'), err
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
