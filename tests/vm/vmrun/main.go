// Command vmrun runs a program as root in a throw-away virtual machine that
// boots a stock Debian kernel, and exits with the program's status.
//
//	vmrun -kernel NAME [flags] PROGRAM [ARGUMENTS]
//	vmrun prepare DIR
//
// NAME is a kernel of the table tests/vm/kernels, or the directory of a
// prepared one. It serves as go test -exec too:
//
//	CGO_ENABLED=0 go test -exec 'vmrun -kernel 6.1' ./netlinkcore/link
//
// The second form makes a kernel ready that getkernel.sh has unpacked.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/netlark/netlark/tests/vm/guest"
	"github.com/netlark/netlark/tests/vm/kernel"
	"github.com/netlark/netlark/tests/vm/machine"
)

// exitUnknown is the exit status when the program's own is not known: the VM
// did not start, died, or took too long.
const exitUnknown = 125

type options struct {
	kernel   string
	load     string
	timeout  time.Duration
	verbose  bool
	machine  machine.Config
	writable []string
	program  []string
}

func main() {
	guest.TakeOver()
	if len(os.Args) == 3 && os.Args[1] == "prepare" {
		exit(0, kernel.Prepare(os.Args[2]))
	}
	exit(run(parse()))
}

func exit(code int, err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "vmrun:", err)
		code = exitUnknown
	}
	os.Exit(code)
}

func parse() *options {
	o := &options{}
	flag.StringVar(&o.kernel, "kernel", "", "kernel: a name in tests/vm/kernels or a directory")
	flag.StringVar(&o.machine.Memory, "mem", "512M", "guest `memory`")
	flag.StringVar(&o.machine.CPUs, "smp", "1", "guest `CPUs`; more cost time and gain none under emulation")
	flag.StringVar(&o.machine.Accel, "accel", "auto", "auto, kvm or tcg")
	flag.StringVar(&o.machine.Append, "append", "", "more of the kernel's command `line`")
	flag.StringVar(&o.load, "load", "", "`modules` to load first, separated by commas")
	flag.DurationVar(&o.timeout, "timeout", 10*time.Minute, "kill the program after this `time`")
	flag.BoolVar(&o.verbose, "v", false, "print the console and what it cost, to stderr")
	flag.Func("rw", "host `directory` that the program may write to; repeatable", func(dir string) error {
		o.writable = append(o.writable, dir)
		return nil
	})
	flag.Parse()
	o.program = flag.Args()
	if o.kernel == "" || len(o.program) == 0 {
		fmt.Fprintln(os.Stderr, "usage: vmrun -kernel NAME [flags] PROGRAM [ARGUMENTS], or vmrun prepare DIR")
		flag.PrintDefaults()
		os.Exit(exitUnknown)
	}
	return o
}

func run(o *options) (int, error) {
	cmd, err := o.command()
	if err != nil {
		return 0, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), o.timeout)
	defer cancel()
	m, err := machine.Start(ctx, o.machine)
	if err != nil {
		return 0, err
	}
	defer o.report(m)
	defer forward(m)()
	st, err := m.Run(ctx, cmd)
	if err != nil {
		return 0, err
	}
	if st.Note != "" {
		fmt.Fprintln(os.Stderr, "vmrun:", st.Note)
	}
	return st.Code, nil
}

// forward passes signals on to the program; the second pulls the plug.
func forward(m *machine.Machine) (stop func()) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGQUIT)
	go func() {
		if sig, ok := <-signals; ok {
			m.Signal(sig.(syscall.Signal))
		}
		if _, ok := <-signals; ok {
			m.Kill()
		}
	}()
	return func() {
		signal.Stop(signals)
		close(signals)
	}
}

// report ends the machine and says what the kernel complained about.
func (o *options) report(m *machine.Machine) {
	m.Close()
	if o.verbose {
		cpu, peak := m.Usage()
		fmt.Fprintf(os.Stderr, "%svmrun: %s, init ready after %.2fs, %.2fs of CPU, %d MiB resident\n",
			m.Console(), m.Accel, m.Boot.Seconds(), cpu.Seconds(), peak>>10)
	}
	if trouble := m.Trouble(); len(trouble) > 0 {
		fmt.Fprintf(os.Stderr, "vmrun: the kernel complains:\n  %s\n", strings.Join(trouble, "\n  "))
	}
}
