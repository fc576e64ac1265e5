package sysctl

import (
	"context"
	"iter"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/state"
)

// Set writes a setting: Set(ctx, s, "net.ipv4.ip_forward", "1").
func Set(ctx context.Context, s *object.Scope, path, value string) error {
	_, err := Type.Do(ctx, s, object.Set, Ref(&Setting{opt.Of(path), opt.Of(value)}))
	return err
}

// Get reads a setting. If there is none, the error matches object.ErrNotFound.
func Get(ctx context.Context, s *object.Scope, path string) (string, error) {
	r, err := Type.One(ctx, s, Ref(&Setting{Path: opt.Of(path)}))
	if err != nil {
		return "", err
	}
	return setting(r).Value.Or(""), nil
}

// List yields the settings whose path is below the one given, such as
// net.ipv4.conf. Those that cannot be read are left out.
func List(ctx context.Context, s *object.Scope, below string) iter.Seq2[Setting, error] {
	return func(yield func(Setting, error) bool) {
		for r, err := range Type.Stream(ctx, s, Ref(&Setting{Path: opt.Of(below)})) {
			if err != nil {
				yield(Setting{}, err)
				return
			}
			if !yield(*setting(r), nil) {
				return
			}
		}
	}
}

// Collect is List that returns all at once.
func Collect(ctx context.Context, s *object.Scope, below string) (all []*Setting, err error) {
	list, err := Type.All(ctx, s, Ref(&Setting{Path: opt.Of(below)}))
	for _, r := range list {
		all = append(all, setting(r))
	}
	return all, err
}

// Ensure makes sure that a setting has a value, and reports whether it changed
// it.
func Ensure(ctx context.Context, s *object.Scope, path, value string) (changed bool, err error) {
	want := Ref(&Setting{opt.Of(path), opt.Of(value)})
	return state.Ensure(ctx, &state.Space{Scope: s}, nil, want, false)
}

func setting(r object.Ref) *Setting { return attr.From[Setting](r.Ptr()) }
