package uapi

// linux/nexthop.h (Linux 6.18)
const (
	NHA_FDB             = 11
	NHA_RES_GROUP       = 12
	NHA_OP_FLAGS        = 14
	NHA_GROUP_STATS     = 15
	NHA_HW_STATS_ENABLE = 16
	NHA_HW_STATS_USED   = 17

	NHA_RES_GROUP_PAD              = 0
	NHA_RES_GROUP_BUCKETS          = 1
	NHA_RES_GROUP_IDLE_TIMER       = 2
	NHA_RES_GROUP_UNBALANCED_TIMER = 3
	NHA_RES_GROUP_UNBALANCED_TIME  = 4
)
