package module

import (
	"errors"
	"fmt"
	"strings"

	"go.starlark.net/starlark"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/starlarkmod/script"
	"github.com/netlark/netlark/starlarkmod/value"
)

// Families returns the modules of families for calls on one target; target nil
// means the session's current one. Families named "a.b" are members of a
// module a.
func Families(families []object.Family, target *Target) map[string]*Module {
	top := map[string]*Module{}
	members := map[string][]object.Family{}
	for _, f := range families {
		name, sub, nested := strings.Cut(f.Name(), ".")
		m := top[name]
		if m == nil {
			m = NewModule(name, "", nil)
			m.fill = func(m *Module) { m.fillFrom(members[name], families, target) }
			top[name] = m
		}
		members[name] = append(members[name], f)
		switch {
		case f.Can(object.Call): // a function, no collection
		case !nested:
			m.Doc = f.Table().Doc
		case m.Doc != "":
			m.Doc += ", "
			fallthrough
		default:
			m.Doc += fmt.Sprintf("%s (%s)", sub, f.Table().Doc)
		}
	}
	return top
}

// fillFrom makes the verbs of families, and what constructs their parts.
func (m *Module) fillFrom(families, all []object.Family, target *Target) {
	top := map[string]*Module{m.Name: m}
	l := living{families: all, target: target}
	for _, f := range families {
		if f.Can(object.Call) {
			dot := strings.LastIndexByte(f.Name(), '.')
			place(top, f.Name()[:dot]).members[f.Name()[dot+1:]] = l.verbFunction(f, object.Call)
			l.constructors(top, f)
			continue
		}
		sub := place(top, f.Name())
		sub.Doc = f.Table().Doc
		for v := object.Add; v <= object.Lookup; v++ {
			if f.Can(v) {
				sub.members[v.String()] = l.verbFunction(f, v)
			}
		}
		sub.methods(f, l)
		l.constructors(top, f)
	}
	if m.Name == "link" {
		m.members["up"] = switchFunction(m, "up", true)
		m.members["down"] = switchFunction(m, "down", false)
	}
}

// methods adds what is no verb of the kernel's.
func (m *Module) methods(f object.Family, l living) {
	if f.Lasts() || f.Can(object.Set) && f.Can(object.Get) {
		m.members["ensure"] = ensureMethod(l.families).function(f, l)
	}
	if f.Can(object.List) {
		m.members["wait"] = waitMethod.function(f, l)
	}
	if f.CanWatch() {
		m.members["watch"] = watchMethod.function(f, l)
	}
}

// place finds or makes the module with a dotted name.
func place(top map[string]*Module, name string) *Module {
	first, rest, nested := strings.Cut(name, ".")
	m := top[first]
	if m == nil {
		m = NewModule(first, "", nil)
		top[first] = m
	}
	path := first
	for nested {
		first, rest, nested = strings.Cut(rest, ".")
		path += "." + first
		sub, ok := m.members[first].(*Module)
		if !ok {
			sub = NewModule(path, "", nil)
			m.members[first] = sub
		}
		m = sub
	}
	return m
}

// constructors adds what makes the parts of a family's objects: kinds, ports,
// next hops.
func (l living) constructors(top map[string]*Module, f object.Family) {
	f.Table().Walk(func(t *attr.Table) {
		for _, call := range append([]string{t.Call}, t.AlsoCall...) {
			first, _, _ := strings.Cut(call, ".")
			if top[first] == nil { // another module's, or none
				continue
			}
			dot := strings.LastIndexByte(call, '.')
			m := place(top, call[:dot])
			if _, taken := m.members[call[dot+1:]]; !taken {
				m.members[call[dot+1:]] = l.part(t, call)
			}
		}
	})
}

// part is a constructor, of those that are kept if some are.
func (l living) part(t *attr.Table, call string) *Function {
	if l.target == nil || l.target.Parts == nil {
		return l.constructor(t, call)
	}
	f := l.target.Parts[call]
	if f == nil {
		f = l.constructor(t, call)
		l.target.Parts[call] = f
	}
	return f
}

// constructor makes a part under one of the names that it has.
func (l living) constructor(t *attr.Table, call string) *Function {
	var positional []string
	for _, i := range t.Keys() {
		if t.Fields()[i].Access&attr.Create != 0 {
			positional = append(positional, t.Fields()[i].Name)
		}
	}
	if len(positional) > 1 {
		positional = []string{"name"} // a link's name goes before its index
	}
	if t.Args != nil {
		positional = t.Args
	}
	b := &value.Builder{Name: call, Table: t, Positional: positional, Takes: attr.Create | attr.Change}
	f := NewFunction(call, t.Doc, len(positional), func() []Param { return l.params(t, positional, b.Takes) },
		func(_ *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
			p, err := b.Build(args, kwargs)
			if err != nil {
				return nil, err
			}
			return value.New(t, p), nil
		})
	f.Sample = func() starlark.Value { return value.New(t, t.New()) }
	return f
}

// takes says which attributes a verb's keywords may be.
func takes(v object.Verb) attr.Access {
	switch v {
	case object.Set:
		return attr.Change | attr.Key
	case object.Delete:
		return attr.Delete | attr.Key
	case object.Lookup:
		return attr.Lookup
	case object.Get, object.List, object.Flush:
		return attr.Report | attr.Key | attr.Filter
	}
	return attr.Create | attr.Change
}

var verbDocs = map[object.Verb]string{
	object.Add:     "create one: %s. An error if it is there",
	object.Append:  "add one beside what is there with the same key: %s",
	object.Replace: "create one, or put it in place of what has the same key: %s",
	object.Set:     "change the named attributes of one: %s",
	object.Delete:  "remove one: %s. True if something went",
	object.Get:     "the one that matches, or None: %s",
	object.List:    "all that match, as a list: %s",
	object.Flush:   "remove all that match, and return how many: %s",
	object.Lookup:  "the one that the kernel would use: %s. An error if it would use none",
	object.Call:    "%s",
}

// extras are the keywords of a verb that are no attributes.
var extras = map[object.Verb][]Param{
	object.Delete: {{Name: "missing_ok", Type: "boolean", Default: "False", Doc: "no error if there is none"}},
	object.Flush:  {{Name: "all", Type: "boolean", Default: "False", Doc: "without a filter"}},
}

func (l living) verbFunction(f object.Family, verb object.Verb) *Function {
	name := f.Name()
	if verb != object.Call {
		name += "." + verb.String()
	}
	positional := f.Positional()
	v := &verbCall{f: f, verb: verb, target: l.target, name: name, positional: positional,
		builder: value.Builder{Name: name, Table: f.Table(), Positional: positional, Takes: takes(verb)}}
	fn := NewFunction(name, fmt.Sprintf(verbDocs[verb], f.Table().Doc), len(positional), func() []Param {
		return append(l.existing(f, verb).params(f.Table(), positional, takes(verb)), extras[verb]...)
	}, v.call)
	switch verb {
	case object.List:
		fn.Sample = func() starlark.Value { return starlark.NewList([]starlark.Value{sampleOf(f)}) }
	case object.Add, object.Append, object.Replace, object.Get, object.Lookup:
		fn.Sample = func() starlark.Value { return sampleOf(f) }
	}
	return fn
}

// A verbCall is the code of link.add, route.list and all others.
type verbCall struct {
	f          object.Family
	verb       object.Verb
	target     *Target
	name       string
	positional []string
	builder    value.Builder
}

func (v *verbCall) call(th *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	if v.target != nil && v.target.Declares != nil {
		return v.declare(newCall(th, v.name, v.positional), args, kwargs)
	}
	if err := script.RequireLive(th, v.name); err != nil {
		return nil, err
	}
	s, err := sessionOf(th)
	if err != nil {
		return nil, err
	}
	r, flag, err := v.build(args, kwargs)
	if err != nil {
		return nil, err
	}
	t := v.target
	if t == nil {
		t = s.Current
	}
	c := newCall(th, v.name, v.positional)
	ctx := script.Context(th)
	if !v.verb.Reads() {
		if err := s.touch(ctx, t, v.verb, r); err != nil {
			return nil, c.explain(err)
		}
	}
	if v.verb != object.Flush && v.verb != object.Call && !v.verb.Reads() && s.batch != nil && !flag {
		if err := s.batch.queue(ctx, t, v.verb, r, c); err != nil {
			if errors.Is(err, errBatchFailed) {
				return nil, err
			}
			return nil, c.explain(err)
		}
		return starlark.None, nil
	}
	if err := s.Sync(ctx); err != nil {
		return nil, err
	}
	out, err := v.run(th, t, r, flag)
	if err != nil {
		return nil, meantKind(c.explain(err), r)
	}
	return out, nil
}

// build reads the arguments: an object of the family, or its attributes. flag
// is the verb's extra keyword.
func (v *verbCall) build(args starlark.Tuple, kwargs []starlark.Tuple) (r object.Ref, flag bool, err error) {
	b := &v.builder
	if extra := extras[v.verb]; extra != nil {
		own := v.builder
		b = &own
		b.Extras = []string{extra[0].Name}
		b.Extra = func(name string, x starlark.Value) (bool, error) {
			if name != extra[0].Name {
				return false, nil
			}
			on, ok := x.(starlark.Bool)
			if !ok {
				return false, fmt.Errorf("got %s, want a boolean", x.Type())
			}
			flag = bool(on)
			return true, nil
		}
	}
	if len(args) > 0 {
		if o, ok := args[0].(value.Object); ok && o.Ref().Family == v.f {
			whole := o.Ref().Clone()
			p, err := b.Build(args[1:], kwargs)
			whole.Table().Merge(p, whole.Ptr(), func(f *attr.Field) bool {
				return v.verb != object.Set || f.Access&attr.Key != 0 // a change says what changes
			})
			return object.Of(v.f, p), flag, err
		}
	}
	p, err := b.Build(args, kwargs)
	if err != nil {
		return r, flag, err
	}
	r = object.Of(v.f, p)
	if v.verb == object.Flush && !flag && !anySet(r) {
		return r, flag, &script.Problem{Class: "invalid", Message: v.name + ": needs a filter",
			Advice: "give all = True to remove every one"}
	}
	return r, flag, nil
}

func anySet(r object.Ref) bool {
	for i := range r.Table().Fields() {
		if r.Table().IsSet(r.Ptr(), i) {
			return true
		}
	}
	return false
}

func (v *verbCall) run(th *starlark.Thread, t *Target, r object.Ref, flag bool) (starlark.Value, error) {
	ctx := script.Context(th)
	switch v.verb {
	case object.Get:
		found, err := v.f.One(ctx, t.Scope, r)
		if errors.Is(err, object.ErrNotFound) {
			return starlark.None, nil
		}
		if err != nil {
			return nil, err
		}
		return value.OfRef(found), nil
	case object.List:
		all, err := v.f.All(ctx, t.Scope, r)
		if err != nil {
			return nil, err
		}
		out := make([]starlark.Value, len(all))
		for i := range all {
			out[i] = value.OfRef(all[i])
		}
		return starlark.NewList(out), nil
	case object.Lookup:
		found, err := v.f.Lookup(ctx, t.Scope, r)
		if err != nil {
			return nil, err
		}
		return value.OfRef(found), nil
	case object.Flush:
		n, err := v.f.Purge(ctx, t.Scope, r)
		return starlark.MakeInt(n), err
	}
	key, err := v.f.Do(ctx, t.Scope, v.verb, r)
	switch {
	case v.verb == object.Delete && flag && object.Code(err) == "not_found":
		return starlark.False, nil
	case err != nil:
		return nil, err
	case v.verb == object.Delete:
		return starlark.True, nil
	case v.verb == object.Set, key.IsZero():
		return starlark.None, nil
	case v.verb == object.Call:
		return value.OfRef(key), nil
	}
	return value.OfRef(key).Quietly(), nil
}

// switchFunction is link.up and link.down, short for link.set.
func switchFunction(link *Module, name string, up bool) *Function {
	set := link.members["set"].(*Function)
	doc := "set a link up or down: short for link.set(name, up = …)"
	return NewFunction("link."+name, doc, 1, func() []Param { return set.Params()[:1] },
		func(th *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
			var dev starlark.Value
			if err := starlark.UnpackArgs(b.Name(), args, kwargs, "name", &dev); err != nil {
				return nil, err
			}
			return starlark.Call(th, set, starlark.Tuple{dev}, []starlark.Tuple{{starlark.String("up"), starlark.Bool(up)}})
		})
}
