package module

import (
	"context"
	"slices"
	"strconv"

	"go.starlark.net/starlark"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/netns"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/starlarkmod/value"
)

// A living is where functions act, and what completion finds there.
type living struct {
	families []object.Family
	target   *Target       // nil: the session's current one
	named    object.Family // whose objects the call names; nil: none that is there
}

// of is l for a call that names objects of f that are there.
func (l living) of(f object.Family) living { l.named = f; return l }

// existing is l for a verb.
func (l living) existing(f object.Family, v object.Verb) living {
	switch v {
	case object.Add, object.Append, object.Lookup, object.Call:
		return l
	}
	return l.of(f)
}

// finder finds values of an attribute: devices, namespaces, and those that
// objects of the family have where one of them is named.
func (l living) finder(f *attr.Field) func(context.Context, *Session) []string {
	switch {
	case f.Type() == "device":
		return func(ctx context.Context, s *Session) []string { return l.devices(ctx, s) }
	case f.Type() == "namespace":
		return LiveNetNS
	case l.named != nil && f.Access&attr.Key != 0 && l.named.Can(object.List):
		return func(ctx context.Context, s *Session) []string { return l.values(ctx, s, l.named, f.Name) }
	}
	return nil
}

// devices are the names of what the family of links lists.
func (l living) devices(ctx context.Context, s *Session) []string {
	i := slices.IndexFunc(l.families, func(f object.Family) bool { return f.Name() == "link" })
	if i < 0 {
		return nil
	}
	return l.values(ctx, s, l.families[i], "name")
}

// values are what the objects of a family have as one attribute. What cannot be
// read is as if it were not there.
func (l living) values(ctx context.Context, s *Session, f object.Family, name string) []string {
	t := l.target
	if t == nil {
		t = s.Current
	}
	if t.Scope == nil { // it is only declared
		return nil
	}
	all, err := f.All(ctx, t.Scope, f.New())
	if err != nil {
		return nil
	}
	table := f.Table()
	i := table.Lookup(name)
	seen := map[string]bool{}
	var out []string
	for _, r := range all {
		v := table.Get(r.Ptr(), i)
		if text := value.Text(&table.Fields()[i], v); v.Shape != attr.None && !seen[text] {
			seen[text] = true
			out = append(out, text)
		}
	}
	return out
}

// LiveNetNS finds the names of namespaces.
func LiveNetNS(context.Context, *Session) []string {
	names := NetNSNames()
	for i := range names {
		names[i] = strconv.Quote(names[i])
	}
	return names
}

// NetNSNames are the names of namespaces; none where nobody can tell.
func NetNSNames() []string {
	names, err := netns.List()
	if err != nil {
		return nil
	}
	return names
}

// sampleOf is an object of a family about which nothing is known.
func sampleOf(f object.Family) starlark.Value { return value.OfRef(f.New()) }
