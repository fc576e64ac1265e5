package uapi

// linux/neighbour.h (Linux 6.18)
const (
	NDA_PROTOCOL      = 12
	NDA_NH_ID         = 13
	NDA_FDB_EXT_ATTRS = 14
	NDA_FLAGS_EXT     = 15

	NTF_STICKY = 0x40

	NTF_EXT_MANAGED = 1 << 0
	NTF_EXT_LOCKED  = 1 << 1

	NTF_EXT_EXT_VALIDATED = 1 << 2 // Linux 6.17

	NFEA_ACTIVITY_NOTIFY = 1
	NFEA_DONT_REFRESH    = 2
)

// linux/neighbour.h: tables and their parameters
const (
	NDTA_NAME        = 1
	NDTA_THRESH1     = 2
	NDTA_THRESH2     = 3
	NDTA_THRESH3     = 4
	NDTA_CONFIG      = 5
	NDTA_PARMS       = 6
	NDTA_STATS       = 7
	NDTA_GC_INTERVAL = 8
	NDTA_PAD         = 9

	NDTPA_IFINDEX                = 1
	NDTPA_REFCNT                 = 2
	NDTPA_REACHABLE_TIME         = 3
	NDTPA_BASE_REACHABLE_TIME    = 4
	NDTPA_RETRANS_TIME           = 5
	NDTPA_GC_STALETIME           = 6
	NDTPA_DELAY_PROBE_TIME       = 7
	NDTPA_QUEUE_LEN              = 8
	NDTPA_APP_PROBES             = 9
	NDTPA_UCAST_PROBES           = 10
	NDTPA_MCAST_PROBES           = 11
	NDTPA_ANYCAST_DELAY          = 12
	NDTPA_PROXY_DELAY            = 13
	NDTPA_PROXY_QLEN             = 14
	NDTPA_LOCKTIME               = 15
	NDTPA_QUEUE_LENBYTES         = 16
	NDTPA_MCAST_REPROBES         = 17
	NDTPA_PAD                    = 18
	NDTPA_INTERVAL_PROBE_TIME_MS = 19
)
