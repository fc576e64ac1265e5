package giveback_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/labtest"
	"github.com/netlark/netlark/netlinkcore/internal/values"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/state"
	"github.com/netlark/netlark/tests/nstest"
)

// tries bounds how many values are drawn for an attribute.
const tries = 40

// draw finds a value of each attribute that the kernel takes and that is not what it
// makes of it by itself.
func (s *site) draw(t *testing.T, ns *nstest.NS, r *result) (trials []*trial) {
	t.Helper()
	first := s.bed(0)
	table := inside(first.object, s.at)
	var all []*trial
	for i := range table.Fields() {
		f := &table.Fields()[i]
		if !given(f) || get(first.object, s.at, f.Name).Shape != attr.None || len(f.Cases()) > 0 || f.Type() == "unknown attributes" || harmful(f) || slices.Contains(s.skips, f.Name) || f.Chosen || f.Name == "index" {
			continue
		}
		b := s.bed(len(all) + 1)
		path := pathOf(b.object.Family, table, f)
		if strings.Contains(s.name, "/") && (r.proven[path] || r.failed[path]) {
			continue
		}
		for _, more := range contexts[path] {
			p, err := with(b.object.Table(), b.object.Ptr(), s.at, more.name, valueOf(fieldOf(table, more.name), more.value), s.inet())
			if err != nil {
				t.Fatal(err)
			}
			b.object = object.Of(b.object.Family, p)
		}
		all = append(all, &trial{path: path, name: f.Name, bed: b})
	}
	empty := make([]*trial, len(all))
	for i, c := range all {
		empty[i] = &trial{bed: bed{around: c.bed.around}}
	}
	labtest.Apply(t, s.declared(t, empty, false))
	st := s.stage(t, ns)
	for _, c := range all {
		if why := s.pick(st, table, c); why != "" {
			if _, seen := r.undrawn[c.path]; !seen {
				r.undrawn[c.path] = s.name + ": " + why
			}
			continue
		}
		trials = append(trials, c)
	}
	destroy(t)
	return trials
}

func fieldOf(t *attr.Table, name string) *attr.Field { return &t.Fields()[t.Lookup(name)] }

// harmful are attributes of which kernels die that are not virtual machines'.
func harmful(f *attr.Field) bool {
	return !nstest.TunnelOptions() && slices.Contains([]string{"geneve_opts", "vxlan_opts", "erspan_opts"}, f.Name)
}

func (s *site) inet() byte {
	if s.family != 0 {
		return s.family
	}
	return unix.AF_INET
}

// pick finds a value for one attribute; else it says why there is none.
func (s *site) pick(st *stage, table *attr.Table, c *trial) (why string) {
	st.Helper()
	bare := c.bed.object
	before, err := s.there(st, bare)
	if err != nil {
		st.Errorf("%s: %v", s.name, err)
		return err.Error()
	}
	c.was = get(before, s.at, c.name)
	f := fieldOf(table, c.name)
	filled := get(bare.Family.Meant(bare), s.at, c.name).Shape != attr.None || f.Type() == "address family"
	if d, ok := f.HasDefault(); ok && !filled && !unsaid[c.path] && f.Access&attr.Key == 0 && c.was.Shape != attr.None && c.was.String() != d.String() {
		st.Errorf("%s: the default is said to be %s, and is %s", c.path, d, c.was)
	}
	g := values.New(1, s.inet())
	for i, v := range s.candidates(g, c.path, f, c.was) {
		if i == tries {
			break
		}
		p, err := with(bare.Table(), bare.Ptr(), s.at, c.name, v, s.inet())
		if err != nil {
			why = err.Error()
			continue
		}
		full := object.Of(bare.Family, p)
		if f.Access&attr.Key == 0 && s.has(before, full, c.name) {
			continue // so it is anyway
		}
		have, err := s.there(st, full)
		switch {
		case err != nil:
			why = err.Error()
		case !s.has(have, full, c.name):
			why = fmt.Sprintf("%s is taken, and becomes %s", v, get(have, s.at, c.name))
		default:
			c.full, c.value = full, v
			return ""
		}
	}
	if why == "" {
		why = "no other value"
	}
	return why
}

// there makes an object, reads it, and takes it away again.
func (s *site) there(st *stage, r object.Ref) (have object.Ref, err error) {
	ctx := st.Context()
	f := r.Family
	if s.sets {
		if !named(r) {
			return f.One(ctx, st.Scope, r)
		}
		if _, err := f.Do(ctx, st.Scope, object.Set, r); err != nil {
			return have, err
		}
		return f.One(ctx, st.Scope, keyOf(r))
	}
	if l, ok := link.Type.As(r); ok {
		if err := link.Add(ctx, st.Scope, l); err != nil {
			return have, err
		}
		if have, err = f.One(ctx, st.Scope, a("link", "name", l.Name)); err == nil {
			have = have.Clone()
			have.Table().NameDevices(have.Ptr())
			_, err = f.Do(context.WithoutCancel(ctx), st.Scope, object.Delete, have)
		}
		return have, err
	}
	before := st.seen(f)
	if _, err := f.Do(ctx, st.Scope, state.Creating(r), r); err != nil {
		return have, err
	}
	for id, now := range st.seen(f) {
		if _, was := before[id]; was || id != idOf(r) && !have.IsZero() {
			continue
		}
		have = now
	}
	if have.IsZero() {
		return have, fmt.Errorf("%s: made, and not found", r)
	}
	_, err = f.Do(context.WithoutCancel(ctx), st.Scope, object.Delete, have)
	return have, err
}

func idOf(r object.Ref) string {
	r = r.Family.Meant(r)
	r.Table().NameDevices(r.Ptr())
	return r.Family.Identity(r)
}

func keyOf(r object.Ref) object.Ref {
	t := r.Table()
	p := t.New()
	t.Merge(p, r.Ptr(), func(f *attr.Field) bool { return f.Access&attr.Key != 0 })
	return object.Of(r.Family, p)
}

// named reports whether an object names more than its key and its family.
func named(r object.Ref) bool {
	t := r.Table()
	for i := range t.Fields() {
		if f := &t.Fields()[i]; f.Access&attr.Key == 0 && f.Name != "family" && t.IsSet(r.Ptr(), i) {
			return true
		}
	}
	return false
}

// candidates are values of an attribute: such as are near to what it is, then those
// that the table lets one draw.
func (s *site) candidates(g *values.Generator, path string, f *attr.Field, was attr.Value) (out []attr.Value) {
	if list := suitable[path]; list != nil {
		return list
	}
	switch {
	case f.Type() == "device":
		return []attr.Value{attr.TextValue("p0"), attr.TextValue("br0"), attr.TextValue("p1")}
	case f.Shape() == attr.Int || f.Shape() == attr.Float:
		lo, hi, ranged := f.Limits()
		near := []uint64{was.N + 1, was.N - 1, 2 * was.N, 1, 2, 3, 5, 9, 12, 50, 100, 1000, 1400, 5000}
		for _, n := range near {
			if was.Shape == attr.Int && !was.Neg && int64(n) >= 0 && (!ranged || lo <= n && n <= hi) || was.Shape != attr.Int && n > 0 && n < 1e6 {
				out = append(out, attr.UintValue(n))
			}
		}
	}
	drawn := g.Values(f, 16)
	g.Shuffle(len(drawn), func(i, j int) { drawn[i], drawn[j] = drawn[j], drawn[i] })
	return append(out, drawn...)
}
