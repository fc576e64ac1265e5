// Package sysctl defines the settings of a network namespace, below
// /proc/sys/net: sysctl(8). It is a family of objects like the others, without
// netlink.
package sysctl

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
)

// A Setting is one value (sysctl(8), Documentation/networking/ip-sysctl.rst).
// Its key is the path below net, with slashes or dots; slashes where the name
// of an interface has a dot. White space of a value counts as one blank.
type Setting struct {
	Path  opt.Value[string]
	Value opt.Value[string]
}

var schema = attr.Define("sysctl", "setting of a network namespace", 0, func(v *Setting) []attr.Field {
	return []attr.Field{
		attr.Loose("path", &v.Path, "such as net.ipv4.ip_forward, or net/ipv4/conf/eth0.5/forwarding").Checked(checkPath).IsKey(),
		attr.Loose("value", &v.Value, "text, number or boolean"),
	}
}).Made("", "path", "value")

// Type is the family of settings.
var Type object.Family = family{}

type family struct{}

func (family) Name() string         { return "sysctl" }
func (family) Table() *attr.Table   { return schema.Table }
func (family) New() object.Ref      { return Ref(&Setting{}) }
func (family) Positional() []string { return []string{"path", "value"} }

func (family) Can(v object.Verb) bool {
	return v == object.Set || v == object.Get || v == object.List
}

// Does is Can: settings are files everywhere.
func (f family) Does(v object.Verb) bool { return f.Can(v) }

// Ref wraps v.
func Ref(v *Setting) object.Ref { return object.Of(family{}, attr.To(v)) }

// As returns the setting that r is, if it is one.
func As(r object.Ref) (*Setting, bool) {
	if r.Family != Type {
		return nil, false
	}
	return attr.From[Setting](r.Ptr()), true
}

// root is where the settings of a thread's namespace lie.
const root = "/proc/sys"

// checkPath refuses what would leave net/.
func checkPath(path string) error {
	p := clean(path)
	switch {
	case !strings.HasPrefix(p, "net/"):
		return fmt.Errorf("%q does not begin with net. or net/", path)
	case strings.Contains(p, "//"), strings.Contains("/"+p+"/", "/../"), strings.Contains("/"+p+"/", "/./"), strings.HasSuffix(p, "/"):
		return fmt.Errorf("%q is not a path below net", path)
	}
	return nil
}

// clean writes a path with slashes. Dots separate unless there is a slash.
func clean(path string) string {
	if strings.Contains(path, "/") {
		return path
	}
	return strings.ReplaceAll(path, ".", "/")
}

// Do writes a setting.
func (f family) Do(ctx context.Context, s *object.Scope, verb object.Verb, r object.Ref) (object.Ref, error) {
	write, err := writer(verb, r)
	if err != nil {
		return object.Ref{}, err
	}
	return r, s.Visit(write)
}

// Queue writes with others, in one visit of the namespace.
func (f family) Queue(ctx context.Context, b *object.Batch, verb object.Verb, r object.Ref, note any) error {
	write, err := writer(verb, r)
	if err != nil {
		return err
	}
	return b.Call(ctx, write, note)
}

// writer returns what writes a setting, in its namespace.
func writer(verb object.Verb, r object.Ref) (func(*object.Visit) error, error) {
	v := attr.From[Setting](r.Ptr())
	path, ok := v.Path.Get()
	value, given := v.Value.Get()
	switch {
	case verb != object.Set:
		return nil, fmt.Errorf("sysctl has no %s", verb)
	case !ok:
		return nil, &object.AttributeError{Code: "invalid", Path: "path", Err: errors.New("is missing")}
	case !given:
		return nil, &object.AttributeError{Code: "invalid", Path: "value", Err: errors.New("is missing")}
	}
	return func(visit *object.Visit) error { return explain(path, write(visit, clean(path), value)) }, nil
}

// write is not os.WriteFile, which would have Go's poller look at each file.
func write(v *object.Visit, path, value string) error {
	dir, err := v.Settings()
	if err != nil {
		return err
	}
	fd, err := unix.Openat(dir, strings.TrimPrefix(path, "net/"), unix.O_WRONLY|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	_, err = unix.Write(fd, []byte(value+"\n"))
	return err
}

// One reads a setting.
func (f family) One(ctx context.Context, s *object.Scope, filter object.Ref) (object.Ref, error) {
	path, ok := attr.From[Setting](filter.Ptr()).Path.Get()
	if !ok {
		return object.Ref{}, &object.AttributeError{Code: "invalid", Path: "path", Err: errors.New("is missing")}
	}
	var value string
	err := s.Visit(func(v *object.Visit) (err error) {
		value, err = read(v, clean(path))
		return err
	})
	if absent := noProc(err); absent != nil {
		return object.Ref{}, absent
	}
	if errors.Is(err, fs.ErrNotExist) {
		return object.Ref{}, fmt.Errorf("sysctl %s: %w", path, object.ErrNotFound)
	}
	if err != nil {
		return object.Ref{}, explain(path, err)
	}
	return Ref(&Setting{opt.Of(path), opt.Of(value)}), nil
}

// read is not os.ReadFile for the reason that write is not os.WriteFile.
func read(v *object.Visit, path string) (string, error) {
	dir, err := v.Settings()
	if err != nil {
		return "", err
	}
	fd, err := unix.Openat(dir, strings.TrimPrefix(path, "net/"), unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return "", err
	}
	defer unix.Close(fd)
	var value []byte
	var b [512]byte
	for {
		n, err := unix.Read(fd, b[:])
		if err != nil {
			return "", err
		}
		if n == 0 {
			return plain(value), nil
		}
		value = append(value, b[:n]...)
	}
}

// noProc tells a setting that is not there from settings that cannot be seen at
// all; nil if err is something else.
func noProc(err error) error {
	if !errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if _, err := os.Stat(filepath.Join(root, "net")); err == nil {
		return nil
	}
	return &object.AttributeError{Code: "unsupported", Path: "path", Err: errors.New("/proc is not mounted here: settings can be neither read nor changed")}
}

func plain(b []byte) string { return strings.Join(strings.Fields(string(b)), " ") }

// All reads the settings whose path begins with the filter's, all if it names
// none. Those that cannot be read are left out.
func (f family) All(ctx context.Context, s *object.Scope, filter object.Ref) (out []object.Ref, err error) {
	for r, err := range f.Stream(ctx, s, filter) {
		if err != nil {
			return out, err
		}
		out = append(out, r)
	}
	return out, nil
}

// Stream is All, one by one.
func (f family) Stream(ctx context.Context, s *object.Scope, filter object.Ref) iter.Seq2[object.Ref, error] {
	return func(yield func(object.Ref, error) bool) {
		want := attr.From[Setting](filter.Ptr())
		var found []*Setting
		err := noProc(fs.ErrNotExist) // the walk takes what it does not find for gone
		if err == nil {
			err = s.Do(func() error { return walk(ctx, clean(want.Path.Or("net")), &found) })
		}
		if err != nil {
			yield(object.Ref{}, err)
			return
		}
		for _, v := range found {
			if w, ok := want.Value.Get(); ok && w != v.Value.Or("") {
				continue
			}
			if !yield(Ref(v), nil) {
				return
			}
		}
	}
}

func walk(ctx context.Context, below string, found *[]*Setting) error {
	err := filepath.WalkDir(filepath.Join(root, below), func(path string, d fs.DirEntry, err error) error {
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil || d.IsDir():
			return nil // a device that went away meanwhile is no error
		}
		value, err := os.ReadFile(path)
		if err == nil {
			*found = append(*found, &Setting{opt.Of(strings.TrimPrefix(path, root+"/")), opt.Of(plain(value))})
		}
		return nil
	})
	return err
}

// Purge is not possible: settings are not removed.
func (family) Purge(context.Context, *object.Scope, object.Ref) (int, error) {
	return 0, errors.New("sysctl has no flush")
}

// explain names the argument that is wrong.
func explain(path string, err error) error {
	var errno unix.Errno
	switch {
	case err == nil:
		return nil
	case noProc(err) != nil:
		return noProc(err)
	case errors.Is(err, fs.ErrNotExist):
		return &object.AttributeError{Code: "not_found", Path: "path", Err: fmt.Errorf("there is no setting %q", path)}
	case errors.Is(err, fs.ErrPermission):
		return &object.AttributeError{Code: "permission", Path: "path", Err: fmt.Errorf("%q cannot be written", path)}
	case errors.As(err, &errno):
		return &object.AttributeError{Code: object.Code(err), Path: "value", Err: fmt.Errorf("the kernel refuses it: %w", errno)}
	}
	return err
}
