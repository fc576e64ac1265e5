package lab

import (
	"context"
	"fmt"
	"time"

	"github.com/netlark/netlark/netlinkcore/addr"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/object"
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
	for _, s := range sites {
		for {
			what, err := s.unsettled(ctx)
			if err != nil || what == "" {
				if err != nil {
					return err
				}
				break
			}
			if time.Now().After(deadline) {
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

// unsettled says what is declared and does not work yet; "" if all does.
func (s *site) unsettled(ctx context.Context) (string, error) {
	links, err := link.Collect(ctx, s.scope, nil)
	if err != nil {
		return "", err
	}
	for _, l := range links {
		state := l.State.Or(link.StateUp)
		waits := l.Up.Or(false) && l.Carrier.Or(false) && state != link.StateUp && state != link.StateUnknown
		if waits && s.node.declares(link.Type.Ref(l)) {
			return fmt.Sprintf("%s is up and has carrier, but does not send", l.Name), nil
		}
	}
	if !s.node.lab.DAD {
		return "", nil
	}
	addrs, err := addr.Collect(ctx, s.scope, nil)
	if err != nil {
		return "", err
	}
	for _, a := range addrs {
		if a.Tentative.Or(false) && !a.DADFailed.Or(false) && s.node.declares(addr.Type.Ref(a)) {
			return fmt.Sprintf("%s is still looked for duplicates of", a.Address), nil
		}
	}
	return "", nil
}

// declares reports whether an object that is there is declared.
func (n *Node) declares(r object.Ref) bool {
	_, ok := n.at[r.Family.Name()+" "+r.Family.Identity(r)]
	return ok
}
