// Command vmtest runs the tests that need a full kernel, those of every
// package whose tests import tests/nstest, in a virtual machine.
//
//	go run ./tests/vm/vmtest [-kernel NAMES] [-run REGEXP] [-v] [PACKAGES]
//
// As many machines run at once as there are CPUs, and each runs one test binary
// after the other, in its package's directory. In there a test that is
// skipped has failed, unless the kernel's own configuration or version excuses
// it; so has a test during which the kernel complained about itself.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"sync"
	"syscall"
	"time"

	"github.com/netlark/netlark/tests/vm/guest"
	"github.com/netlark/netlark/tests/vm/kernel"
)

type options struct {
	kernels  string
	run      string
	ran      string
	timeout  time.Duration
	verbose  bool
	patterns []string
}

func main() {
	guest.TakeOver()
	o := parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ok, err := test(ctx, o)
	if err != nil {
		fmt.Fprintln(os.Stderr, "vmtest:", err)
	}
	if !ok || err != nil {
		os.Exit(1)
	}
}

func parse() *options {
	o := &options{}
	flag.StringVar(&o.kernels, "kernel", "", "kernels to test on: `names` in tests/vm/kernels, separated by commas, or all, for all packages (default as make test does)")
	flag.StringVar(&o.run, "run", "", "run only the tests that match `regexp`, as go test does")
	flag.StringVar(&o.ran, "ran", "", "append the names of the tests that pass to `file`")
	flag.DurationVar(&o.timeout, "timeout", 20*time.Minute, "the longest that one package may take on one kernel")
	flag.BoolVar(&o.verbose, "v", false, "print all output as it comes")
	flag.Usage = func() {
		fmt.Fprintln(os.Stderr, "usage: vmtest [flags] [packages]")
		flag.PrintDefaults()
	}
	flag.Parse()
	o.patterns = flag.Args()
	if len(o.patterns) == 0 {
		o.patterns = []string{"./..."}
	}
	return o
}

// test tests on all chosen kernels.
func test(ctx context.Context, o *options) (ok bool, err error) {
	root, err := kernel.Root()
	if err != nil {
		return false, err
	}
	rows, err := kernel.Table(root)
	if err != nil {
		return false, err
	}
	if rows, err = kernel.Choose(rows, o.kernels); err != nil {
		return false, err
	}
	tmp, err := os.MkdirTemp("", "vmtest-")
	if err != nil {
		return false, err
	}
	defer os.RemoveAll(tmp)
	ran, err := openRan(o.ran)
	if err != nil {
		return false, err
	}
	defer ran.Close()
	var (
		p     = newPlan(root, tmp)
		print = newReporter(os.Stdout, ran, o.verbose, rows)
		wg    sync.WaitGroup
		todo  []*suite
	)
	for _, row := range rows {
		todo = append(todo, &suite{kernel: row.Name, families: o.kernels == "" && row.Test == kernel.Families, print: print})
	}
	wg.Go(func() { p.make(ctx, o.patterns) })
	queue := jobs(ctx, p, todo)
	for range runtime.NumCPU() {
		w := &worker{options: o, plan: p}
		wg.Go(func() { w.run(ctx, queue) })
	}
	wg.Wait()
	return !print.failed, ctx.Err()
}

// openRan opens the file for names of tests; "" is none.
func openRan(path string) (*os.File, error) {
	if path == "" {
		path = os.DevNull
	}
	return os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
}
