package link

import (
	"net/netip"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/opt"
)

// Families is what address families keep of a device. Devices that say the same
// share the settings.
type Families struct {
	Inet        *Settings4
	Inet6       *Settings6
	Flags6      opt.Value[InetFlags]
	CacheInfo   *CacheInfo6
	RAMTU       opt.Value[uint32] // 0: no router said one
	AddrGenMode opt.Value[AddrGenMode]
	Token       netip.Addr
	MCTPNet     opt.Value[uint32]
	MCTPBind    opt.Value[uint8]
}

// Settings4 are a device's settings of IPv4, by IPV4_DEVCONF_* less 1: those of
// net.ipv4.conf, by which they are set.
type Settings4 struct {
	Values [len(settings4)]opt.Value[int32]
}

// Settings6 are a device's settings of IPv6, by DEVCONF_*: those of
// net.ipv6.conf, by which they are set.
type Settings6 struct {
	Values [len(settings6)]opt.Value[int32]
}

// InetFlags is the state of IPv6 on a device (IF_*).
type InetFlags uint32

// CacheInfo6 are limits and times of IPv6 on a device (struct ifla_cacheinfo).
// Times are in milliseconds.
type CacheInfo6 struct {
	MaxReassembly         opt.Value[uint32]
	Stamp                 opt.Value[uint32] // 1/100 s since the machine started
	Reachable, Retransmit opt.Value[uint32]
}

var inetFlags = attr.Enum{{0x80000000, "ready"}, {0x10, "rs_sent"}, {0x20, "ra_rcvd"}, {0x40, "managed"}, {0x80, "otherconf"}}

// settings4 are the words of IFLA_INET_CONF, as net.ipv4.conf calls them.
var settings4 = [...]string{"forwarding", "mc_forwarding", "proxy_arp", "accept_redirects", "secure_redirects", "send_redirects", "shared_media",
	"rp_filter", "accept_source_route", "bootp_relay", "log_martians", "tag", "arp_filter", "medium_id", "disable_xfrm", "disable_policy",
	"force_igmp_version", "arp_announce", "arp_ignore", "promote_secondaries", "arp_accept", "arp_notify", "accept_local", "src_valid_mark",
	"proxy_arp_pvlan", "route_localnet", "igmpv2_unsolicited_report_interval", "igmpv3_unsolicited_report_interval",
	"ignore_routes_with_linkdown", "drop_unicast_in_l2_multicast", "drop_gratuitous_arp", "bc_forwarding", "arp_evict_nocarrier"}

// settings6 are the words of IFLA_INET6_CONF, as net.ipv6.conf calls them; "" is
// one that never says anything.
var settings6 = [...]string{"forwarding", "hop_limit", "mtu", "accept_ra", "accept_redirects", "autoconf", "dad_transmits", "router_solicitations",
	"router_solicitation_interval", "router_solicitation_delay", "use_tempaddr", "temp_valid_lft", "temp_prefered_lft", "regen_max_retry",
	"max_desync_factor", "max_addresses", "force_mld_version", "accept_ra_defrtr", "accept_ra_pinfo", "accept_ra_rtr_pref",
	"router_probe_interval", "accept_ra_rt_info_max_plen", "proxy_ndp", "optimistic_dad", "accept_source_route", "mc_forwarding",
	"disable_ipv6", "accept_dad", "force_tllao", "ndisc_notify", "mldv1_unsolicited_report_interval", "mldv2_unsolicited_report_interval",
	"suppress_frag_ndisc", "accept_ra_from_local", "use_optimistic", "accept_ra_mtu", "", "use_oif_addrs_only", "accept_ra_min_hop_limit",
	"ignore_routes_with_linkdown", "drop_unicast_in_l2_multicast", "drop_unsolicited_na", "keep_addr_on_down",
	"router_solicitation_max_interval", "seg6_enabled", "seg6_require_hmac", "enhanced_dad", "addr_gen_mode", "disable_policy",
	"accept_ra_rt_info_min_plen", "ndisc_tclass", "rpl_seg_enabled", "ra_defrtr_metric", "ioam6_enabled", "ioam6_id", "ioam6_id_wide",
	"ndisc_evict_nocarrier", "accept_untracked_na", "accept_ra_min_lft", "force_forwarding"}

func settings(names []string, values []opt.Value[int32]) (out []attr.Field) {
	for i, name := range names {
		if name != "" {
			out = append(out, attr.Head32(int16(4*i), name, &values[i], "the sysctl of this name").ReadOnly())
		}
	}
	return out
}

var (
	inet = attr.Define("inet", "settings of IPv4", 4*len(settings4), func(v *Settings4) []attr.Field {
		return settings(settings4[:], v.Values[:])
	}).Growing()
	inet6 = attr.Define("inet6", "settings of IPv6", 4*len(settings6), func(v *Settings6) []attr.Field {
		return settings(settings6[:], v.Values[:])
	}).Growing()
)

var cacheInfo6 = attr.Define("inet6_cacheinfo", "limits and times of IPv6", 16, func(v *CacheInfo6) []attr.Field {
	return []attr.Field{
		attr.Head32(0, "max_reasm_len", &v.MaxReassembly, "largest packet that is put together, bytes").ReadOnly(),
		attr.Head32(4, "tstamp", &v.Stamp, "when settings last changed, since the machine started").In(attr.Centiseconds).Counter(),
		attr.Head32(8, "reachable_time", &v.Reachable, "how long a neighbour counts as reachable").In(attr.Milliseconds).Counter(),
		attr.Head32(12, "retrans_time", &v.Retransmit, "between solicitations").In(attr.Milliseconds).ReadOnly(),
	}
})

// perFamily is IFLA_AF_SPEC. What a link is given at creation there is ignored.
func perFamily(v *Link) attr.Field {
	return attr.Nested(unix.IFLA_AF_SPEC, 0,
		attr.Nested(unix.AF_INET, 0, attr.Group(&v.Details, func(v *Details) []attr.Field {
			return []attr.Field{attr.Nest(unix.IFLA_INET_CONF, "inet", &v.Inet, inet, "settings of IPv4, which sysctl sets").ReadOnly().Shared()}
		})),
		attr.Nested(unix.AF_INET6, 0,
			attr.Group(&v.Details, func(v *Details) []attr.Field {
				return []attr.Field{
					attr.Uint8(unix.IFLA_INET6_ADDR_GEN_MODE, "addrgenmode", &v.AddrGenMode, "how IPv6 link-local addresses are made").Words(genModes).Range(0, 3).Default("eui64").ChangeOnly().IP("addrgenmode"),
					attr.Addr(unix.IFLA_INET6_TOKEN, "token", &v.Token, "host part of autoconfigured IPv6 addresses").ChangeOnly().Default("::").IP("-"),
					attr.Nest(unix.IFLA_INET6_CONF, "inet6", &v.Inet6, inet6, "settings of IPv6, which sysctl sets").ReadOnly().Shared(),
					attr.Set(unix.IFLA_INET6_FLAGS, "inet6_flags", &v.Flags6, inetFlags, "state of IPv6").Counter(),
					attr.Nest(unix.IFLA_INET6_CACHEINFO, "inet6_cacheinfo", &v.CacheInfo, cacheInfo6, "limits and times of IPv6").Counter().Shared(),
					attr.Uint32(unix.IFLA_INET6_RA_MTU, "ra_mtu", &v.RAMTU, "MTU that a router said, bytes; 0 none").Counter(),
				}
			}),
			// Arrays whose order is not the same in all releases (6.12 and 6.18
			// differ): only /proc/net/dev_snmp6 names the counters.
			attr.Ignored(unix.IFLA_INET6_STATS, unix.IFLA_INET6_ICMP6STATS)),
		attr.Nested(unix.AF_MCTP, 0, attr.Group(&v.Details, func(v *Details) []attr.Field {
			return []attr.Field{
				attr.Uint32(unix.IFLA_MCTP_NET, "mctp_net", &v.MCTPNet, "MCTP network that the device is in").ChangeOnly().IP("-"),
				attr.Uint8(uapi.IFLA_MCTP_PHYS_BINDING, "mctp_phys_binding", &v.MCTPBind, "MCTP transport of the device, DSP0239").ReadOnly().FromKernel("6.15"),
			}
		})))
}
