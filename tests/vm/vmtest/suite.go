package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/netlark/netlark/tests/vm/frame"
	"github.com/netlark/netlark/tests/vm/kernel"
	"github.com/netlark/netlark/tests/vm/machine"
)

// A suite is one kernel's part: all packages in one machine.
type suite struct {
	*options
	plan   *plan
	print  *reporter
	kernel string // its name in the table
	dir    string // its directory

	vm    *machine.Machine // nil before the start and after a death
	total summary
}

// run tests all packages and prints what came of it.
func (s *suite) run(ctx context.Context) {
	s.total.start = time.Now()
	defer func() { s.print.summary(s.kernel, &s.total) }()
	if err := s.start(ctx); err != nil {
		s.total.fail(err.Error())
		return
	}
	s.total.release = kernel.Release(s.dir)
	s.total.boot = s.vm.Boot
	defer s.stop()
	<-s.plan.listed
	if s.plan.err != nil {
		s.total.fail(s.plan.err.Error())
	}
	for _, t := range s.plan.packages {
		<-t.built
		if ctx.Err() != nil {
			s.total.fail("stopped")
			return
		}
		r := s.test(ctx, t)
		s.total.add(r)
		s.print.result(s.kernel, r)
	}
}

// start starts the machine if none runs.
func (s *suite) start(ctx context.Context) (err error) {
	if s.vm != nil {
		return nil
	}
	if s.dir, err = kernel.Fetched(s.plan.root, s.kernel); err != nil {
		return err
	}
	s.vm, err = machine.Start(ctx, machine.Config{Kernel: s.dir, Visible: []string{s.plan.root, s.plan.tmp}})
	return err
}

// stop ends the machine; what the kernel complained about on the way down
// belongs to no package.
func (s *suite) stop() {
	if s.vm == nil {
		return
	}
	s.vm.Close()
	for _, line := range s.vm.Trouble() {
		s.total.fail("the kernel complains: " + line)
	}
}

// test runs one package's tests.
func (s *suite) test(ctx context.Context, t *testPackage) *result {
	r := &result{name: t.name}
	if t.err != nil {
		r.fail(t.err.Error())
		return r
	}
	if err := s.start(ctx); err != nil {
		r.fail(err.Error())
		return r
	}
	began := time.Now()
	parse, err := newParser(t.path, r, s.print.live(s.kernel))
	if err != nil {
		r.fail(err.Error())
		return r
	}
	st, err := s.execute(ctx, t, parse)
	if err := parse.Close(); err != nil {
		r.fail("test2json: " + err.Error())
	}
	r.seconds = time.Since(began).Seconds()
	r.judge(st)
	s.judge(r, err)
	return r
}

// execute runs the binary. Its own limit comes first, since reaching that one
// prints where every goroutine is.
func (s *suite) execute(ctx context.Context, t *testPackage, out io.Writer) (frame.Status, error) {
	args := []string{t.binary, "-test.v=test2json", "-test.paniconexit0", "-test.timeout=" + s.timeout.String()}
	if s.options.run != "" {
		args = append(args, "-test.run="+s.options.run)
	}
	ctx, cancel := context.WithTimeout(ctx, s.timeout+10*time.Second)
	defer cancel()
	return s.vm.Run(ctx, machine.Command{
		Program: frame.Program{Args: args, Env: machine.Environment(os.Environ()), Dir: t.dir, Merge: true},
		Stdout:  out,
	})
}

// judge adds what the machine has to say to what the tests said.
func (s *suite) judge(r *result, err error) {
	switch {
	case errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, machine.ErrDied):
		r.fail(fmt.Sprintf("killed after %v", s.timeout))
	case err != nil:
		r.fail(strings.TrimSpace(err.Error()))
	}
	for _, line := range s.vm.Trouble() {
		r.fail("the kernel complains: " + line)
	}
	if errors.Is(err, machine.ErrDied) {
		s.vm.Close()
		s.vm = nil // the next package gets a new one
	}
}
