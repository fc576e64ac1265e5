package topology

import (
	"context"
	"fmt"
	"net/netip"
	"runtime"
	"slices"
	"sync"

	"go.starlark.net/starlark"
	"go.starlark.net/starlarkstruct"

	"github.com/netlark/netlark/netlinkcore/addr"
	"github.com/netlark/netlark/netlinkcore/probe"
	"github.com/netlark/netlark/netlinkcore/rt"
	"github.com/netlark/netlark/starlarkmod/module"
	"github.com/netlark/netlark/starlarkmod/script"
)

// pingAll is ping_all(): each node that has a global address asks each other one
// at its first, the one on lo if it has one there: as it was declared, or where
// programs gave it one as it is.
func (r *Running) pingAll(th *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	count := 1
	if err := starlark.UnpackArgs(b.Name(), args, kwargs, "count?", &count); err != nil {
		return nil, err
	}
	ctx := script.Context(th)
	at := map[string]netip.Addr{}
	for _, name := range r.order {
		a, declared := r.addrs[name]
		if !declared {
			var err error
			if a, err = mainAddr(ctx, r.nodes[name].Target()); err != nil {
				return nil, err
			}
		}
		at[name] = a
	}
	failed, sent, err := r.pingPairs(ctx, at, count)
	if err != nil {
		return nil, err
	}
	return starlarkstruct.FromStringDict(starlark.String("ping_all"), starlark.StringDict{
		"ok": starlark.Bool(len(failed) == 0), "pairs": starlark.MakeInt(sent), "failed": names(failed)}), nil
}

// pingPairs returns the pairs without an answer, as "a to b: why", and how many
// there are.
func (r *Running) pingPairs(ctx context.Context, at map[string]netip.Addr, count int) (failed []string, pairs int, err error) {
	var all sync.WaitGroup
	var mu sync.Mutex
	turns := make(chan struct{}, 8*runtime.GOMAXPROCS(0))
	for _, from := range r.order {
		for _, to := range r.order {
			if from == to || !at[from].IsValid() || !at[to].IsValid() {
				continue
			}
			pairs++
			turns <- struct{}{}
			all.Go(func() {
				defer func() { <-turns }()
				res, e := probe.Ping(ctx, probe.Config{Dst: at[to], Count: count, Enter: r.nodes[from].Target().Do})
				mu.Lock()
				defer mu.Unlock()
				switch {
				case e != nil && err == nil && ctx.Err() != nil:
					err = ctx.Err()
				case e != nil:
					failed = append(failed, fmt.Sprintf("%s to %s (%s): %v", from, to, at[to], e))
				case !res.OK():
					failed = append(failed, fmt.Sprintf("%s to %s (%s): %s", from, to, at[to], reason(res)))
				}
			})
		}
	}
	all.Wait()
	slices.Sort(failed)
	return failed, pairs, err
}

func reason(r probe.Result) string {
	if r.Reason != "" {
		return r.Reason
	}
	return "no answer"
}

// mainAddr is where others ask for a node; none if it has no global address.
func mainAddr(ctx context.Context, t *module.Target) (found netip.Addr, err error) {
	all, err := addr.Collect(ctx, t.Scope, nil)
	for _, a := range all {
		if a.Scope.Or(rt.ScopeGlobal) != rt.ScopeGlobal {
			continue
		}
		if a.Dev.Name() == "lo" {
			return a.Address.Addr(), nil
		}
		if !found.IsValid() {
			found = a.Address.Addr()
		}
	}
	return found, err
}
