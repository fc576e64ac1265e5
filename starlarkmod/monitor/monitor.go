// Package monitor prints what the kernel tells of changes, as it comes.
package monitor

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/netlark/netlark/netlinkcore/nl"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/starlarkmod/module"
	"github.com/netlark/netlark/starlarkmod/script"
	"github.com/netlark/netlark/starlarkmod/value"
)

// A Monitor prints the changes of several namespaces, a line each. Its methods
// may be called by several goroutines.
type Monitor struct {
	Out      io.Writer
	Families []object.Family
	JSON     bool
	Named    bool // tell the namespace of each change

	mu  sync.Mutex
	err error // of Out
}

// A line is one change, as JSON.
type line struct {
	NetNS  string        `json:"netns"`
	Event  string        `json:"event"`
	Family string        `json:"family"`
	Object *value.Object `json:"object"`
}

// Watch prints the changes of one namespace until ctx ends, or the namespace
// does. ready, which may be nil, is called when all that changes from then on is
// told.
func (m *Monitor) Watch(ctx context.Context, t *module.Target, ready func()) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var all sync.WaitGroup
	var started sync.WaitGroup
	for _, f := range m.Families {
		started.Add(1)
		all.Go(func() {
			err := m.watchOne(ctx, t, f, started.Done)
			if err != nil && ctx.Err() == nil {
				cancel(fmt.Errorf("%s: %w", f.Name(), err))
			}
		})
	}
	started.Wait()
	if ready != nil && ctx.Err() == nil {
		ready()
	}
	all.Wait()
	if err := context.Cause(ctx); !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// watchOne prints the changes of one family.
func (m *Monitor) watchOne(ctx context.Context, t *module.Target, f object.Family, started func()) error {
	once := sync.OnceFunc(started)
	defer once()
	w, err := f.Watch(ctx, t.Scope, f.New())
	if err != nil {
		if object.Code(err) == "unsupported" { // this kernel lacks it: nothing will change
			return nil
		}
		return err
	}
	defer w.Close()
	for {
		e, err := w.Next(ctx)
		switch {
		case err != nil && (ctx.Err() != nil || errors.Is(err, nl.ErrClosed)):
			return nil
		case err != nil:
			return err
		case e.What == object.Synced:
			once()
		case e.What != object.Present:
			if err := m.print(t.Name, f, e); err != nil {
				return err
			}
		}
	}
}

// print writes one change.
func (m *Monitor) print(netns string, f object.Family, e object.Event) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.err != nil {
		return m.err
	}
	l := line{NetNS: netns, Event: e.What.String(), Family: f.Name()}
	if !e.Object.IsZero() {
		o := value.OfRef(e.Object)
		l.Object = &o
	}
	if m.JSON {
		m.err = json.NewEncoder(m.Out).Encode(l)
		return m.err
	}
	where := ""
	if m.Named {
		where = "[" + netns + "] "
	}
	what := l.Family + ": the kernel dropped events; what they would have told follows"
	if l.Object != nil {
		what = l.Object.String()
	}
	_, m.err = fmt.Fprintln(m.Out, script.Escape(fmt.Sprintf("%s%-4s %s", where, l.Event, what)))
	return m.err
}
