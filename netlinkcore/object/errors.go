package object

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/nl"
)

// ErrNotFound says that no object matches.
var ErrNotFound = errors.New("not found")

// An AmbiguousError says that more objects match than the one asked for.
type AmbiguousError struct{ Refs []Ref }

// Error lists what matches, at most five.
func (e *AmbiguousError) Error() string {
	var names []string
	for i, r := range e.Refs {
		if i == 5 {
			names = append(names, fmt.Sprintf("and %d more", len(e.Refs)-5))
			break
		}
		names = append(names, r.String())
		if i := r.Table().Lookup("family"); i >= 0 && r.Table().IsSet(r.p, i) { // of rules it may be all that differs
			names[len(names)-1] += ", family = " + r.Table().Get(r.p, i).String()
		}
	}
	return fmt.Sprintf("%d match: %s", len(e.Refs), strings.Join(names, "; "))
}

// An AttributeError says what is wrong with one attribute, before anything was
// sent.
type AttributeError struct {
	Code string // as Code returns
	Path string // such as nexthops[1].via
	Err  error
}

// Error returns the path and what is wrong.
func (e *AttributeError) Error() string { return e.Path + ": " + e.Err.Error() }

// Unwrap returns the cause.
func (e *AttributeError) Unwrap() error { return e.Err }

// errnoCodes are the codes of errnos; several errnos mean the same to a caller.
var errnoCodes = map[unix.Errno]string{
	unix.EEXIST: "exists", unix.ENODEV: "not_found", unix.ENOENT: "not_found", unix.ESRCH: "not_found",
	unix.EADDRNOTAVAIL: "not_found", unix.EPERM: "permission", unix.EACCES: "permission",
	unix.EOPNOTSUPP: "unsupported", unix.EAFNOSUPPORT: "unsupported", unix.EPROTONOSUPPORT: "unsupported",
	unix.EBUSY: "busy", unix.ENETUNREACH: "unreachable", unix.EHOSTUNREACH: "unreachable", unix.ENETDOWN: "unreachable",
	unix.ENOSPC: "no_space", unix.ENOMEM: "no_space", unix.ENOBUFS: "no_space", unix.EMFILE: "no_space", unix.ENFILE: "no_space",
	unix.ETIMEDOUT: "timeout", unix.EINVAL: "invalid", unix.ERANGE: "invalid", unix.EMSGSIZE: "invalid",
}

// lacks are the sentences with which the kernel tells of kinds that it does not
// have, and whose errno is that of objects that do not exist.
var lacks = map[string]bool{"Specified qdisc kind is unknown": true, "TC classifier not found": true, "Failed to load TC action module": true}

// Code sorts an error: exists, not_found, ambiguous, immutable, invalid,
// conflict, permission, unsupported, busy, unreachable, no_space, timeout,
// interrupted; "invalid" for anything else.
func Code(err error) string {
	var attribute *AttributeError
	var ambiguous *AmbiguousError
	var kernel *nl.Error
	var errno unix.Errno
	switch {
	case errors.As(err, &kernel) && lacks[kernel.Message]:
		return "unsupported"
	case errors.As(err, &attribute) && attribute.Code != "":
		return attribute.Code
	case errors.As(err, &ambiguous):
		return "ambiguous"
	case errors.Is(err, ErrNotFound), errors.Is(err, ErrNoDevice), errors.Is(err, fs.ErrNotExist):
		return "not_found"
	case errors.Is(err, fs.ErrExist):
		return "exists"
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, nl.ErrNoAnswer):
		return "timeout"
	case errors.Is(err, context.Canceled), errors.Is(err, nl.ErrInterrupted), errors.Is(err, nl.ErrUnknown):
		return "interrupted"
	case errors.As(err, &errno) && errnoCodes[errno] != "":
		return errnoCodes[errno]
	}
	return "invalid"
}

// explain puts into a kernel's refusal what was asked for, and turns its offset
// into the path of an attribute.
func explain(err error, verb Verb, v Ref, t *attr.Table, body []byte, family byte) error {
	var path *attr.PathError
	if errors.As(err, &path) {
		return &AttributeError{Path: strings.TrimPrefix(path.Path, t.Name+"."), Err: path.Err, Code: Code(path.Err)}
	}
	var e *nl.Error
	if !errors.As(err, &e) {
		return fmt.Errorf("%s %s: %w", verb, v, err)
	}
	e.Op, e.Object = verb.String(), v.String()
	const header = 16 // nlmsghdr
	if e.Offset >= header {
		e.Path = t.Locate(body, family, int(e.Offset)-header)
	}
	if e.Path == "" && e.Missing != 0 && e.MissingNest == 0 {
		e.Path = t.NameOf(family, uint16(e.Missing))
	}
	if e.Path == "" {
		e.Path = t.Said(v.p, e.Message)
	}
	if e.Path == "" && errors.Is(e, unix.ERANGE) {
		e.Path = t.Beyond(v.p)
	}
	return e
}

func nativeUint32(b []byte) uint32 { return binary.NativeEndian.Uint32(b) }
func putNative(b []byte, n uint32) { binary.NativeEndian.PutUint32(b, n) }
func text(b []byte) string         { return strings.TrimRight(string(b), "\x00") }
