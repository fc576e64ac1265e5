package object

import (
	"context"
	"errors"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/nl"
	"github.com/netlark/netlark/netlinkcore/wire"
)

// Do carries out a verb that changes something. A call that takes several
// messages is one step: if a later one fails, what the first made is removed
// and what a Set changed is set back.
func (t *Type[S]) Do(ctx context.Context, s *Scope, verb Verb, r Ref) (Ref, error) {
	if !t.Can(verb) || verb.Reads() {
		return Ref{}, hasNo(t.Name(), verb)
	}
	return t.carryOut(ctx, s, verb, attr.From[S](t.Schema.Clone(r.p)), true)
}

// do is Do for callers that have no use for the key.
func (t *Type[S]) do(ctx context.Context, s *Scope, verb Verb, v *S) error {
	if !t.Can(verb) {
		return hasNo(t.Name(), verb)
	}
	p := t.Schema.Borrow(attr.To(v))
	defer t.Schema.Return(p)
	_, err := t.carryOut(ctx, s, verb, attr.From[S](p), true)
	return err
}

// carryOut changes v on the way. A call of several messages is undone when one
// fails, unless it undoes something itself.
func (t *Type[S]) carryOut(ctx context.Context, s *Scope, verb Verb, v *S, undone bool) (Ref, error) {
	if a := t.outside(verb, v); a != nil {
		return t.act(ctx, s, verb, v, a, undone)
	}
	err := t.prepare(ctx, s, verb, v)
	if err != nil {
		return Ref{}, err
	}
	if verb == Call {
		return t.ask(ctx, s, v)
	}
	steps, err := t.reduce(ctx, s, verb, v, stepsOf(t.Schema.Table, verb, attr.To(v)))
	if err != nil {
		return Ref{}, err
	}
	key := t.Ref(v)
	var echo func(Ref)
	if t.Echo {
		echo = func(echo Ref) {
			t.Schema.Merge(key.p, echo.p, func(f *attr.Field) bool { return f.Access&attr.Key != 0 || f.Chosen })
		}
	}
	if len(steps) == 1 && (t.Along == nil || verb != Add) { // as most are
		err = t.call(ctx, s, verb, v, &steps[0], echo)
	} else {
		err = t.takeSteps(ctx, s, verb, v, steps, echo, undone)
	}
	if err != nil {
		return Ref{}, err
	}
	return key, nil
}

// ask carries out a Call.
func (t *Type[S]) ask(ctx context.Context, s *Scope, v *S) (answer Ref, err error) {
	err = t.call(ctx, s, Call, v, nil, func(r Ref) { answer = r })
	return answer, err
}

// takeSteps carries out a call of several messages.
func (t *Type[S]) takeSteps(ctx context.Context, s *Scope, verb Verb, v *S, steps []step, echo func(Ref), undone bool) error {
	undo := func(context.Context, *Scope) error { return nil }
	if undone {
		var err error
		if undo, err = t.undoOf(ctx, s, verb, v); err != nil {
			return err
		}
	}
	at, leave, sent, err := t.send(ctx, s, verb, v, steps, echo)
	defer leave()
	if err == nil {
		err = t.along(ctx, s, verb, v)
	}
	if err != nil && sent > 0 {
		return errors.Join(err, undo(ctx, at))
	}
	return err
}

// send sends the messages of a call, in order: sent of them were taken. What
// moves to another namespace is followed there: at, until leave is called.
func (t *Type[S]) send(ctx context.Context, s *Scope, verb Verb, v *S, steps []step, echo func(Ref)) (at *Scope, leave func(), sent int, err error) {
	at, leave = s, func() {}
	for i := range steps {
		if i > 0 && t.Find != nil {
			if err = t.Find(ctx, at, v); err != nil {
				return at, leave, i, err
			}
		}
		if err = t.call(ctx, at, verb, v, &steps[i], echo); err != nil {
			return at, leave, i, err
		}
		if i == len(steps)-1 || !moving(t.Schema.Table, attr.To(v), &steps[i]) {
			continue
		}
		there, done, err := t.follow(s, v)
		if err != nil {
			return at, leave, i + 1, err
		}
		at, leave = there, done
	}
	return at, leave, len(steps), nil
}

// along changes what came along with v.
func (t *Type[S]) along(ctx context.Context, s *Scope, verb Verb, v *S) error {
	if t.Along == nil || verb != Add {
		return nil
	}
	ns, rest := t.Along(v)
	if rest == nil {
		return nil
	}
	there, done, err := s.other(ns)
	if err != nil {
		return err
	}
	defer done()
	return t.Set(ctx, there, rest)
}

// prepare fills in what the verb implies, and refuses what is known to be wrong.
func (t *Type[S]) prepare(ctx context.Context, s *Scope, verb Verb, v *S) error {
	if verb == Delete { // an object that was read names itself, whatever it has counted since
		t.Schema.Forget(attr.To(v))
	}
	if t.Fill != nil {
		t.Fill(verb, v)
	}
	if err := t.Schema.Check(attr.To(v)); err != nil {
		return explain(err, verb, t.Ref(v), t.Schema.Table, nil, 0)
	}
	if verb == Set {
		if path := t.Schema.Fixed(attr.To(v)); path != "" {
			return refusal("immutable", path, "the kernel cannot change it after creation")
		}
	}
	if path, needs := t.Schema.Newer(attr.To(v), running()); path != "" {
		return refusal("unsupported", path, "needs Linux "+needs.String()+", and this is "+running().String())
	}
	if t.Check != nil {
		if err := t.Check(verb, v); err != nil {
			return err
		}
	}
	if t.Resolve != nil {
		if err := t.Resolve(ctx, s, verb, v); err != nil {
			return err
		}
	}
	if t.Find != nil && (verb == Set || verb == Delete) {
		if err := t.Find(ctx, s, v); err != nil {
			return err
		}
	}
	if t.looks(verb, v) {
		if err := t.Before(ctx, t, s, verb, v); err != nil {
			return err
		}
	}
	if verb == Set && t.Complete {
		return t.complete(ctx, s, v)
	}
	if verb == Set && t.Schema.Resends(attr.To(v)) {
		return t.resend(ctx, s, v)
	}
	return nil
}

// looks reports whether the verb has a Before for v.
func (t *Type[S]) looks(verb Verb, v *S) bool {
	return t.Before != nil && (t.BeforeIf == nil || t.BeforeIf(verb, v))
}

// call sends one message for v and waits for its result.
func (t *Type[S]) call(ctx context.Context, s *Scope, verb Verb, v *S, st *step, reply func(Ref)) error {
	e := s.encoder(ctx, nil)
	defer e.done()
	m := t.message(verb, st)
	err := t.encode(e, &m, v, st)
	if err != nil {
		return explain(err, verb, t.Ref(v), m.table, nil, m.family)
	}
	if t.Echo && reply != nil && (verb == Add || verb == Append || verb == Replace) && t.open(v) {
		m.flags |= unix.NLM_F_ECHO
	}
	body, _ := e.W.Bytes()
	onReply := t.answers(ctx, s, verb, &m, reply)
	req := nl.Request{Proto: t.Proto, Type: m.typ, Flags: m.flags, Body: body}
	err = s.conn.Call(ctx, &req, onReply)
	if errors.Is(err, unix.EEXIST) && verb == Add && t.Doubt != nil {
		var exists bool
		if exists, err = t.exists(ctx, s, v, err); !exists {
			req.Flags &^= unix.NLM_F_EXCL
			if t.Fills != 0 {
				req.Type = t.Fills
			}
			err = s.conn.Call(ctx, &req, onReply)
		}
	}
	if err != nil {
		return blame(t.Schema.Table, explain(err, verb, t.Ref(v), m.table, body, m.family), st)
	}
	return nil
}

// exists checks the kernel's word that v is there already; err is that word.
func (t *Type[S]) exists(ctx context.Context, s *Scope, v *S, err error) (bool, error) {
	same, readErr := t.Doubt(ctx, t, s, v)
	if readErr != nil {
		return true, errors.Join(err, readErr)
	}
	return same, err
}

// answers is what reads the object that comes back, or nil if none does.
func (t *Type[S]) answers(ctx context.Context, s *Scope, verb Verb, m *message, reply func(Ref)) func(nl.Message) error {
	if verb == Call && t.Answer != nil {
		return t.Answer.(decoding).decoder(ctx, s, m.family, reply)
	}
	if reply != nil && (verb == Get || verb == Lookup || m.flags&unix.NLM_F_ECHO != 0) {
		return t.decoder(ctx, s, m.family, reply)
	}
	return nil
}

// decoding is a family whose objects come in messages.
type decoding interface {
	decoder(ctx context.Context, s *Scope, family byte, reply func(Ref)) func(nl.Message) error
}

// decoder reads the answer to a get, or an echo.
func (t *Type[S]) decoder(ctx context.Context, s *Scope, family byte, reply func(Ref)) func(nl.Message) error {
	return func(m nl.Message) error {
		if m.Type != t.replyType() {
			return nil
		}
		d := attr.Dec{Family: family, DevName: s.devs.namer(ctx).of}
		got := new(S)
		if err := t.Schema.Decode(&d, got, m.Body); err != nil {
			return err
		}
		reply(t.Ref(got))
		return nil
	}
}

// open reports whether v leaves something for the kernel to choose.
func (t *Type[S]) open(v *S) bool {
	for i := range t.Schema.Fields() {
		if t.Schema.Fields()[i].Chosen && !t.Schema.IsSet(attr.To(v), i) {
			return true
		}
	}
	return false
}

// message is what an encoded message needs besides its body.
type message struct {
	typ, flags uint16
	only       attr.Access
	table      *attr.Table
	req        *Request
	family     byte
}

// words appends what goes with each message.
func (r *Request) words(w *wire.Writer) {
	for _, also := range r.Also {
		if also.Since == (attr.Release{}) || !running().Before(also.Since) {
			w.Uint32(also.Number, also.Value)
		}
	}
}

// message chooses the request for a verb, or for one step of it.
func (t *Type[S]) message(verb Verb, st *step) message {
	req, only := &t.Requests[verb], verb.access()
	if st != nil && st.n > 0 { // what follows a creation is a change
		req, only = &t.Requests[Set], attr.Change
	}
	if req.Only != 0 {
		only = req.Only
	}
	m := message{req.Type, req.Flags, only, t.Schema.Table, req, 0}
	if st != nil && st.via != 0 {
		m.typ, m.flags = st.via, unix.NLM_F_CREATE|unix.NLM_F_EXCL|unix.NLM_F_APPEND
		if st.removes {
			m.flags = 0
		}
	}
	if req.Table != nil {
		m.table = req.Table
	}
	return m
}

// encode appends the body of one message to the encoder's writer.
func (t *Type[S]) encode(e *encoder, m *message, v *S, st *step) error {
	e.Only, e.Skip, e.Family = m.only, nil, t.Family
	if st != nil && st.take != nil {
		e.Skip = func(f *attr.Field) bool { return !st.take(f) && f.Access&attr.Key == 0 }
	}
	err := m.table.Encode(&e.Enc, attr.To(t.part(v, st)))
	m.req.words(e.W)
	m.family = e.Family
	return err
}

// complete adds to a change all that is there and v does not name.
func (t *Type[S]) complete(ctx context.Context, s *Scope, v *S) error {
	have, err := t.Get(ctx, s, keyOf(t, v))
	if err != nil {
		return err
	}
	t.Schema.FillResent(attr.To(v), attr.To(have))
	t.Schema.Merge(attr.To(v), attr.To(have), func(f *attr.Field) bool { return f.Access&(attr.Create|attr.Key) != 0 })
	return nil
}

// resend completes a change with the present values of what the kernel would
// reset.
func (t *Type[S]) resend(ctx context.Context, s *Scope, v *S) error {
	have, err := t.Get(ctx, s, keyOf(t, v))
	if err != nil {
		return err
	}
	t.Schema.FillResent(attr.To(v), attr.To(have))
	return nil
}
