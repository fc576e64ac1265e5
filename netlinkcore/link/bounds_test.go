package link_test

import (
	"fmt"
	"testing"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/verbtest"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// The bounds of what a bridge and its ports take are those of the kernel: it
// takes both and refuses what is one beyond, which ip hands through.
func TestBridgeBounds(t *testing.T) {
	p := verbtest.New(t, "kind:bridge", "kind:veth", "bridge:mcast")
	p.Sh("ip link add b0 type bridge stp_state 1; ip link add v0 type veth peer name v1; ip link set v0 master b0")
	for _, test := range []struct {
		name, ip string // of a bridge, or behind "port." of a port
		lo, hi   uint64
	}{
		{"forward_delay", "forward_delay", 200, 3000},
		{"hello_time", "hello_time", 100, 1000},
		{"max_age", "max_age", 600, 4000},
		{"mcast_router", "mcast_router", 0, 2},
		{"mcast_igmp_version", "mcast_igmp_version", 2, 3},
		{"mcast_mld_version", "mcast_mld_version", 1, 2},
		{"port.priority", "priority", 0, 63},
		{"port.cost", "cost", 1, 65535},
		{"port.mcast_router", "mcast_router", 0, 3},
	} {
		set := func(n uint64) *link.Link { return option(t, test.name, n) }
		for _, n := range []uint64{test.lo, test.hi} {
			p.Must(object.Set, ref(set(n)))
		}
		beyond := []uint64{test.hi + 1}
		if test.lo > 0 {
			beyond = append(beyond, test.lo-1)
		}
		for _, n := range beyond {
			refusedByIP(p, test.name, test.ip, n)
			path := "kind." + test.name
			if set(n).Port != nil {
				path = test.name
			}
			p.Refused(object.Set, ref(set(n)), "invalid", path)
		}
	}
	p.Sh("ip link set b0 type bridge stp_state 0") // then it waits as long as one likes
	p.Must(object.Set, ref(called("b0", &link.Bridge{ForwardDelay: n32(0)})))
	p.Must(object.Set, ref(called("b0", &link.Bridge{ForwardDelay: n32(10000)})))
}

// option is a change of one option to a number, by Go's way past the parser.
func option(t *testing.T, name string, n uint64) *link.Link {
	t.Helper()
	bridge, port := &link.Bridge{Multicast: &link.BridgeMulticast{}}, &link.BridgePort{}
	small := opt.Of(uint8(n))
	switch name {
	case "forward_delay":
		bridge.ForwardDelay = n32(uint32(n))
	case "hello_time":
		bridge.HelloTime = n32(uint32(n))
	case "max_age":
		bridge.MaxAge = n32(uint32(n))
	case "mcast_router":
		bridge.Multicast.Router = small
	case "mcast_igmp_version":
		bridge.Multicast.IGMPVersion = small
	case "mcast_mld_version":
		bridge.Multicast.MLDVersion = small
	case "port.priority":
		port.Priority = n16(uint16(n))
	case "port.cost":
		port.Cost = n32(uint32(n))
	case "port.mcast_router":
		port.MulticastRouter = small
	default:
		t.Fatalf("no option %s", name)
	}
	if *port != (link.BridgePort{}) {
		return &link.Link{Name: "v0", Master: rt.DevName("b0"), Port: port}
	}
	return called("b0", bridge)
}

func refusedByIP(p *verbtest.Place, name, option string, n uint64) {
	p.Helper()
	where := "b0 type bridge"
	if name != option {
		where = "v0 type bridge_slave"
	}
	if out := p.Sh(fmt.Sprintf("ip link set %s %s %d 2>&1 || echo refused", where, option, n)); out == "" {
		p.Errorf("the kernel takes %s %d", name, n)
	}
}

// Scripts hear of it in their unit.
func TestBoundsInUnits(t *testing.T) {
	v := &link.Bridge{}
	table := link.Type.Schema.Fields()[link.Type.Schema.Lookup("kind")].Cases()
	for _, c := range table {
		if c.Name != "bridge" {
			continue
		}
		err := c.Put(&attr.Put{}, attr.To(v), c.Lookup("hello_time"), attr.TextValue("100s"))
		if err == nil || err.Error() != `"100s" is out of range: want 100 to 1000 cs` {
			t.Errorf("%v", err)
		}
	}
}
