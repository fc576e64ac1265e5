package main

import (
	"net"
	"runtime"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"
	"golang.org/x/sys/unix"
)

// ringRival makes the ring with the classic library: a handle kept in each
// namespace, and both ends born in place.
func ringRival(m *meter) error {
	runtime.LockOSThread()
	home, err := netns.Get()
	if err != nil {
		return err
	}
	n := scaled(ringNodes)
	m.start()
	spaces, handles := make([]netns.NsHandle, n), make([]*netlink.Handle, n)
	for i := range n {
		if spaces[i], err = netns.NewNamed(ringName(i)); err != nil {
			return err
		}
		if handles[i], err = handle(); err != nil {
			return err
		}
	}
	if err := netns.Set(home); err != nil {
		return err
	}
	for i := range n {
		veth := &netlink.Veth{
			LinkAttrs: netlink.LinkAttrs{Name: "right", Namespace: netlink.NsFd(spaces[i])},
			PeerName:  "left", PeerNamespace: netlink.NsFd(spaces[(i+1)%n]),
		}
		if err := netlink.LinkAdd(veth); err != nil {
			return err
		}
	}
	for i := range n {
		if err := rivalNode(handles[i], i, n); err != nil {
			return err
		}
	}
	m.stop()
	return countRing()
}

func rivalNode(h *netlink.Handle, i, n int) error {
	a, gateway := ringAddrs(i)
	_, b := ringAddrs((i + n - 1) % n)
	addrs := map[string]net.IP{"right": a.AsSlice(), "left": b.AsSlice()}
	for _, name := range []string{"lo", "right", "left"} {
		l, err := h.LinkByName(name)
		if err != nil {
			return err
		}
		if err := h.LinkSetUp(l); err != nil {
			return err
		}
		if addrs[name] == nil {
			continue
		}
		if err := h.AddrAdd(l, &netlink.Addr{IPNet: &net.IPNet{IP: addrs[name], Mask: net.CIDRMask(30, 32)}}); err != nil {
			return err
		}
	}
	return h.RouteAdd(&netlink.Route{Gw: gateway.AsSlice(), Family: unix.AF_INET})
}
