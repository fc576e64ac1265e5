package object

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/nl"
	"github.com/netlark/netlark/netlinkcore/wire"
)

// dumpAttempts bounds how often a list is read anew because it changed.
const dumpAttempts = 8

// each calls fn with each object that filter covers, all if it is nil. It uses
// one object again and again: fn must copy what it keeps. What hangs on it may be
// kept, unless the objects are passing. It ends with fn's error, or with
// nl.ErrInterrupted if the list changed meanwhile.
func (t *core) each(ctx context.Context, s *Scope, filter attr.Ptr, passing bool, fn func(attr.Ptr) error) error {
	v := t.table.New()
	return t.read(ctx, s, filter, &reader{names: s.devs.namer(ctx), next: func() attr.Ptr { return v }, fn: fn, passing: passing})
}

// A reader is who reads a list.
type reader struct {
	names   *namer
	next    func() attr.Ptr      // where the next object is to be decoded
	fn      func(attr.Ptr) error // takes it, if the filter covers it
	noise   bool                 // is wanted, too
	passing bool                 // fn keeps nothing of it
	// needless tells what of that is not wanted; nil: all is. What it takes up is given back.
	needless func(attr.Ptr) bool
}

// read is each for any reader.
func (t *core) read(ctx context.Context, s *Scope, filter attr.Ptr, to *reader) error {
	if filter.IsNil() {
		filter = t.table.New()
	}
	want := t.table.Clone(filter)
	if t.fill != nil {
		t.fill(List, want)
	}
	if t.resolve != nil {
		if err := t.resolve(ctx, s, List, want); err != nil {
			return err
		}
	}
	if found, err := t.identify(ctx, s, want); !found || err != nil {
		return err
	}
	if t.parts != nil {
		parts, err := t.parts(ctx, s, want)
		for i := 0; err == nil && i < len(parts); i++ {
			err = t.scan(ctx, s, parts[i], 0, to)
		}
		return err
	}
	if t.lists == nil || t.table.FamilyOf(want) != 0 {
		return t.scan(ctx, s, want, 0, to)
	}
	for _, family := range t.lists {
		if err := t.scan(ctx, s, want, family, to); err != nil {
			return err
		}
	}
	return nil
}

// identify makes names in a filter indexes: a device may be named by any of its
// names, and reports but one. found is false if what the filter is about does
// not exist.
func (t *core) identify(ctx context.Context, s *Scope, p attr.Ptr) (found bool, err error) {
	if err := t.indexDevices(ctx, s, p); err != nil {
		return true, err
	}
	if t.find == nil {
		return true, nil
	}
	named := t.keysOf(p)
	switch err := t.find(ctx, s, p); {
	case errors.Is(err, ErrNoDevice):
		return false, nil
	case err != nil:
		return true, err
	}
	if len(t.keysOf(p)) == len(named) {
		return true, nil
	}
	for _, i := range named { // what was found says who that is
		t.table.Unset(p, i)
	}
	return true, nil
}

func (t *core) keysOf(p attr.Ptr) (out []int) {
	for _, i := range t.table.Keys() {
		if t.table.IsSet(p, i) {
			out = append(out, i)
		}
	}
	return out
}

func (t *core) indexDevices(ctx context.Context, s *Scope, p attr.Ptr) error {
	err := t.table.IndexDevices(p, func(name string) (uint32, error) { return s.devs.index(ctx, name) })
	if err != nil {
		return explain(err, List, t.ref(p), t.table, nil, 0)
	}
	return nil
}

// scan reads one dump; family is for objects that name none.
func (t *core) scan(ctx context.Context, s *Scope, want attr.Ptr, family byte, to *reader) error {
	req, family, err := t.dumpRequest(ctx, s, want, family)
	if err != nil {
		return err
	}
	named := slices.DeleteFunc(setIn(t.table, want), func(i int) bool {
		return t.table.Fields()[i].Access&attr.Report == 0 // only the kernel can tell
	})
	d := attr.Dec{Family: family, DevName: to.names.of, Passing: to.passing}
	take := func(body []byte) error {
		d.Family = family
		v := to.next()
		if err := t.table.DecodeNext(&d, v, body); err != nil {
			return err
		}
		if to.needless != nil && (t.skip == nil || !t.skip(want, v)) && t.agree(want, v, named) && to.needless(v) {
			d.TakeBack()
			return nil
		}
		return t.hand(v, want, named, to)
	}
	reply := t.replyType()
	for m, err := range s.conn.Dump(ctx, &req) {
		switch {
		case err != nil && t.notFor != 0 && errors.Is(err, t.notFor) && len(named) > 0:
			return nil
		case err != nil:
			return explain(err, List, t.ref(want), t.table, req.Body, family)
		case m.Type != reply && !slices.Contains(t.changed, m.Type): // bridges list with one type, VXLAN devices with another
			continue
		}
		to.names.hear(m, &d)
		if err := t.table.Each(m.Body, take); err != nil {
			return err
		}
	}
	return nil
}

// hand gives the reader what was decoded, or what that stands for, as far as
// the filter covers it.
func (t *core) hand(v, want attr.Ptr, named []int, to *reader) error {
	if t.spread != nil {
		return t.handSpread(v, want, named, to)
	}
	return t.handOne(v, want, named, to)
}

// handSpread is apart from hand because a loop over a function allocates, even
// where it is not reached.
func (t *core) handSpread(v, want attr.Ptr, named []int, to *reader) error {
	for one := range t.spread(v) {
		place := to.next()
		t.table.Assign(place, one)
		if err := t.handOne(place, want, named, to); err != nil {
			return err
		}
	}
	return nil
}

func (t *core) handOne(v, want attr.Ptr, named []int, to *reader) error {
	if t.skip != nil && t.skip(want, v) || !to.noise && t.isNoise(want, v) || !t.agree(want, v, named) {
		return nil
	}
	return to.fn(v)
}

func (t *core) isNoise(want, v attr.Ptr) bool { return t.noise != nil && t.noise(want, v) }

// agree reports whether v, or what is inside it, is as want says of the
// attributes that are named.
func (t *core) agree(want, v attr.Ptr, named []int) bool {
	if t.table.Agree(want, v, named) {
		return true
	}
	if t.inside == nil {
		return false
	}
	return slices.ContainsFunc(t.inside(v), func(in attr.Ptr) bool { return t.table.Agree(want, in, named) })
}

func (t *core) replyType() uint16 {
	if t.reply != 0 {
		return t.reply
	}
	return t.requests[Add].Type
}

func (t *core) dumpRequest(ctx context.Context, s *Scope, want attr.Ptr, family byte) (nl.Request, byte, error) {
	req := t.requests[List]
	if req.Type == 0 {
		return nl.Request{}, 0, fmt.Errorf("%s has no list", t.table.Name)
	}
	table := t.table
	if req.Table != nil {
		table = req.Table
	}
	var w wire.Writer
	e := s.encoder(ctx, &w)
	defer e.done()
	e.Only, e.Skip, e.Family = attr.Filter, nil, family
	err := table.Encode(&e.Enc, want)
	req.words(&w)
	body, _ := w.Bytes()
	if err != nil {
		return nl.Request{}, 0, explain(err, List, t.ref(want), table, body, e.Family)
	}
	return nl.Request{Proto: t.proto, Type: req.Type, Flags: req.Flags, Body: body}, e.Family, nil
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

// All returns the objects that filter covers, all if it is empty. A list that changes
// while it is read is read anew, a bounded number of times.
func (t *core) All(ctx context.Context, s *Scope, filter Ref) ([]Ref, error) {
	list, err := t.collect(ctx, s, filter.p)
	out := make([]Ref, len(list))
	for i := range list {
		out[i] = t.ref(list[i])
	}
	return out, err
}

// Stream yields the objects that filter covers, as they come. If the list changes
// meanwhile, nl.ErrInterrupted comes last.
func (t *core) Stream(ctx context.Context, s *Scope, filter Ref) iter.Seq2[Ref, error] {
	return func(yield func(Ref, error) bool) {
		err := t.each(ctx, s, filter.p, false, func(v attr.Ptr) error {
			own := t.table.New()
			t.table.Assign(own, v)
			if !yield(t.ref(own), nil) {
				return errStopped
			}
			return nil
		})
		if err != nil && err != errStopped {
			yield(Ref{}, err)
		}
	}
}

// One returns the only object that filter covers.
func (t *core) One(ctx context.Context, s *Scope, filter Ref) (Ref, error) {
	if t.requests[Get].Type != 0 {
		r, err := t.lookup(ctx, s, filter)
		if !errors.Is(err, errIncomplete) {
			return r, err
		}
	}
	list, err := t.All(ctx, s, filter)
	return only(filter, list, err)
}

// only is the one object of a list.
func only(filter Ref, list []Ref, err error) (Ref, error) {
	switch {
	case err != nil:
		return Ref{}, err
	case len(list) == 0:
		return Ref{}, fmt.Errorf("%s: %w", filter, ErrNotFound)
	case len(list) > 1:
		return Ref{}, &AmbiguousError{list}
	}
	return list[0], nil
}

var errIncomplete = errors.New("key is not complete")

// wholeKey returns errIncomplete if the key at p is not whole, so that a list
// has to tell. Where there is no list, a part that is not given is what it is by
// default, and the error names one that has to be given.
func (t *core) wholeKey(p attr.Ptr) error {
	for _, i := range t.table.Keys() {
		f := &t.table.Fields()[i]
		_, known := f.HasDefault()
		switch {
		case t.table.IsSet(p, i):
		case t.requests[List].Type != 0:
			return errIncomplete
		case !known:
			return &AttributeError{Code: "invalid", Path: f.Name, Err: errors.New("has to be given: there is no list to look in")}
		}
	}
	return nil
}

// beyondKey is a filter without its key, where Find has found the object: an
// altname is a name too.
func (t *core) beyondKey(p attr.Ptr) attr.Ptr {
	if t.find == nil {
		return p
	}
	rest := t.table.Clone(p)
	for _, i := range t.table.Keys() {
		t.table.Unset(rest, i)
	}
	return rest
}

// lookup asks the kernel for one object by its key, if all of it is there.
func (t *core) lookup(ctx context.Context, s *Scope, filter Ref) (Ref, error) {
	filter = filter.Clone()
	if t.resolve != nil {
		if err := t.resolve(ctx, s, Get, filter.p); err != nil {
			return Ref{}, err
		}
	}
	if err := t.indexDevices(ctx, s, filter.p); err != nil {
		return Ref{}, err
	}
	v := t.table.Clone(filter.p)
	if t.find != nil {
		err := t.find(ctx, s, v)
		if errors.Is(err, ErrNoDevice) {
			return Ref{}, fmt.Errorf("%s: %w", filter, ErrNotFound)
		}
		if err != nil {
			return Ref{}, err
		}
		if len(t.keysOf(v)) == 0 {
			return Ref{}, errIncomplete
		}
	} else if err := t.wholeKey(filter.p); err != nil {
		return Ref{}, err
	}
	var found Ref
	err := t.call(ctx, s, Get, v, nil, func(r Ref) { found = r })
	switch {
	case err != nil && Code(err) == "not_found":
		return Ref{}, fmt.Errorf("%s: %w", filter, ErrNotFound)
	case err != nil:
		return Ref{}, err
	case found.IsZero() || !t.table.Covers(found.p, t.beyondKey(filter.p)):
		return Ref{}, fmt.Errorf("%s: %w", filter, ErrNotFound)
	}
	return found, nil
}
