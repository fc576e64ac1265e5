package route

import (
	"context"
	"errors"
	"net/netip"
	"slices"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/nl"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/rt"
	"github.com/netlark/netlark/netlinkcore/wire"
)

// The kernel replaces the first route with a key, whoever made it: the route to
// a device's own network too, without which the device is of no use and which
// nothing makes again.

var errKernels = errors.New("the kernel made the route that stands there; force = True replaces it")

// spareKernels refuses a replacement that would hit a route of the kernel's.
func spareKernels(ctx context.Context, t *object.Type[Route], s *object.Scope, v *Route) error {
	if v.More != nil && v.More.Force.Or(false) || !v.Dst.IsValid() || v.Dst.Bits() == 0 {
		return nil
	}
	networks, err := ownNetworks(ctx, s, v.Dst)
	if err != nil || !slices.Contains(networks, v.Dst.Masked()) && !isMulticast(v.Dst) {
		return err
	}
	// Reading the table takes longer, and is seldom needed.
	metric := uint32(0)
	if v.Dst.Addr().Is6() {
		metric = defaultMetric6
	}
	var first *Route
	for have, err := range t.List(ctx, s, &Route{Dst: v.Dst, Table: v.Table}) {
		if err != nil {
			return err
		}
		if first == nil && have.TOS.Or(0) == v.TOS.Or(0) && metricOf(&have, metric) == metricOf(v, metric) {
			first = &have
		}
	}
	if first != nil && first.Protocol.Or(rt.ProtoUnspec) == rt.ProtoKernel && !standsIn(v, first) {
		return &object.AttributeError{Code: "conflict", Path: "dst", Err: errKernels}
	}
	return nil
}

// standsIn reports whether a route does what the kernel's did: it leads to the same device,
// and the kernel takes it for its own.
func standsIn(v, kernels *Route) bool {
	same := v.Dev.Name() != "" && v.Dev.Name() == kernels.Dev.Name() || v.Dev.Index != 0 && v.Dev.Index == kernels.Dev.Index
	return same && v.Protocol.Or(rt.ProtoBoot) == rt.ProtoKernel && !v.Via.IsValid()
}

const defaultMetric6 = 1024 // IP6_RT_PRIO_USER

// metricOf is a route's metric; that of one being read is 0 where it is not
// said, and that of one to be made is what the kernel sets.
func metricOf(v *Route, unset uint32) uint32 {
	if n := v.Metric.Or(0); n != 0 {
		return n
	}
	return unset
}

// isMulticast reports whether it is the prefix that every device has a route
// for.
func isMulticast(p netip.Prefix) bool { return p.Addr().Is6() && p.Addr().IsMulticast() }

// ownNetworks are the networks of all addresses of a family: only to those does
// the kernel make routes.
func ownNetworks(ctx context.Context, s *object.Scope, like netip.Prefix) (out []netip.Prefix, err error) {
	req := nl.Request{Type: unix.RTM_GETADDR, Body: make([]byte, unix.SizeofIfAddrmsg)}
	req.Body[0] = unix.AF_INET
	if like.Addr().Is6() {
		req.Body[0] = unix.AF_INET6
	}
	for m, err := range s.Conn().Dump(ctx, &req) {
		if err != nil {
			return nil, err
		}
		if len(m.Body) < unix.SizeofIfAddrmsg {
			continue
		}
		r := wire.NewReader(m.Body[unix.SizeofIfAddrmsg:])
		for {
			id, data, ok := r.Next()
			if !ok {
				break
			}
			a, isAddr := netip.AddrFromSlice(data)
			if !isAddr || id != unix.IFA_ADDRESS && id != unix.IFA_LOCAL && id != unix.IFA_BROADCAST {
				continue
			}
			whole := netip.PrefixFrom(a, a.BitLen())
			out = append(out, whole, netip.PrefixFrom(a, min(int(m.Body[1]), a.BitLen())).Masked())
		}
	}
	return out, nil
}
