// Package verbtest tries the verbs of families on a real kernel, in a namespace
// of the test's own. Package nstest's observers look at what they did.
package verbtest

import (
	"errors"
	"testing"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/nl"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/tests/nstest"
)

// A Place is a namespace, as tools and as the library see it.
type Place struct {
	*testing.T
	*object.Scope
	NS    *nstest.NS
	Other *nstest.NS // a second namespace, which has any name here
}

// New makes a Place, in which the calling goroutine then is. It skips the test
// if the kernel lacks what it needs: see nstest.Require.
func New(t *testing.T, needs ...string) *Place {
	t.Helper()
	nstest.Require(t, needs...)
	p := &Place{T: t, NS: nstest.New(t)}
	p.Other = p.NS.Another(t)
	p.Scope = object.NewScope(object.Config{Namespace: func(string) (object.Namespace, error) { return kept{p.Other}, nil }})
	t.Cleanup(func() { p.Scope.Close() })
	return p
}

// kept is a namespace that outlives who opens it.
type kept struct{ *nstest.NS }

func (kept) Close() error { return nil }

// Sh runs commands in the namespace.
func (p *Place) Sh(script string) string { p.Helper(); return p.NS.Sh(p, script) }

// Try carries out a verb.
func (p *Place) Try(verb object.Verb, r object.Ref) (object.Ref, error) {
	return r.Family.Do(p.Context(), p.Scope, verb, r)
}

// Must carries out a verb that has to succeed.
func (p *Place) Must(verb object.Verb, r object.Ref) object.Ref {
	p.Helper()
	key, err := p.Try(verb, r)
	if err != nil {
		p.Fatalf("%s %s: %v", verb, r, err)
	}
	return key
}

// Refused carries out a verb that has to fail with a code of object.Code, and
// with the path of the attribute that is to blame.
func (p *Place) Refused(verb object.Verb, r object.Ref, code, path string) {
	p.Helper()
	_, err := p.Try(verb, r)
	if err == nil || object.Code(err) != code || Path(err) != path {
		p.Errorf("%s %s: %v: code %q, path %q; want %q, %q", verb, r, err, object.Code(err), Path(err), code, path)
	}
}

// Path is the attribute that an error blames.
func Path(err error) string {
	var local *object.AttributeError
	var kernel *nl.Error
	switch {
	case errors.As(err, &local):
		return local.Path
	case errors.As(err, &kernel):
		return kernel.Path
	}
	return ""
}

// List returns what filter covers.
func (p *Place) List(filter object.Ref) []object.Ref {
	p.Helper()
	list, err := filter.Family.All(p.Context(), p.Scope, filter)
	if err != nil {
		p.Fatal(err)
	}
	return list
}

// One returns the only object that filter covers.
func (p *Place) One(filter object.Ref) object.Ref {
	p.Helper()
	r, err := filter.Family.One(p.Context(), p.Scope, filter)
	if err != nil {
		p.Fatal(err)
	}
	return r
}

// Count requires that filter covers n objects.
func (p *Place) Count(n int, filter object.Ref) {
	p.Helper()
	if list := p.List(filter); len(list) != n {
		p.Errorf("%d match %s, want %d: %v", len(list), filter, n, list)
	}
}

// Same requires that what is there covers want, attribute by attribute.
func (p *Place) Same(want object.Ref) {
	p.Helper()
	key := want.Family.New()
	t := want.Table()
	for _, i := range t.Keys() {
		if t.IsSet(want.Ptr(), i) {
			_ = t.Put(&attr.Put{}, key.Ptr(), i, t.Get(want.Ptr(), i)) // it was put before
		}
	}
	have := p.One(key)
	for i := range t.Fields() {
		f := &t.Fields()[i]
		one := want.Family.New()
		if !t.IsSet(want.Ptr(), i) || t.Put(&attr.Put{}, one.Ptr(), i, t.Get(want.Ptr(), i)) != nil {
			continue
		}
		if !t.Covers(have.Ptr(), one.Ptr()) {
			p.Errorf("%s: %s is %s, want %s", want, f.Name, t.Get(have.Ptr(), i), t.Get(want.Ptr(), i))
		}
	}
}

// Observe compares what ip, bridge or tc shows with what is wanted; see
// nstest.Expect.
func (p *Place) Observe(want map[string]any, tool func(testing.TB, ...string) []map[string]any, args ...string) {
	p.Helper()
	nstest.Expect(p, tool(p, args...), want)
}
