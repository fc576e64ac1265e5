package main

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/netlark/netlark/tests/vm/kernel"
)

// A suite is one kernel's part: packages, in one machine or several.
type suite struct {
	kernel   string // its name in the table
	families bool   // none but those of families
	print    *reporter

	mu    sync.Mutex
	left  int // packages
	total summary
}

// A job is a package to be tested on a kernel.
type job struct {
	*suite
	pkg *testPackage
}

// jobs are sent kernel by kernel, so that a machine is rarely left for another kernel's.
// Packages come in the order of the plan.
func jobs(ctx context.Context, p *plan, suites []*suite) <-chan job {
	c := make(chan job)
	go func() {
		defer close(c)
		<-p.listed
		for _, s := range suites {
			packages := s.packages(p)
			s.begin(len(packages), p.err)
			for _, t := range packages {
				select {
				case c <- job{s, t}:
				case <-ctx.Done():
					return
				}
			}
		}
	}()
	return c
}

// packages are those of the plan that run on the kernel.
func (s *suite) packages(p *plan) []*testPackage {
	if !s.families {
		return p.packages
	}
	return slices.DeleteFunc(slices.Clone(p.packages), func(t *testPackage) bool { return !t.family })
}

// begin says how much there is to be done, and what was wrong with the plan.
func (s *suite) begin(packages int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.left, s.total.start = packages, time.Now()
	if err != nil {
		s.total.fail(err.Error())
	}
	if s.left == 0 {
		s.print.summary(s.kernel, &s.total)
	}
}

// started takes note of a machine.
func (s *suite) started(dir string, boot time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.total.release, s.total.boot = kernel.Release(dir), max(s.total.boot, boot)
}

// add prints what came of a package, and of all after the last one.
func (s *suite) add(r *result) {
	s.print.result(s.kernel, r)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.total.add(r)
	if s.left--; s.left == 0 {
		s.print.summary(s.kernel, &s.total)
	}
}
