package main

import (
	"context"
	"fmt"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/route"
)

const (
	mostRoutes = 1_000_000
	fewRoutes  = 10_000
)

// scanJob reads a large table, one route after the other.
var scanJob = &job{name: "iterate",
	peers: []peer{
		{name: "floor", run: drainRoutes},
		{name: "netlark", run: scanRoutes},
		{name: "rival", run: iterRival},
		{name: "rival list", run: listRival},
		{name: "ip", argv: func() []string { return []string{"ip", "-json", "-4", "route", "show", "table", "main"} }},
	},
	run: runScan,
}

func runScan(s *stage) ([]row, error) {
	w, err := furnish()
	if err != nil {
		return nil, err
	}
	few, most := scaled(fewRoutes), scaled(mostRoutes)
	if err := w.fill(0, few, mainTab); err != nil {
		return nil, err
	}
	small, err := s.alternate([]string{"netlark"}, nil, w.saw(few))
	if err != nil {
		return nil, err
	}
	if err := w.fill(few, most, mainTab); err != nil {
		return nil, err
	}
	got, err := s.alternate([]string{"floor", "netlark", "rival", "rival list", "ip"}, nil, w.saw(most))
	if err != nil {
		return nil, err
	}
	const title = "iterate 1M routes"
	return []row{
		got.times(title, "floor: receive, do not decode", "floor", "floor"),
		got.times(title, "netlark `route.Type.Scan`", "netlark", "floor").atMost(1.2),
		rowOf(title, "… allocations a route", "", got.perObject("netlark", mallocs)).zero(),
		rowOf(title, "… peak memory", "MiB", got.of("netlark", peakMiB)),
		growth(title, "… more than after 10k routes", got, small).limit(1),
		got.times(title, "vishvananda `RouteListFilteredIter`", "rival", "floor"),
		rowOf(title, "… peak memory", "MiB", got.of("rival", peakMiB)),
		got.times(title, "vishvananda `RouteList`", "rival list", "floor"),
		rowOf(title, "… peak memory", "MiB", got.of("rival list", peakMiB)),
		got.times(title, "`ip -json route`", "ip", "floor"),
	}, nil
}

// saw checks that a peer that counts saw all routes, and that they are there.
func (w *world) saw(n int) check {
	return func(_ *peer, got *sample) error {
		if got.Objects != 0 && got.Objects != n+w.base {
			return fmt.Errorf("it saw %d routes, want %d", got.Objects, n+w.base)
		}
		return w.verify(n)
	}
}

func mallocs(s *sample) float64 { return float64(s.Mallocs) }
func live(s *sample) float64    { return float64(s.Live) }
func peakMiB(s *sample) float64 { return float64(s.Peak) / (1 << 20) }

// perObject divides a figure by the number of objects that the peer saw.
func (s series) perObject(peer string, figure func(*sample) float64) []float64 {
	out := s.of(peer, figure)
	for i := range out {
		out[i] /= float64(s[peer][i].Objects)
	}
	return out
}

// zero gives a row the bar that nothing is done for each object: what is done
// once, for any number of them, is less than one in a hundred.
func (r row) zero() row {
	r.Bar, r.OK = "0", r.Median < 0.01
	return r
}

// growth is how much more memory a peer takes for more objects.
func growth(job, what string, large, small series) row {
	v := large.of("netlark", peakMiB)
	base := median(small.of("netlark", peakMiB))
	for i := range v {
		v[i] -= base
	}
	return rowOf(job, what, "MiB", v)
}

func drainRoutes(m *meter) error {
	r, err := dial()
	if err != nil {
		return err
	}
	request := listRoutes(mainTab)
	m.start()
	defer m.stop()
	return r.drain(request)
}

// ipv4 is the filter for what the rival is asked for, too.
func ipv4() (filter route.Route) {
	filter.Family.Set(unix.AF_INET)
	return filter
}

func scanRoutes(m *meter) error {
	s, err := dialled(unix.NETLINK_ROUTE)
	if err != nil {
		return err
	}
	defer s.Close()
	filter := ipv4()
	m.start()
	defer m.stop()
	return route.Type.Scan(context.Background(), s, &filter, func(*route.Route) error {
		m.Objects++
		return nil
	})
}

// handle is the rival's connection.
func handle() (*netlink.Handle, error) { return netlink.NewHandle(unix.NETLINK_ROUTE) }

func iterRival(m *meter) error {
	h, err := handle()
	if err != nil {
		return err
	}
	m.start()
	defer m.stop()
	return h.RouteListFilteredIter(netlink.FAMILY_V4, &netlink.Route{}, 0, func(netlink.Route) bool {
		m.Objects++
		return true
	})
}

func listRival(m *meter) error {
	h, err := handle()
	if err != nil {
		return err
	}
	m.start()
	l, err := h.RouteList(nil, netlink.FAMILY_V4)
	m.stop()
	m.Objects = len(l)
	m.keeps(l)
	return err
}
