package main

import (
	"context"
	"fmt"
	"net/netip"

	"github.com/netlark/netlark/netlinkcore/all"
	"github.com/netlark/netlark/netlinkcore/lab"
	"github.com/netlark/netlark/netlinkcore/netns"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/route"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// crowdedJob makes a node with many routes, beside the same routes in a batch.
var crowdedJob = &job{name: "crowded",
	peers: []peer{
		{name: "batch", run: addBatch},
		{name: "apply", run: applyCrowded(0), lab: true},
		{name: "again", run: applyCrowded(1), lab: true},
	},
	run: func(s *stage) ([]row, error) {
		w, err := furnish()
		if err != nil {
			return nil, err
		}
		before := func(p *peer, _ *sample) error {
			if p.lab {
				return nil
			}
			return w.empty()
		}
		got, err := s.alternate([]string{"batch", "apply", "again"}, before, nil)
		if err != nil {
			return nil, err
		}
		const title = "a node with 100k routes"
		perRoute := func(s *sample) float64 { return float64(s.Peak) / float64(scaled(manyRoutes)) }
		return []row{
			got.times(title, "floor: netlark's batch of the routes", "batch", "batch"),
			got.times(title, "netlark: `lab.Apply`, with plan and verification", "apply", "batch").atMost(1.5),
			got.times(title, "netlark: `lab.Apply` again, which changes nothing", "again", "batch"),
			rowOf(title, "memory of the process a route", "B", got.of("apply", perRoute)).limit(600),
		}, nil
	},
}

// applyCrowded measures the apply after some others of the same lab.
func applyCrowded(after int) func(m *meter) error {
	return func(m *meter) error {
		for range after {
			if err := crowded(nil); err != nil {
				return err
			}
		}
		if err := crowded(m); err != nil {
			return err
		}
		ns, err := netns.Open("crowded.a")
		if err != nil {
			return err
		}
		defer ns.Close()
		return ns.Do(func() error {
			r, err := dial()
			if err != nil {
				return err
			}
			defer r.close()
			n, err := r.count(listRoutes(mainTab), 24)
			if err == nil && n < scaled(manyRoutes) {
				err = fmt.Errorf("%d routes are there", n)
			}
			return err
		})
	}
}

// crowded declares the node and applies it, in m's time.
func crowded(m *meter) error {
	l, err := lab.New("crowded", all.Families())
	if err != nil {
		return err
	}
	a, err := l.Node("a", nil)
	if err != nil {
		return err
	}
	b, err := l.Node("b", nil)
	if err != nil {
		return err
	}
	if err := l.Cable(&lab.Cable{A: lab.End{Node: a, Name: device, Addrs: []netip.Prefix{near}}, B: lab.End{Node: b}}); err != nil {
		return err
	}
	for i := range scaled(manyRoutes) {
		r := plainRoute(i, rt.DevName(device))
		if err := a.Declare(object.Add, route.Type.Ref(&r), nil); err != nil {
			return err
		}
	}
	if m != nil {
		m.start()
		defer m.stop()
	}
	apply := lab.Apply{}
	_, err = apply.Apply(context.Background(), l)
	return err
}
