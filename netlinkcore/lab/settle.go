package lab

import (
	"context"
	"fmt"
	"time"

	"github.com/netlark/netlark/netlinkcore/addr"
	"github.com/netlark/netlark/netlinkcore/internal/cores"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/state"
)

// What is set up works a moment later: a device that has carrier gets its queue
// when the kernel comes to it (its operational state tells), and an IPv6 address
// that duplicates are looked for of is usable after a second.
const (
	settleLimit = 5 * time.Second
	settlePause = 2 * time.Millisecond
)

// settle waits until what was set up in these sites works.
func settle(ctx context.Context, sites []*site) error {
	deadline := time.Now().Add(settleLimit)
	return cores.Each(len(sites), func(i int) error { return sites[i].settle(ctx, deadline) })
}

func (s *site) settle(ctx context.Context, deadline time.Time) error {
	for i := range s.node.wants {
		w := &s.node.wants[i]
		check := s.unsettled(w)
		for check != nil {
			what, err := check(ctx)
			switch {
			case err != nil:
				return err
			case what == "":
				check = nil
				continue
			case time.Now().After(deadline):
				return fmt.Errorf("%s: %s, after %s", s.node.NetNS, what, settleLimit)
			}
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(settlePause):
			}
		}
	}
	return nil
}

// saw notes which devices work already when it is found that nothing differs any more:
// hardly ever is there one that does not, and to ask for each takes long.
func (s *site) saw(r object.Ref) {
	l, ok := link.Type.As(r)
	if !ok {
		return
	}
	if s.works == nil {
		s.works = map[string]bool{}
	}
	s.works[l.Name] = silent(l) == "" // an earlier look may have seen another one of that name
}

// unsettled returns what tells why something declared does not work yet, "" if it
// does; nil if it works at once, or already.
func (s *site) unsettled(w *state.Want) func(context.Context) (string, error) {
	if w.Absent {
		return nil
	}
	if l, ok := link.Type.As(w.Object); ok && l.Up.Or(false) && !s.works[l.Name] {
		return func(ctx context.Context) (string, error) { return s.silent(ctx, l.Name) }
	}
	if a, ok := addr.Type.As(w.Object); ok && s.node.lab.DAD && a.Address.Addr().Is6() {
		return func(ctx context.Context) (string, error) { return s.tentative(ctx, a) }
	}
	return nil
}

// silent tells of a device that has carrier and does not send. Asked for a single
// device, the kernel does what it has to for that before it answers (since 6.8).
func (s *site) silent(ctx context.Context, name string) (string, error) {
	l, err := link.Get(ctx, s.scope, &link.Link{Name: name})
	if err != nil {
		return "", err
	}
	return silent(l), nil
}

// silent says that a device has carrier and does not send; "": it is not so.
func silent(l *link.Link) string {
	op := l.State.Or(link.StateUp)
	if !l.Up.Or(false) || !l.Carrier.Or(false) || op == link.StateUp || op == link.StateUnknown {
		return ""
	}
	return l.Name + " is up and has carrier, but does not send"
}

// tentative tells of an address that duplicates are looked for of.
func (s *site) tentative(ctx context.Context, want *addr.Addr) (string, error) {
	addrs, err := addr.Collect(ctx, s.scope, &addr.Addr{Address: want.Address, Dev: want.Dev})
	if err != nil {
		return "", err
	}
	for _, a := range addrs {
		if a.Tentative.Or(false) && !a.DADFailed.Or(false) {
			return fmt.Sprintf("%s is still looked for duplicates of", a.Address), nil
		}
	}
	return "", nil
}
