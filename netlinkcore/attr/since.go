package attr

import (
	"fmt"
	"strconv"
	"strings"
	"unsafe"
)

// A Release is a release of Linux by which features are told apart: 6.12.
type Release struct{ Major, Minor int }

// ParseRelease reads the beginning of what uname says: "6.12.117-amd64".
func ParseRelease(s string) (r Release, err error) {
	major, rest, ok := strings.Cut(s, ".")
	end := 0
	for end < len(rest) && '0' <= rest[end] && rest[end] <= '9' {
		end++
	}
	if r.Major, err = strconv.Atoi(major); err == nil && ok {
		r.Minor, err = strconv.Atoi(rest[:end])
	}
	if err != nil || !ok {
		return r, fmt.Errorf("%q does not begin with a release of Linux", s)
	}
	return r, nil
}

// Before reports whether r is older than other.
func (r Release) Before(other Release) bool {
	return r.Major < other.Major || r.Major == other.Major && r.Minor < other.Minor
}

// String writes "6.12".
func (r Release) String() string { return fmt.Sprintf("%d.%d", r.Major, r.Minor) }

// FromKernel says which release brought the attribute. Older kernels ignore it
// in many messages: a filter would match what it was not to.
//
//go:noinline
func (f Field) FromKernel(release string) Field { f.Since = f.release(release); return f }

// MaskFromKernel says which release brought the mask of an attribute that has
// been there longer without one.
//
//go:noinline
func (f Field) MaskFromKernel(release string) Field { f.MaskSince = f.release(release); return f }

func (f *Field) release(s string) Release {
	r, err := ParseRelease(s)
	if err != nil {
		panic("attr: " + f.Name + ": " + err.Error())
	}
	return r
}

// needs is the release that a value of the attribute needs; 0.0: any.
func (f *Field) needs(v Value) Release {
	switch {
	case f.MaskSince != (Release{}) && v.Shape == Text && strings.Contains(v.S, "/"):
		return f.MaskSince
	case f.IsDefault(v):
		return Release{}
	}
	return f.Since
}

// Newer finds an attribute that the struct at p sets to more than its default
// and that came after the release running: its path, and the release that it
// needs. The path is "" if there is none.
func (t *Table) Newer(p Ptr, running Release) (path string, needs Release) {
	return t.newer(p.p, running)
}

func (t *Table) newer(p unsafe.Pointer, running Release) (path string, needs Release) {
	dated := t.lay().dated
	for i := range dated {
		f := dated[i].f
		if !dated[i].isSet(p) {
			continue
		}
		if f.Since == (Release{}) && f.MaskSince == (Release{}) && f.ops == listOps {
			if in, needs := f.newerElement(f.addr(p), running); in != "" {
				return f.Name + in, needs
			}
			continue
		}
		v := f.ops.get(f, f.addr(p))
		if needs := f.needs(v); running.Before(needs) {
			return f.Name, needs
		}
		if in, needs := newerIn(v, running); in != "" {
			return f.Name + in, needs
		}
	}
	return "", Release{}
}

// newerElement is newer for the elements of a list.
func (f *Field) newerElement(p unsafe.Pointer, running Release) (path string, needs Release) {
	l := f.x.(*list)
	for i := range l.len(p) {
		if path, needs = f.sub.newer(l.at(p, i), running); path != "" {
			return fmt.Sprintf("[%d].%s", i, path), needs
		}
	}
	return "", Release{}
}

// newerIn looks into objects, and lists of them.
func newerIn(v Value, running Release) (path string, needs Release) {
	if v.Shape == Object {
		if path, needs = v.T.newer(v.P.p, running); path != "" {
			path = "." + path
		}
		return path, needs
	}
	for i, x := range v.L {
		if path, needs = newerIn(x, running); path != "" {
			return fmt.Sprintf("[%d]%s", i, path), needs
		}
	}
	return "", Release{}
}
