package script

import (
	"fmt"
	"strconv"
	"time"

	"go.starlark.net/starlark"
)

// Duration reads a time as all functions take it: "1.5s", "10ms", or a number
// of seconds.
func Duration(v starlark.Value) (time.Duration, error) {
	if seconds, ok := starlark.AsFloat(v); ok {
		return ofSeconds(seconds, v.String())
	}
	s, ok := starlark.AsString(v)
	if !ok {
		return 0, fmt.Errorf(`got %s, want a time such as "1s" or a number of seconds`, v.Type())
	}
	return ParseDuration(s)
}

// ParseDuration is Duration for what a command line says.
func ParseDuration(s string) (time.Duration, error) {
	if seconds, err := strconv.ParseFloat(s, 64); err == nil {
		return ofSeconds(seconds, s)
	}
	d, err := time.ParseDuration(s)
	if err != nil {
		return 0, fmt.Errorf(`got %q, want a time such as "1s" or a number of seconds`, s)
	}
	if d < 0 {
		return 0, fmt.Errorf("got %q, want a time that is not negative", s)
	}
	return d, nil
}

func ofSeconds(seconds float64, said string) (time.Duration, error) {
	const longest = float64(1<<63-1) / float64(time.Second)
	switch {
	case seconds < 0:
		return 0, fmt.Errorf("got %s seconds, want a time that is not negative", said)
	case seconds < longest:
		return time.Duration(seconds * float64(time.Second)), nil
	}
	return 0, fmt.Errorf("got %s seconds, want a time that can be waited", said)
}

// A Time is an argument of builtins that is a duration.
type Time struct {
	time.Duration
	Given bool
}

// Unpack makes *Time an argument of builtins.
func (t *Time) Unpack(v starlark.Value) (err error) {
	t.Duration, err = Duration(v)
	t.Given = err == nil
	return err
}

// A LongTime is a Time that is not 0.
type LongTime struct{ Time }

// Unpack makes *LongTime an argument of builtins.
func (t *LongTime) Unpack(v starlark.Value) error {
	if err := t.Time.Unpack(v); err != nil {
		return err
	}
	if t.Duration == 0 {
		return fmt.Errorf("want a time longer than 0")
	}
	return nil
}
