package rt

import (
	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
)

// An EtherType is the protocol of a frame (ETH_P_*).
type EtherType uint16

// EtherTypes that families themselves use.
const (
	EtherAll    EtherType = unix.ETH_P_ALL // any; not a type of the wire
	EtherIPv4   EtherType = unix.ETH_P_IP
	EtherIPv6   EtherType = unix.ETH_P_IPV6
	EtherARP    EtherType = unix.ETH_P_ARP
	EtherRARP   EtherType = unix.ETH_P_RARP
	EtherVLAN   EtherType = unix.ETH_P_8021Q
	EtherQinQ   EtherType = unix.ETH_P_8021AD
	EtherMPLS   EtherType = unix.ETH_P_MPLS_UC
	EtherMPLSMC EtherType = unix.ETH_P_MPLS_MC
	EtherPPPoE  EtherType = unix.ETH_P_PPP_SES
	EtherCFM    EtherType = unix.ETH_P_CFM
)

// EtherTypes names ETH_P_* (linux/if_ether.h) as iproute2 does.
var EtherTypes = attr.Enum{{unix.ETH_P_ALL, "all"}, {unix.ETH_P_IP, "ip"}, {unix.ETH_P_IP, "ipv4"}, {unix.ETH_P_IPV6, "ipv6"},
	{unix.ETH_P_ARP, "arp"}, {unix.ETH_P_RARP, "rarp"}, {unix.ETH_P_8021Q, "802.1Q"}, {unix.ETH_P_8021AD, "802.1ad"},
	{unix.ETH_P_MPLS_UC, "mpls_uc"}, {unix.ETH_P_MPLS_MC, "mpls_mc"}, {unix.ETH_P_PPP_DISC, "ppp_disc"}, {unix.ETH_P_PPP_SES, "ppp_ses"},
	{unix.ETH_P_TEB, "teb"}, {unix.ETH_P_LLDP, "lldp"}, {unix.ETH_P_CFM, "cfm"}, {unix.ETH_P_TIPC, "tipc"}, {unix.ETH_P_AOE, "aoe"},
	{unix.ETH_P_PROFINET, "profinet"}, {unix.ETH_P_ETHERCAT, "ethercat"}, {unix.ETH_P_IPX, "ipx"}, {unix.ETH_P_ATALK, "atalk"},
	{unix.ETH_P_AARP, "aarp"}, {unix.ETH_P_X25, "x25"}, {unix.ETH_P_LOOP, "loop"}, {unix.ETH_P_CAN, "can"},
	{unix.ETH_P_802_3, "802_3"}, {unix.ETH_P_802_2, "802_2"}, {unix.ETH_P_SNAP, "snap"}}
