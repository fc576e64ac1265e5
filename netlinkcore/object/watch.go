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
func (t *Type[S]) CanWatch() bool { return t.Events != nil && (t.Can(List) || t.Passing) }

// Watch tells of the objects that filter, which may be empty, covers: first of
// those that are there, then of changes. The kernel keeps changes from now on.
func (t *Type[S]) Watch(ctx context.Context, s *Scope, filter Ref) (Watcher, error) {
	sub, err := s.conn.Subscribe(ctx, t.Proto, t.Events, false)
	if err != nil {
		return nil, err
	}
	w := &watch[S]{t: t, s: s, sub: sub, known: map[string]*S{}, filter: *attr.From[S](t.Schema.Clone(filter.p))}
	w.prepare()
	if err := w.list(ctx, Present); err != nil {
		return nil, errors.Join(err, sub.Close())
	}
	w.queue = append(w.queue, Event{What: Synced})
	return w, nil
}

// A watch is a Watcher of one family.
type watch[S any] struct {
	t      *Type[S]
	s      *Scope
	sub    *nl.Subscription
	filter S
	want   S             // the filter as messages are compared with it
	named  []int         // its attributes
	known  map[string]*S // what is there, as far as it was told
	queue  []Event
	stale  bool // events were lost
}

// prepare makes of the filter what messages are compared with.
func (w *watch[S]) prepare() {
	w.want = *attr.From[S](w.t.Schema.Clone(attr.To(&w.filter)))
	if w.t.Fill != nil {
		w.t.Fill(List, &w.want)
	}
	for _, i := range setIn(w.t.Schema.Table, attr.To(&w.want)) {
		if w.t.Schema.Fields()[i].Access&attr.Report != 0 {
			w.named = append(w.named, i)
		}
	}
}

// identity tells what is watched apart. What has names and numbers keeps its
// number when it is renamed; so do devices, and those that are gone have no name.
func (w *watch[S]) identity(v *S) string {
	if w.t.Schema.Naming() >= 0 {
		return w.t.Schema.Get(attr.To(v), w.t.Schema.Lookup("index")).String()
	}
	numbered := *v
	for _, i := range w.t.Schema.Keys() {
		w.t.Schema.ForgetName(attr.To(&numbered), i)
	}
	return w.t.Identity(w.t.Ref(&numbered))
}

// list reads all and tells of what is not known, as what, and of what is gone.
func (w *watch[S]) list(ctx context.Context, what What) error {
	w.stale = false
	if w.t.Passing {
		return nil
	}
	list, err := w.t.Collect(ctx, w.s, &w.filter)
	if err != nil && (what == Present || !errors.Is(err, ErrNoDevice)) { // with a device its objects go
		return err
	}
	gone := w.known
	w.known = make(map[string]*S, len(list))
	for _, v := range list {
		w.tell(what, gone, v)
	}
	for _, v := range gone {
		w.queue = append(w.queue, Event{Gone, w.t.Ref(v)})
	}
	return nil
}

// tell takes an object that is there out of those that were, and tells of it if
// it was not, or is another now.
func (w *watch[S]) tell(what What, were map[string]*S, v *S) {
	id := w.identity(v)
	old := were[id]
	delete(were, id)
	w.known[id] = v
	if old == nil || !w.t.Schema.Equal(attr.To(old), attr.To(v)) {
		w.queue = append(w.queue, Event{what, w.t.Ref(v)})
	}
}

// Next returns the next event.
func (w *watch[S]) Next(ctx context.Context) (Event, error) {
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
func (w *watch[S]) Known() int { return len(w.known) }

// Close ends the watch; a waiting Next returns nl.ErrClosed.
func (w *watch[S]) Close() error { return w.sub.Close() }

// hear takes one message of the kernel.
func (w *watch[S]) hear(ctx context.Context, m nl.Message) error {
	t := w.t
	there := m.Type == t.replyType() || slices.Contains(t.Changed, m.Type)
	gone := !there && m.Type == t.Requests[Delete].Type
	switch {
	case t.AllGone != 0 && m.Type == t.AllGone:
		w.stale = true
		return nil
	case !there && !gone || len(m.Body) == 0 || t.Proto == unix.NETLINK_ROUTE && t.OfBridges != (m.Body[0] == unix.AF_BRIDGE):
		return nil
	}
	table := t.Schema.Table
	if gone && t.GoneAs != nil {
		table = t.GoneAs
	}
	d := attr.Dec{DevName: w.s.devs.namer(ctx).of}
	return table.Each(m.Body, func(body []byte) error {
		p := table.New()
		if err := table.Decode(&d, p, body); err != nil {
			return err
		}
		w.told(there, attr.From[S](p))
		return nil
	})
}

// told takes what an event tells of, and what that stands for.
func (w *watch[S]) told(there bool, v *S) {
	t := w.t
	if t.Spread == nil {
		w.consider(there, v)
		return
	}
	for one := range t.Spread(*v) {
		w.consider(there, &one)
	}
}

// consider takes one object that was made or changed, or is gone.
func (w *watch[S]) consider(there bool, v *S) {
	t := w.t
	w.stale = w.stale || there && t.Unsettles != nil && t.Unsettles(v)
	if (t.Skip == nil || !t.Skip(&w.want, v)) && !t.isNoise(&w.want, v) {
		w.changed(there, v)
	}
}

// changed takes an object that was made or changed, or is gone.
func (w *watch[S]) changed(there bool, v *S) {
	t := w.t
	covered := t.agree(&w.want, v, w.named)
	if t.Passing {
		if covered {
			w.queue = append(w.queue, Event{New, t.Ref(v)})
		}
		return
	}
	id := w.identity(v)
	switch old := w.known[id]; {
	case there && covered:
		w.tell(New, w.known, v)
	case old != nil:
		delete(w.known, id)
		w.queue = append(w.queue, Event{Gone, t.Ref(old)}) // the message may have less, as a device's name
	}
}
