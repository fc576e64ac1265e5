package uapi

// linux/pkt_sched.h (Linux 6.12)
const (
	TCA_STAB_BASE = 1
	TCA_STAB_DATA = 2

	TCA_HTB_PARMS       = 1
	TCA_HTB_INIT        = 2
	TCA_HTB_CTAB        = 3
	TCA_HTB_RTAB        = 4
	TCA_HTB_DIRECT_QLEN = 5
	TCA_HTB_RATE64      = 6
	TCA_HTB_CEIL64      = 7
	TCA_HTB_PAD         = 8
	TCA_HTB_OFFLOAD     = 9

	TCA_NETEM_CORR       = 1
	TCA_NETEM_DELAY_DIST = 2
	TCA_NETEM_REORDER    = 3
	TCA_NETEM_CORRUPT    = 4
	TCA_NETEM_LOSS       = 5
	TCA_NETEM_RATE       = 6
	TCA_NETEM_ECN        = 7
	TCA_NETEM_RATE64     = 8
	TCA_NETEM_PAD        = 9
	TCA_NETEM_LATENCY64  = 10
	TCA_NETEM_JITTER64   = 11
	TCA_NETEM_SLOT       = 12
	TCA_NETEM_SLOT_DIST  = 13
	TCA_NETEM_PRNG_SEED  = 14

	NETEM_LOSS_GI = 1
	NETEM_LOSS_GE = 2

	TCA_TBF_PARMS   = 1
	TCA_TBF_RTAB    = 2
	TCA_TBF_PTAB    = 3
	TCA_TBF_RATE64  = 4
	TCA_TBF_PRATE64 = 5
	TCA_TBF_BURST   = 6
	TCA_TBF_PBURST  = 7
	TCA_TBF_PAD     = 8

	TCA_FQ_CODEL_TARGET                = 1
	TCA_FQ_CODEL_LIMIT                 = 2
	TCA_FQ_CODEL_INTERVAL              = 3
	TCA_FQ_CODEL_ECN                   = 4
	TCA_FQ_CODEL_FLOWS                 = 5
	TCA_FQ_CODEL_QUANTUM               = 6
	TCA_FQ_CODEL_CE_THRESHOLD          = 7
	TCA_FQ_CODEL_DROP_BATCH_SIZE       = 8
	TCA_FQ_CODEL_MEMORY_LIMIT          = 9
	TCA_FQ_CODEL_CE_THRESHOLD_SELECTOR = 10
	TCA_FQ_CODEL_CE_THRESHOLD_MASK     = 11
)

// linux/gen_stats.h (Linux 6.12)
const (
	TCA_STATS_BASIC      = 1
	TCA_STATS_RATE_EST   = 2
	TCA_STATS_QUEUE      = 3
	TCA_STATS_APP        = 4
	TCA_STATS_RATE_EST64 = 5
	TCA_STATS_PAD        = 6
	TCA_STATS_BASIC_HW   = 7
	TCA_STATS_PKT64      = 8
)

// linux/pkt_cls.h (Linux 6.12)
const (
	TCA_ACT_KIND          = 1
	TCA_ACT_OPTIONS       = 2
	TCA_ACT_INDEX         = 3
	TCA_ACT_STATS         = 4
	TCA_ACT_PAD           = 5
	TCA_ACT_COOKIE        = 6
	TCA_ACT_FLAGS         = 7
	TCA_ACT_HW_STATS      = 8
	TCA_ACT_USED_HW_STATS = 9
	TCA_ACT_IN_HW_COUNT   = 10

	TCA_POLICE_TBF        = 1
	TCA_POLICE_RATE       = 2
	TCA_POLICE_PEAKRATE   = 3
	TCA_POLICE_AVRATE     = 4
	TCA_POLICE_RESULT     = 5
	TCA_POLICE_TM         = 6
	TCA_POLICE_PAD        = 7
	TCA_POLICE_RATE64     = 8
	TCA_POLICE_PEAKRATE64 = 9
	TCA_POLICE_PKTRATE64  = 10
	TCA_POLICE_PKTBURST64 = 11

	TCA_U32_CLASSID = 1
	TCA_U32_HASH    = 2
	TCA_U32_LINK    = 3
	TCA_U32_DIVISOR = 4
	TCA_U32_SEL     = 5
	TCA_U32_POLICE  = 6
	TCA_U32_ACT     = 7
	TCA_U32_INDEV   = 8
	TCA_U32_PCNT    = 9
	TCA_U32_MARK    = 10
	TCA_U32_FLAGS   = 11
	TCA_U32_PAD     = 12

	TCA_MATCHALL_CLASSID = 1
	TCA_MATCHALL_ACT     = 2
	TCA_MATCHALL_FLAGS   = 3
	TCA_MATCHALL_PCNT    = 4
	TCA_MATCHALL_PAD     = 5
)

// linux/pkt_cls.h: verdicts, flags of classifiers and of u32's selector
const (
	TC_ACT_UNSPEC     = 0xffffffff
	TC_ACT_OK         = 0
	TC_ACT_RECLASSIFY = 1
	TC_ACT_SHOT       = 2
	TC_ACT_PIPE       = 3
	TC_ACT_STOLEN     = 4
	TC_ACT_QUEUED     = 5
	TC_ACT_REPEAT     = 6
	TC_ACT_REDIRECT   = 7
	TC_ACT_TRAP       = 8
	TC_ACT_JUMP       = 1 << 28
	TC_ACT_GOTO_CHAIN = 2 << 28

	TCA_CLS_FLAGS_SKIP_HW   = 1
	TCA_CLS_FLAGS_SKIP_SW   = 2
	TCA_CLS_FLAGS_IN_HW     = 4
	TCA_CLS_FLAGS_NOT_IN_HW = 8
	TCA_CLS_FLAGS_VERBOSE   = 16

	TC_U32_TERMINAL  = 1
	TC_U32_OFFSET    = 2
	TC_U32_VAROFFSET = 4
	TC_U32_EAT       = 8
)

// linux/tc_act/tc_gact.h (Linux 6.12)
const (
	TCA_GACT_TM    = 1
	TCA_GACT_PARMS = 2
	TCA_GACT_PROB  = 3
	TCA_GACT_PAD   = 4
)

// linux/tc_act/tc_mirred.h (Linux 6.12)
const (
	TCA_MIRRED_TM      = 1
	TCA_MIRRED_PARMS   = 2
	TCA_MIRRED_PAD     = 3
	TCA_MIRRED_BLOCKID = 4
)

// linux/tc_act/tc_vlan.h (Linux 6.12)
const (
	TCA_VLAN_TM                 = 1
	TCA_VLAN_PARMS              = 2
	TCA_VLAN_PUSH_VLAN_ID       = 3
	TCA_VLAN_PUSH_VLAN_PROTOCOL = 4
	TCA_VLAN_PAD                = 5
	TCA_VLAN_PUSH_VLAN_PRIORITY = 6
	TCA_VLAN_PUSH_ETH_DST       = 7
	TCA_VLAN_PUSH_ETH_SRC       = 8
)
