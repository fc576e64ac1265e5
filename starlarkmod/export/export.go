// Package export writes what a namespace is as a script that makes it again.
package export

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/state"
	"github.com/netlark/netlark/starlarkmod/netval"
	"github.com/netlark/netlark/starlarkmod/value"
)

// Options say what is written.
type Options struct {
	// Name is what configures the namespace: a function, configure unless given.
	Name string
	// Secrets writes keys and passwords. Else they are taken from variables of
	// the environment when the script runs.
	Secrets bool
}

// Function returns the function that makes a namespace what sp is, from one as
// the kernel makes it. What the kernel and daemons make is left out, and so is
// what is the default.
func Function(ctx context.Context, sp *state.Space, families []object.Family, o Options) (string, error) {
	n, err := read(ctx, sp, families, o)
	if err != nil {
		return "", err
	}
	return n.function(ctx, families)
}

// A namespace is one that is being written.
type namespace struct {
	space  *state.Space
	items  []object.Item
	writer *writer
}

func read(ctx context.Context, sp *state.Space, families []object.Family, o Options) (*namespace, error) {
	im, err := state.Read(ctx, sp, families)
	if err != nil {
		return nil, err
	}
	n := &namespace{sp, im.Objects(), newWriter(o, "n.")}
	n.writer.pairs(n.items)
	return n, nil
}

// function writes the function.
func (n *namespace) function(ctx context.Context, families []object.Family) (string, error) {
	w := n.writer
	for _, it := range n.items {
		w.object(it)
	}
	settings, err := w.settings(ctx, n.space, families)
	if err != nil {
		return "", err
	}
	lines := append(settings, w.lines...)
	if len(lines) == 0 {
		lines = []string{"pass"}
	}
	return define(cmp.Or(w.options.Name, "configure"), lines), nil
}

// define writes a function of what makes namespaces.
func define(name string, lines []string) string {
	return "def " + name + "(n):\n    " + strings.Join(lines, "\n    ") + "\n"
}

// A writer writes one namespace.
type writer struct {
	options Options
	pr      value.Printer
	lines   []string
	ends    map[string]object.Ref // of pairs that are both here, by name
	names   map[string]bool       // of devices
	done    map[string]bool       // ends that were made with their peers
	cabled  map[string]bool       // ends of pairs with other namespaces that are written too, by name
	at      string                // what is being written, for names of secrets
}

// newWriter returns a writer of calls on what prefix names.
func newWriter(o Options, prefix string) *writer {
	w := &writer{options: o, ends: map[string]object.Ref{}, names: map[string]bool{}, done: map[string]bool{}, cabled: map[string]bool{}}
	w.pr = value.Printer{Prefix: prefix, Secret: w.secret, Whole: true}
	return w
}

func (w *writer) say(line string) { w.lines = append(w.lines, line) }

// object writes one object.
func (w *writer) object(it object.Item) {
	f := it.Family
	id := f.Identity(it.Ref)
	w.at = f.Name() + " " + id
	named := f.Table().Naming() >= 0
	switch {
	case named && it.Maker == object.Kernel:
		w.change(it.Ref)
	case it.Absent:
		w.say(w.pr.Verb(value.OfRef(keyed(it.Ref)), object.Delete))
	case it.Maker != object.User || w.done[w.at] || byItself(it.Ref):
	case it.Born: // the kernel has made it by then
		w.say(w.pr.Verb(value.OfRef(made(it.Ref)), object.Replace))
	case !named:
		w.say(w.pr.Verb(value.OfRef(made(it.Ref)), state.Creating(it.Ref)))
	default:
		w.device(it.Ref, id)
	}
}

// keyed is nothing of an object but its key.
func keyed(r object.Ref) object.Ref {
	t := r.Table()
	p := t.New()
	t.Merge(p, r.Ptr(), func(f *attr.Field) bool { return f.Access&attr.Key != 0 })
	return object.Of(r.Family, p)
}

// byItself reports whether a loopback device has the address when it goes up.
func byItself(r object.Ref) bool {
	t := r.Table()
	text := func(name string) string {
		if i := t.Lookup(name); i >= 0 {
			return t.Get(r.Ptr(), i).S
		}
		return ""
	}
	return text("dev") == "lo" && (text("address") == "127.0.0.1/8" || text("address") == "::1/128")
}

// made is an object as it is made anew, without numbers that another kernel may
// have given away.
func made(r object.Ref) object.Ref {
	t, r := r.Table(), r.Family.Bare(r)
	p := r.Ptr()
	if t.Naming() >= 0 {
		t.Unset(p, t.Lookup("index"))
		if i := t.Lookup("mtu"); t.Get(p, i).N == 1500 && !followsAnother(r) { // what nearly all are born with
			t.Unset(p, i)
		}
		t.Unset(p, t.Lookup("parent_nsid"))
	}
	return r
}

// followsAnother reports whether a device's MTU is born as that of another one,
// or as what a tunnel leaves of it.
func followsAnother(r object.Ref) bool {
	t := r.Table()
	if _, pair := peerOf(r); pair {
		return false
	}
	kind := t.Get(r.Ptr(), t.Lookup("kind"))
	return t.IsSet(r.Ptr(), t.Lookup("parent")) || kind.Shape == attr.Object && (kind.T.Lookup("parent") >= 0 || kind.T.Lookup("remote") >= 0)
}

// change writes what a device of the kernel's is besides what it always is.
func (w *writer) change(r object.Ref) {
	t := r.Table()
	out := object.Of(r.Family, t.New())
	for _, name := range []string{"name", "up", "alias", "altnames", "master", "txqueuelen", "group"} {
		i := t.Lookup(name)
		v := t.Get(r.Ptr(), i)
		if v.Shape == attr.None || t.IsDefault(r.Ptr(), i, v) && name != "name" || v.Shape == attr.Many && len(v.L) == 0 {
			continue
		}
		_ = t.Put(&attr.Put{}, out.Ptr(), i, v) // it was so before
	}
	call := w.pr.Verb(value.OfRef(out), object.Set)
	if strings.Contains(call, ",") { // else it only names it
		w.say(call)
	}
}

// forwarding are the settings that make a host a router, which a description of
// its routes is not complete without.
var forwarding = []string{"net.ipv4.ip_forward", "net.ipv6.conf.all.forwarding", "net.mpls.platform_labels"}

func (w *writer) settings(ctx context.Context, sp *state.Space, families []object.Family) (lines []string, err error) {
	i := slices.IndexFunc(families, func(f object.Family) bool { return f.Name() == "sysctl" })
	if i < 0 {
		return nil, nil
	}
	f := families[i]
	t := f.Table()
	for _, path := range forwarding {
		r := f.New()
		_ = t.Put(&attr.Put{}, r.Ptr(), t.Lookup("path"), attr.TextValue(path)) // it is a path
		found, err := f.One(ctx, sp.Scope, r)
		if err != nil || t.Get(found.Ptr(), t.Lookup("value")).S == "0" {
			continue // a kernel without it, or not so
		}
		lines = append(lines, fmt.Sprintf("n.sysctl.set(%q, %s)", path, t.Get(found.Ptr(), t.Lookup("value")).S))
	}
	return lines, nil
}

// secret is what stands for a secret: a variable of the environment that tells
// it when the script runs.
func (w *writer) secret(f *attr.Field, v attr.Value) string {
	if w.options.Secrets {
		s, _ := value.FromAttr(f, v).(netval.Secret)
		return "secret(" + strconv.Quote(s.Reveal()) + ")"
	}
	return "secret.from_env(" + strconv.Quote(Variable(w.at+"_"+f.Name)) + ")"
}

// Variable makes of what is kept in it the name of a variable of the environment.
func Variable(what string) string {
	name := strings.ToUpper(what)
	return strings.Trim(strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, name), "_")
}
