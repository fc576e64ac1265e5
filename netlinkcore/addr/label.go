package addr

import (
	"context"
	"net/netip"
	"slices"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// A Label is a number that IPv6 addresses of a prefix have: a source with the
// destination's label is preferred (RFC 6724). Its key is the prefix and the
// device, if it is for one only.
type Label struct {
	attr.Extra
	Family opt.Value[uint8]
	Prefix netip.Prefix
	Label  opt.Value[uint32]
	Dev    rt.Dev
}

// labels is struct ifaddrlblmsg and IFAL_*.
var labels = attr.Define("addr.label", "label of IPv6 addresses", 12, func(v *Label) []attr.Field {
	return []attr.Field{
		attr.ByIP("ip addrlabel", "-", ""),
		attr.Family(0, "family", &v.Family, "6"),
		attr.Prefix(unix.IFAL_ADDRESS, 2, "prefix", &v.Prefix, "addresses; in lookups one address").Spelt().IsKey(),
		attr.Uint32(unix.IFAL_LABEL, "label", &v.Label, "number").Range(0, 1<<32-2).Matches(),
		attr.HeadDevice(4, "dev", &v.Dev, "device, if it is for addresses of one only").IsKey(),
		attr.Unknown(&v.Extra),
	}
})

// LabelType gives labels their verbs. A lookup gives the one that an address
// has.
var LabelType = object.Define(&object.Type[Label]{
	Hashed: true,
	Schema: labels,
	Requests: object.Requests{
		object.Add:     {Type: unix.RTM_NEWADDRLABEL, Flags: unix.NLM_F_CREATE | unix.NLM_F_EXCL},
		object.Replace: {Type: unix.RTM_NEWADDRLABEL, Flags: unix.NLM_F_CREATE | unix.NLM_F_REPLACE},
		object.Delete:  {Type: unix.RTM_DELADDRLABEL},
		object.List:    {Type: unix.RTM_GETADDRLABEL},
		object.Lookup:  {Type: unix.RTM_GETADDRLABEL},
	},
	Args:   []string{"prefix", "label"},
	Family: unix.AF_INET6,
	Lists:  []byte{unix.AF_INET6},
	Fill: func(verb object.Verb, v *Label) {
		if verb == object.Delete && !v.Label.IsSet() {
			v.Label.Set(0) // the kernel wants one, whatever it is
		}
	},
	Before:   overlooked,
	BeforeIf: func(verb object.Verb, _ *Label) bool { return verb == object.Add || verb == object.Replace },
	Made: func(v *Label) object.Origin {
		if slices.Contains(standard, Label{Prefix: v.Prefix, Label: opt.Of(v.Label.Or(0))}) && !v.Dev.IsSet() {
			return object.Kernel
		}
		return object.User
	},
})

// standard are the labels that every namespace begins with (net/ipv6/addrlabel.c,
// ip6addrlbl_init_table).
var standard = []Label{label("::1/128", 0), label("::/0", 1), label("2002::/16", 2), label("::/96", 3), label("::ffff:0:0/96", 4),
	label("fc00::/7", 5), label("2001::/32", 6), label("2001:10::/28", 7), label("fec0::/10", 11), label("3ffe::/16", 12)}

func label(prefix string, n uint32) Label {
	return Label{Prefix: netip.MustParsePrefix(prefix), Label: opt.Of(n)}
}

// overlooked is for a label that the kernel would add beside one of the same
// prefix: it looks through its list, the longest prefixes first, no further than
// to the first of the same length that is for all devices.
func overlooked(ctx context.Context, t *object.Type[Label], s *object.Scope, verb object.Verb, v *Label) error {
	all, err := t.Collect(ctx, s, nil)
	if err != nil {
		return err
	}
	same := func(o *Label) bool { return o.Prefix == v.Prefix.Masked() && o.Dev.Name() == v.Dev.Name() }
	at := slices.IndexFunc(all, same)
	stop := slices.IndexFunc(all, func(o *Label) bool {
		return same(o) || o.Prefix.Bits() == v.Prefix.Bits() && !o.Dev.IsSet() || o.Prefix.Bits() < v.Prefix.Bits()
	})
	switch {
	case at < 0 || stop == at:
		return nil
	case verb == object.Add:
		return &object.AttributeError{Code: "exists", Path: "prefix", Err: unix.EEXIST}
	}
	return t.Delete(ctx, s, all[at])
}
