package addr_test

import (
	"testing"

	"github.com/netlark/netlark/netlinkcore/addr"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
)

// Events have the whole address: what is there comes first, then what is added
// and what is removed.
func TestWatch(t *testing.T) {
	ns, s := scope(t)
	ns.Sh(t, "ip addr add 10.9.0.1/24 dev lo")
	var told []object.What
	for e, err := range addr.Watch(t.Context(), s, &addr.Addr{Label: opt.Of("lo:x")}) {
		if err != nil {
			t.Fatal(err)
		}
		told = append(told, e.What)
		if e.What == object.Synced {
			ns.Sh(t, "ip addr add 10.8.0.1 peer 10.8.0.2/32 label lo:x dev lo; ip addr del 10.8.0.1 peer 10.8.0.2/32 dev lo")
			continue
		}
		if a := e.Object; a.Address.String() != "10.8.0.1/32" || a.Peer.String() != "10.8.0.2/32" || a.Label.Or("") != "lo:x" || a.Dev.Name() != "lo" {
			t.Errorf("%s %+v", e.What, a)
		}
		if e.What == object.Gone {
			break
		}
	}
	if len(told) != 3 || told[1] != object.New {
		t.Error(told)
	}
}
