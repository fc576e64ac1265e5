package bridge

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// A MDB is an entry of a multicast database (struct br_mdb_entry, MDBA_MDB_EATTR_*,
// MDBE_ATTR_*; bridge(8)): where packets to a group go, of a bridge to one of its ports, or
// of a VXLAN device to one of several remotes.
type MDB struct {
	attr.Extra
	Family    opt.Value[uint8]
	Dev, Port rt.Dev
	Group     opt.Value[Group]
	VLAN      opt.Value[uint16]
	Src       netip.Addr // nothing: from any source
	State     opt.Value[uint8]
	Mode      opt.Value[uint8]
	Sources   []MDBSource
	Protocol  opt.Value[rt.Protocol]
	Dst       netip.Addr
	DstPort   opt.Value[uint16]
	VNI       opt.Value[uint32]
	SourceVNI opt.Value[uint32]
	Via       rt.Dev
	Timer     opt.Value[uint32] // 1/100 s
	Offload, FastLeave, AddedByStarEx,
	Blocked, OffloadFailed opt.Value[bool]
}

// A MDBSource is one of the sources that an entry without one forwards from, or not
// (MDBA_MDB_SRCATTR_*, MDBE_SRCATTR_*).
type MDBSource struct {
	Address netip.Addr
	Timer   opt.Value[uint32] // 1/100 s
}

var (
	mdbStates = attr.Enum{{0, "temp"}, {1, "permanent"}}
	mdbModes  = attr.Enum{{0, "exclude"}, {1, "include"}}
)

var mdbSource = attr.Define("mdb_source", "source of a multicast group", 0, func(v *MDBSource) []attr.Field {
	return []attr.Field{
		attr.Addr(uapi.MDBE_SRCATTR_ADDRESS, "address", &v.Address, "address"),
		attr.Uint32(uapi.MDBA_MDB_SRCATTR_TIMER, "timer", &v.Timer, "time left").In(attr.Centiseconds).Counter(),
	}
})

// sourceOf makes of an address, as scripts write it, what mdbSource takes.
func sourceOf(v attr.Value) ([]attr.Value, error) {
	if v.Shape != attr.Text {
		return []attr.Value{v}, nil
	}
	t := mdbSource.Table
	p := t.New()
	err := t.Put(&attr.Put{}, p, 0, v)
	return []attr.Value{attr.ObjectValue(t, p)}, err
}

// addresses are sources as scripts see them.
func addresses(list []attr.Value) (out []attr.Value) {
	for _, v := range list {
		out = append(out, v.T.Get(v.P, 0))
	}
	return out
}

// mdbNumbers are those of the attributes of an entry: what is asked for has others than
// what is told.
type mdbNumbers struct{ src, sources, mode, protocol, dst, dstPort, vni, via, srcVNI uint16 }

var (
	mdbTold  = mdbNumbers{uapi.MDBA_MDB_EATTR_SOURCE, uapi.MDBA_MDB_EATTR_SRC_LIST, uapi.MDBA_MDB_EATTR_GROUP_MODE, uapi.MDBA_MDB_EATTR_RTPROT, uapi.MDBA_MDB_EATTR_DST, uapi.MDBA_MDB_EATTR_DST_PORT, uapi.MDBA_MDB_EATTR_VNI, uapi.MDBA_MDB_EATTR_IFINDEX, uapi.MDBA_MDB_EATTR_SRC_VNI}
	mdbAsked = mdbNumbers{uapi.MDBE_ATTR_SOURCE, uapi.MDBE_ATTR_SRC_LIST, uapi.MDBE_ATTR_GROUP_MODE, uapi.MDBE_ATTR_RTPROT, uapi.MDBE_ATTR_DST, uapi.MDBE_ATTR_DST_PORT, uapi.MDBE_ATTR_VNI, uapi.MDBE_ATTR_IFINDEX, uapi.MDBE_ATTR_SRC_VNI}
)

// mdbSchema is struct br_port_msg and MDBA_MDB: the kernel tells of all entries of a
// device in one message, and of a list does not say the family.
var mdbSchema = attr.Define("bridge.mdb", "entry of a multicast database", uapi.SizeofBrPortMsg, func(v *MDB) []attr.Field {
	told := append(mdbEntry(v), attr.Uint32(uapi.MDBA_MDB_EATTR_TIMER, "timer", &v.Timer, "time left").In(attr.Centiseconds).Counter())
	told = append(told, mdbAttributes(v, &mdbTold)...)
	return append(mdbHead(v),
		attr.Nested(uapi.MDBA_MDB, 0, attr.Nested(uapi.MDBA_MDB_ENTRY, 0, attr.Nested(uapi.MDBA_MDB_ENTRY_INFO, uapi.SizeofBrMDBEntry, told...))),
		attr.Unknown(&v.Extra))
}).Hooks(nil, func(v *MDB) {
	if v.Family.Or(0) == 0 {
		v.Family.Set(unix.AF_BRIDGE)
	}
}).Several(uapi.MDBA_MDB, uapi.MDBA_MDB_ENTRY, uapi.MDBA_MDB_ENTRY_INFO)

// mdbRequest is struct br_port_msg and MDBA_SET_ENTRY.
var mdbRequest = attr.Define("bridge.mdb", "entry of a multicast database", uapi.SizeofBrPortMsg, func(v *MDB) []attr.Field {
	return append(mdbHead(v),
		attr.Nested(uapi.MDBA_SET_ENTRY, uapi.SizeofBrMDBEntry, mdbEntry(v)...),
		attr.Nested(uapi.MDBA_SET_ENTRY_ATTRS, 0, mdbAttributes(v, &mdbAsked)...))
})

// mdbList is what a list is asked for by: the kernel lists all.
var mdbList = attr.Define("bridge.mdb", "all entries", uapi.SizeofBrPortMsg, func(v *MDB) []attr.Field {
	return []attr.Field{attr.Family(0, "family", &v.Family, "bridge").Default("bridge")}
})

func mdbHead(v *MDB) []attr.Field {
	return []attr.Field{
		attr.ByIP("bridge mdb", "", "%|!"),
		attr.Family(0, "family", &v.Family, "bridge").Default("bridge"),
		attr.HeadDevice(4, "dev", &v.Dev, "bridge, or VXLAN device").IsKey(),
	}
}

// mdbEntry is struct br_mdb_entry.
func mdbEntry(v *MDB) []attr.Field {
	flag := func(bit uint64, name string, p *opt.Value[bool], doc string) attr.Field {
		return attr.HeadBit(5, -1, 1, bit, name, p, doc).Counter()
	}
	return []attr.Field{
		attr.HeadDevice(0, "port", &v.Port, "port that packets go to: of a bridge also itself, of a VXLAN device that").IsKey(),
		attr.HeadOwn(8, "grp", &v.Group, groups, "group: an IP or a MAC address").IsKey(),
		attr.Head16(6, "vid", &v.VLAN, "VLAN").Range(0, 4094).IsKey().Default(0),
		attr.Head8(4, "state", &v.State, "whether the entry ages").Words(mdbStates).Range(0, 1).Default("temp").IP("%"),
		flag(uapi.MDB_FLAGS_OFFLOAD, "offload", &v.Offload, "in hardware"),
		flag(uapi.MDB_FLAGS_FAST_LEAVE, "fast_leave", &v.FastLeave, "goes as soon as it is left"),
		flag(uapi.MDB_FLAGS_STAR_EXCL, "added_by_star_ex", &v.AddedByStarEx, "made since the port has the group with other sources excluded"),
		flag(uapi.MDB_FLAGS_BLOCKED, "blocked", &v.Blocked, "nothing goes there"),
		flag(uapi.MDB_FLAGS_OFFLOAD_FAILED, "offload_failed", &v.OffloadFailed, "hardware did not take it"),
	}
}

// mdbAttributes are what stands behind struct br_mdb_entry, or beside it.
func mdbAttributes(v *MDB, n *mdbNumbers) []attr.Field {
	return []attr.Field{
		attr.Addr(n.src, "src", &v.Src, "source; none: any").IsKey(),
		attr.Uint8(n.protocol, "protocol", &v.Protocol, "who made it").Words(rt.Protocols).FromKernel("6.2").Default("static"),
		attr.List(n.sources, uapi.MDBE_SRC_LIST_ENTRY, attr.Items, "source_list", &v.Sources, mdbSource, "sources that filter_mode is about").Expanding(sourceOf, addresses).AnyOrder().FromKernel("6.2"),
		attr.Uint8(n.mode, "filter_mode", &v.Mode, "whether the sources are those that packets come from, or those that they do not; told while the bridge has mcast_igmp_version 3, or mcast_mld_version 2").Words(mdbModes).Range(0, 1).FromKernel("6.2").Default("exclude"),
		attr.Addr(n.dst, "dst", &v.Dst, "remote end point of the tunnel").IsKey().FromKernel("6.4"),
		attr.Uint16(n.dstPort, "dst_port", &v.DstPort, "UDP port of the remote").FromKernel("6.4"),
		attr.Uint32(n.vni, "vni", &v.VNI, "VNI at the remote").Range(0, 1<<24-1).FromKernel("6.4"),
		attr.Device(n.via, "via", &v.Via, "device to send by").FromKernel("6.4"),
		attr.Uint32(n.srcVNI, "src_vni", &v.SourceVNI, "VNI of the entry, where a device has several").Range(0, 1<<24-1).IsKey().FromKernel("6.4"),
	}
}

// MDBType gives entries of multicast databases their verbs. Temporary ones are the
// kernel's: it makes and removes such itself as ports join groups and leave them.
var MDBType = object.Define(&object.Type[MDB]{
	Schema: mdbSchema,
	Hashed: true,
	Requests: object.Requests{
		object.Add:     {Type: unix.RTM_NEWMDB, Flags: unix.NLM_F_CREATE | unix.NLM_F_EXCL, Table: mdbRequest.Table},
		object.Replace: {Type: unix.RTM_NEWMDB, Flags: unix.NLM_F_CREATE | unix.NLM_F_REPLACE, Table: mdbRequest.Table, Since: attr.Release{Major: 6, Minor: 2}},
		object.Delete:  {Type: unix.RTM_DELMDB, Table: mdbRequest.Table},
		object.List:    {Type: unix.RTM_GETMDB, Table: mdbList.Table},
	},
	Reply:     unix.RTM_GETMDB,
	Changed:   []uint16{unix.RTM_NEWMDB},
	Args:      []string{"grp"},
	Events:    []uint32{unix.RTNLGRP_MDB},
	OfBridges: true,
	Upright:   true,
	Fill: func(verb object.Verb, v *MDB) {
		v.Family.Set(unix.AF_BRIDGE)
		if verb == object.Delete { // an old kernel tells what it does not take
			v.Mode, v.Protocol, v.Sources = opt.Value[uint8]{}, opt.Value[rt.Protocol]{}, nil
		}
		if (verb == object.Add || verb == object.Replace) && len(v.Sources) > 0 && !v.Mode.IsSet() {
			v.Mode.Set(0) // which the kernel wants to hear
		}
	},
	Check: func(_ object.Verb, v *MDB) error {
		missing := ""
		switch {
		case !v.Dev.IsSet():
			missing = "dev"
		case !v.Port.IsSet():
			missing = "port"
		case !v.Group.IsSet():
			missing = "grp"
		default:
			return nil
		}
		return &object.AttributeError{Code: "invalid", Path: missing, Err: errors.New("is missing")}
	},
	Before:   mdbThere,
	BeforeIf: func(verb object.Verb, _ *MDB) bool { return verb == object.Delete },
	Made: func(v *MDB) object.Origin {
		kernel, daemon := v.Protocol.Or(unix.RTPROT_STATIC).Origin()
		switch {
		case v.State.Or(0) == 0 || kernel || v.AddedByStarEx.Or(false):
			return object.Kernel
		case daemon:
			return object.Daemon
		}
		return object.User
	},
	Spares: notIncluded,
	Untold: untold,
	Implied: func(v *MDB) {
		if v.Src.IsValid() { // which is the one that is included
			v.Mode.Unset()
		}
	},
})

// mdbThere makes sure that the entry to be deleted is there: of one that is not, bridges
// say that the request is invalid.
func mdbThere(ctx context.Context, t *object.Type[MDB], s *object.Scope, _ object.Verb, v *MDB) error {
	list, err := t.Collect(ctx, s, &MDB{Dev: v.Dev, Port: v.Port, Group: v.Group})
	if err != nil {
		return err
	}
	same := func(have *MDB) bool {
		return have.VLAN.Or(0) == v.VLAN.Or(0) && have.Src == v.Src && have.Dst == v.Dst && have.SourceVNI.Or(0) == v.SourceVNI.Or(0)
	}
	if !slices.ContainsFunc(list, same) {
		return fmt.Errorf("%s: %w", t.Ref(v), object.ErrNotFound)
	}
	return nil
}

// notIncluded takes out of a list what the kernel made for the sources of another entry.
func notIncluded(_ context.Context, _ *object.Scope, found []*MDB) ([]*MDB, error) {
	of := map[mdbKey]*MDB{}
	for _, v := range found {
		if !v.Src.IsValid() {
			of[v.key()] = v
		}
	}
	return slices.DeleteFunc(found, func(v *MDB) bool {
		all := of[v.key()]
		return v.Src.IsValid() && all != nil && slices.ContainsFunc(all.Sources, func(s MDBSource) bool { return s.Address == v.Src })
	}), nil
}

// An mdbKey is what entries of one group at one port have in common.
type mdbKey struct {
	dev, port uint32
	group     Group
	vlan      uint16
}

func (v *MDB) key() mdbKey {
	return mdbKey{v.Dev.Index, v.Port.Index, v.Group.Or(Group{}), v.VLAN.Or(0)}
}
