package object

import (
	"context"
	"errors"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/nl"
	"github.com/netlark/netlark/netlinkcore/wire"
)

// A Batch sends many changes in few system calls, in order, save that devices are made
// before what is added to earlier ones (see held). The kernel does not stop at a
// refusal: what stands after it in the same send is done as well. A Batch is for one
// goroutine.
type Batch struct {
	s      *Scope
	failed func(note any, err error)
	proto  int
	nl     *nl.Batch
	enc    *encoder
	queued []queued // messages of nl in order, from index first on
	first  int
	sent   int    // by batches of other protocols
	calls  []call // in the namespace, after the messages
	held   []held // before the calls
	frees  bool   // held is being encoded
}

// A call is a change that is no message.
type call struct {
	fn   func(v *Visit) error
	note any
}

// queued is a message on its way: enough to explain its refusal.
type queued struct {
	verb  Verb
	ref   Ref
	step  *step
	note  any
	spare bool // ref is of no use to anybody after this message
}

// A refuser explains the refusal of a message that was queued.
type refuser interface {
	refused(b *Batch, q *queued, err error) error
}

// Batch returns an empty batch. failed is told of each change that the kernel
// refuses, with the note that was queued with it.
func (s *Scope) Batch(failed func(note any, err error)) *Batch {
	b := &Batch{s: s, failed: failed, proto: -1, enc: newEncoder(s)}
	b.enc.batch = b
	return b
}

// Flush sends what waits and returns when all results are known. Refusals go
// to the batch's function; the error is the transport's.
func (b *Batch) Flush(ctx context.Context) error {
	if err := b.release(ctx); err != nil {
		return err
	}
	if err := b.flush(ctx); err != nil {
		return err
	}
	return b.make()
}

// flush sends the messages that wait.
func (b *Batch) flush(ctx context.Context) error {
	if b.nl == nil {
		return nil
	}
	err := b.nl.Flush(ctx)
	b.forget()
	return err
}

// Call queues a change that is no message: fn makes it, on a thread that is in
// the namespace. Going there costs more than many a change: calls in a row are
// made together.
func (b *Batch) Call(ctx context.Context, fn func(v *Visit) error, note any) error {
	if b.Waiting() > 0 {
		if err := b.Flush(ctx); err != nil {
			return err
		}
	}
	b.calls = append(b.calls, call{fn, note})
	if len(b.calls) < maxCalls {
		return nil
	}
	return b.make()
}

// maxCalls bounds how long a thread stays in a namespace.
const maxCalls = 128

// make makes the calls that wait.
func (b *Batch) make() error {
	if len(b.calls) == 0 {
		return nil
	}
	calls := b.calls
	b.calls = b.calls[:0]
	failed := make([]error, len(calls))
	err := b.s.Visit(func(v *Visit) error {
		for i, c := range calls {
			failed[i] = c.fn(v)
		}
		return nil
	})
	for i, c := range calls {
		if failed[i] != nil {
			b.failed(c.note, failed[i])
		}
	}
	return err
}

// forget drops what is known to be done.
func (b *Batch) forget() {
	done := b.nl.Sent() - b.first
	if done == 0 {
		return
	}
	for i := range b.queued[:done] {
		if q := &b.queued[i]; q.spare {
			q.ref.Table().Return(q.ref.p)
		}
	}
	n := copy(b.queued, b.queued[done:])
	clear(b.queued[n:])
	b.queued, b.first = b.queued[:n], b.first+done
	if n == 0 {
		b.enc.release()
	}
}

// Drop waits for the results of what was sent, and forgets what was not.
func (b *Batch) Drop() (n int, err error) {
	n = len(b.calls) + len(b.held)
	b.calls, b.held = b.calls[:0], nil
	if b.nl == nil {
		return n, nil
	}
	dropped, err := b.nl.Drop()
	n += dropped
	b.queued = b.queued[:0]
	b.first = b.nl.Sent()
	b.enc.release()
	return n, err
}

func (b *Batch) use(ctx context.Context, proto int, small bool) error {
	if b.nl != nil && b.proto == proto && len(b.calls) == 0 {
		return nil
	}
	if err := b.Flush(ctx); err != nil {
		return err
	}
	b.sent = b.Sent()
	b.proto, b.first, b.queued = proto, 0, b.queued[:0]
	b.nl = b.s.conn.Batch(proto, b.result)
	if small {
		b.nl.Limit(64, 4096)
	}
	return nil
}

func (b *Batch) result(i int, err error) {
	q := &b.queued[i-b.first]
	if r, ok := q.ref.Family.(refuser); ok {
		err = r.refused(b, q, err)
	}
	b.failed(q.note, err)
}

// refused encodes the message anew, as the batch's own copy is gone, to find
// the attribute that the kernel points at.
func (t *core) refused(b *Batch, q *queued, err error) error {
	var w wire.Writer
	e := b.s.encoder(context.Background(), &w)
	defer e.done()
	m := t.message(q.verb, q.step)
	_ = t.encode(e, &m, q.ref.p, q.step) // it could be encoded before
	body, _ := w.Bytes()
	return blame(t.table, explain(err, q.verb, q.ref, m.table, body, m.family), q.step)
}

// Queue encodes a change and sends it with the others. An error before sending
// is returned; what the kernel says comes to the batch's function.
func (t *core) Queue(ctx context.Context, b *Batch, verb Verb, r Ref, note any) error {
	if err := b.use(ctx, t.proto, t.smallSends); err != nil {
		return err
	}
	if t.waitsFor(b, verb, r.p) {
		if err := b.Flush(ctx); err != nil {
			return err
		}
	}
	v := t.table.Borrow(r.p)
	if t.actOf(verb, v) != nil { // which does not wait with others
		if err := b.Flush(ctx); err != nil {
			return err
		}
		_, err := t.carryOut(ctx, b.s, verb, v, true)
		return err
	}
	if err := t.prepare(ctx, b.s, verb, v); err != nil {
		return err
	}
	steps, err := t.reduce(ctx, b.s, verb, v, stepsOf(t.table, verb, v))
	if err != nil {
		return err
	}
	for i := range steps {
		if i > 0 && t.find != nil {
			if err := b.Flush(ctx); err != nil {
				return err
			}
			if err := t.find(ctx, b.s, v); err != nil {
				return err
			}
		}
		if err := t.queueOne(ctx, b, verb, v, &steps[i], note); err != nil {
			return err
		}
		if i < len(steps)-1 && moving(t.table, v, &steps[i]) {
			return t.queueThere(ctx, b, verb, v, steps[i+1:])
		}
	}
	return t.queueAlong(ctx, b, verb, v, note)
}

// queueAlong changes what came along with v: where v is in the batch's
// namespace too, as one more change of the batch.
func (t *core) queueAlong(ctx context.Context, b *Batch, verb Verb, v attr.Ptr, note any) error {
	if t.along == nil || verb != Add {
		return nil
	}
	ns, rest := t.along(v)
	if rest.IsNil() {
		return nil
	}
	if !ns.IsSet() {
		return b.hold(ctx, note, func(ctx context.Context) error { return t.Queue(ctx, b, Set, t.ref(rest), note) })
	}
	if err := b.Flush(ctx); err != nil {
		return err
	}
	return t.changeAlong(ctx, b.s, verb, v)
}

// queueThere sends the rest of a call for what moved to another namespace; a
// batch is for one.
func (t *core) queueThere(ctx context.Context, b *Batch, verb Verb, v attr.Ptr, steps []step) error {
	if err := b.Flush(ctx); err != nil {
		return err
	}
	there, done, err := t.follow(b.s, v)
	if err != nil {
		return err
	}
	defer done()
	if err := t.find(ctx, there, v); err != nil {
		return err
	}
	_, leave, _, err := t.send(ctx, there, verb, v, steps, nil)
	leave()
	return err
}

// errWaits says that a device is not known yet, since what makes it may wait.
var errWaits = errors.New("device may be among what waits")

func (t *core) queueOne(ctx context.Context, b *Batch, verb Verb, v attr.Ptr, st *step, note any) error {
	if b.holds() && !t.overtakes(verb, v) {
		return b.hold(ctx, note, func(ctx context.Context) error { return t.queueOne(ctx, b, verb, v, st, note) })
	}
	m := t.message(verb, st)
	b.enc.ctx, b.enc.W = ctx, b.nl.Begin(m.typ, m.flags)
	err := t.encode(b.enc, &m, v, st)
	if errors.Is(err, errWaits) {
		b.nl.Abort()
		if t.canWait(verb) && !b.frees {
			return b.hold(ctx, note, func(ctx context.Context) error { return t.queueOne(ctx, b, verb, v, st, note) })
		}
		if err := b.Flush(ctx); err != nil {
			return err
		}
		return t.queueOne(ctx, b, verb, v, st, note)
	}
	if err != nil {
		b.nl.Abort()
		return explain(err, verb, t.ref(v), m.table, nil, m.family)
	}
	b.queued = append(b.queued, queued{verb, t.ref(v), st, note, t.along == nil && !t.table.IsStaged()})
	err = b.nl.End(ctx)
	b.forget()
	return err
}

// Waiting returns how many messages are not known to be done.
func (b *Batch) Waiting() int {
	if b.nl == nil {
		return 0
	}
	return b.nl.Len() + len(b.held)
}

// Sent returns how many messages were sent, refused ones included.
func (b *Batch) Sent() int {
	if b.nl == nil {
		return 0
	}
	return b.sent + b.nl.Sent()
}

// Scope returns the namespace that the batch is for.
func (b *Batch) Scope() *Scope { return b.s }
