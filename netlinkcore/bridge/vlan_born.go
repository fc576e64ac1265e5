package bridge

import (
	"context"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// A bridge with a vlan_default_pvid makes itself and each device that becomes its
// port a member of that VLAN.

// A station is a bridge or what may be a port of one.
type station struct {
	Dev, Master rt.Dev
	Kind        opt.Value[string]
	Options     []byte
}

// stations reads of links nothing but that.
var stations = object.Define(&object.Type[station]{
	Schema: attr.Define("link", "bridge or port", unix.SizeofIfInfomsg, func(v *station) []attr.Field {
		return []attr.Field{
			attr.HeadDevice(4, "dev", &v.Dev, "device").ReadOnly(),
			attr.Device(unix.IFLA_MASTER, "master", &v.Master, "bridge").ReadOnly(),
			attr.Nested(unix.IFLA_LINKINFO, 0,
				attr.String(unix.IFLA_INFO_KIND, "kind", &v.Kind, "sort of device").Only(attr.Filter), // the kernel leaves out what is of another
				attr.Binary(unix.IFLA_INFO_DATA, "options", &v.Options, "its options").ReadOnly()),
		}
	}),
	Requests: object.Requests{object.List: {Type: unix.RTM_GETLINK, Also: []object.Word{{Number: unix.IFLA_EXT_MASK, Value: uapi.ExtFilterSkipStats}}}},
	Reply:    unix.RTM_NEWLINK,
})

// bridgeOptions are those of a bridge that matter here.
type bridgeOptions struct {
	DefaultPVID             opt.Value[uint16]
	IGMPVersion, MLDVersion opt.Value[uint8]
}

var bridgeSchema = attr.Define("bridge", "bridge", 0, func(v *bridgeOptions) []attr.Field {
	return []attr.Field{
		attr.Uint16(unix.IFLA_BR_VLAN_DEFAULT_PVID, "vlan_default_pvid", &v.DefaultPVID, "VLAN that ports begin with"),
		attr.Uint8(unix.IFLA_BR_MCAST_IGMP_VERSION, "mcast_igmp_version", &v.IGMPVersion, "IGMP version"),
		attr.Uint8(unix.IFLA_BR_MCAST_MLD_VERSION, "mcast_mld_version", &v.MLDVersion, "MLD version"),
	}
})

// defaultPVID is the VLAN that ports of a bridge begin with; 0: none, or v is no
// bridge.
func (v *station) defaultPVID() (uint16, error) {
	if v.Kind.Or("") != "bridge" {
		return 0, nil
	}
	o, err := v.bridge()
	return o.DefaultPVID.Or(0), err
}

// born are the VLANs that bridges and ports began with.
func born(ctx context.Context, s *object.Scope) ([]*VLAN, error) {
	if bridges, err := stations.Collect(ctx, s, &station{Kind: opt.Of("bridge")}); len(bridges) == 0 || err != nil { // few namespaces have any
		return nil, err
	}
	list, err := stations.Collect(ctx, s, nil)
	if err != nil {
		return nil, err
	}
	defaults := map[uint32]uint16{}
	for _, v := range list {
		if defaults[v.Dev.Index], err = v.defaultPVID(); err != nil {
			return nil, err
		}
	}
	var out []*VLAN
	for _, v := range list {
		if vid := max(defaults[v.Dev.Index], defaults[v.Master.Index]); vid != 0 {
			out = append(out, &VLAN{Family: opt.Of[uint8](unix.AF_BRIDGE), Dev: v.Dev, VID: VID(vid), PVID: opt.Of(true), Untagged: opt.Of(true)})
		}
	}
	return out, nil
}
