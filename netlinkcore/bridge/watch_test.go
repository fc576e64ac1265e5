package bridge_test

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/netlark/netlark/netlinkcore/bridge"
	"github.com/netlark/netlark/netlinkcore/internal/verbtest"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
	"github.com/netlark/netlark/tests/nstest"
)

// TestWatchMDB: entries that are made, changed and removed are told of as a whole and one
// by one, those that go with a port and those of a VXLAN device, too. In the same messages
// the kernel tells of ports with routers behind them: they are no entries.
func TestWatchMDB(t *testing.T) {
	nstest.Require(t, "kernel:6.4")
	p := joined(t)
	p.Sh("ip link add vx0 up type vxlan id 7 dstport 4789 local 192.0.2.1; bridge mdb add dev br0 port v0 grp 239.1.1.1 permanent")
	var told []string
	for e, err := range bridge.WatchMDBs(t.Context(), p.Scope, &bridge.MDB{State: permanent}) {
		if err != nil {
			t.Fatal(err)
		}
		if e.What == object.Synced {
			told = append(told, "synced")
			changeGroups(p)
			continue
		}
		v := e.Object
		told = append(told, fmt.Sprintf("%s %s %s %s %d", e.What, v.Dev.Name(), v.Port.Name(), v.Group.Or(bridge.Group{}), v.Protocol.Or(0)))
		for _, a := range []netip.Addr{v.Src, v.Dst} {
			if a.IsValid() {
				told[len(told)-1] += " " + a.String()
			}
		}
		for _, s := range v.Sources {
			told[len(told)-1] += " from " + s.Address.String()
		}
		if v.Group == group("239.1.1.9") {
			break
		}
	}
	want := []string{"present br0 v0 239.1.1.1 4", "synced", "new br0 v0 239.1.1.1 99", "gone br0 v0 239.1.1.1 99",
		"new br0 v0 239.1.1.2 4 192.0.2.1", "new br0 v0 239.1.1.2 4 from 192.0.2.1",
		"new vx0 vx0 239.1.1.3 4 192.0.2.7", "gone vx0 vx0 239.1.1.3 4 192.0.2.7",
		"gone br0 v0 239.1.1.2 4 192.0.2.1", "gone br0 v0 239.1.1.2 4 from 192.0.2.1", "new br0 v0 239.1.1.9 4"}
	if !slices.Equal(told, want) {
		t.Errorf("told\n%s\nwant\n%s", strings.Join(told, "\n"), strings.Join(want, "\n"))
	}
}

// changeGroups makes, changes and removes entries.
func changeGroups(p *verbtest.Place) {
	p.Helper()
	entry := func(dev, port, grp string) bridge.MDB {
		return bridge.MDB{Dev: rt.DevName(dev), Port: rt.DevName(port), Group: group(grp), State: permanent}
	}
	changed, sources, remote := entry("br0", "v0", "239.1.1.1"), entry("br0", "v0", "239.1.1.2"), entry("vx0", "vx0", "239.1.1.3")
	changed.Protocol.Set(99)
	sources.Mode, sources.Sources = opt.Of[uint8](1), []bridge.MDBSource{{Address: netip.MustParseAddr("192.0.2.1")}}
	remote.Dst = netip.MustParseAddr("192.0.2.7")
	p.Must(object.Replace, mdb(changed))
	p.Sh("ip link set v0 type bridge_slave mcast_router 2; bridge mdb del dev br0 port v0 grp 239.1.1.1")
	p.Must(object.Add, mdb(sources))
	p.Must(object.Add, mdb(remote))
	p.Must(object.Delete, mdb(remote))
	p.Sh("ip link set v0 nomaster; ip link set v0 master br0; bridge mdb add dev br0 port v0 grp 239.1.1.9 permanent")
}
