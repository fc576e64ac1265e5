package neigh_test

import (
	"testing"

	"github.com/netlark/netlark/netlinkcore/neigh"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/tests/nstest"
)

// Entries that go with their device are told of: nobody asks for the device to
// read an event.
func TestWatchVanishingDevice(t *testing.T) {
	ns := nstest.New(t)
	ns.Sh(t, "ip link add v0 type veth peer name v1; ip link set v0 up; ip neigh add 192.0.2.7 lladdr 02:00:00:00:00:07 dev v0")
	s := object.NewScope(object.Config{Enter: ns.Do})
	defer s.Close()
	for e, err := range neigh.Watch(t.Context(), s, nil) {
		switch {
		case err != nil:
			t.Fatal(err)
		case e.What == object.Synced:
			ns.Sh(t, "ip link del v0")
		case e.What == object.Gone && e.Object.Dst.String() == "192.0.2.7":
			return
		}
	}
}
