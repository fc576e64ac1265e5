package giveback_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/netlark/netlark/netlinkcore/all"
	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/tc"
	"github.com/netlark/netlark/tests/nstest"
)

// A view is what is there, as netlark and as other programs see it.
type view struct {
	objects map[string]object.Ref
	told    map[string]string
}

// look takes a view of the node.
func (s *site) look(t *testing.T, ns *nstest.NS) view {
	t.Helper()
	st := s.stage(t, ns)
	v := view{map[string]object.Ref{}, map[string]string{}}
	for _, f := range all.Families() {
		if f.Lasts() || s.bed(0).object.Family == f {
			for id, r := range st.seen(f) {
				v.objects[f.Name()+" "+id] = r
			}
		}
	}
	v.told = observe(t, ns, s.bed(0).object.Family.Name())
	return v
}

// compare compares the object of a trial with one that never had the attribute.
func (s *site) compare(t *testing.T, c *trial, never, now view) {
	t.Helper()
	for _, r := range []object.Ref{c.bed.object, c.full} {
		if r.IsZero() {
			continue
		}
		id := identity(r)
		was, there := never.objects[id]
		is, stays := now.objects[id]
		switch {
		case there != stays:
			s.fail(t, c, "%s: there before %t, and now %t", r, there, stays)
		case there:
			if how := changed(unnumbered(was), unnumbered(is)); how != "" {
				s.fail(t, c, "not as never declared: %s", how)
			}
		}
	}
}

// unnumbered is a copy of an object without the numbers that the kernel draws: of a
// discipline, and of a filter's actions.
func unnumbered(r object.Ref) object.Ref {
	if r.Family == object.Family(tc.QdiscType) {
		return r.Family.Bare(r)
	}
	i := r.Table().Lookup("actions")
	if i < 0 {
		return r
	}
	r = r.Clone()
	v := r.Table().Get(r.Ptr(), i)
	list := slices.Clone(v.L)
	for k, e := range list {
		if e.Shape == attr.Object {
			p := e.T.Clone(e.P)
			e.T.Unset(p, e.T.Lookup("index"))
			list[k] = attr.ObjectValue(e.T, p)
		}
	}
	if len(list) > 0 {
		_ = r.Table().Put(&attr.Put{}, r.Ptr(), i, attr.Value{Shape: attr.Many, L: list}) // it was one
	}
	return r
}

// inner is what is inside a value.
func inner(v attr.Value) string {
	if v.Shape != attr.Object {
		return ""
	}
	text := v.T.ShowJSON(nil, v.P, "secret")
	return " " + string(text)
}

// changed says how an object differs from another one, in what can be given.
func changed(was, is object.Ref) string {
	var out []string
	for _, d := range was.Table().Difference(is.Ptr(), was.Ptr(), true).Deltas {
		out = append(out, d.String()+inner(d.Old)+inner(d.New))
	}
	return strings.Join(out, ", ")
}
