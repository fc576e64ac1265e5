package main

import (
	"errors"
	"strconv"
	"time"

	"github.com/netlark/netlark/starlarkmod/script"
)

// A timeFlag is a time as scripts write it.
type timeFlag time.Duration

// String returns the time; "" where there is none, for the usage text.
func (f *timeFlag) String() string {
	if *f == 0 {
		return ""
	}
	return time.Duration(*f).String()
}

// Set reads the time.
func (f *timeFlag) Set(s string) error {
	d, err := script.ParseDuration(s)
	*f = timeFlag(d)
	return err
}

// Type is what the usage text calls it.
func (f *timeFlag) Type() string { return "time" }

// A stepsFlag is a number of steps.
type stepsFlag uint64

// String returns the number; "" where there is none, for the usage text.
func (f *stepsFlag) String() string {
	if *f == 0 {
		return ""
	}
	return strconv.FormatUint(uint64(*f), 10)
}

// Set reads the number.
func (f *stepsFlag) Set(s string) error {
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		return errors.New("want a number of steps")
	}
	*f = stepsFlag(n)
	return nil
}

// Type is what the usage text calls it.
func (f *stepsFlag) Type() string { return "number" }
