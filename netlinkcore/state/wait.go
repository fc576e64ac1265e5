package state

import (
	"context"
	"time"

	"github.com/netlark/netlark/netlinkcore/object"
)

// pollInterval is how often Wait looks where the kernel does not tell of changes.
const pollInterval = 50 * time.Millisecond

// Wait waits until an object is there that filter covers, and returns it; with
// absent, until none is. ctx bounds the wait.
func Wait(ctx context.Context, sp *Space, filter object.Ref, absent bool) (object.Ref, error) {
	if !filter.Family.CanWatch() {
		return poll(ctx, sp, filter, absent)
	}
	w, err := filter.Family.Watch(ctx, sp.Scope, filter)
	if err != nil {
		return object.Ref{}, err
	}
	defer w.Close()
	synced := false
	for {
		if synced && absent && w.Known() == 0 {
			return object.Ref{}, nil
		}
		e, err := w.Next(ctx)
		switch {
		case err != nil:
			return object.Ref{}, err
		case e.What == object.Synced:
			synced = true
		case !absent && (e.What == object.Present || e.What == object.New):
			return e.Object, nil
		}
	}
}

func poll(ctx context.Context, sp *Space, filter object.Ref, absent bool) (object.Ref, error) {
	for {
		list, err := filter.Family.All(ctx, sp.Scope, filter)
		switch {
		case err != nil && object.Code(err) != "not_found":
			return object.Ref{}, err
		case absent && len(list) == 0:
			return object.Ref{}, nil
		case !absent && len(list) > 0:
			return list[0], nil
		}
		select {
		case <-time.After(pollInterval):
		case <-ctx.Done():
			return object.Ref{}, ctx.Err()
		}
	}
}
