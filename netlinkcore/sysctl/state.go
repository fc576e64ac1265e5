package sysctl

import (
	"context"
	"errors"
	"path"
	"slices"
	"strings"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
)

// CanWatch is false: the kernel does not tell of changes.
func (family) CanWatch() bool { return false }

// Watch is not possible.
func (family) Watch(context.Context, *object.Scope, object.Ref) (object.Watcher, error) {
	return nil, errors.New("sysctl has no watch")
}

// Meant is the setting itself.
func (family) AddressFamily(object.Ref) byte { return 0 }

func (family) Meant(r object.Ref) object.Ref { return r }

// Bare is the setting itself.
func (family) Bare(r object.Ref) object.Ref { return r.Clone() }

// Lasts is false: settings are neither made nor removed.
func (family) Lasts() bool { return false }

// Singles is r: a path names one setting.
func (family) Singles(r object.Ref) []object.Ref { return []object.Ref{r} }

// Inventory has nothing: no setting is somebody's object.
func (family) Inventory(context.Context, *object.Scope, func(object.Ref, object.Origin) bool) ([]object.Item, error) {
	return nil, nil
}

// Beside is false: a path has one value.
func (family) Beside(object.Ref) bool { return false }

// Identity is the path with slashes.
func (family) Identity(r object.Ref) string {
	return clean(attr.From[Setting](r.Ptr()).Path.Or(""))
}

// Group is none.
func (family) Group(object.Ref) string { return "" }

// Ranked puts what other settings follow first: ip_forward sets that of all,
// all that of every device and default, default that of devices to come.
func (family) Ranked(r object.Ref) int {
	switch p := clean(attr.From[Setting](r.Ptr()).Path.Or("")); {
	case p == "net/ipv4/ip_forward":
		return 0
	case strings.Contains(p, "/conf/all/"):
		return 1
	case strings.Contains(p, "/conf/default/"):
		return 2
	}
	return 3
}

// Devices yields the device whose setting it is, if it is one's.
func (family) Devices(r object.Ref, yield func(name string)) {
	parts := strings.Split(clean(attr.From[Setting](r.Ptr()).Path.Or("")), "/") // net/ipv4/conf/eth0/forwarding
	if len(parts) < 5 || parts[2] != "conf" && parts[2] != "neigh" || parts[3] == "all" || parts[3] == "default" {
		return
	}
	yield(parts[3])
}

// Stands is nothing: settings are there.
func (family) Stands(object.Ref) (self string, on []string) { return "", nil }

// RemoveTogether is false: nothing is removed.
func (family) RemoveTogether(context.Context, *object.Scope, []object.Ref) bool { return false }

// Joint is r: settings are no pairs.
func (family) Joint(r object.Ref) object.Ref { return r }

// Joined is false: settings are no pairs.
func (family) Joined(context.Context, *object.Scope, object.Ref, *object.Scope, object.Ref) (bool, error) {
	return false, nil
}

// FarEnd is false: settings are no pairs.
func (family) FarEnd(object.Ref) (nsid int32, elsewhere bool) { return 0, false }

// Join is not called: settings are no pairs.
func (family) Join(r, _ object.Ref, _ attr.NetNS) object.Ref { return r }

// Hashes is false: files have names.
func (family) Hashes() bool { return false }

// Maker is who sets it.
func (family) Maker(object.Ref) object.Origin { return object.User }

// Bears is false: settings are always there.
func (family) Bears() bool { return false }

// NeedsUp is false: a device that is down has its settings.
func (family) NeedsUp() bool { return false }

// Asked is r: a setting is what it names.
func (family) Asked(r object.Ref) object.Ref { return r }

// Told is nothing: settings can be read.
func (family) Told(context.Context, *object.Scope, object.Ref) error { return nil }

// Losses is nothing: a value can be set again.
func (family) Losses(object.Ref) []string { return nil }

// Lookup is not possible: the kernel chooses no setting.
func (family) Lookup(context.Context, *object.Scope, object.Ref) (object.Ref, error) {
	return object.Ref{}, errors.New("sysctl has no lookup")
}

// Clashes is false: settings are not made.
func (family) Clashes(object.Ref, object.Ref) bool { return false }

// Starts is the setting of devices to come; where a namespace has none, that of lo,
// which came with it.
func (f family) Starts(ctx context.Context, s *object.Scope, r object.Ref) (start object.Ref, err error) {
	parts := strings.Split(f.Identity(r), "/") // net/ipv4/conf/eth0/forwarding
	own := false
	f.Devices(r, func(string) { own = true })
	if !own {
		return object.Ref{}, nil
	}
	for _, of := range []string{"default", "lo"} {
		parts[3] = of
		start, err = f.One(ctx, s, Ref(&Setting{Path: opt.Of(strings.Join(parts, "/"))}))
		if !errors.Is(err, object.ErrNotFound) {
			break
		}
	}
	if errors.Is(err, object.ErrNotFound) {
		return object.Ref{}, nil
	}
	return start, err
}

// Affects returns the settings that the kernel changes along with one: those of
// all devices, and of devices to come.
func (f family) Affects(ctx context.Context, s *object.Scope, r object.Ref) (out []object.Ref, err error) {
	p := clean(attr.From[Setting](r.Ptr()).Path.Or(""))
	if p == "net/ipv4/ip_forward" {
		p = "net/ipv4/conf/all/forwarding"
	}
	conf, of, ok := strings.Cut(p, "/conf/all/")
	if !ok || !slices.Contains([]string{"forwarding", "mc_forwarding", "disable_ipv6"}, of) {
		return nil, nil
	}
	all, err := f.All(ctx, s, Ref(&Setting{Path: opt.Of(conf + "/conf")}))
	for _, x := range all {
		at := clean(attr.From[Setting](x.Ptr()).Path.Or(""))
		if path.Base(at) == of || of == "forwarding" && strings.HasSuffix(at, "/all/accept_redirects") {
			out = append(out, x)
		}
	}
	return out, err
}
