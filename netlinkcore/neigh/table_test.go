package neigh_test

import (
	"testing"

	"github.com/netlark/netlark/netlinkcore/internal/verbtest"
	"github.com/netlark/netlark/netlinkcore/neigh"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
)

func TestTables(t *testing.T) {
	p := verbtest.New(t)
	p.Sh("ip link add v0 type veth peer name v1")
	v := neigh.Table{Name: opt.Of("arp_cache"), Dev: rt.DevName("v0"), BaseReachable: opt.Of[uint64](40000), Retrans: opt.Of[uint64](2000),
		GCStale: opt.Of[uint64](70000), DelayProbe: opt.Of[uint64](6000), Queue: opt.Of[uint32](50), AppProbes: opt.Of[uint32](1),
		UnicastProbes: opt.Of[uint32](4), MulticastProbes: opt.Of[uint32](5), Reprobes: opt.Of[uint32](2), AnycastDelay: opt.Of[uint64](3000),
		ProxyDelay: opt.Of[uint64](900), ProxyQueue: opt.Of[uint32](60), Lock: opt.Of[uint64](2000), IntervalProbe: opt.Of[uint64](4000)}
	p.Must(object.Set, neigh.TableType.Ref(&v))
	p.Same(neigh.TableType.Ref(&v))
	p.Observe(map[string]any{"base_reachable": 40000, "retrans": 2000, "gc_stale": 70000, "delay_probe": 6000, "queue": 50, "app_probes": 1, "ucast_probes": 4,
		"mcast_probes": 5, "anycast_delay": 3000, "proxy_delay": 900, "proxy_queue": 60, "locktime": 2000}, p.NS.IP, "-4", "ntable", "show", "dev", "v0")
	p.Sh("ip ntable change name ndisc_cache dev v0 ucast_probes 7")
	p.Same(neigh.TableType.Ref(&neigh.Table{Name: opt.Of("ndisc_cache"), Dev: rt.DevName("v0"), UnicastProbes: opt.Of[uint32](7)}))
	p.Count(1, neigh.TableType.Ref(&neigh.Table{Name: opt.Of("arp_cache"), Default: opt.Of(true)}))
	p.Refused(object.Set, neigh.TableType.Ref(&neigh.Table{Name: opt.Of("none"), Dev: rt.DevName("v0"), Queue: opt.Of[uint32](5)}), "not_found", "")
}
