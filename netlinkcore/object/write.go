package object

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/nl"
	"github.com/netlark/netlark/netlinkcore/wire"
)

// Do carries out a verb that changes something. A call that takes several
// messages is one step: if a later one fails, what the first made is removed
// and what a Set changed is set back.
func (t *core) Do(ctx context.Context, s *Scope, verb Verb, r Ref) (Ref, error) {
	if !t.Can(verb) || verb.Reads() {
		return Ref{}, fmt.Errorf("%s has no %s", t.Name(), verb)
	}
	return t.carryOut(ctx, s, verb, t.table.Clone(r.p), true)
}

// do is Do for callers that have no use for the key.
func (t *core) do(ctx context.Context, s *Scope, verb Verb, v attr.Ptr) error {
	if !t.Can(verb) {
		return fmt.Errorf("%s has no %s", t.Name(), verb)
	}
	p := t.table.Borrow(v)
	defer t.table.Return(p)
	_, err := t.carryOut(ctx, s, verb, p, true)
	return err
}

// carryOut changes v on the way. A call of several messages is undone when one
// fails, unless it undoes something itself.
func (t *core) carryOut(ctx context.Context, s *Scope, verb Verb, v attr.Ptr, undone bool) (Ref, error) {
	if a := t.actOf(verb, v); a != nil {
		return t.perform(ctx, s, verb, v, a, undone)
	}
	err := t.prepare(ctx, s, verb, v)
	if err != nil {
		return Ref{}, err
	}
	if verb == Call {
		return t.ask(ctx, s, v)
	}
	steps, err := t.reduce(ctx, s, verb, v, stepsOf(t.table, verb, v))
	if err != nil {
		return Ref{}, err
	}
	key := t.ref(v)
	var echo func(Ref)
	if t.echo {
		echo = func(echo Ref) {
			t.table.Merge(key.p, echo.p, func(f *attr.Field) bool { return f.Access&attr.Key != 0 || f.Chosen })
		}
	}
	if len(steps) == 1 && (t.along == nil || verb != Add) { // as most are
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
func (t *core) ask(ctx context.Context, s *Scope, v attr.Ptr) (answer Ref, err error) {
	err = t.call(ctx, s, Call, v, nil, func(r Ref) { answer = r })
	return answer, err
}

// takeSteps carries out a call of several messages.
func (t *core) takeSteps(ctx context.Context, s *Scope, verb Verb, v attr.Ptr, steps []step, echo func(Ref), undone bool) error {
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
		err = t.changeAlong(ctx, s, verb, v)
	}
	if err != nil && sent > 0 {
		return errors.Join(err, undo(ctx, at))
	}
	return err
}

// send sends the messages of a call, in order: sent of them were taken. What
// moves to another namespace is followed there: at, until leave is called.
func (t *core) send(ctx context.Context, s *Scope, verb Verb, v attr.Ptr, steps []step, echo func(Ref)) (at *Scope, leave func(), sent int, err error) {
	at, leave = s, func() {}
	for i := range steps {
		if i > 0 && t.find != nil {
			if err = t.find(ctx, at, v); err != nil {
				return at, leave, i, err
			}
		}
		if err = t.call(ctx, at, verb, v, &steps[i], echo); err != nil {
			return at, leave, i, err
		}
		if i == len(steps)-1 || !moving(t.table, v, &steps[i]) {
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
func (t *core) changeAlong(ctx context.Context, s *Scope, verb Verb, v attr.Ptr) error {
	if t.along == nil || verb != Add {
		return nil
	}
	ns, rest := t.along(v)
	if rest.IsNil() {
		return nil
	}
	there, done, err := s.other(ns)
	if err != nil {
		return err
	}
	defer done()
	return t.do(ctx, there, Set, rest)
}

// asItWas is the key of AsItWas in a context.
type asItWas struct{}

// AsItWas returns a context for calls that give back what was there: a device
// gets its name again, though nobody may give a new one such a name.
func AsItWas(ctx context.Context) context.Context { return context.WithValue(ctx, asItWas{}, true) }

// prepare fills in what the verb implies, and refuses what is known to be wrong.
func (t *core) prepare(ctx context.Context, s *Scope, verb Verb, v attr.Ptr) error {
	if verb == Delete { // an object that was read names itself, whatever it has counted since
		t.table.Forget(v)
	}
	if t.fill != nil {
		t.fill(verb, v)
	}
	if err := t.table.Check(v); err != nil {
		return explain(err, verb, t.ref(v), t.table, nil, 0)
	}
	if verb == Set {
		if path := t.table.Fixed(v); path != "" {
			return &AttributeError{Code: "immutable", Path: path, Err: errors.New("the kernel cannot change it after creation")}
		}
	}
	if path, needs := t.table.Newer(v, running()); path != "" {
		return &AttributeError{Code: "unsupported", Path: path, Err: fmt.Errorf("needs Linux %s, and this is %s", needs, running())}
	}
	if t.check != nil && ctx.Value(asItWas{}) == nil {
		if err := t.check(verb, v); err != nil {
			return err
		}
	}
	if t.resolve != nil {
		if err := t.resolve(ctx, s, verb, v); err != nil {
			return err
		}
	}
	if t.find != nil && (verb == Set || verb == Delete) {
		if err := t.find(ctx, s, v); err != nil {
			return err
		}
	}
	if t.looks(verb, v) {
		if err := t.before(ctx, s, verb, v); err != nil {
			return err
		}
	}
	if verb == Set && t.complete {
		return t.completed(ctx, s, v)
	}
	if verb == Set && t.table.Resends(v) {
		return t.resend(ctx, s, v)
	}
	return nil
}

// looks reports whether the verb has a Before for v.
func (t *core) looks(verb Verb, v attr.Ptr) bool {
	return t.before != nil && (t.beforeIf == nil || t.beforeIf(verb, v))
}

// call sends one message for v and waits for its result.
func (t *core) call(ctx context.Context, s *Scope, verb Verb, v attr.Ptr, st *step, reply func(Ref)) error {
	e := s.encoder(ctx, nil)
	defer e.done()
	m := t.message(verb, st)
	err := t.encode(e, &m, v, st)
	if err != nil {
		return explain(err, verb, t.ref(v), m.table, nil, m.family)
	}
	if t.echo && reply != nil && (verb == Add || verb == Append || verb == Replace) && t.open(v) {
		m.flags |= unix.NLM_F_ECHO
	}
	body, _ := e.W.Bytes()
	onReply := t.answers(ctx, s, verb, &m, reply)
	req := nl.Request{Proto: t.proto, Type: m.typ, Flags: m.flags, Body: body}
	err = s.conn.Call(ctx, &req, onReply)
	if errors.Is(err, unix.EEXIST) && verb == Add && t.doubt != nil {
		var exists bool
		if exists, err = t.exists(ctx, s, v, err); !exists {
			req.Flags &^= unix.NLM_F_EXCL
			if t.fills != 0 {
				req.Type = t.fills
			}
			err = s.conn.Call(ctx, &req, onReply)
		}
	}
	if err != nil {
		return blame(t.table, explain(err, verb, t.ref(v), m.table, body, m.family), st)
	}
	return nil
}

// exists checks the kernel's word that v is there already; err is that word.
func (t *core) exists(ctx context.Context, s *Scope, v attr.Ptr, err error) (bool, error) {
	same, readErr := t.doubt(ctx, s, v)
	if readErr != nil {
		return true, errors.Join(err, readErr)
	}
	return same, err
}

// answers is what reads the object that comes back, or nil if none does.
func (t *core) answers(ctx context.Context, s *Scope, verb Verb, m *message, reply func(Ref)) func(nl.Message) error {
	if verb == Call && t.answer != nil {
		return t.answer.(decoding).decoder(ctx, s, m.family, reply)
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
func (t *core) decoder(ctx context.Context, s *Scope, family byte, reply func(Ref)) func(nl.Message) error {
	return func(m nl.Message) error {
		if m.Type != t.replyType() {
			return nil
		}
		d := attr.Dec{Family: family, DevName: s.devs.namer(ctx).of}
		got := t.table.New()
		if err := t.table.Decode(&d, got, m.Body); err != nil {
			return err
		}
		reply(t.ref(got))
		return nil
	}
}

// open reports whether v leaves something for the kernel to choose.
func (t *core) open(v attr.Ptr) bool {
	for i := range t.table.Fields() {
		if t.table.Fields()[i].Chosen && !t.table.IsSet(v, i) {
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
func (t *core) message(verb Verb, st *step) message {
	req, only := &t.requests[verb], verb.access()
	if st != nil && st.n > 0 { // what follows a creation is a change
		req, only = &t.requests[Set], attr.Change
	}
	if req.Only != 0 {
		only = req.Only
	}
	m := message{req.Type, req.Flags, only, t.table, req, 0}
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
func (t *core) encode(e *encoder, m *message, v attr.Ptr, st *step) error {
	e.Only, e.Skip, e.Family = m.only, nil, t.family
	if st != nil && st.take != nil {
		e.Skip = func(f *attr.Field) bool { return !st.take(f) && f.Access&attr.Key == 0 }
	}
	err := m.table.Encode(&e.Enc, t.part(v, st))
	m.req.words(e.W)
	m.family = e.Family
	return err
}

// completed adds to a change all that is there and v does not name.
func (t *core) completed(ctx context.Context, s *Scope, v attr.Ptr) error {
	have, err := t.get(ctx, s, t.keyOf(v))
	if err != nil {
		return err
	}
	t.table.FillResent(v, have)
	t.table.Merge(v, have, func(f *attr.Field) bool { return f.Access&(attr.Create|attr.Key) != 0 })
	return nil
}

// resend completes a change with the present values of what the kernel would
// reset.
func (t *core) resend(ctx context.Context, s *Scope, v attr.Ptr) error {
	have, err := t.get(ctx, s, t.keyOf(v))
	if err != nil {
		return err
	}
	t.table.FillResent(v, have)
	return nil
}
