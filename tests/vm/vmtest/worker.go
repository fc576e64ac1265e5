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

// A worker has a machine and runs one package's tests in it after the other's.
type worker struct {
	*options
	plan *plan

	on *suite           // whose kernel runs
	vm *machine.Machine // nil before the start and after a death
}

// run does jobs until there are none.
func (w *worker) run(ctx context.Context, jobs <-chan job) {
	defer w.stop()
	for j := range jobs {
		<-j.pkg.built
		r := w.test(ctx, j)
		if ctx.Err() != nil {
			return
		}
		j.add(r)
	}
}

// stop ends the machine, if there is one. What the kernel complains about on the way down
// belongs to no package.
func (w *worker) stop() {
	if w.vm == nil {
		return
	}
	w.vm.Close()
	for _, line := range w.vm.Trouble() {
		w.on.print.complaint(w.on.kernel, line)
	}
	w.vm = nil
}

// start starts a machine with a suite's kernel, if none runs.
func (w *worker) start(ctx context.Context, s *suite) error {
	if w.vm != nil && w.on == s {
		return nil
	}
	w.stop()
	dir, err := kernel.Fetched(w.plan.root, s.kernel)
	if err != nil {
		return err
	}
	vm, err := machine.Start(ctx, machine.Config{Kernel: dir, Visible: []string{w.plan.root, w.plan.tmp}})
	if err != nil {
		return err
	}
	w.vm, w.on = vm, s
	s.started(dir, vm.Boot)
	return nil
}

// test runs one package's tests.
func (w *worker) test(ctx context.Context, j job) *result {
	r := &result{name: j.pkg.name}
	if j.pkg.err != nil {
		r.fail(j.pkg.err.Error())
		return r
	}
	if err := w.start(ctx, j.suite); err != nil {
		r.fail(err.Error())
		return r
	}
	began := time.Now()
	parse, err := newParser(j.pkg.path, r, j.print.live(j.kernel))
	if err != nil {
		r.fail(err.Error())
		return r
	}
	st, err := w.execute(ctx, j.pkg, parse)
	if err := parse.Close(); err != nil {
		r.fail("test2json: " + err.Error())
	}
	r.seconds = time.Since(began).Seconds()
	r.judge(st)
	w.judge(r, err)
	return r
}

// execute runs the binary. Its own limit comes first, since reaching that one
// prints where every goroutine is.
func (w *worker) execute(ctx context.Context, t *testPackage, out io.Writer) (frame.Status, error) {
	args := []string{t.binary, "-test.v=test2json", "-test.paniconexit0", "-test.timeout=" + w.timeout.String()}
	if w.options.run != "" {
		args = append(args, "-test.run="+w.options.run)
	}
	ctx, cancel := context.WithTimeout(ctx, w.timeout+10*time.Second)
	defer cancel()
	return w.vm.Run(ctx, machine.Command{
		Program: frame.Program{Args: args, Env: machine.Environment(os.Environ()), Dir: t.dir, Merge: true},
		Stdout:  out,
	})
}

// judge adds what the machine has to say to what the tests said.
func (w *worker) judge(r *result, err error) {
	switch {
	case errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, machine.ErrDied):
		r.fail(fmt.Sprintf("killed after %v", w.timeout))
	case err != nil:
		r.fail(strings.TrimSpace(err.Error()))
	}
	for _, line := range w.vm.Trouble() {
		r.fail("the kernel complains: " + line)
	}
	if errors.Is(err, machine.ErrDied) {
		w.vm.Close()
		w.vm = nil // the next package gets a new one
	}
}
