package tc

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/netlark/netlark/netlinkcore/attr"
)

// A Handle names a queueing discipline ("1:"), a class ("1:10"), or a place to
// put one: a major number of 16 bits and a minor one. Scripts write it as tc
// does, in hexadecimal.
type Handle uint32

// Places (linux/pkt_sched.h). Ingress and clsact disciplines share one slot;
// their filters have a place for each direction.
const (
	Root        Handle = 0xffffffff // TC_H_ROOT
	IngressSlot Handle = 0xfffffff1 // TC_H_INGRESS, TC_H_CLSACT
	AtIngress   Handle = 0xfffffff2
	AtEgress    Handle = 0xfffffff3

	ingressMajor Handle = 0xffff0000
)

// NewHandle returns major:minor.
func NewHandle(major, minor uint16) Handle { return Handle(major)<<16 | Handle(minor) }

// Major is the part that names the discipline: the handle of "1:10" is "1:".
func (h Handle) Major() Handle { return h &^ 0xffff }

// Minor is the part that names a class within its discipline.
func (h Handle) Minor() Handle { return h & 0xffff }

// String returns the handle as tc prints it.
func (h Handle) String() string {
	switch {
	case h == Root:
		return "root"
	case h.Minor() == 0:
		return fmt.Sprintf("%x:", uint32(h)>>16)
	case h.Major() == 0:
		return fmt.Sprintf(":%x", uint32(h))
	}
	return fmt.Sprintf("%x:%x", uint32(h)>>16, uint32(h.Minor()))
}

// ParseHandle reads a handle as tc does: "1:10", "1:", ":10", and without a
// colon the number itself, all in hexadecimal; and "root".
func ParseHandle(s string) (Handle, error) {
	major, minor, pair := strings.Cut(s, ":")
	if s == "root" {
		return Root, nil
	}
	bad := fmt.Errorf("%q is not a handle such as \"1:\" or \"1:10\"", s)
	if !pair {
		n, err := strconv.ParseUint(strings.TrimPrefix(s, "0x"), 16, 32)
		if err != nil {
			return 0, bad
		}
		return Handle(n), nil
	}
	a, err := part(major)
	if err != nil {
		return 0, bad
	}
	b, err := part(minor)
	if err != nil {
		return 0, bad
	}
	return NewHandle(a, b), nil
}

func part(s string) (uint16, error) {
	if s == "" {
		return 0, nil
	}
	n, err := strconv.ParseUint(s, 16, 16)
	return uint16(n), err
}

// handles writes the handles of disciplines and classes.
var handles = &attr.Notation{Name: "a handle such as \"1:\" or \"1:10\"",
	Format: func(n uint64) string { return Handle(n).String() },
	Parse: func(s string) (uint64, error) {
		h, err := ParseHandle(s)
		return uint64(h), err
	}}

// minors writes the minor numbers of classes where the major one goes without
// saying: as tc prints them, and as it or a whole handle says them.
var minors = &attr.Notation{Name: "the minor number of a class such as \"0x30\" or \"1:30\"",
	Format: func(n uint64) string { return fmt.Sprintf("%#x", n) },
	Parse: func(s string) (uint64, error) {
		h, err := ParseHandle(s)
		switch {
		case err != nil || h == Root:
			return 0, fmt.Errorf("%q is not the minor number of a class, such as \"0x30\" or \"1:30\"", s)
		case strings.Contains(s, ":"):
			h = h.Minor()
		}
		return uint64(h), nil
	}}

var (
	// slots are the words for where a discipline may be.
	slots = attr.Enum{{uint64(Root), "root"}, {uint64(IngressSlot), "ingress"}, {uint64(IngressSlot), "clsact"}}
	// places are the words for where a filter may be.
	places = attr.Enum{{uint64(Root), "root"}, {uint64(AtIngress), "ingress"}, {uint64(AtEgress), "egress"}}
)

// whole turns what is written without a colon where a discipline is meant into
// its handle: tc takes "1" for "1:" there.
func whole(h Handle) Handle {
	if h.Major() == 0 {
		return h << 16
	}
	return h
}

// smallHandle is the largest handle of a filter that reads as a number. u32
// has tables in the upper 12 bits, which others hardly use.
const smallHandle = 1<<20 - 1

// filterHandles writes the handles of filters: numbers, and what u32 makes of
// them, table:bucket:item.
var filterHandles = &attr.Notation{Name: "a number, or for u32 a handle such as \"800::800\"",
	Format: func(n uint64) string {
		if n <= smallHandle {
			return ""
		}
		return u32Handle(uint32(n))
	},
	Parse: parseFilterHandle}

// tables writes the handles of u32's hash tables and their buckets.
var tables = &attr.Notation{Name: "a hash table such as \"1:\" or \"1:2:\"",
	Format: func(n uint64) string { return u32Handle(uint32(n)) },
	Parse:  parseFilterHandle}

// u32Handle is table:bucket:item without what is zero, as tc prints it.
func u32Handle(n uint32) string {
	table, bucket, item := n>>20, n>>12&0xff, n&0xfff
	out := fmt.Sprintf("%x:", table)
	if bucket != 0 {
		out += fmt.Sprintf("%x", bucket)
	}
	if item != 0 || bucket != 0 {
		out += ":"
	}
	if item != 0 {
		out += fmt.Sprintf("%x", item)
	}
	return out
}

func parseFilterHandle(s string) (uint64, error) {
	parts := strings.Split(s, ":")
	if len(parts) == 1 {
		n, err := strconv.ParseUint(s, 0, 32)
		if err != nil {
			return 0, fmt.Errorf("%q is not the handle of a filter, such as 1 or \"800::800\"", s)
		}
		return n, nil
	}
	var n uint64
	for i, bits := range []int{12, 8, 12} {
		n <<= bits
		if i >= len(parts) || parts[i] == "" {
			continue
		}
		x, err := strconv.ParseUint(parts[i], 16, bits)
		if err != nil {
			return 0, fmt.Errorf("%q is not a handle of u32 such as \"800::800\"", s)
		}
		n |= x
	}
	if len(parts) > 3 {
		return 0, fmt.Errorf("%q is not a handle of u32 such as \"800::800\"", s)
	}
	return n, nil
}
