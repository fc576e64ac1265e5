package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/netlark/netlark/netlinkcore/all"
	"github.com/netlark/netlark/netlinkcore/netns"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/starlarkmod/module"
	"github.com/netlark/netlark/starlarkmod/monitor"
	"github.com/netlark/netlark/starlarkmod/script"
)

func monitorCommand(u *ui) *cobra.Command {
	o := options{ui: u}
	everywhere := false
	c := &cobra.Command{
		ValidArgsFunction: watchableNames,
		Use:               "monitor [FAMILY]…",
		Short:             "changes as the kernel tells of them",
		Long: "monitor prints a line for each object that is made, changed or removed, until it is interrupted. FAMILY is\n" +
			"what scripts call it (link, xfrm.state); all are watched unless some are named. When it listens it says so\n" +
			"on standard error, and again for each namespace that comes.",
		Example: "  netlark monitor\n  netlark monitor link route --json\n  netlark monitor --all",
		RunE: func(c *cobra.Command, args []string) error {
			families, err := watchable(args)
			if err != nil {
				return err
			}
			m := &monitor.Monitor{Out: c.OutOrStdout(), Families: families, JSON: o.json, Named: everywhere}
			ctx := interruptible(c.Context(), nil)
			say := func(where string) { fmt.Fprintln(c.ErrOrStderr(), "listening"+where) }
			if everywhere {
				if o.netns != "" {
					return usageError{errors.New("--all and --netns exclude each other")}
				}
				return monitorAll(ctx, m, say)
			}
			s, err := o.session()
			if err != nil {
				return err
			}
			defer s.Close()
			return m.Watch(ctx, s.Current, func() { say("") })
		},
	}
	c.Flags().StringVar(&o.netns, "netns", "", "listen in the namespace of this `name`")
	u.flagJSON(c, "print each change as a JSON object on a line of its own, and errors too")
	c.Flags().BoolVar(&everywhere, "all", false, "listen in all namespaces that have names, and in this one; also in those that come")
	return c
}

// watchable are the families with these names; all that the kernel tells of if
// there are none.
func watchable(names []string) (out []object.Family, err error) {
	var known []string
	for _, f := range all.Families() {
		if !f.CanWatch() {
			continue
		}
		known = append(known, f.Name())
		if len(names) == 0 || slices.Contains(names, f.Name()) {
			out = append(out, f)
		}
	}
	for _, n := range names {
		if !slices.Contains(known, n) {
			hint := ""
			if near := script.Nearest(n, known); near != "" {
				hint = fmt.Sprintf(" Did you mean %s?", near)
			}
			return nil, usageError{fmt.Errorf("no changes are told of %q.%s Families are: %s", n, hint, strings.Join(known, " "))}
		}
	}
	return out, nil
}

// comingInterval is how often monitorAll looks for new namespaces.
const comingInterval = 100 * time.Millisecond

// monitorAll listens in this namespace and in all that have names.
func monitorAll(ctx context.Context, m *monitor.Monitor, say func(where string)) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var running, first sync.WaitGroup
	listen := func(t *module.Target, ready func()) {
		running.Go(func() {
			defer t.Close()
			if err := m.Watch(ctx, t, ready); err != nil {
				cancel(fmt.Errorf("namespace %q: %w", t.Name, err))
			}
		})
	}
	begin := func(t *module.Target) {
		first.Add(1)
		heard := sync.OnceFunc(first.Done)
		context.AfterFunc(ctx, heard) // one that fails ends all
		listen(t, heard)
	}
	begin(module.NewTarget("", nil))
	seen := map[string]netns.ID{}
	come := func(listen func(*module.Target)) {
		for name, ns := range newNamespaces(seen) {
			listen(module.NewTarget(name, ns))
		}
	}
	come(begin)
	first.Wait()
	if ctx.Err() == nil {
		say("")
	}
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-time.After(comingInterval):
			come(func(t *module.Target) { listen(t, func() { say(" in " + t.Name + " too") }) })
		}
	}
	running.Wait()
	if err := context.Cause(ctx); !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// newNamespaces opens the named namespaces that were not seen before.
func newNamespaces(seen map[string]netns.ID) map[string]*netns.NS {
	out := map[string]*netns.NS{}
	names, err := netns.List()
	if err != nil {
		return out // none has ever been named
	}
	for _, name := range names {
		ns, err := netns.Open(name)
		if err != nil {
			continue // it went meanwhile
		}
		id, err := ns.ID()
		if old, known := seen[name]; err != nil || known && old == id {
			_ = ns.Close()
			continue
		}
		seen[name] = id
		out[name] = ns
	}
	return out
}
