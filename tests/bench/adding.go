package main

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/netip"
	"os"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/route"
	"github.com/netlark/netlark/netlinkcore/rt"
)

const manyRoutes = 100_000

// batchJob adds routes, many to a send.
var batchJob = &job{name: "add-batched",
	peers: []peer{
		{name: "floor", run: addSends},
		{name: "netlark", run: addBatch},
		{name: "rival", run: addRival},
		{name: "ip", argv: func() []string { return []string{"ip", "-batch", batchFile} }},
	},
	run: func(s *stage) ([]row, error) {
		if err := writeBatchFile(); err != nil {
			return nil, err
		}
		got, err := s.addRoutes("floor", "netlark", "rival", "ip")
		if err != nil {
			return nil, err
		}
		const title = "add 100k routes, batched"
		return []row{
			got.times(title, "floor: encoded before, 128 a send", "floor", "floor"),
			got.times(title, "netlark `route.Type.Queue`", "netlark", "floor").atMost(1.15),
			got.times(title, "vishvananda `Handle.RouteAdd`", "rival", "floor"),
			got.times(title, "`ip -batch`", "ip", "floor"),
		}, nil
	},
}

// callJob adds routes with a system call and an answer for each.
var callJob = &job{name: "add-each",
	peers: []peer{
		{name: "floor", run: addEach},
		{name: "netlark", run: addCalls},
		{name: "rival", run: addRival},
	},
	run: func(s *stage) ([]row, error) {
		got, err := s.addRoutes("floor", "netlark", "rival")
		if err != nil {
			return nil, err
		}
		const title = "add 100k routes, an answer each"
		return []row{
			got.times(title, "floor: encoded before, send and wait", "floor", "floor"),
			got.times(title, "netlark `route.Type.Add`", "netlark", "floor").atMost(1.2),
			got.times(title, "vishvananda `Handle.RouteAdd`", "rival", "floor"),
		}, nil
	},
}

// addRoutes lets peers add routes to an empty table, and counts them after each.
func (s *stage) addRoutes(peers ...string) (series, error) {
	w, err := furnish()
	if err != nil {
		return nil, err
	}
	n := scaled(manyRoutes)
	return s.alternate(peers,
		func(*peer, *sample) error { return w.empty() },
		func(*peer, *sample) error { return w.verify(n) })
}

// addSends is the floor of a batch.
func addSends(m *meter) error {
	w, err := find()
	if err != nil {
		return err
	}
	sends := encodeSends(0, scaled(manyRoutes), mainTab, w.index)
	m.start()
	defer m.stop()
	for _, b := range sends {
		if err := w.raw.exchange(b); err != nil {
			return err
		}
	}
	return nil
}

// addEach is the floor of calls.
func addEach(m *meter) error {
	w, err := find()
	if err != nil {
		return err
	}
	var all []byte
	var ends []int
	for i := range scaled(manyRoutes) {
		all = addRoute(all, i, mainTab, w.index, unix.NLM_F_ACK)
		ends = append(ends, len(all))
	}
	m.start()
	defer m.stop()
	at := 0
	for _, end := range ends {
		if err := w.raw.exchange(all[at:end]); err != nil {
			return err
		}
		at = end
	}
	return nil
}

// plainRoute is the i-th route as netlark knows it.
func plainRoute(i int, dev rt.Dev) route.Route {
	return route.Route{Dst: netip.PrefixFrom(hostAddr(i), 32), Via: gateway, Dev: dev}
}

func addBatch(m *meter) error {
	w, err := find()
	if err != nil {
		return err
	}
	ctx, dev := context.Background(), rt.DevIndex(w.index)
	s := object.NewScope(object.Config{})
	defer s.Close()
	var refused error
	m.start()
	defer m.stop()
	b := s.Batch(func(_ any, err error) { refused = err })
	r := plainRoute(0, dev)
	for i := range scaled(manyRoutes) {
		r.Dst = netip.PrefixFrom(hostAddr(i), 32)
		if err := route.Type.Queue(ctx, b, object.Add, route.Type.Ref(&r), nil); err != nil {
			return err
		}
	}
	if err := b.Flush(ctx); err != nil {
		return err
	}
	return refused
}

func addCalls(m *meter) error {
	w, err := find()
	if err != nil {
		return err
	}
	ctx, dev := context.Background(), rt.DevIndex(w.index)
	s := object.NewScope(object.Config{})
	defer s.Close()
	r := plainRoute(0, dev)
	m.start()
	defer m.stop()
	for i := range scaled(manyRoutes) {
		r.Dst = netip.PrefixFrom(hostAddr(i), 32)
		if err := route.Type.Add(ctx, s, &r); err != nil {
			return err
		}
	}
	return nil
}

// addRival keeps its socket, as its Handle offers: its package functions would
// open one for each route.
func addRival(m *meter) error {
	w, err := find()
	if err != nil {
		return err
	}
	h, err := handle()
	if err != nil {
		return err
	}
	defer h.Close()
	m.start()
	defer m.stop()
	via, mask := net.IP(gateway.AsSlice()), net.CIDRMask(32, 32)
	r := netlink.Route{LinkIndex: int(w.index), Gw: via}
	for i := range scaled(manyRoutes) {
		r.Dst = &net.IPNet{IP: hostAddr(i).AsSlice(), Mask: mask}
		if err := h.RouteAdd(&r); err != nil {
			return err
		}
	}
	return nil
}

// batchFile is what ip reads; the stage writes it in the directory of the
// built programs.
var batchFile = os.Getenv(dirVar) + "/routes.ip"

func writeBatchFile() error {
	f, err := os.Create(batchFile)
	if err != nil {
		return err
	}
	defer f.Close()
	w := bufio.NewWriter(f)
	for i := range scaled(manyRoutes) {
		fmt.Fprintf(w, "route add %s via %s dev %s\n", hostAddr(i), gateway, device)
	}
	return w.Flush()
}
