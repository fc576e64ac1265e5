package object

import (
	"context"
	"errors"
	"iter"
	"slices"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/nl"
	"github.com/netlark/netlark/netlinkcore/wire"
)

// dumpAttempts bounds how often a list is read anew because it changed.
const dumpAttempts = 8

// Scan calls fn with each object that filter covers, all if it is nil. It uses
// one object again and again: fn must copy what it keeps, strings and slices
// may be kept. It ends with fn's error, or with nl.ErrInterrupted if the list
// changed meanwhile.
func (t *Type[S]) Scan(ctx context.Context, s *Scope, filter *S, fn func(*S) error) error {
	var v S
	return t.read(ctx, s, filter, &reader[S]{names: s.devs.namer(ctx), next: func() *S { return &v }, fn: fn})
}

// A reader is who reads a list.
type reader[S any] struct {
	names *namer
	next  func() *S      // where the next object is to be decoded
	fn    func(*S) error // takes it, if the filter covers it
	noise bool           // is wanted, too
}

// read is Scan for any reader.
func (t *Type[S]) read(ctx context.Context, s *Scope, filter *S, to *reader[S]) error {
	var all S
	if filter == nil {
		filter = &all
	}
	want := *attr.From[S](t.Schema.Clone(attr.To(filter)))
	if t.Fill != nil {
		t.Fill(List, &want)
	}
	if t.Resolve != nil {
		if err := t.Resolve(ctx, s, List, &want); err != nil {
			return err
		}
	}
	if found, err := t.identify(ctx, s, attr.To(&want)); !found || err != nil {
		return err
	}
	if t.Parts != nil {
		parts, err := t.Parts(ctx, s, &want)
		for i := 0; err == nil && i < len(parts); i++ {
			err = t.scan(ctx, s, &parts[i], 0, to)
		}
		return err
	}
	if t.Lists == nil || t.Schema.FamilyOf(attr.To(&want)) != 0 {
		return t.scan(ctx, s, &want, 0, to)
	}
	for _, family := range t.Lists {
		if err := t.scan(ctx, s, &want, family, to); err != nil {
			return err
		}
	}
	return nil
}

// identify makes names in a filter indexes: a device may be named by any of its
// names, and reports but one. found is false if what the filter is about does
// not exist.
func (t *Type[S]) identify(ctx context.Context, s *Scope, p attr.Ptr) (found bool, err error) {
	if err := t.indexDevices(ctx, s, p); err != nil {
		return true, err
	}
	if t.Find == nil {
		return true, nil
	}
	named := t.keysOf(p)
	switch err := t.Find(ctx, s, attr.From[S](p)); {
	case errors.Is(err, ErrNoDevice):
		return false, nil
	case err != nil:
		return true, err
	}
	if len(t.keysOf(p)) == len(named) {
		return true, nil
	}
	for _, i := range named { // what was found says who that is
		t.Schema.Unset(p, i)
	}
	return true, nil
}

func (t *Type[S]) keysOf(p attr.Ptr) (out []int) {
	for _, i := range t.Schema.Keys() {
		if t.Schema.IsSet(p, i) {
			out = append(out, i)
		}
	}
	return out
}

func (t *Type[S]) indexDevices(ctx context.Context, s *Scope, p attr.Ptr) error {
	err := t.Schema.IndexDevices(p, func(name string) (uint32, error) { return s.devs.index(ctx, name) })
	if err != nil {
		return explain(err, List, t.Ref(attr.From[S](p)), t.Schema.Table, nil, 0)
	}
	return nil
}

// scan reads one dump; family is for objects that name none.
func (t *Type[S]) scan(ctx context.Context, s *Scope, want *S, family byte, to *reader[S]) error {
	req, family, err := t.dumpRequest(ctx, s, want, family)
	if err != nil {
		return err
	}
	named := slices.DeleteFunc(setIn(t.Schema.Table, attr.To(want)), func(i int) bool {
		return t.Schema.Fields()[i].Access&attr.Report == 0 // only the kernel can tell
	})
	d := attr.Dec{Family: family, DevName: to.names.of}
	take := func(body []byte) error {
		d.Family = family
		v := to.next()
		if err := t.Schema.DecodeNext(&d, v, body); err != nil {
			return err
		}
		return t.hand(v, want, named, to)
	}
	reply := t.replyType()
	for m, err := range s.conn.Dump(ctx, &req) {
		switch {
		case err != nil && t.NotFor != 0 && errors.Is(err, t.NotFor) && len(named) > 0:
			return nil
		case err != nil:
			return explain(err, List, t.Ref(want), t.Schema.Table, req.Body, family)
		case m.Type != reply:
			continue
		}
		to.names.hear(m, &d)
		if err := t.Schema.Each(m.Body, take); err != nil {
			return err
		}
	}
	return nil
}

// hand gives the reader what was decoded, or what that stands for, as far as
// the filter covers it.
func (t *Type[S]) hand(v, want *S, named []int, to *reader[S]) error {
	if t.Spread != nil {
		return t.handSpread(v, want, named, to)
	}
	return t.handOne(v, want, named, to)
}

// handSpread is apart from hand because a loop over a function allocates, even
// where it is not reached.
func (t *Type[S]) handSpread(v, want *S, named []int, to *reader[S]) error {
	for one := range t.Spread(*v) {
		place := to.next()
		*place = one
		if err := t.handOne(place, want, named, to); err != nil {
			return err
		}
	}
	return nil
}

func (t *Type[S]) handOne(v, want *S, named []int, to *reader[S]) error {
	if t.Skip != nil && t.Skip(want, v) || !to.noise && t.isNoise(want, v) || !t.agree(want, v, named) {
		return nil
	}
	return to.fn(v)
}

func (t *Type[S]) isNoise(want, v *S) bool { return t.Noise != nil && t.Noise(want, v) }

// agree reports whether v, or what is inside it, is as want says of the
// attributes that are named.
func (t *Type[S]) agree(want, v *S, named []int) bool {
	if t.Schema.Agree(attr.To(want), attr.To(v), named) {
		return true
	}
	if t.Inside == nil {
		return false
	}
	inside := t.Inside(v)
	for i := range inside {
		if t.Schema.Agree(attr.To(want), attr.To(&inside[i]), named) {
			return true
		}
	}
	return false
}

func (t *Type[S]) replyType() uint16 {
	if t.Reply != 0 {
		return t.Reply
	}
	return t.Requests[Add].Type
}

func (t *Type[S]) dumpRequest(ctx context.Context, s *Scope, want *S, family byte) (nl.Request, byte, error) {
	req := t.Requests[List]
	if req.Type == 0 {
		return nl.Request{}, 0, hasNo(t.Name(), List)
	}
	table := t.Schema.Table
	if req.Table != nil {
		table = req.Table
	}
	var w wire.Writer
	e := s.encoder(ctx, &w)
	defer e.done()
	e.Only, e.Skip, e.Family = attr.Filter, nil, family
	err := table.Encode(&e.Enc, attr.To(want))
	req.words(&w)
	body, _ := w.Bytes()
	if err != nil {
		return nl.Request{}, 0, explain(err, List, t.Ref(want), table, body, e.Family)
	}
	return nl.Request{Proto: t.Proto, Type: req.Type, Flags: req.Flags, Body: body}, e.Family, nil
}

// setIn are the attributes that an object or a filter names.
func setIn(t *attr.Table, p attr.Ptr) (out []int) {
	for i := range t.Fields() {
		if t.IsSet(p, i) {
			out = append(out, i)
		}
	}
	return out
}

// All is Collect for callers that do not know S.
func (t *Type[S]) All(ctx context.Context, s *Scope, filter Ref) ([]Ref, error) {
	list, err := t.Collect(ctx, s, attr.From[S](filter.p))
	out := make([]Ref, len(list))
	for i := range list {
		out[i] = t.Ref(list[i])
	}
	return out, err
}

// Stream is List for callers that do not know S.
func (t *Type[S]) Stream(ctx context.Context, s *Scope, filter Ref) iter.Seq2[Ref, error] {
	return func(yield func(Ref, error) bool) {
		for v, err := range t.List(ctx, s, attr.From[S](filter.p)) {
			if err != nil {
				yield(Ref{}, err)
				return
			}
			if !yield(t.Ref(&v), nil) {
				return
			}
		}
	}
}

// One returns the only object that filter covers.
func (t *Type[S]) One(ctx context.Context, s *Scope, filter Ref) (Ref, error) {
	if t.Requests[Get].Type != 0 {
		r, err := t.lookup(ctx, s, filter)
		if !errors.Is(err, errIncomplete) {
			return r, err
		}
	}
	list, err := t.All(ctx, s, filter)
	switch {
	case err != nil:
		return Ref{}, err
	case len(list) == 0:
		return Ref{}, missing(filter)
	case len(list) > 1:
		return Ref{}, &AmbiguousError{list}
	}
	return list[0], nil
}

var errIncomplete = errors.New("key is not complete")

// wholeKey returns errIncomplete if the key at p is not whole, so that a list
// has to tell. Where there is no list, a part that is not given is what it is by
// default, and the error names one that has to be given.
func (t *Type[S]) wholeKey(p attr.Ptr) error {
	for _, i := range t.Schema.Keys() {
		f := &t.Schema.Fields()[i]
		_, known := f.HasDefault()
		switch {
		case t.Schema.IsSet(p, i):
		case t.Requests[List].Type != 0:
			return errIncomplete
		case !known:
			return refusal("invalid", f.Name, "has to be given: there is no list to look in")
		}
	}
	return nil
}

// beyondKey is a filter without its key, where Find has found the object: an
// altname is a name too.
func (t *Type[S]) beyondKey(p attr.Ptr) attr.Ptr {
	if t.Find == nil {
		return p
	}
	rest := t.Schema.Clone(p)
	for _, i := range t.Schema.Keys() {
		t.Schema.Unset(rest, i)
	}
	return rest
}

// lookup asks the kernel for one object by its key, if all of it is there.
func (t *Type[S]) lookup(ctx context.Context, s *Scope, filter Ref) (Ref, error) {
	filter = filter.Clone()
	if t.Resolve != nil {
		if err := t.Resolve(ctx, s, Get, attr.From[S](filter.p)); err != nil {
			return Ref{}, err
		}
	}
	if err := t.indexDevices(ctx, s, filter.p); err != nil {
		return Ref{}, err
	}
	v := *attr.From[S](filter.p)
	if t.Find != nil {
		err := t.Find(ctx, s, &v)
		if errors.Is(err, ErrNoDevice) {
			return Ref{}, missing(filter)
		}
		if err != nil {
			return Ref{}, err
		}
		if len(t.keysOf(attr.To(&v))) == 0 {
			return Ref{}, errIncomplete
		}
	} else if err := t.wholeKey(filter.p); err != nil {
		return Ref{}, err
	}
	var found Ref
	err := t.call(ctx, s, Get, &v, nil, func(r Ref) { found = r })
	switch {
	case err != nil && Code(err) == "not_found":
		return Ref{}, missing(filter)
	case err != nil:
		return Ref{}, err
	case found.IsZero() || !t.Schema.Covers(found.p, t.beyondKey(filter.p)):
		return Ref{}, missing(filter)
	}
	return found, nil
}
