package module

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.starlark.net/starlark"
	"go.starlark.net/starlarkstruct"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/starlarkmod/script"
	"github.com/netlark/netlark/starlarkmod/value"
)

var watchMethod = &method{
	name: "watch", takes: attr.Report | attr.Key | attr.Filter,
	doc: "listen from now on to changes of those that match: %s. The value has next(timeout), take(n, timeout) and close()",
	run: func(th *starlark.Thread, c *methodCall) (starlark.Value, error) {
		ctx := script.Context(th)
		w, err := c.object.Family.Watch(ctx, c.target.Scope, c.object)
		if err != nil {
			return nil, err
		}
		for { // what is there, list tells
			e, err := w.Next(ctx)
			if err != nil {
				return nil, errors.Join(err, w.Close())
			}
			if e.What == object.Synced {
				break
			}
		}
		c.session.closers = append(c.session.closers, w)
		return newWatch(c.call.op, w), nil
	},
}

// A Watch is what a script has of a watch.
type Watch struct {
	op      string
	w       object.Watcher
	members starlark.StringDict
}

var _ starlark.HasAttrs = (*Watch)(nil)

func newWatch(op string, w object.Watcher) *Watch {
	v := &Watch{op: op, w: w}
	timeout := Param{Name: "timeout", Type: "time", Default: `"10s"`, Doc: "how long to wait"}
	v.members = starlark.StringDict{
		"next":  NewFunction(op+".next", "the next change, or None if none comes in time", 1, Fixed(timeout), v.next),
		"take":  NewFunction(op+".take", "the next changes as a list, fewer if they do not come in time", 2, Fixed(Param{Name: "n", Type: "number", Doc: "how many"}, timeout), v.take),
		"close": NewFunction(op+".close", "stop listening", 0, Fixed(), v.close),
	}
	return v
}

// String says what is watched.
func (v *Watch) String() string { return fmt.Sprintf("<%s>", v.op) }

// Type returns "watch".
func (v *Watch) Type() string { return "watch" }

// Freeze does nothing: a watch goes on.
func (v *Watch) Freeze() {}

// Truth is always true.
func (v *Watch) Truth() starlark.Bool { return true }

// Hash is not possible.
func (v *Watch) Hash() (uint32, error) { return 0, errors.New("unhashable: watch") }

// Attr returns a function.
func (v *Watch) Attr(name string) (starlark.Value, error) { return v.members[name], nil }

// AttrNames returns the names of the functions.
func (v *Watch) AttrNames() []string { return v.members.Keys() }

func (v *Watch) next(th *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var timeout starlark.Value
	if err := starlark.UnpackArgs(b.Name(), args, kwargs, "timeout??", &timeout); err != nil {
		return nil, err
	}
	ctx, cancel, err := bounded(th, timeout)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", b.Name(), err)
	}
	defer cancel()
	return v.event(th, ctx)
}

func (v *Watch) take(th *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var n int
	var timeout starlark.Value
	if err := starlark.UnpackArgs(b.Name(), args, kwargs, "n", &n, "timeout??", &timeout); err != nil {
		return nil, err
	}
	ctx, cancel, err := bounded(th, timeout)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", b.Name(), err)
	}
	defer cancel()
	var out []starlark.Value
	for len(out) < n {
		e, err := v.event(th, ctx)
		if err != nil {
			return nil, err
		}
		if e == starlark.None {
			break
		}
		out = append(out, e)
	}
	return starlark.NewList(out), nil
}

func (v *Watch) close(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	if err := starlark.UnpackArgs(b.Name(), args, kwargs); err != nil {
		return nil, err
	}
	return starlark.None, v.w.Close()
}

// bounded is the run's context with a time limit.
func bounded(th *starlark.Thread, timeout starlark.Value) (context.Context, func(), error) {
	limit := defaultWait
	if timeout != nil && timeout != starlark.None {
		d, err := script.Duration(timeout)
		if err != nil {
			return nil, nil, err
		}
		limit = d
	}
	ctx, cancel := context.WithTimeout(script.Context(th), max(limit, time.Millisecond))
	return ctx, cancel, nil
}

// event waits for a change; None if none comes in time.
func (v *Watch) event(th *starlark.Thread, ctx context.Context) (starlark.Value, error) {
	if s, err := sessionOf(th); err != nil {
		return nil, err
	} else if err := s.Sync(ctx); err != nil {
		return nil, err
	}
	e, err := v.w.Next(ctx)
	switch {
	case err != nil && errors.Is(err, context.DeadlineExceeded) && script.Context(th).Err() == nil:
		return starlark.None, nil
	case err != nil:
		return nil, err
	}
	return newEvent(e), nil
}

// newEvent is struct(event, object): "new", "gone", or "overrun", which has no
// object.
func newEvent(e object.Event) starlark.Value {
	var o starlark.Value = starlark.None
	if !e.Object.IsZero() {
		o = value.OfRef(e.Object)
	}
	return starlarkstruct.FromStringDict(starlark.String("change"), starlark.StringDict{"event": starlark.String(e.What.String()), "object": o})
}
