// Package giveback_test proves that an attribute that a lab no longer declares goes
// back to what it would be had it never been declared: each that the tables define
// and the kernel reports, on an object of its own.
package giveback_test

import (
	"errors"
	"fmt"
	"hash/crc32"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/netlark/netlark/netlinkcore/all"
	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/labtest"
	"github.com/netlark/netlark/netlinkcore/lab"
	"github.com/netlark/netlark/netlinkcore/netns"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/state"
	"github.com/netlark/netlark/tests/nstest"
)

func TestMain(m *testing.M) { nstest.Main(m) }

// A trial is one attribute on its bed.
type trial struct {
	path       string // of the attribute: family, table, name
	name       string
	bed        bed
	full       object.Ref // with the attribute
	failed     bool
	value, was attr.Value
}

// A result is what became of the attributes of all sites.
type result struct {
	proven  map[string]bool
	failed  map[string]bool   // an error was told
	undrawn map[string]string // no value was taken, and why
}

// given reports whether an attribute can be declared, and is reported.
func given(f *attr.Field) bool {
	return f.Access&(attr.Volatile|attr.Inside) == 0 && f.Access&attr.Report != 0 && f.Access&(attr.Create|attr.Change) != 0
}

// pathOf names an attribute: tables that several places share are the same.
func pathOf(family object.Family, t *attr.Table, f *attr.Field) string {
	if t == family.Table() {
		return t.Name + "." + f.Name
	}
	return family.Name() + " " + t.Name + "." + f.Name
}

// sampled is which part of all sites an emulated machine tries, which is slow: one in so
// many.
const sampled = 12

// chosen are the sites to try: those whose names begin with NETLARK_SITE, if that is set,
// or all.
func chosen() (out []site) {
	only := os.Getenv("NETLARK_SITE")
	for i, s := range sites() {
		if only == "" && nstest.Emulated() && (i+int(kernel()))%sampled != 0 {
			continue // others on other kernels
		}
		if only == "all" || strings.HasPrefix(s.name, only) {
			out = append(out, s)
		}
	}
	return out
}

// kernel is a number that each kernel has.
func kernel() uint32 {
	release, _ := os.ReadFile("/proc/sys/kernel/osrelease") // it is always there
	return crc32.ChecksumIEEE(release) % sampled
}

// TestGiveBack applies, at each site, objects that each have one attribute more than
// they need, then the same objects without, and compares with those that never had it.
func TestGiveBack(t *testing.T) {
	r := &result{map[string]bool{}, map[string]bool{}, map[string]string{}}
	for _, s := range chosen() {
		t.Run(s.name, func(t *testing.T) { s.prove(t, r) })
	}
	for p := range r.proven {
		delete(r.undrawn, p)
	}
	for _, p := range slices.Sorted(maps.Keys(r.undrawn)) {
		t.Logf("no value: %s: %s", p, r.undrawn[p])
	}
	for p := range excluded {
		if r.proven[p] && !r.failed[p] {
			t.Errorf("%s is excluded, and is given back", p)
		}
	}
	release, _ := os.ReadFile("/proc/sys/kernel/osrelease")
	t.Logf("%d attributes proven on %s", len(r.proven), strings.TrimSpace(string(release)))
}

// prove tries the attributes of a site.
func (s *site) prove(t *testing.T, r *result) {
	nstest.Require(t, append(s.needs, "kind:veth")...)
	ns := nstest.New(t)
	if load := loads[s.name]; load != "" {
		ns.Sh(t, load)
	}
	trials := s.draw(t, ns, r)
	if s.apart {
		for i := range trials {
			s.run(t, ns, trials[i:i+1])
		}
	} else {
		s.run(t, ns, trials)
	}
	for _, c := range trials {
		if c.failed {
			r.failed[c.path] = true
		} else {
			r.proven[c.path] = true
		}
	}
}

// A stage is the node of a lab as it is.
type stage struct {
	*testing.T
	*state.Space
	ns *nstest.NS
}

const name = "giveback"

// declared is the lab with some objects of each trial.
func (s *site) declared(t *testing.T, trials []*trial, full bool) *lab.Lab {
	t.Helper()
	l, err := lab.New(name, all.Families())
	if err != nil {
		t.Fatal(err)
	}
	n := labtest.Node(t, l, "n")
	declare := func(verb object.Verb, r object.Ref) {
		if verb != object.Set && n.Declared(r) != nil {
			return // what several need
		}
		labtest.Declare(t, n, verb, r)
	}
	for _, r := range common() {
		declare(creating(r), r)
	}
	for _, c := range trials {
		for _, r := range c.bed.around {
			declare(creating(r), r)
		}
		switch {
		case full && !c.full.IsZero():
			declare(creating(c.full), c.full)
		case !c.bed.object.IsZero() && !s.sets:
			declare(creating(c.bed.object), c.bed.object)
		}
	}
	return l
}

// creating is the verb that makes an object, or changes what is there by itself.
func creating(r object.Ref) object.Verb {
	l := r.Table().Lookup("kind")
	if !r.Family.Lasts() || r.Family.Name() == "link" && !r.Table().IsSet(r.Ptr(), l) {
		return object.Set
	}
	return state.Creating(r)
}

func (s *site) stage(t *testing.T, ns *nstest.NS) *stage {
	t.Helper()
	in, err := netns.Open(name + ".n")
	if err != nil {
		t.Fatal(err)
	}
	scope := object.NewScope(object.Config{Enter: in.Do})
	t.Cleanup(func() { _ = errors.Join(scope.Close(), in.Close()) })
	return &stage{t, &state.Space{Name: name, Scope: scope}, ns}
}

// seen are all objects of a family, by identity.
func (st *stage) seen(f object.Family) map[string]object.Ref {
	st.Helper()
	var list []object.Ref
	if f.Lasts() {
		image, err := state.Read(st.Context(), st.Space, []object.Family{f})
		if err != nil {
			st.Fatal(err)
		}
		for _, it := range image.Objects() {
			if !it.Absent {
				list = append(list, it.Ref)
			}
		}
	} else {
		var err error
		if list, err = f.All(st.Context(), st.Scope, f.New()); err != nil {
			st.Fatal(err)
		}
	}
	out := map[string]object.Ref{}
	for _, r := range list {
		r = r.Clone()
		r.Table().NameDevices(r.Ptr())
		if i := r.Table().Lookup("index"); i >= 0 {
			r.Table().Unset(r.Ptr(), i)
		}
		out[f.Identity(r)] = r
	}
	return out
}

// has reports whether an object that is there has the attribute of a trial.
func (s *site) has(have, full object.Ref, name string) bool {
	want, there := full.Family.Meant(full).Value(), have.Value()
	for _, part := range s.at {
		want, there = in(want, part), in(there, part)
	}
	if want.Shape != attr.Object || there.Shape != attr.Object || want.T != there.T {
		return false
	}
	return want.T.Agree(want.P, there.P, []int{want.T.Lookup(name)})
}

// in is a part of a struct; of a list, of the first.
func in(v attr.Value, name string) attr.Value {
	if v.Shape != attr.Object {
		return attr.Value{}
	}
	if v = v.T.Get(v.P, v.T.Lookup(name)); v.Shape == attr.Many && len(v.L) > 0 {
		return v.L[0]
	}
	return v
}

// run applies the objects without, with, and again without the attributes.
func (s *site) run(t *testing.T, ns *nstest.NS, trials []*trial) {
	t.Helper()
	trials = s.apply(t, trials, false)
	never := s.look(t, ns)
	destroy(t)
	trials = s.apply(t, trials, true)
	st := s.stage(t, ns)
	seen := st.seen(s.bed(0).object.Family)
	for _, c := range trials {
		if have, ok := seen[idOf(c.full)]; !ok || !s.has(have, c.full, c.name) {
			s.fail(t, c, "it is not there after an apply")
		}
	}
	trials = s.apply(t, trials, false)
	again := s.look(t, ns)
	for _, c := range trials {
		s.compare(t, c, never, again)
	}
	spared := slices.ContainsFunc(trials, func(c *trial) bool { return c.failed })
	for _, line := range differ(again.told, never.told) {
		if !spared { // or else that is why
			t.Errorf("%s: %s", s.name, line)
		}
	}
	destroy(t)
}

func destroy(t *testing.T) {
	t.Helper()
	if _, err := lab.Destroy(t.Context(), name, all.Families()); err != nil {
		t.Fatal(err)
	}
}

func (s *site) fail(t *testing.T, c *trial, format string, args ...any) {
	t.Helper()
	c.failed = true
	if excluded[c.path] != "" {
		t.Logf("excluded: %s: %s", c.path, fmt.Sprintf(format, args...))
		return
	}
	t.Errorf("%s (%s: %s): %s", c.path, s.name, c.value, fmt.Sprintf(format, args...))
}

// apply applies the lab, twice: the second time there is nothing to do. Trials that
// fail are left out, and not returned.
func (s *site) apply(t *testing.T, trials []*trial, full bool) []*trial {
	t.Helper()
	for again := 0; ; again++ {
		reasons := &reasons{site: s, trials: trials}
		_, err := (&lab.Apply{Show: reasons.look}).Apply(t.Context(), s.declared(t, trials, full))
		for _, step := range reasons.missing {
			t.Errorf("%s: no reason is shown: %s", s.name, step)
		}
		if err == nil {
			if n := labtest.Apply(t, s.declared(t, trials, full)); n != 0 {
				t.Errorf("%s: applied again, it takes %d steps", s.name, n)
			}
			return trials
		}
		rest := slices.DeleteFunc(slices.Clone(trials), func(c *trial) bool { return c.blamed(err) != "" })
		if len(rest) == len(trials) || again > 40 {
			t.Fatal(err)
		}
		for _, c := range trials {
			if how := c.blamed(err); how != "" {
				s.fail(t, c, "%s", how)
			}
		}
		trials = rest
	}
}

// reasons looks at plans: what is made anew says why.
type reasons struct {
	site    *site
	trials  []*trial
	missing []string
}

func (r *reasons) look(c *lab.Change) error {
	for _, s := range c.Plan.Steps {
		if s.Anew && len(s.Deltas()) == 0 {
			r.missing = append(r.missing, s.String())
		}
	}
	return nil
}

// blamed is what an error says of an object of the trial.
func (c *trial) blamed(err error) (how string) {
	var steps []*state.Step
	if e, ok := errors.AsType[*state.StepError](err); ok {
		steps, how = append(steps, e.Step), e.Error()
	}
	if e, ok := errors.AsType[*state.UnsettledError](err); ok {
		steps = e.Steps
	}
	for _, s := range steps {
		about := identity(s.Object)
		for _, r := range append(c.bed.around[:len(c.bed.around):len(c.bed.around)], c.bed.object, c.full) {
			if !r.IsZero() && identity(r) == about {
				return s.Does() + " " + how
			}
		}
	}
	return ""
}

func identity(r object.Ref) string {
	r = r.Family.Meant(r)
	r.Table().NameDevices(r.Ptr())
	return r.Family.Name() + " " + r.Family.Identity(r)
}
