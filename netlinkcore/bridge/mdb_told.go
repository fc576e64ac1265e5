package bridge

import (
	"context"
	"fmt"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
)

// Of the sources of an entry, and of what they mean, a bridge tells only while it speaks a
// version of IGMP or MLD that knows of sources (__mdb_fill_info in net/bridge/br_mdb.c):
// its own, whatever its VLANs have. A VXLAN device tells always.

// ToldWith returns what a bridge has to be set to so that the kernel tells of what v names:
// an attribute of v, an option of the bridge and its value. Of anything else than sources
// it tells always: then they are empty.
func (v *MDB) ToldWith() (path, option string, version uint8) {
	g := v.Group.Or(Group{}).IP
	if v.Src.IsValid() || v.Dst.IsValid() || !g.IsValid() { // of such the kernel takes none, or it is a VXLAN device's
		return "", "", 0
	}
	switch {
	case v.Mode.Or(0) != 0:
		path = "filter_mode"
	case len(v.Sources) > 0:
		path = "source_list"
	default:
		return "", "", 0
	}
	if g.Is4() {
		return path, "mcast_igmp_version", 3
	}
	return path, "mcast_mld_version", 2
}

// Untold is the error for what v names if its bridge has another version than ToldWith.
func (v *MDB) Untold(have uint8) error {
	path, option, version := v.ToldWith()
	if path == "" || have == version {
		return nil
	}
	return &object.AttributeError{Code: "conflict", Path: path,
		Err: fmt.Errorf("the kernel tells of it only while %s has %s = %d, and that is %d", v.Dev.Name(), option, version, have)}
}

// untold looks at the bridge as it is.
func untold(ctx context.Context, s *object.Scope, v *MDB) error {
	path, option, _ := v.ToldWith()
	if path == "" {
		return nil
	}
	found, err := stations.Collect(ctx, s, &station{Dev: v.Dev, Kind: opt.Of("bridge")})
	if err != nil || len(found) != 1 { // nothing is there, or no bridge: whoever adds the entry hears of that
		return err
	}
	o, err := found[0].bridge()
	if err != nil {
		return err
	}
	have := o.IGMPVersion
	if option == "mcast_mld_version" {
		have = o.MLDVersion
	}
	n, told := have.Get()
	if !told { // a kernel without multicast snooping has no databases
		return nil
	}
	return v.Untold(n)
}

// bridge are the options of a bridge.
func (v *station) bridge() (o bridgeOptions, err error) {
	err = bridgeSchema.Decode(&attr.Dec{}, &o, v.Options)
	return o, err
}
