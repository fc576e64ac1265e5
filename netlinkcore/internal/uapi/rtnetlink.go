// Package uapi holds numbers of the kernel's headers that golang.org/x/sys/unix
// lacks, grouped by header.
package uapi

// linux/rtnetlink.h (Linux 6.18)
const (
	ExtFilterVF        = 1 << 0 // RTEXT_FILTER_VF
	ExtFilterSkipStats = 1 << 3 // RTEXT_FILTER_SKIP_STATS

	RTA_NH_ID      = 30
	RTA_FLOWLABEL  = 31
	RTA_DEL_REASON = 32
)

// linux/if_link.h (Linux 6.18)
const (
	IFLA_MAX_PACING_OFFLOAD_HORIZON = 66
	IFLA_NETNS_IMMUTABLE            = 67
	IFLA_HEADROOM                   = 68
	IFLA_TAILROOM                   = 69

	IFLA_VXLAN_RESERVED_BITS = 33
	IFLA_VXLAN_MC_ROUTE      = 34

	IFLA_BR_STP_MODE = 50

	IFLA_MCTP_PHYS_BINDING = 2
)

// linux/veth.h
const VETH_INFO_PEER = 1

// linux/if_addr.h
const (
	IFA_PROTO    = 11
	IFA_MC_USERS = 12 // Linux 7.2
)

// linux/dpll.h
const DPLL_A_PIN_ID = 1
