package all_test

// What follows are the attributes in captures that netlark does not give back
// as the kernel sent them. A path is made of numbers, from the outermost
// attribute inwards; one that no capture needs is an error.

// notDefined are attributes that netlark has no definition of.
var notDefined = map[string]string{
	"route 0.21":          "encapsulations are not defined",
	"route 0.22":          "encapsulations are not defined",
	"route 21":            "encapsulations are not defined",
	"route 22":            "encapsulations are not defined",
	"hop 0.21":            "encapsulations are not defined",
	"hop 0.22":            "encapsulations are not defined",
	"route 9 0 21":        "encapsulations are not defined",
	"route 9 0 22":        "encapsulations are not defined",
	"route 9 16":          "encapsulations are not defined",
	"nexthop 0.7":         "encapsulations are not defined",
	"nexthop 0.8":         "encapsulations are not defined",
	"nexthop 7":           "encapsulations are not defined",
	"nexthop 8":           "encapsulations are not defined",
	"link other 18 2*":    "the kind is not defined",
	"link 7":              "IFLA_STATS, IFLA_STATS64 in 32 bits",
	"link 26":             "settings of families, if it holds nothing else",
	"link 26 2":           "settings of IPv4, which are sysctls",
	"link 26 10 1":        "IFLA_INET6_FLAGS, the kernel's own state",
	"link 26 10 2":        "settings of IPv6, which are sysctls",
	"link 26 10 3":        "counters of IPv6",
	"link 26 10 5":        "timers of IPv6",
	"link 26 10 6":        "counters of ICMPv6",
	"link 62":             "IFLA_DEVLINK_PORT, empty without devlink",
	"link 65":             "IFLA_DPLL_PIN, empty without a pin",
	"link bridge 18 2 47": "IFLA_BR_MCAST_QUERIER_STATE",
	"rule 29":             "FRA_SPORT_MASK",
	"nexthop 14":          "NHA_OP_FLAGS, which answers what only ip asks",
}

// notSent are attributes whose bytes differ for a reason.
var notSent = map[string]string{
	"link head+9^04":       "IFF_MASTER: the kind says so",
	"link head+9^08":       "IFF_SLAVE: the port says so",
	"link head+12^*":       "ifi_change says nothing in a report; sent, it tells which flags are meant",
	"link head+13^*":       "ifi_change",
	"link head+14^*":       "ifi_change",
	"link 5":               "IFLA_LINK 0 is no parent",
	"link vxlan 18 2 28":   "ttl_inherit is a flag when sent, and a byte when reported",
	"link vlan 18 2 2":     "the mask of all bits, defined or not",
	"link bridge 18 2 46":  "the mask of the bits that this kernel knows",
	"link gre 18 2 1":      "no parent",
	"link gre 18 2 4":      "no key, for which a flag stands",
	"link gre 18 2 5":      "no key, for which a flag stands",
	"link gretap 18 2 4":   "no key, for which a flag stands",
	"link gretap 18 2 5":   "no key, for which a flag stands",
	"link 55 1":            "the mask of all reasons",
	"rule 30":              "the mask of the whole DSCP, before Linux 6.15",
	"link gretap 18 2 1":   "no parent",
	"addr head+2^*":        "the low byte of IFA_FLAGS",
	"addr 1":               "IFA_ADDRESS, when it is the address itself",
	"addr 2":               "IFA_LOCAL, which IPv6 leaves out",
	"neigh 8":              "a filter of lists that is bound to the device",
	"rule 6":               "the kernel does not say priority 0",
	"bridge.fdb head+11^*": "ndm_type, which is unicast always",
	"xfrm.state 1":         "XFRMA_ALG_AUTH beside XFRMA_ALG_AUTH_TRUNC, which says more",
}

// unreported are attributes that no kernel here reports, so that no capture has
// them.
var unreported = map[string]string{
	"link.phys_port_id":        "a network card says it",
	"link.phys_switch_id":      "a switch's driver says it",
	"link.phys_port_name":      "a switch's driver says it",
	"link.parentdev":           "a device on a bus has it",
	"link.parentbus":           "a device on a bus has it",
	"link.num_vf":              "a network card says it",
	"xdp.*":                    "takes a loaded program",
	"bridge.fdb.protocol":      "bridges and VXLAN do not keep it",
	"route.mark":               "in answers to lookups only",
	"route.iif":                "in answers to lookups only",
	"xfrm.state.lastused":      "takes traffic",
	"xfrm.state.offload":       "takes a card that can",
	"offload.*":                "takes a card that can",
	"xfrm.state.replay_thresh": "in answers to XFRM_MSG_GETAE only",
	"xfrm.state.etimer_thresh": "in answers to XFRM_MSG_GETAE only",
	"xfrm.state.iptfs_*":       "CONFIG_XFRM_IPTFS is off",
	"xfrm.state: stats.*":      "takes bad traffic",
}
