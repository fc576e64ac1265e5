package bridge

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/nl"
	"github.com/netlark/netlark/netlinkcore/object"
)

// The kernel takes a VLAN that is there for one that is to be changed, and the
// removal of one that is not there for done. So what is there is read before.

// memberships are VLANs without counters, and in ranges: the kernel tells of a
// thousand in one entry then. What it tells wrongly of those is not looked at.
var memberships = object.Define(&object.Type[VLAN]{
	Schema:   vlanSchema,
	Requests: object.Requests{object.List: {Type: unix.RTM_GETVLAN, Table: vlanList.Table}},
	Reply:    unix.RTM_NEWVLAN,
	NotFor:   unix.EINVAL,
})

// ranges are the VLANs of a device as the kernel tells of them.
type ranges []*VLAN

// find returns the range that a VLAN is in, or nil.
func (r ranges) find(vid uint16) *VLAN {
	for _, m := range r {
		if vids := m.VID.Or(attr.Span[uint16]{}); vids.From <= vid && vid <= vids.To {
			return m
		}
	}
	return nil
}

// number is the VLAN of an object that has one.
func number(v *VLAN) uint16 { return v.VID.Or(attr.Span[uint16]{}).From }

// look compares what a verb is about with what is there. A change is completed
// with what the kernel would reset.
func look(ctx context.Context, t *object.Type[VLAN], s *object.Scope, verb object.Verb, v *VLAN) error {
	list, err := memberships.Collect(ctx, s, &VLAN{Family: v.Family, Dev: v.Dev})
	if err != nil {
		return err
	}
	have := ranges(list)
	for one := range spread(*v) {
		there := have.find(number(&one)) != nil
		switch {
		case verb == object.Add && there:
			return &nl.Error{Op: verb.String(), Object: t.Ref(v).String(), Path: "vid", Errno: unix.EEXIST, Message: fmt.Sprintf("VLAN %d", number(&one))}
		case (verb == object.Set || verb == object.Delete) && !there:
			return fmt.Errorf("%s %s: %w", verb, t.Ref(&one), object.ErrNotFound)
		}
	}
	if verb == object.Set {
		if err := completeFlags(v, have); err != nil {
			return err
		}
	}
	if verb != object.Delete && v.TunnelID.IsSet() {
		return moveTunnels(ctx, t, s, v, have)
	}
	return nil
}

// completeFlags adds to a change of one flag the other one: both are sent.
func completeFlags(v *VLAN, have ranges) error {
	if v.PVID.IsSet() == v.Untagged.IsSet() {
		return nil
	}
	rest, name, of := &v.PVID, "pvid", func(m *VLAN) bool { return m.PVID.Or(false) }
	if v.PVID.IsSet() {
		rest, name, of = &v.Untagged, "untagged", func(m *VLAN) bool { return m.Untagged.Or(false) }
	}
	for one := range spread(*v) {
		is := of(have.find(number(&one)))
		if rest.IsSet() && rest.Or(false) != is {
			return &object.AttributeError{Code: "ambiguous", Path: name, Err: errors.New("some of these VLANs have it and some have not: say it, too")}
		}
		rest.Set(is)
	}
	return nil
}

// moveTunnels makes way for the tunnels that v names: the kernel maps a VLAN only
// if it is not mapped, and a tunnel to one VLAN of a port only.
func moveTunnels(ctx context.Context, t *object.Type[VLAN], s *object.Scope, v *VLAN, have ranges) error {
	wanted, tunnels := map[uint16]uint32{}, map[uint32]bool{}
	for one := range spread(*v) {
		id := one.TunnelID.Or(0)
		wanted[number(&one)], tunnels[id] = id, id != 0
	}
	mapped, same := false, 0
	for _, several := range have {
		for m := range spread(*several) {
			vid, id := number(&m), m.TunnelID.Or(0)
			want, ours := wanted[vid]
			switch {
			case !ours && tunnels[id]:
				return &object.AttributeError{Code: "conflict", Path: "tunnel_id", Err: fmt.Errorf("VLAN %d of the port is in tunnel %d", vid, id)}
			case ours && id == want:
				same++
			}
			mapped = mapped || ours && m.TunnelID.IsSet()
		}
	}
	switch {
	case same == len(wanted):
		v.TunnelID.Unset()
	case mapped && v.TunnelID.Or(0) != 0:
		unmap := &VLAN{Dev: v.Dev, VID: v.VID}
		unmap.TunnelID.Set(0)
		return t.Set(ctx, s, unmap)
	}
	return nil
}
