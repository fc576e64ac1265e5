package main

import (
	"context"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/route"
)

// memoryJob keeps a large table.
var memoryJob = &job{name: "memory",
	peers: []peer{
		{name: "floor", run: drainRoutes},
		{name: "netlark", run: collectRoutes},
		{name: "rival", run: listRival},
	},
	run: func(s *stage) ([]row, error) {
		w, err := furnish()
		if err != nil {
			return nil, err
		}
		n := scaled(mostRoutes)
		if err := w.fill(0, n, mainTab); err != nil {
			return nil, err
		}
		got, err := s.alternate([]string{"floor", "netlark", "rival"}, nil, w.saw(n))
		if err != nil {
			return nil, err
		}
		const title = "keep 1M routes"
		return []row{
			rowOf(title, "netlark `route.Type.Collect`, live heap", "B/route", got.perObject("netlark", live)).limit(250),
			got.times(title, "… time; floor: receive, do not decode", "netlark", "floor"),
			rowOf(title, "… peak memory", "MiB", got.of("netlark", peakMiB)),
			rowOf(title, "vishvananda `RouteList`, live heap", "B/route", got.perObject("rival", live)),
			got.times(title, "… time", "rival", "floor"),
			rowOf(title, "… peak memory", "MiB", got.of("rival", peakMiB)),
		}, nil
	},
}

func collectRoutes(m *meter) error {
	s, err := dialled(unix.NETLINK_ROUTE)
	if err != nil {
		return err
	}
	defer s.Close()
	filter := ipv4()
	m.start()
	l, err := route.Type.Collect(context.Background(), s, &filter)
	m.stop()
	m.Objects = len(l)
	m.keeps(l)
	return err
}
