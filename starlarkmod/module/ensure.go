package module

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"go.starlark.net/starlark"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/state"
	"github.com/netlark/netlark/starlarkmod/script"
	"github.com/netlark/netlark/starlarkmod/value"
)

// ensureMethod is link.ensure and others; families may hang on what is made anew.
func ensureMethod(families []object.Family) *method {
	return &method{
		name: "ensure", takes: attr.Create | attr.Change, declares: true,
		doc: "make sure that one is there with these attributes: %s. It is made, or what differs is changed; True if anything changed",
		own: []Param{{Name: "recreate", Type: "boolean", Default: "False",
			Doc: "remove it and make it again where the kernel cannot change it; what hung on it is put back"}},
		run: func(th *starlark.Thread, c *methodCall) (starlark.Value, error) {
			recreate, err := c.flag("recreate")
			if err != nil {
				return nil, err
			}
			ctx := script.Context(th)
			if err := c.session.touch(ctx, c.target, object.Replace, c.object); err != nil {
				return nil, err
			}
			changed, err := state.Ensure(ctx, c.space(), families, c.object, recreate)
			return starlark.Bool(changed), err
		},
	}
}

func (c *methodCall) space() *state.Space {
	return &state.Space{Name: c.target.Name, Scope: c.target.Scope}
}

// defaultWait is how long wait waits unless told otherwise.
const defaultWait = 10 * time.Second

// timeout is the keyword timeout.
func (c *methodCall) timeout(unless time.Duration) (time.Duration, error) {
	v, given := c.own["timeout"]
	if !given || v == starlark.None {
		return unless, nil
	}
	d, err := script.Duration(v)
	if err != nil {
		return 0, &object.AttributeError{Code: "invalid", Path: "timeout", Err: err}
	}
	return d, nil
}

var waitMethod = &method{
	name: "wait", takes: attr.Report | attr.Key | attr.Filter,
	doc: "wait until one matches, and give it: %s. An error with the code timeout if none comes",
	own: []Param{
		{Name: "absent", Type: "boolean", Default: "False", Doc: "wait until none matches"},
		{Name: "timeout", Type: "time", Default: fmt.Sprintf("%q", defaultWait), Doc: "how long to wait"}},
	run: func(th *starlark.Thread, c *methodCall) (starlark.Value, error) {
		absent, err := c.flag("absent")
		if err != nil {
			return nil, err
		}
		limit, err := c.timeout(defaultWait)
		if err != nil {
			return nil, err
		}
		whole := script.Context(th)
		ctx, cancel := context.WithTimeout(whole, limit)
		defer cancel()
		found, err := state.Wait(ctx, c.space(), c.object, absent)
		switch {
		case err != nil && whole.Err() == nil && errors.Is(err, context.DeadlineExceeded):
			return nil, c.timedOut(whole, limit, absent)
		case err != nil:
			return nil, err
		case absent:
			return starlark.None, nil
		}
		return value.OfRef(found), nil
	},
}

// timedOut says what was there instead.
func (c *methodCall) timedOut(ctx context.Context, limit time.Duration, absent bool) error {
	t := c.object.Table()
	filter := object.Of(c.object.Family, t.New())
	if absent {
		filter = c.object
	} else {
		t.Merge(filter.Ptr(), c.object.Ptr(), func(f *attr.Field) bool { return f.Access&attr.Key != 0 })
	}
	seen, err := c.object.Family.All(ctx, c.target.Scope, filter)
	what := "none"
	if err == nil && len(seen) > 0 {
		var all []string
		for _, r := range seen[:min(len(seen), 3)] {
			all = append(all, value.OfRef(r).String())
		}
		if len(seen) > 3 {
			all = append(all, fmt.Sprintf("and %d more", len(seen)-3))
		}
		what = strings.Join(all, ", ")
	}
	return &script.Problem{Class: "timeout", Message: fmt.Sprintf("%s: not so after %s; last seen: %s", c.call.op, limit, what)}
}
