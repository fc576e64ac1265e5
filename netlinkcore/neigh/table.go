package neigh

import (
	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// A Table is how a table of neighbours works on a device, or, without a device,
// on those to come (struct ndtmsg, NDTA_*; ip-ntable(8)): arp_cache,
// ndisc_cache. Its key is the name and the device. Times are in ms,
// QueueBytes in bytes.
type Table struct {
	attr.Extra
	Family                         opt.Value[uint8]
	Name                           opt.Value[string]
	Dev                            rt.Dev
	Default                        opt.Value[bool] // follows from the device
	Threshold1, Threshold2         opt.Value[uint32]
	Threshold3                     opt.Value[uint32]
	GCInterval                     opt.Value[uint64]
	References                     opt.Value[uint32]
	ReachableTime, BaseReachable   opt.Value[uint64]
	Retrans, GCStale, DelayProbe   opt.Value[uint64]
	IntervalProbe                  opt.Value[uint64]
	Queue, QueueBytes, ProxyQueue  opt.Value[uint32]
	AppProbes, UnicastProbes       opt.Value[uint32]
	MulticastProbes, Reprobes      opt.Value[uint32]
	AnycastDelay, ProxyDelay, Lock opt.Value[uint64]
	Config                         *TableConfig
	Stats                          *TableStats
}

// TableConfig is what a table is made of (struct ndt_config). Times
// are in ms.
type TableConfig struct {
	KeyLength, EntrySize                                opt.Value[uint16]
	Entries, LastFlush, LastRand                        opt.Value[uint32]
	HashRandom, HashMask, HashChainGC, ProxyQueueLength opt.Value[uint32]
}

// TableStats counts what a table did (struct ndt_stats).
type TableStats struct {
	Allocated, Destroyed, HashGrows, Failed, Lookups, Hits            uint64
	MulticastProbes, UnicastProbes, PeriodicGCs, ForcedGCs, TableFull uint64
}

var tableConfig = attr.Define("config", "what a table is made of", 32, func(v *TableConfig) []attr.Field {
	return []attr.Field{
		attr.Head16(0, "key_len", &v.KeyLength, "length of an address, bytes").Counter(),
		attr.Head16(2, "entry_size", &v.EntrySize, "size of an entry, bytes").Counter(),
		attr.Head32(4, "entries", &v.Entries, "entries").Counter(),
		attr.Head32(8, "last_flush", &v.LastFlush, "since the last flush").In(attr.Milliseconds).Counter(),
		attr.Head32(12, "last_rand", &v.LastRand, "since times were drawn anew").In(attr.Milliseconds).Counter(),
		attr.Head32(16, "hash_rnd", &v.HashRandom, "what hashes begin with").Counter(),
		attr.Head32(20, "hash_mask", &v.HashMask, "size of the hash, less one").Counter(),
		attr.Head32(24, "hash_chain_gc", &v.HashChainGC, "of no meaning").Counter(),
		attr.Head32(28, "proxy_qlen", &v.ProxyQueueLength, "packets that wait to be answered for others").Counter(),
	}
})

var tableStats = attr.Define("stats", "what a table did", 88, func(v *TableStats) []attr.Field {
	return []attr.Field{
		attr.HeadCount(0, "allocs", &v.Allocated, "entries made"), attr.HeadCount(8, "destroys", &v.Destroyed, "entries gone"),
		attr.HeadCount(16, "hash_grows", &v.HashGrows, "times that the hash grew"), attr.HeadCount(24, "res_failed", &v.Failed, "addresses that nobody answered for"),
		attr.HeadCount(32, "lookups", &v.Lookups, "lookups"), attr.HeadCount(40, "hits", &v.Hits, "lookups that found one"),
		attr.HeadCount(48, "rcv_probes_mcast", &v.MulticastProbes, "multicast questions received"),
		attr.HeadCount(56, "rcv_probes_ucast", &v.UnicastProbes, "unicast questions received"),
		attr.HeadCount(64, "periodic_gc_runs", &v.PeriodicGCs, "collections in time"), attr.HeadCount(72, "forced_gc_runs", &v.ForcedGCs, "collections in need"),
		attr.HeadCount(80, "table_fulls", &v.TableFull, "entries that found no room"),
	}
})

// tables is struct ndtmsg, NDTA_* and NDTPA_*.
var tables = attr.Define("neigh.table", "how neighbours are looked for on a device", 4, func(v *Table) []attr.Field {
	time := func(id uint16, name string, p *opt.Value[uint64], doc string) attr.Field {
		return attr.Uint64(id, name, p, doc).In(attr.Milliseconds).InTicks()
	}
	return []attr.Field{
		attr.ByIP("ip ntable", "change", ""),
		attr.Family(0, "family", &v.Family, "4 or 6"),
		attr.String(uapi.NDTA_NAME, "name", &v.Name, "table: \"arp_cache\" or \"ndisc_cache\"").IsKey(),
		attr.Bool8(0, "default", &v.Default, "is for devices to come").ReadOnly().Apart(),
		attr.Uint32(uapi.NDTA_THRESH1, "thresh1", &v.Threshold1, "entries up to which none is collected (first namespace)"),
		attr.Uint32(uapi.NDTA_THRESH2, "thresh2", &v.Threshold2, "entries up to which young ones stay (first namespace)"),
		attr.Uint32(uapi.NDTA_THRESH3, "thresh3", &v.Threshold3, "most entries (first namespace)"),
		time(uapi.NDTA_GC_INTERVAL, "gc_int", &v.GCInterval, "between collections (first namespace)"),
		attr.Nested(uapi.NDTA_PARMS, 0,
			attr.Device(uapi.NDTPA_IFINDEX, "dev", &v.Dev, "device; devices to come unless given (first namespace)").IsKey(),
			attr.Uint32(uapi.NDTPA_REFCNT, "refcnt", &v.References, "references").Counter(),
			time(uapi.NDTPA_REACHABLE_TIME, "reachable", &v.ReachableTime, "for how long an answer counts now").Counter(),
			time(uapi.NDTPA_BASE_REACHABLE_TIME, "base_reachable", &v.BaseReachable, "about how long an answer counts"),
			time(uapi.NDTPA_RETRANS_TIME, "retrans", &v.Retrans, "between questions"),
			time(uapi.NDTPA_GC_STALETIME, "gc_stale", &v.GCStale, "after which an unused entry may be collected"),
			time(uapi.NDTPA_DELAY_PROBE_TIME, "delay_probe", &v.DelayProbe, "before the first question about a stale entry"),
			time(uapi.NDTPA_INTERVAL_PROBE_TIME_MS, "interval_probe_time", &v.IntervalProbe, "between questions about a managed entry").IP("-"),
			attr.Uint32(uapi.NDTPA_QUEUE_LEN, "queue", &v.Queue, "packets that wait for an answer"),
			attr.Uint32(uapi.NDTPA_QUEUE_LENBYTES, "queue_bytes", &v.QueueBytes, "bytes that wait for an answer").In(attr.Size).IP("-"),
			attr.Uint32(uapi.NDTPA_APP_PROBES, "app_probes", &v.AppProbes, "questions to programs"),
			attr.Uint32(uapi.NDTPA_UCAST_PROBES, "ucast_probes", &v.UnicastProbes, "unicast questions"),
			attr.Uint32(uapi.NDTPA_MCAST_PROBES, "mcast_probes", &v.MulticastProbes, "multicast questions"),
			attr.Uint32(uapi.NDTPA_MCAST_REPROBES, "mcast_reprobes", &v.Reprobes, "multicast questions after unicast ones failed").IP("-"),
			time(uapi.NDTPA_ANYCAST_DELAY, "anycast_delay", &v.AnycastDelay, "longest wait before an answer for an anycast address"),
			time(uapi.NDTPA_PROXY_DELAY, "proxy_delay", &v.ProxyDelay, "longest wait before an answer for others"),
			attr.Uint32(uapi.NDTPA_PROXY_QLEN, "proxy_queue", &v.ProxyQueue, "questions that wait for an answer for others"),
			time(uapi.NDTPA_LOCKTIME, "locktime", &v.Lock, "before an entry may change again"),
			attr.Ignored(uapi.NDTPA_PAD)),
		attr.Nest(uapi.NDTA_CONFIG, "config", &v.Config, tableConfig, "what the table is made of").Counter(),
		attr.Nest(uapi.NDTA_STATS, "stats", &v.Stats, tableStats, "what the table did").Counter(),
		attr.Ignored(uapi.NDTA_PAD),
		attr.Unknown(&v.Extra),
	}
}).Hooks(nil, func(v *Table) { v.Default.Set(!v.Dev.IsSet()) })

// TableType reads tables and sets how they work.
var TableType = object.Define(&object.Type[Table]{
	Schema: tables,
	Requests: object.Requests{
		object.Set:  {Type: unix.RTM_SETNEIGHTBL, Only: attr.Change},
		object.List: {Type: unix.RTM_GETNEIGHTBL},
	},
	Reply: unix.RTM_NEWNEIGHTBL,
	Args:  []string{"name"},
	Start: start,
	Made:  func(*Table) object.Origin { return object.Kernel },
})

// start is the table of lo: it came with its namespace, and only the first one shows
// what devices to come begin with.
func start(v *Table) *Table {
	return &Table{Name: v.Name, Family: v.Family, Dev: rt.DevName("lo")}
}
