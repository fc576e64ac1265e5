package uapi

import (
	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
)

// linux/fib_rules.h (Linux 6.18)
const (
	FRA_DSCP           = 25
	FRA_FLOWLABEL      = 26
	FRA_FLOWLABEL_MASK = 27
	FRA_SPORT_MASK     = 28
	FRA_DPORT_MASK     = 29
	FRA_DSCP_MASK      = 30
)

// IPProtos names protocols above IP, for all families that select by them
// (linux/in.h, and IANA for those that it lacks).
var IPProtos = attr.Enum{{unix.IPPROTO_ICMP, "icmp"}, {unix.IPPROTO_TCP, "tcp"}, {unix.IPPROTO_UDP, "udp"},
	{unix.IPPROTO_DCCP, "dccp"}, {unix.IPPROTO_IPV6, "ipv6"}, {unix.IPPROTO_GRE, "gre"}, {unix.IPPROTO_ESP, "esp"},
	{unix.IPPROTO_AH, "ah"}, {unix.IPPROTO_ICMPV6, "icmpv6"}, {89, "ospf"}, {unix.IPPROTO_IPIP, "ipip"},
	{unix.IPPROTO_COMP, "comp"}, {unix.IPPROTO_L2TP, "l2tp"}, {unix.IPPROTO_SCTP, "sctp"}, {unix.IPPROTO_UDPLITE, "udplite"}, {unix.IPPROTO_MPLS, "mpls"}}
