package module

import (
	"context"
	"errors"
	"fmt"

	"go.starlark.net/starlark"

	"github.com/netlark/netlark/netlinkcore/nl"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/starlarkmod/script"
)

// A batch collects changes while batch(fn) runs fn.
type batch struct {
	byTarget map[*Target]*object.Batch
	order    []*Target
	last     *Target
	failed   []error
	caught   int // failures that an attempt took
	total    int
}

// queue adds a change; changes of one target are sent before another's begin.
func (b *batch) queue(ctx context.Context, t *Target, verb object.Verb, r object.Ref, c *call) error {
	if len(b.failed) > 0 {
		return errBatchFailed
	}
	ob := b.byTarget[t]
	if ob == nil {
		ob = t.Scope.Batch(func(note any, err error) {
			c := note.(*call)
			b.failed = append(b.failed, script.At(c.site, c.explain(err)))
		})
		b.byTarget[t] = ob
		b.order = append(b.order, t)
	}
	if b.last != t {
		if err := b.flush(ctx); err != nil {
			return err
		}
	}
	b.last = t
	b.total++
	err := r.Family.Queue(ctx, ob, verb, r, c)
	if err == nil && len(b.failed) > 0 {
		return errBatchFailed
	}
	return err
}

var errBatchFailed = errors.New("batch: an earlier call failed")

func (b *batch) flush(ctx context.Context) error {
	if b.last == nil {
		return nil
	}
	return b.byTarget[b.last].Flush(ctx)
}

// Sync sends what waits, before a read or before an error is caught.
func (s *Session) Sync(ctx context.Context) error {
	if s.batch == nil {
		return nil
	}
	if err := s.batch.flush(ctx); err != nil {
		return err
	}
	if len(s.batch.failed) > 0 {
		return errBatchFailed
	}
	return nil
}

// Settle waits for what was sent before an attempt.
func (s *Session) Settle(th *starlark.Thread) error { return s.Sync(script.Context(th)) }

// SettleAttempt waits for what an attempt sent. What failed of it is the
// attempt's error, and does not end the batch.
func (s *Session) SettleAttempt(th *starlark.Thread) error {
	if s.batch == nil {
		return nil
	}
	err := s.batch.flush(script.Context(th))
	failed := errors.Join(s.batch.failed...)
	s.batch.caught += len(s.batch.failed)
	s.batch.failed = nil
	return errors.Join(err, failed)
}

// BatchFunction is batch(fn): the changes that fn makes are sent many at once.
func BatchFunction() *Function {
	return NewFunction("batch", "run fn() with its changes sent many at once; calls inside return None", 1,
		Fixed(Param{Name: "fn", Type: "function", Doc: "function without parameters"}),
		func(th *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
			var fn starlark.Callable
			if err := starlark.UnpackArgs(b.Name(), args, kwargs, "fn", &fn); err != nil {
				return nil, err
			}
			s, err := sessionOf(th)
			if err != nil {
				return nil, err
			}
			if s.batch != nil { // the outer one decides
				return script.CallBack(th, fn, nil, nil)
			}
			s.batch = &batch{byTarget: map[*Target]*object.Batch{}}
			v, err := script.CallBack(th, fn, nil, nil)
			done := s.batch
			unsent, flushErr := done.finish(context.WithoutCancel(script.Context(th)), err)
			s.batch = nil
			return v, done.result(unsent, err, flushErr, script.Context(th).Err() != nil)
		})
}

// finish sends what waits, unless something failed: then nothing more is sent.
func (b *batch) finish(ctx context.Context, err error) (unsent int, _ error) {
	if err == nil && len(b.failed) == 0 {
		return 0, b.flush(ctx)
	}
	var dropErr error
	for _, ob := range b.byTarget {
		n, e := ob.Drop()
		unsent += n
		dropErr = errors.Join(dropErr, e)
	}
	return unsent, dropErr
}

// result names every call that failed, and counts. A call that a stopped run
// did not send has not failed, and that it was stopped others say.
func (b *batch) result(unsent int, err, flushErr error, stopped bool) error {
	if len(b.failed) == 0 && !stopped {
		return errors.Join(err, flushErr)
	}
	if errors.Is(err, errBatchFailed) || stopped {
		err = nil
	}
	done := b.total - unsent - len(b.failed) - b.caught
	var all []error
	unknown := 0
	for _, e := range b.failed {
		switch {
		case !errors.Is(e, context.Canceled) && !errors.Is(e, context.DeadlineExceeded):
			all = append(all, e)
		case errors.Is(e, nl.ErrUnknown):
			unknown++
		default:
			unsent++
		}
	}
	summary := fmt.Sprintf("batch: %d done, %d failed, %d not sent", done, len(all)+b.caught, unsent)
	if unknown > 0 {
		summary += fmt.Sprintf(", %d sent with an unknown result", unknown)
	}
	if err != nil {
		all = append(all, err)
	}
	if len(all) == 0 {
		return errors.New(summary)
	}
	return errors.Join(append(all, errors.New(summary))...)
}
