package main

import (
	"context"
	"fmt"
	"time"

	"github.com/vishvananda/netlink"

	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/route"
	"github.com/netlark/netlark/netlinkcore/rt"
)

const (
	besideRoutes = 200_000
	smallTable   = 100
	readings     = 10_000 // of the small table, in one measurement
)

// tableJob reads a table of one route, beside many in another one or none.
var tableJob = &job{name: "one-table",
	peers: []peer{
		{name: "alone", run: readAlone, alone: true},
		{name: "beside", run: readBeside},
		{name: "rival alone", run: rivalAlone, alone: true},
		{name: "rival beside", run: rivalBeside},
	},
	run: func(s *stage) ([]row, error) {
		w, err := furnish()
		if err != nil {
			return nil, err
		}
		n := scaled(besideRoutes)
		if err := w.fill(0, n, mainTab); err != nil {
			return nil, err
		}
		if err := w.fill(n, n+1, smallTable); err != nil {
			return nil, err
		}
		got, err := s.alternate([]string{"alone", "beside", "rival alone", "rival beside"}, nil, w.saw2(n))
		if err != nil {
			return nil, err
		}
		got.each()
		const title = "table of 1 route beside 200k others"
		return []row{
			got.times(title, "floor: netlark without the 200k", "alone", "alone"),
			got.times(title, "netlark `route.Type.Collect`", "beside", "alone").atMost(1.1),
			got.times(title, "vishvananda `RouteListFiltered` without the 200k", "rival alone", "alone"),
			got.times(title, "vishvananda `RouteListFiltered`", "rival beside", "alone"),
		}, nil
	},
}

// saw2 checks that a peer saw the one route each time, and that the others are
// there.
func (w *world) saw2(n int) check {
	return func(_ *peer, got *sample) error {
		if got.Objects < 1 {
			return fmt.Errorf("it saw no route")
		}
		return w.verify(n)
	}
}

// each divides times by the readings that they are of; each reading saw one
// route.
func (s series) each() {
	for _, samples := range s {
		for i := range samples {
			n := samples[i].Objects
			samples[i].Wall /= time.Duration(n)
			samples[i].CPU /= time.Duration(n)
		}
	}
}

// small makes a namespace with nothing but the small table.
func small() error {
	w, err := furnish()
	if err != nil {
		return err
	}
	return w.fill(0, 1, smallTable)
}

func readAlone(m *meter) error {
	if err := small(); err != nil {
		return err
	}
	return readBeside(m)
}

func readBeside(m *meter) error {
	ctx := context.Background()
	s := object.NewScope(object.Config{})
	defer s.Close()
	filter := ipv4()
	filter.Table.Set(rt.Table(smallTable))
	m.start()
	defer m.stop()
	for range readings {
		l, err := route.Type.Collect(ctx, s, &filter)
		if err != nil {
			return err
		}
		if len(l) != 1 {
			return fmt.Errorf("it saw %d routes, want 1", len(l))
		}
		m.Objects++
	}
	return nil
}

func rivalAlone(m *meter) error {
	if err := small(); err != nil {
		return err
	}
	return rivalReads(m, readings)
}

func rivalBeside(m *meter) error { return rivalReads(m, 1) }

func rivalReads(m *meter, times int) error {
	h, err := handle()
	if err != nil {
		return err
	}
	m.start()
	defer m.stop()
	for range times {
		l, err := h.RouteListFiltered(netlink.FAMILY_V4, &netlink.Route{Table: smallTable}, netlink.RT_FILTER_TABLE)
		if err != nil {
			return err
		}
		if len(l) != 1 {
			return fmt.Errorf("it saw %d routes, want 1", len(l))
		}
		m.Objects++
	}
	return nil
}
