package attr

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/netlark/netlark/netlinkcore/internal/jsontext"
)

// A scanner is a jsontext.Scanner with what attributes are made of.
type scanner struct{ *jsontext.Scanner }

var (
	errTwice = errors.New("is given twice")
	errFound = errors.New("found")
)

// array is Array with the place in the path of an error.
func (s scanner) array(element func(i int) error) error {
	return s.Array(func(i int) error {
		if err := element(i); err != nil {
			return under(fmt.Sprintf("[%d]", i), err)
		}
		return nil
	})
}

// value reads anything but an object.
func (s scanner) value() (v Value, err error) {
	switch c := s.Peek(); {
	case c == '"':
		text, err := s.Text()
		return TextValue(string(text)), err
	case c == '[':
		v = Value{Shape: Many, L: []Value{}}
		err = s.array(func(int) error {
			e, err := s.value()
			v.L = append(v.L, e)
			return err
		})
		return v, err
	case c == '-' || c >= '0' && c <= '9':
		return s.number()
	case s.Word("true"):
		return BoolValue(true), nil
	case s.Word("false"):
		return BoolValue(false), nil
	case s.Word("null"):
		return Value{}, nil
	}
	return v, s.Wants("a value that is no object")
}

// number reads a number: a whole one as 64 bits.
func (s scanner) number() (Value, error) {
	text, whole, err := s.Number()
	if err != nil {
		return Value{}, err
	}
	switch {
	case !whole:
		x, err := strconv.ParseFloat(text, 64)
		if err == nil {
			return FloatValue(x), nil
		}
	case text[0] == '-':
		n, err := strconv.ParseInt(text, 10, 64)
		if err == nil {
			return IntValue(n), nil
		}
	default:
		n, err := strconv.ParseUint(text, 10, 64)
		if err == nil {
			return UintValue(n), nil
		}
	}
	return Value{}, fmt.Errorf("%s is out of range", text)
}

// find returns the text that the member called name of the object at hand
// holds, without going past the object.
func (s scanner) find(name string) (text string, err error) {
	err = s.Ahead(func() error {
		return s.Object(func(n []byte) (err error) {
			if string(n) != name {
				return s.Skip()
			}
			if text, err = s.AnyText(); err != nil {
				return under(name, err)
			}
			return errFound
		})
	})
	switch {
	case err == nil:
		return "", fmt.Errorf("has no member %q", name)
	case errors.Is(err, errFound):
		return text, nil
	}
	return "", err
}
