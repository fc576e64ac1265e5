package uapi

// linux/fib_rules.h (Linux 6.18)
const (
	FRA_DSCP           = 25
	FRA_FLOWLABEL      = 26
	FRA_FLOWLABEL_MASK = 27
	FRA_SPORT_MASK     = 28
	FRA_DPORT_MASK     = 29
	FRA_DSCP_MASK      = 30
)
