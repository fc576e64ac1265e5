package lab

import (
	"context"

	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/state"
	"github.com/netlark/netlark/netlinkcore/sysctl"
)

// birth are the settings that an owned node starts from, on every machine: the
// kernel would copy some of them from the first namespace. It writes each that is
// not so already, in every new node: what decides nothing is as the kernel has it.
var birth = append(birthOfIPv4(), [][2]string{
	{"net.ipv6.conf.all.forwarding", "0"},
	{"net.ipv6.conf.all.disable_ipv6", "0"},
	{"net.ipv6.conf.default.forwarding", "0"},
	{"net.ipv6.conf.default.accept_ra", "0"},
	{"net.ipv6.conf.default.accept_redirects", "0"},
	{"net.ipv6.conf.default.disable_ipv6", "0"},
}...)

// ofIPv4 are settings of all devices, of those to come and of lo, which is there
// already; "": it does not matter.
var ofIPv4 = []struct{ name, all, other, lo string }{
	{"rp_filter", "0", "0", "0"},
	{"accept_redirects", "0", "0", ""}, // none come to lo, or leave by it
	{"send_redirects", "0", "0", ""},
	{"accept_source_route", "0", "1", "1"}, // all has to allow it too
	{"secure_redirects", "1", "1", "1"},
	{"shared_media", "1", "1", "1"},
	{"accept_local", "0", "0", "0"},
	{"arp_accept", "0", "0", "0"},
	{"arp_announce", "0", "0", "0"},
	{"arp_evict_nocarrier", "1", "1", "1"},
	{"arp_filter", "0", "0", "0"},
	{"arp_ignore", "0", "0", "0"},
	{"arp_notify", "0", "0", "0"},
	{"bc_forwarding", "0", "0", "0"},
	{"bootp_relay", "0", "0", "0"},
	{"disable_policy", "0", "0", "1"},
	{"disable_xfrm", "0", "0", "1"},
	{"drop_gratuitous_arp", "0", "0", "0"},
	{"drop_unicast_in_l2_multicast", "0", "0", "0"},
	{"force_igmp_version", "0", "0", "0"},
	{"igmpv2_unsolicited_report_interval", "10000", "10000", "10000"},
	{"igmpv3_unsolicited_report_interval", "1000", "1000", "1000"},
	{"ignore_routes_with_linkdown", "0", "0", "0"},
	{"log_martians", "0", "0", "0"},
	{"medium_id", "0", "0", "0"},
	{"promote_secondaries", "0", "0", "0"},
	{"proxy_arp", "0", "0", "0"},
	{"proxy_arp_pvlan", "0", "0", "0"},
	{"route_localnet", "0", "0", "0"},
	{"src_valid_mark", "0", "0", "0"},
	{"tag", "0", "0", "0"},
}

func birthOfIPv4() (pairs [][2]string) {
	pairs = append(pairs, [2]string{"net.ipv4.ip_forward", "0"}) // of all, others and lo
	for _, s := range ofIPv4 {
		pairs = append(pairs, [2]string{"net.ipv4.conf.all." + s.name, s.all}, [2]string{"net.ipv4.conf.default." + s.name, s.other})
		if s.lo != "" {
			pairs = append(pairs, [2]string{"net.ipv4.conf.lo." + s.name, s.lo})
		}
	}
	return pairs
}

// detection are the settings for IPv6 addresses that are used at once, or looked
// for duplicates of.
var detection = []string{"net.ipv6.conf.all.accept_dad", "net.ipv6.conf.default.accept_dad"}

// Birth is the note of what every new node gets: nobody asked for it.
type Birth struct{}

// birthWants are the settings in which a new namespace is not as a node starts.
// A kernel without IPv6 has none of its settings.
func (l *Lab) birthWants(ctx context.Context, fresh *object.Scope) (wants []state.Want, err error) {
	dad := "0"
	if l.DAD {
		dad = "1"
	}
	all := birth
	for _, path := range detection {
		all = append(all[:len(all):len(all)], [2]string{path, dad})
	}
	for _, pair := range all {
		path, value := pair[0], pair[1]
		want := sysctl.Ref(&sysctl.Setting{Path: opt.Of(path), Value: opt.Of(value)})
		have, err := sysctl.Type.One(ctx, fresh, sysctl.Ref(&sysctl.Setting{Path: opt.Of(path)}))
		switch {
		case object.Code(err) == "not_found":
		case err != nil:
			return nil, err
		case !want.Table().Equal(want.Ptr(), have.Ptr()):
			w := state.Want{Object: want, Once: true, Note: Birth{}}
			w.Identity() // now: nodes share it, and look at it on all cores
			wants = append(wants, w)
		}
	}
	return wants, nil
}
