// Package export writes what a namespace is as a script that makes it again.
package export

import (
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
	im, err := state.Read(ctx, sp, families)
	if err != nil {
		return "", err
	}
	w := newWriter(o, "n.")
	items := im.Objects()
	w.pairs(items)
	for _, it := range items {
		w.object(it)
	}
	settings, err := w.settings(ctx, sp, families)
	if err != nil {
		return "", err
	}
	lines := append(settings, w.lines...)
	if len(lines) == 0 {
		lines = []string{"pass"}
	}
	name := o.Name
	if name == "" {
		name = "configure"
	}
	return "def " + name + "(n):\n    " + strings.Join(lines, "\n    ") + "\n", nil
}

// A writer writes one namespace.
type writer struct {
	options Options
	pr      value.Printer
	lines   []string
	ends    map[string]object.Ref // of pairs that are both here, by name
	done    map[string]bool       // ends that were made with their peers
	at      string                // what is being written, for names of secrets
}

// newWriter returns a writer of calls on what prefix names.
func newWriter(o Options, prefix string) *writer {
	w := &writer{options: o, ends: map[string]object.Ref{}, done: map[string]bool{}}
	w.pr = value.Printer{Prefix: prefix, Secret: w.secret}
	return w
}

func (w *writer) say(line string) { w.lines = append(w.lines, line) }

// pairs finds the ends of pairs whose other end is here: they are made together.
func (w *writer) pairs(items []object.Item) {
	for _, it := range items {
		if peer, ok := peerOf(it.Ref); ok && peer != "" {
			w.ends[it.Family.Identity(it.Ref)] = it.Ref
		}
	}
}

// peerOf is the name of a pair's other end, "" if that is in another namespace.
func peerOf(r object.Ref) (peer string, pair bool) {
	t := r.Table()
	kind := t.Lookup("kind")
	if t.Naming() < 0 || kind < 0 {
		return "", false
	}
	k := t.Get(r.Ptr(), kind)
	if k.Shape != attr.Object || k.T.Lookup("peer") < 0 {
		return "", false
	}
	if t.IsSet(r.Ptr(), t.Lookup("parent_nsid")) {
		return "", true
	}
	return t.Get(r.Ptr(), t.Lookup("parent")).S, true
}

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

// device writes a device, and the other end of a pair with it.
func (w *writer) device(r object.Ref, id string) {
	t := r.Table()
	peer, pair := peerOf(r)
	if !pair {
		w.say(w.pr.Verb(value.OfRef(made(r)), object.Add))
		return
	}
	other, here := w.ends[peer]
	if !here {
		w.say("# " + id + " is one end of a pair whose other end is in another namespace: made here, it gets a new one.")
		out := made(r)
		t.Unset(out.Ptr(), t.Lookup("parent"))
		w.say(w.pr.Verb(value.OfRef(out), object.Add))
		return
	}
	w.done[w.at], w.done[r.Family.Name()+" "+peer] = true, true
	w.pair(r, other)
}

// pair writes two ends as one call. What the second one is a port of is said
// when that is there, by a call of its own.
func (w *writer) pair(r, other object.Ref) {
	t := r.Table()
	first, second := made(r), made(other)
	late := object.Of(r.Family, t.New())
	for _, name := range []string{"master", "port"} {
		i := t.Lookup(name)
		if v := t.Get(second.Ptr(), i); v.Shape != attr.None {
			_ = t.Put(&attr.Put{}, late.Ptr(), i, v) // it was one before
			t.Unset(second.Ptr(), i)
		}
	}
	for _, p := range []attr.Ptr{first.Ptr(), second.Ptr()} {
		t.Unset(p, t.Lookup("parent"))
	}
	t.Unset(second.Ptr(), t.Lookup("kind"))
	kind := t.Get(first.Ptr(), t.Lookup("kind"))
	k := kind.T.Clone(kind.P)
	if err := kind.T.Put(&attr.Put{}, k, kind.T.Lookup("peer"), second.Value()); err == nil {
		_ = t.Put(&attr.Put{}, first.Ptr(), t.Lookup("kind"), attr.ObjectValue(kind.T, k)) // it was one before
	}
	w.say(w.pr.Verb(value.OfRef(first), object.Add))
	if t.IsSet(late.Ptr(), t.Lookup("master")) {
		_ = t.Put(&attr.Put{}, late.Ptr(), t.Lookup("name"), attr.TextValue(r.Family.Identity(other))) // it is a name
		w.say(w.pr.Verb(value.OfRef(late), object.Set))
	}
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
