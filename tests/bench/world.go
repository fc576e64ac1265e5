package main

import (
	"context"
	"fmt"
	"net"
	"net/netip"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/nl"
	"github.com/netlark/netlark/netlinkcore/object"
)

// The namespace of the jobs about routes: a pair of veths, both ends up in it.
// Routes are 10.x.y.z/32 via 192.0.2.2, a neighbour on the first end.

const (
	device  = "v0"
	mainTab = unix.RT_TABLE_MAIN
)

var (
	near    = netip.MustParsePrefix("192.0.2.1/24")
	gateway = netip.MustParseAddr("192.0.2.2")
)

// hostAddr is the destination of the i-th route.
func hostAddr(i int) netip.Addr {
	return netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)})
}

// A world is the furnished namespace.
type world struct {
	link  netlink.Link
	index uint32
	raw   *raw
	base  int // routes of the main table that belong to the device itself
}

// furnish makes the devices.
func furnish() (*world, error) {
	veth := &netlink.Veth{LinkAttrs: netlink.LinkAttrs{Name: device}, PeerName: "v1"}
	if err := netlink.LinkAdd(veth); err != nil {
		return nil, fmt.Errorf("add a pair of veths: %w", err)
	}
	for _, name := range []string{"lo", "v1", device} {
		l, err := netlink.LinkByName(name)
		if err == nil {
			err = netlink.LinkSetUp(l)
		}
		if err != nil {
			return nil, fmt.Errorf("set %s up: %w", name, err)
		}
	}
	w, err := find()
	if err != nil {
		return nil, err
	}
	addr := &netlink.Addr{IPNet: &net.IPNet{IP: near.Addr().AsSlice(), Mask: net.CIDRMask(near.Bits(), 32)}}
	if err := netlink.AddrAdd(w.link, addr); err != nil {
		return nil, fmt.Errorf("add an address: %w", err)
	}
	w.base, err = w.routes(mainTab)
	return w, err
}

// find returns what a furnished namespace holds, for peers.
func find() (*world, error) {
	l, err := netlink.LinkByName(device)
	if err != nil {
		return nil, fmt.Errorf("find %s: %w", device, err)
	}
	r, err := dial()
	return &world{link: l, index: uint32(l.Attrs().Index), raw: r}, err
}

// routes counts the routes of a table in the kernel.
func (w *world) routes(table byte) (int, error) {
	return w.raw.count(listRoutes(table), unix.RTM_NEWROUTE)
}

// fill adds the routes from first up to end to a table.
func (w *world) fill(first, end int, table byte) error {
	for _, b := range encodeSends(first, end, table, w.index) {
		if err := w.raw.exchange(b); err != nil {
			return err
		}
	}
	return nil
}

// empty removes what was added: a device that goes down takes its routes along,
// all in one call.
func (w *world) empty() error {
	if err := netlink.LinkSetDown(w.link); err != nil {
		return err
	}
	if err := netlink.LinkSetUp(w.link); err != nil {
		return err
	}
	return w.verify(0)
}

// verify counts the added routes.
func (w *world) verify(want int) error {
	n, err := w.routes(mainTab)
	if err == nil && n-w.base != want {
		err = fmt.Errorf("the main table has %d added routes, want %d", n-w.base, want)
	}
	return err
}

// dialled returns a Scope whose socket of a protocol is open, as those of the floor and of the rival are.
func dialled(proto int) (*object.Scope, error) {
	s := object.NewScope(object.Config{})
	err := s.Conn().Call(context.Background(), &nl.Request{Proto: proto, Type: unix.NLMSG_NOOP}, nil)
	if err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}
