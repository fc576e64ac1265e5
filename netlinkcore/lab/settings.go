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
var birth = [][2]string{
	{"net.ipv4.ip_forward", "0"},
	{"net.ipv4.conf.all.rp_filter", "0"},
	{"net.ipv4.conf.all.accept_redirects", "0"},
	{"net.ipv4.conf.all.send_redirects", "0"},
	{"net.ipv4.conf.all.accept_source_route", "0"},
	{"net.ipv4.conf.default.rp_filter", "0"},
	{"net.ipv4.conf.default.accept_redirects", "0"},
	{"net.ipv4.conf.default.send_redirects", "0"},
	{"net.ipv4.conf.default.accept_source_route", "1"}, // all has to allow it too
	{"net.ipv6.conf.all.forwarding", "0"},
	{"net.ipv6.conf.all.disable_ipv6", "0"},
	{"net.ipv6.conf.default.forwarding", "0"},
	{"net.ipv6.conf.default.accept_ra", "0"},
	{"net.ipv6.conf.default.accept_redirects", "0"},
	{"net.ipv6.conf.default.disable_ipv6", "0"},
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
			wants = append(wants, state.Want{Object: want, Once: true, Note: Birth{}})
		}
	}
	return wants, nil
}
