package uapi

// linux/if_tunnel.h (Linux 6.18)
const (
	IFLA_GRE_LINK             = 1
	IFLA_GRE_IFLAGS           = 2
	IFLA_GRE_OFLAGS           = 3
	IFLA_GRE_IKEY             = 4
	IFLA_GRE_OKEY             = 5
	IFLA_GRE_LOCAL            = 6
	IFLA_GRE_REMOTE           = 7
	IFLA_GRE_TTL              = 8
	IFLA_GRE_TOS              = 9
	IFLA_GRE_PMTUDISC         = 10
	IFLA_GRE_ENCAP_TYPE       = 14
	IFLA_GRE_ENCAP_FLAGS      = 15
	IFLA_GRE_ENCAP_SPORT      = 16
	IFLA_GRE_ENCAP_DPORT      = 17
	IFLA_GRE_COLLECT_METADATA = 18
	IFLA_GRE_IGNORE_DF        = 19
	IFLA_GRE_FWMARK           = 20

	// Bits of IFLAGS and OFLAGS, which are in network order.
	GRE_CSUM = 0x8000
	GRE_KEY  = 0x2000
	GRE_SEQ  = 0x1000

	TUNNEL_ENCAP_FLAG_CSUM    = 1 << 0
	TUNNEL_ENCAP_FLAG_CSUM6   = 1 << 1
	TUNNEL_ENCAP_FLAG_REMCSUM = 1 << 2
)

// linux/if_link.h, of kinds of links and ports that x/sys lacks (Linux 6.18)
const (
	IFLA_BOND_BROADCAST_NEIGH              = 33
	IFLA_BOND_LACP_STRICT                  = 34
	IFLA_BRPORT_NEIGH_FORWARD_GRAT         = 45
	IFLA_BOND_SLAVE_ACTOR_PORT_PRIO        = 10
	IFLA_BOND_SLAVE_AD_CHURN_ACTOR_STATE   = 11
	IFLA_BOND_SLAVE_AD_CHURN_PARTNER_STATE = 12
)
