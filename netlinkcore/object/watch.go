package object

import (
	"context"
	"errors"
	"slices"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/nl"
)

// What an Event says.
type What uint8

// Events.
const (
	Present What = iota // the object was there when the watch began
	Synced              // all that was there has been told
	New                 // made, or changed
	Gone                // removed, or changed so that the filter does not cover it
	Overrun             // the kernel dropped events; what they would have told follows
)

var whatNames = [...]string{"present", "synced", "new", "gone", "overrun"}

// String returns the word that scripts see.
func (w What) String() string { return whatNames[w] }

// An Event is a change of an object that is watched. Object is none for Synced
// and Overrun.
type Event struct {
	What   What
	Object Ref
}

// A Watcher tells of changes. It is for one goroutine, but for Close.
type Watcher interface {
	// Next returns the next event, waiting for it until ctx ends.
	Next(ctx context.Context) (Event, error)
	// Known is how many objects there are, as far as events have told.
	Known() int
	Close() error
}

// CanWatch reports whether the kernel tells of the family's changes.
func (t *core) CanWatch() bool { return t.events != nil && (t.Can(List) || t.passing) }

// Watch tells of the objects that filter, which may be empty, covers: first of
// those that are there, then of changes. The kernel keeps changes from now on.
func (t *core) Watch(ctx context.Context, s *Scope, filter Ref) (Watcher, error) {
	sub, err := s.conn.Subscribe(ctx, t.proto, t.events, false)
	if err != nil {
		return nil, err
	}
	w := &watch{t: t, s: s, sub: sub, known: map[string]attr.Ptr{}, filter: t.table.Clone(filter.p)}
	w.prepare()
	if err := w.list(ctx, Present); err != nil {
		return nil, errors.Join(err, sub.Close())
	}
	w.queue = append(w.queue, Event{What: Synced})
	return w, nil
}

// A watch is a Watcher of one family.
type watch struct {
	t      *core
	s      *Scope
	sub    *nl.Subscription
	filter attr.Ptr
	want   attr.Ptr            // the filter as messages are compared with it
	named  []int               // its attributes
	known  map[string]attr.Ptr // what is there, as far as it was told
	queue  []Event
	stale  bool // events were lost
}

// prepare makes of the filter what messages are compared with.
func (w *watch) prepare() {
	w.want = w.t.table.Clone(w.filter)
	if w.t.fill != nil {
		w.t.fill(List, w.want)
	}
	for _, i := range setIn(w.t.table, w.want) {
		if w.t.table.Fields()[i].Access&attr.Report != 0 {
			w.named = append(w.named, i)
		}
	}
}

// identity tells what is watched apart. What has names and numbers keeps its
// number when it is renamed; so do devices, and those that are gone have no name.
func (w *watch) identity(v attr.Ptr) string {
	if w.t.table.Naming() >= 0 {
		return w.t.table.Get(v, w.t.table.Lookup("index")).String()
	}
	numbered := w.t.table.Clone(v)
	for _, i := range w.t.table.Keys() {
		w.t.table.ForgetName(numbered, i)
	}
	return w.t.Identity(w.t.ref(numbered))
}

// list reads all and tells of what is not known, as what, and of what is gone.
func (w *watch) list(ctx context.Context, what What) error {
	w.stale = false
	if w.t.passing {
		return nil
	}
	list, err := w.t.collect(ctx, w.s, w.filter)
	if err != nil && (what == Present || !errors.Is(err, ErrNoDevice)) { // with a device its objects go
		return err
	}
	gone := w.known
	w.known = make(map[string]attr.Ptr, len(list))
	for _, v := range list {
		w.tell(what, gone, v)
	}
	for _, v := range gone {
		w.queue = append(w.queue, Event{Gone, w.t.ref(v)})
	}
	return nil
}

// tell takes an object that is there out of those that were, and tells of it if
// it was not, or is another now.
func (w *watch) tell(what What, were map[string]attr.Ptr, v attr.Ptr) {
	id := w.identity(v)
	old := were[id]
	delete(were, id)
	w.known[id] = v
	if old.IsNil() || !w.t.table.Equal(old, v) {
		w.queue = append(w.queue, Event{what, w.t.ref(v)})
	}
}

// Next returns the next event.
func (w *watch) Next(ctx context.Context) (Event, error) {
	for {
		if len(w.queue) > 0 {
			e := w.queue[0]
			w.queue = w.queue[1:]
			return e, nil
		}
		if w.stale {
			if err := w.list(ctx, New); err != nil {
				return Event{}, err
			}
			continue
		}
		m, err := w.sub.Next(ctx)
		switch {
		case errors.Is(err, nl.ErrOverrun):
			w.stale = true
			return Event{What: Overrun}, nil
		case err != nil:
			return Event{}, err
		}
		if err := w.hear(ctx, m); err != nil {
			return Event{}, err
		}
	}
}

// Known is how many objects there are.
func (w *watch) Known() int { return len(w.known) }

// Close ends the watch; a waiting Next returns nl.ErrClosed.
func (w *watch) Close() error { return w.sub.Close() }

// hear takes one message of the kernel.
func (w *watch) hear(ctx context.Context, m nl.Message) error {
	t := w.t
	there := m.Type == t.replyType() || slices.Contains(t.changed, m.Type)
	gone := !there && m.Type == t.requests[Delete].Type
	switch {
	case t.allGone != 0 && m.Type == t.allGone:
		w.stale = true
		return nil
	case !there && !gone || len(m.Body) == 0 || t.proto == unix.NETLINK_ROUTE && t.ofBridges != (m.Body[0] == unix.AF_BRIDGE):
		return nil
	}
	table := t.table
	if gone && t.goneAs != nil {
		table = t.goneAs
	}
	d := attr.Dec{DevName: w.s.devs.namer(ctx).of}
	return table.Each(m.Body, func(body []byte) error {
		p := table.New()
		if err := table.Decode(&d, p, body); err != nil {
			return err
		}
		w.told(there, p)
		return nil
	})
}

// told takes what an event tells of, and what that stands for.
func (w *watch) told(there bool, v attr.Ptr) {
	t := w.t
	if t.spread == nil {
		w.consider(there, v)
		return
	}
	for one := range t.spread(v) {
		w.consider(there, one)
	}
}

// consider takes one object that was made or changed, or is gone.
func (w *watch) consider(there bool, v attr.Ptr) {
	t := w.t
	w.stale = w.stale || there && t.unsettles != nil && t.unsettles(v)
	if (t.skip == nil || !t.skip(w.want, v)) && !t.isNoise(w.want, v) {
		w.changed(there, v)
	}
}

// changed takes an object that was made or changed, or is gone.
func (w *watch) changed(there bool, v attr.Ptr) {
	t := w.t
	covered := t.agree(w.want, v, w.named)
	if t.passing {
		if covered {
			w.queue = append(w.queue, Event{New, t.ref(v)})
		}
		return
	}
	id := w.identity(v)
	switch old := w.known[id]; {
	case there && covered:
		w.tell(New, w.known, v)
	case !old.IsNil():
		delete(w.known, id)
		w.queue = append(w.queue, Event{Gone, t.ref(t.table.TakeParting(old, v))}) // the message may have less, as a device's name
	}
}
