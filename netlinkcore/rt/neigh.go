package rt

import (
	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/opt"
)

// Neighbours and forwarding entries of bridges are one message (struct ndmsg);
// what both have stands here.

// A NeighState is how sure the kernel is of a neighbour (NUD_*).
type NeighState uint16

// States of neighbours.
const (
	NeighNone       NeighState = unix.NUD_NONE
	NeighIncomplete NeighState = unix.NUD_INCOMPLETE
	NeighReachable  NeighState = unix.NUD_REACHABLE
	NeighStale      NeighState = unix.NUD_STALE
	NeighDelay      NeighState = unix.NUD_DELAY
	NeighProbe      NeighState = unix.NUD_PROBE
	NeighFailed     NeighState = unix.NUD_FAILED
	NeighNoARP      NeighState = unix.NUD_NOARP
	NeighPermanent  NeighState = unix.NUD_PERMANENT
)

// NeighStates names NUD_* (linux/neighbour.h).
var NeighStates = attr.Enum{{unix.NUD_NONE, "none"}, {unix.NUD_INCOMPLETE, "incomplete"}, {unix.NUD_REACHABLE, "reachable"},
	{unix.NUD_STALE, "stale"}, {unix.NUD_DELAY, "delay"}, {unix.NUD_PROBE, "probe"}, {unix.NUD_FAILED, "failed"},
	{unix.NUD_NOARP, "noarp"}, {unix.NUD_PERMANENT, "permanent"}}

// NeighFlag is a bit of ndm_flags (NTF_*).
func NeighFlag(bit uint64, name string, p *opt.Value[bool], doc string) attr.Field {
	return attr.HeadBit(10, -1, 1, bit, name, p, doc)
}

// NeighCache are the ages of an entry in 1/100 s (struct nda_cacheinfo).
type NeighCache struct{ Confirmed, Used, Updated, References opt.Value[uint32] }

// NeighCacheInfo defines NeighCache.
var NeighCacheInfo = attr.Define("cacheinfo", "ages of an entry", 16, func(v *NeighCache) []attr.Field {
	return []attr.Field{
		attr.Head32(0, "confirmed", &v.Confirmed, "since it was confirmed").In(attr.Centiseconds).Counter(),
		attr.Head32(4, "used", &v.Used, "since it was used").In(attr.Centiseconds).Counter(),
		attr.Head32(8, "updated", &v.Updated, "since it was changed").In(attr.Centiseconds).Counter(),
		attr.Head32(12, "refcnt", &v.References, "references").Counter(),
	}
})
