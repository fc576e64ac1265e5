package route

import (
	"context"
	"errors"
	"net/netip"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// fill sets what ip-route(8) says is meant when it is not said.
func fill(verb object.Verb, v *Route) {
	if v.Family.Or(0) == 0 && v.Label.IsSet() {
		v.Family.Set(unix.AF_MPLS)
	}
	v.lookupTable.Unset()
	switch verb {
	case object.Lookup:
		v.lookupTable.Set(schema.FamilyOf(attr.To(v)) != unix.AF_INET6 && !isMPLS(v)) // else IPv4 says main, whatever it is
		return
	case object.List, object.Get, object.Flush:
		if hasVRF(v) {
			return
		}
		if v.Table.Or(rt.TableMain) == rt.TableAll {
			v.Table.Unset()
		} else if !v.Table.IsSet() && v.Type.Or(Unicast) != Local {
			v.Table.Set(rt.TableMain)
		}
		return
	case object.Delete:
		oneTarget(v)
		fillTable(v)
		switch {
		case isMPLS(v):
			v.Type.Set(Unicast)
		case !v.Scope.IsSet():
			v.Scope.Set(unix.RT_SCOPE_NOWHERE) // matches any
		}
		return
	}
	oneTarget(v)
	fillTable(v)
	kind := v.Type.Or(Unicast)
	v.Type.Set(kind)
	if !v.Protocol.IsSet() {
		v.Protocol.Set(rt.ProtoBoot)
	}
	if !v.Scope.IsSet() && v.Dst.Addr().Is4() {
		v.Scope.Set(scopeOf(kind, v))
	}
}

// oneTarget drops what the kernel reports of a route beside its nexthop object:
// it takes one or the other.
func oneTarget(v *Route) {
	if v.More != nil && v.More.NextHopID.IsSet() {
		v.Via, v.Dev, v.More.Hops, v.More.Encap = netip.Addr{}, rt.Dev{}, nil, nil
	}
}

func fillTable(v *Route) {
	if v.Table.IsSet() || hasVRF(v) {
		return
	}
	table := rt.TableMain
	switch v.Type.Or(Unicast) {
	case Local, Broadcast, unix.RTN_NAT, unix.RTN_ANYCAST:
		table = rt.TableLocal
	}
	v.Table.Set(table)
}

// scopeOf is what ip makes of a route without a scope.
func scopeOf(kind Kind, v *Route) rt.Scope {
	switch kind {
	case Local, unix.RTN_NAT:
		return rt.ScopeHost
	case Broadcast, unix.RTN_MULTICAST, unix.RTN_ANYCAST:
		return rt.ScopeLink
	case Unicast:
		if !v.Via.IsValid() && (v.More == nil || v.More.Hops == nil && !v.More.NextHopID.IsSet()) {
			return rt.ScopeLink
		}
	}
	return rt.ScopeGlobal
}

func isMPLS(v *Route) bool { return v.Family.Or(0) == unix.AF_MPLS }

// isIP reports whether a route that was read is one of IPv4 or IPv6: a dump of
// all families brings those of MPLS and of multicast, too.
func isIP(v *Route) bool {
	f := v.Family.Or(0)
	return f == unix.AF_INET || f == unix.AF_INET6
}

func hasVRF(v *Route) bool { return v.More != nil && v.More.VRF.IsSet() }

func refuse(path, why string) error {
	return &object.AttributeError{Code: "invalid", Path: path, Err: errors.New(why)}
}

// check refuses what would be ignored.
func check(verb object.Verb, v *Route) error {
	switch {
	case verb == object.Lookup && v.Dst.IsValid() && v.Dst.Bits() != v.Dst.Addr().BitLen():
		return refuse("dst", "one address is looked up, not a prefix")
	case verb == object.Delete && !v.Dst.IsValid() && !v.Label.IsSet() && !v.Via.IsValid() && !v.Family.IsSet():
		return refuse("dst", `is missing: which route? "default" is the default route`) // the kernel takes it for that
	case verb <= object.Replace && v.Dst.Addr().Is6() && v.Metric.IsSet() && v.Metric.Or(0) == 0:
		return refuse("metric", "of IPv6 only the kernel's own routes have 0; it takes that for 1024")
	case v.ViaLink != nil && !isMPLS(v):
		return refuse("via", "only a label is sent to a link-layer address")
	case v.More == nil:
		return nil
	case verb != object.Replace && v.More.Force.IsSet():
		return refuse("force", "only replace can be forced")
	case verb == object.Lookup && v.More.From.IsValid() && v.More.From.Bits() != v.More.From.Addr().BitLen():
		return refuse("from_", "a packet has one source address, not a prefix")
	}
	return nil
}

// resolve turns a VRF into its table, or into the device that a lookup begins
// with.
func resolve(ctx context.Context, s *object.Scope, verb object.Verb, v *Route) error {
	if !hasVRF(v) {
		return nil
	}
	vrf := v.More.VRF
	v.More.VRF = rt.Dev{}
	if verb == object.Lookup {
		if v.Dev.IsSet() {
			return refuse("vrf", "it stands for the output device, and that is given too")
		}
		v.Dev = vrf
		return nil
	}
	if v.Table.IsSet() {
		return refuse("vrf", "it stands for its table, and a table is given too")
	}
	table, err := s.VRFTable(ctx, vrf)
	if err != nil {
		return &object.AttributeError{Code: object.Code(err), Path: "vrf", Err: err}
	}
	v.Table.Set(rt.Table(table))
	return nil
}

// findLabel makes sure that the route to be deleted is there: of one that is
// not, the kernel says that it is gone.
func findLabel(ctx context.Context, t *object.Type[Route], s *object.Scope, v *Route) error {
	_, err := t.Get(ctx, s, &Route{Label: v.Label})
	return err
}
