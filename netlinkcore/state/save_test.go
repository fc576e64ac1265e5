package state_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/netlark/netlark/netlinkcore/all"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/netns"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
	"github.com/netlark/netlark/netlinkcore/state"
	"github.com/netlark/netlark/tests/nstest"
)

// saved is a Snapshot in a file, as a process leaves it that is killed then.
func saved(t *testing.T, sn *state.Snapshot) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "snapshot")
	f, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(sn.Save(f), f.Close()); err != nil {
		t.Fatal(err)
	}
	sn.Close()
	return file
}

// loaded is what another process makes of it: it opens the namespaces of list,
// in the order in which they were touched.
func loaded(t *testing.T, file string, list ...*nstest.NS) (*state.Snapshot, []*state.Gone) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	sn, gone, err := state.LoadSnapshot(f, all.Families(), func(string, netns.ID) (*state.Space, error) {
		if len(list) == 0 {
			return nil, os.ErrNotExist
		}
		ns := list[0]
		list = list[1:]
		return &state.Space{Scope: object.NewScope(object.Config{Enter: ns.Do})}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sn.Close)
	return sn, gone
}

// What was there before comes back from a file, whatever happened since.
func TestRestoreFromFile(t *testing.T) {
	for _, w := range wrecks {
		t.Run(w.name, func(t *testing.T) {
			nstest.Require(t, "kind:macvlan", "kind:vxlan", "kind:ifb", "qdisc:htb")
			ns, sp := space(t)
			ns.Sh(t, furnish)
			before := observe(t, ns)
			sn := state.NewSnapshot(all.Families())
			forwarding := object.Of(family("sysctl"), setting(t, "net.ipv4.ip_forward", "1"))
			if err := sn.Touch(t.Context(), sp, object.Set, forwarding); err != nil {
				t.Fatal(err)
			}
			file := saved(t, sn)
			if _, err := forwarding.Family.Do(t.Context(), sp.Scope, object.Set, forwarding); err != nil {
				t.Fatal(err)
			}
			ns.Sh(t, w.script)
			later, gone := loaded(t, file, ns)
			if gone != nil {
				t.Fatal(gone)
			}
			done, left, err := later.Restore(t.Context())
			for _, l := range left {
				t.Errorf("left: %s", l.String())
			}
			if after := observe(t, ns); err != nil || after != before {
				t.Errorf("%d steps, %v; differs:\n%s", done, err, diff(before, after))
			}
			checkSame(t, sn, later)
		})
	}
}

// checkSame saves both again: nothing is lost on the way.
func checkSame(t *testing.T, a, b *state.Snapshot) {
	t.Helper()
	var x, y bytes.Buffer
	if err := errors.Join(a.Save(&x), b.Save(&y)); err != nil {
		t.Fatal(err)
	}
	if x.String() != y.String() {
		t.Errorf("saved again it differs:\n%s", diff(x.String(), y.String()))
	}
}

// do touches and does.
func do(t *testing.T, sn *state.Snapshot, sp *state.Space, verb object.Verb, l *link.Link) {
	t.Helper()
	r := link.Type.Ref(l)
	err := sn.Touch(t.Context(), sp, verb, r)
	if err == nil {
		_, err = r.Family.Do(t.Context(), sp.Scope, verb, r)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// A device that went to another namespace comes back, and what it had there
// goes. If that namespace is gone, the others are restored all the same.
func TestMoveFromFile(t *testing.T) {
	nstest.Require(t, "kind:ifb")
	for _, lost := range []bool{false, true} {
		t.Run(map[bool]string{false: "there", true: "gone"}[lost], func(t *testing.T) {
			ns, sp := space(t)
			there := ns.Another(t)
			ns.Sh(t, `ip link add d0 mtu 1400 type ifb; ip link add d1 type ifb; ip addr add 10.0.0.1/24 dev d0; ip link set d0 up`)
			before, theirs := ns.Sh(t, "ip addr show d0; ip link show d1"), there.Sh(t, "ip link")
			sn := state.NewSnapshot(all.Families())
			do(t, sn, sp, object.Set, &link.Link{Name: "d1", MTU: opt.Of(uint32(1300))})
			do(t, sn, sp, object.Set, &link.Link{Name: "d0", NetNS: rt.NSName(there.Path()), Rename: "e0"})
			file := saved(t, sn)
			there.Sh(t, "ip link set e0 up; ip addr add 10.1.0.1/24 dev e0")
			opened := []*nstest.NS{ns, there}
			if lost { // another one has its name
				opened[1] = ns.Another(t)
			}
			later, gone := loaded(t, file, opened...)
			if lost {
				checkGone(t, gone, there.Path())
			}
			_, left, err := later.Restore(t.Context())
			switch {
			case err != nil:
				t.Error(err)
			case lost: // the device is not to be had; it is made anew
				ns.Sh(t, "ip link show d1 | grep -q 'mtu 1500'")
				there.Sh(t, "ip link show e0")
			case left != nil || sh(t, ns, "ip addr show d0; ip link show d1") != without(before) || there.Sh(t, "ip link") != theirs:
				t.Errorf("left %v:\n%s\n%s\n%s", left, before, ns.Sh(t, "ip addr"), there.Sh(t, "ip link"))
			}
		})
	}
}

func checkGone(t *testing.T, gone []*state.Gone, name string) {
	t.Helper()
	if len(gone) != 1 || gone[0].Name != name || gone[0].ID.Cookie == 0 || !strings.Contains(gone[0].Error(), "another one") {
		t.Errorf("gone: %v", gone)
	}
}

// numbers are what a device gets anew when it moves.
var numbers = regexp.MustCompile(`(?m)^\d+: |^ +inet6 .*\n.*\n`)

func without(s string) string { return numbers.ReplaceAllString(s, "") }

func sh(t *testing.T, ns *nstest.NS, script string) string {
	t.Helper()
	return without(ns.Sh(t, script))
}

// What is stacked on a device of another namespace, or has its other end there,
// is kept as it is.
func TestSaveAcrossNamespaces(t *testing.T) {
	nstest.Require(t, "kind:macvlan")
	ns, sp := space(t)
	there := ns.Another(t)
	there.Sh(t, "ip link set lo up")
	ns.Sh(t, `ip link add v0 type veth peer name v1 netns `+there.Path()+`; ip link add w0 type veth peer name w1; ip link add link w0 name m0 netns `+there.Path()+` type macvlan`)
	for _, at := range []*state.Space{sp, {Scope: object.NewScope(object.Config{Enter: there.Do})}} {
		sn := state.NewSnapshot(all.Families())
		defer at.Scope.Close()
		if err := sn.Touch(t.Context(), at, object.Delete, link.Type.Ref(&link.Link{Name: "v0"})); err != nil {
			t.Fatal(err)
		}
		opened := ns
		if at != sp {
			opened = there
		}
		later, gone := loaded(t, saved(t, sn), opened)
		if gone != nil {
			t.Fatal(gone)
		}
		checkSame(t, sn, later)
		if done, left, err := later.Restore(t.Context()); done != 0 || left != nil || err != nil {
			t.Errorf("%d steps, %v left, %v", done, left, err)
		}
	}
}

// small is a saved Snapshot with something of each sort.
func small(t testing.TB) string {
	return `{"version":1,"spaces":[
{"name":"","boot":"b","cookie":7,"touched":["link d0","route default"],"values":[{"family":"sysctl","object":{"path":"net.ipv4.ip_forward","value":"0"}}],"image":{"link":[
{"maker":"kernel","object":{"name":"lo","index":1,"up":true}},
{"maker":"user","object":{"name":"d0","kind":{"name":"ifb"}}}],
"route":[
{"maker":"daemon","object":{"dst":"10.0.0.0/8","dev":"d0"}}]}},
{"name":{"raw":"0xff"},"boot":"b","cookie":8,"touched":[],"values":[],"image":{"link":[]}}],"moved":[{"from":0,"to":1,"name":"d0","renamed":"e0"}]}
`
}

func load(text string) error {
	_, _, err := state.LoadSnapshot(strings.NewReader(text), all.Families(), func(string, netns.ID) (*state.Space, error) { return nil, os.ErrNotExist })
	return err
}

// A text that ends anywhere, or has anything wrong in it, is an error that says
// where.
func TestLoadSnapshotRefuses(t *testing.T) {
	text := small(t)
	if err := load(text); err != nil {
		t.Fatal(err)
	}
	for n := range len(text) - 1 {
		if err := load(text[:n]); err == nil || !strings.Contains(err.Error(), "offset") {
			t.Fatalf("%v: %s", err, text[:n])
		}
	}
	for _, c := range []struct{ old, new, want string }{
		{`"version":1`, `"version":2`, "load a snapshot: version: it is 2, want 1"},
		{`"version":1,`, ``, "load a snapshot: it has no version"},
		{`"spaces"`, `"places"`, "load a snapshot: places: nothing is called so"},
		{`"cookie":7`, `"cookie":-7`, "load a snapshot: spaces: 0: cookie: -7 is no number that can stand here"},
		{`"cookie":7,`, ``, "load a snapshot: spaces: 0: "},
		{`"cookie":8`, `"cake":8`, "load a snapshot: spaces: 1: cake: nothing is called so"},
		{`"index":1`, `"index":"x"`, "load a snapshot: spaces: 0: image: link 0: object: link.index: got "},
		{`"10.0.0.0/8"`, `"10.0.0.0/80"`, `load a snapshot: spaces: 0: image: route 0: object: route.dst: "10.0.0.0/80" is not an address or prefix`},
		{`"daemon"`, `"demon"`, `load a snapshot: spaces: 0: image: route 0: maker: "demon" is none of user, kernel, daemon`},
		{`"maker":"daemon",`, ``, "load a snapshot: spaces: 0: image: route 0: maker or object is missing"},
		{`"route":`, `"rout":`, `load a snapshot: spaces: 0: image: no family is called "rout"`},
		{`"route":`, `"link":`, "load a snapshot: spaces: 0: image: link is given twice"},
		{`"sysctl"`, `"sysctls"`, `load a snapshot: spaces: 0: values: 0: no family is called "sysctls"`},
		{`"to":1`, `"to":2`, "load a snapshot: moved: 0: to: there is no namespace 2"},
		{`,"to":1`, ``, "load a snapshot: moved: 0: it does not say from where"},
		{"}]}\n", "}]} x", "load a snapshot: offset"},
	} {
		if err := load(strings.Replace(text, c.old, c.new, 1)); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s as %s: %v, want %s", c.old, c.new, err, c.want)
		}
	}
}

func FuzzLoadSnapshot(f *testing.F) {
	f.Add(small(f))
	f.Fuzz(func(t *testing.T, text string) { _ = load(text) }) // it does not panic
}

// An image that is read is the one that was written.
func TestImageAsJSON(t *testing.T) {
	nstest.Require(t, "kind:macvlan", "kind:vxlan", "kind:ifb", "qdisc:htb")
	ns, sp := space(t)
	ns.Sh(t, furnish)
	im, err := state.Read(t.Context(), sp, all.Families())
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(im)
	if err != nil {
		t.Fatal(err)
	}
	back, err := state.ReadImage(all.Families(), text)
	if err != nil {
		t.Fatal(err)
	}
	a, b := im.Objects(), back.Objects()
	same := slices.EqualFunc(a, b, func(x, y object.Item) bool {
		return x.Family == y.Family && x.Maker == y.Maker && x.Table().Equal(x.Ptr(), y.Ptr())
	})
	if !same || len(a) < 50 {
		t.Errorf("%d objects became %d, or others", len(a), len(b))
	}
	for text, want := range map[string]string{
		``:              "image: offset 0: the text ends where an object should be",
		`{"link":[]} x`: "image: offset 12: found 'x', want nothing more",
		`{"link":[{"maker":"user","object":{"mtu":-1}}]}`: "image: link 0: object: link.mtu: -1 is out of range",
	} {
		if _, err := state.ReadImage(all.Families(), []byte(text)); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}
