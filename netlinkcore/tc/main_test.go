package tc

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"testing"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/rt"
	"github.com/netlark/netlark/tests/nstest"
)

func TestMain(m *testing.M) { nstest.Main(m) }

// A bench is a namespace with the devices v0 and v1, which are a pair.
type bench struct {
	*testing.T
	*nstest.NS
	s *object.Scope
}

func newBench(t *testing.T, capabilities ...string) *bench {
	t.Helper()
	nstest.Require(t, append(capabilities, "kind:veth")...)
	b := &bench{t, nstest.New(t), object.NewScope(object.Config{})}
	t.Cleanup(func() {
		if err := b.s.Close(); err != nil {
			t.Error(err)
		}
	})
	b.sh("ip link add v0 up type veth peer name v1 && ip link set v1 up")
	return b
}

func (b *bench) sh(script string) string {
	b.T.Helper()
	return b.NS.Sh(b.T, script)
}

func (b *bench) tc(args ...string) []map[string]any {
	b.T.Helper()
	return b.NS.TC(b.T, args...)
}

func (b *bench) must(err error) {
	b.T.Helper()
	if err != nil {
		b.T.Fatal(err)
	}
}

// refused checks the class of an error and the attribute that it names.
func (b *bench) refused(err error, code, path string) {
	b.T.Helper()
	if err == nil || object.Code(err) != code {
		b.T.Fatalf("error is %v, want one of class %s", err, code)
	}
	var e *object.AttributeError
	if path != "" && (!errors.As(err, &e) || e.Path != path) {
		b.T.Errorf("error is %v, want one about %s", err, path)
	}
}

var v0 = rt.DevName("v0")

// only reads the one object that a filter covers.
func only[S any](b *bench, t *object.Type[S], filter *S) *S {
	b.T.Helper()
	v, err := t.Get(b.T.Context(), b.s, filter)
	b.must(err)
	return v
}

// covers checks that all that want says is in have.
func covers[S any](b *bench, t *object.Type[S], have, want *S) {
	b.T.Helper()
	if t.Schema.Covers(attr.To(have), attr.To(want)) {
		return
	}
	for i := range t.Schema.Fields() {
		if !t.Schema.Agree(attr.To(want), attr.To(have), []int{i}) {
			b.T.Errorf("%s is %s, want %s", t.Schema.Fields()[i].Name, show(t.Schema.Get(attr.To(have), i)), show(t.Schema.Get(attr.To(want), i)))
		}
	}
}

// show writes a value with what is inside.
func show(v attr.Value) string {
	switch v.Shape {
	case attr.Object:
		out := v.T.Name + "("
		for i := range v.T.Fields() {
			if x := v.T.Get(v.P, i); x.Shape != attr.None {
				out += v.T.Fields()[i].Name + " = " + show(x) + ", "
			}
		}
		return out + ")"
	case attr.Many:
		out := "["
		for _, e := range v.L {
			out += show(e) + ", "
		}
		return out + "]"
	}
	return v.String()
}

// says checks that tc reports what want has, in depth. Floats may differ in
// what tc rounds.
func (b *bench) says(got, want map[string]any) {
	b.T.Helper()
	for _, key := range slices.Sorted(maps.Keys(want)) {
		if !sameJSON(got[key], want[key]) {
			b.T.Errorf("tc says %s is %s, want %s", key, jsonOf(got[key]), jsonOf(want[key]))
		}
	}
}

func sameJSON(got, want any) bool {
	switch w := want.(type) {
	case map[string]any:
		g, ok := got.(map[string]any)
		for key := range w {
			ok = ok && sameJSON(g[key], w[key])
		}
		return ok
	case []any:
		g, ok := got.([]any)
		return ok && slices.EqualFunc(g, w, sameJSON)
	case float64:
		g, ok := got.(float64)
		if n, whole := got.(int); whole {
			g, ok = float64(n), true
		}
		return ok && g >= w-1e-6 && g <= w+1e-6
	}
	return got == want
}

func jsonOf(v any) string {
	text, _ := json.Marshal(v) // came from JSON
	return string(text)
}

// js is an object as tc prints it.
type js = map[string]any
