package main

import (
	"os"
	"time"
)

// starts is how many starts one measurement is the median of.
const starts = 20

// startJob starts the program for a script that does nothing.
var startJob = &job{name: "start",
	peers: []peer{
		{name: "empty", argv: func() []string { return []string{os.Getenv(emptyVar)} }},
		{name: "netlark", argv: func() []string { return []string{os.Getenv(netlarkVar), "run", "-c", "pass"} }},
	},
	run: func(s *stage) ([]row, error) {
		got, err := s.starts("empty", "netlark")
		if err != nil {
			return nil, err
		}
		size, err := os.Stat(os.Getenv(netlarkVar))
		if err != nil {
			return nil, err
		}
		const title = "start"
		netlark := got.times(title, "`netlark run -c pass`", "netlark", "empty")
		return []row{
			got.times(title, "floor: an empty Go program", "empty", "empty"),
			netlark.atMost(3),
			rowOf(title, "… absolutely", "ms", got.of("netlark", wallMS)).limit(15),
			rowOf(title, "… peak memory", "MiB", got.of("netlark", peakMiB)),
			rowOf(title, "the program's size", "MB", []float64{float64(size.Size()) / 1e6}).limit(18),
		}, nil
	},
}

// starts is alternate with peers that are too short to be measured once: a
// measurement is the median of many starts.
func (s *stage) starts(names ...string) (series, error) {
	out := series{}
	for range s.rounds {
		one := series{}
		for range starts {
			for _, name := range names {
				got, err := runProcess(s.job, s.job.peer(name))
				if err != nil {
					return nil, err
				}
				one[name] = append(one[name], got)
			}
		}
		for _, name := range names {
			out[name] = append(out[name], one.middle(name))
		}
	}
	return out, nil
}

// middle is the median of each figure of a peer.
func (s series) middle(peer string) sample {
	return sample{
		Wall: time.Duration(1e6 * median(s.of(peer, wallMS))),
		CPU:  time.Duration(1e6 * median(s.of(peer, cpuMS))),
		Peak: uint64((1 << 20) * median(s.of(peer, peakMiB))),
	}
}
