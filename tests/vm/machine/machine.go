// Package machine starts a throw-away virtual machine with a stock Debian
// kernel and runs programs in it, one after the other, as root.
package machine

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"github.com/netlark/netlark/tests/vm/frame"
)

// A Config says what machine to start. Empty fields have sensible meanings.
type Config struct {
	Kernel   string   // directory of a prepared kernel
	Memory   string   // QEMU's -m; 512M
	CPUs     string   // QEMU's -smp; 1
	Accel    string   // tcg, kvm or auto; auto
	Append   string   // more of the kernel's command line
	Load     []string // modules to load first: those that have no alias
	Visible  []string // host directories that programs read
	Writable []string // host directories that programs write to
}

// A Machine is a running VM. Its methods are for one goroutine, but Signal
// and Kill may be called from any.
type Machine struct {
	Accel string        // tcg or kvm
	Boot  time.Duration // from the start of QEMU until init was ready

	qemu    *exec.Cmd
	stderr  bytes.Buffer
	exited  chan struct{}
	console console
	tmp     string
	link    *os.File
	out     *frame.Writer
	in      chan message
	done    chan struct{} // closed when nobody reads in any more
}

type message struct {
	typ     byte
	payload []byte
}

// ErrDied is part of the error for a VM that ended or stopped answering
// before the program in it did.
var ErrDied = errors.New("the VM died")

// How long a machine may take before it counts as dead.
const (
	bootLimit    = 60 * time.Second
	kvmBootLimit = 15 * time.Second // real KVM takes one second; see hasKVM
	killLimit    = 10 * time.Second
	quitLimit    = 5 * time.Second
)

// Start starts a machine and waits until its init is ready.
func Start(ctx context.Context, cfg Config) (_ *Machine, err error) {
	if cfg.Kernel, err = filepath.Abs(cfg.Kernel); err == nil {
		cfg.Kernel, err = filepath.EvalSymlinks(cfg.Kernel) // the guest sees other links below /tmp
	}
	if err != nil {
		return nil, err
	}
	accel := cfg.Accel
	if accel == "" || accel == "auto" {
		accel = "tcg"
		if hasKVM() {
			m, err := boot(ctx, cfg, "kvm", kvmBootLimit)
			if err == nil {
				return m, nil
			}
			fmt.Fprintln(os.Stderr, "no start under KVM, so the CPU is emulated:", err)
		}
	}
	return boot(ctx, cfg, accel, bootLimit)
}

func boot(ctx context.Context, cfg Config, accel string, limit time.Duration) (_ *Machine, err error) {
	m := &Machine{Accel: accel, exited: make(chan struct{}), in: make(chan message), done: make(chan struct{})}
	if m.tmp, err = os.MkdirTemp("", "vmrun-"); err != nil {
		return nil, err
	}
	m.console.file = filepath.Join(m.tmp, "console")
	start := time.Now()
	if err := m.launch(cfg, accel); err != nil {
		os.RemoveAll(m.tmp)
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	if err := m.awaitHello(ctx); err != nil {
		m.Close()
		return nil, err
	}
	m.Boot = time.Since(start)
	return m, nil
}

// launch starts QEMU and the goroutines that listen to it.
func (m *Machine) launch(cfg Config, accel string) error {
	initrd := filepath.Join(m.tmp, "initrd")
	shares := sharesOf(cfg)
	if err := writeInitrd(initrd, cfg, shares); err != nil {
		return err
	}
	pair, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	link, peer := os.NewFile(uintptr(pair[0]), "host"), os.NewFile(uintptr(pair[1]), "guest")
	defer peer.Close()
	m.qemu = exec.Command("qemu-system-x86_64", arguments(cfg, accel, initrd, m.console.file, shares)...)
	m.qemu.ExtraFiles = []*os.File{peer} // descriptor 3, see arguments
	m.qemu.Stderr = &m.stderr
	// Nothing is to outlive this process (or this thread, which Go keeps unless
	// a goroutine is locked to it), and Ctrl-C is for it, not for QEMU.
	m.qemu.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}
	if err := m.qemu.Start(); err != nil {
		link.Close()
		return err
	}
	m.link, m.out = link, frame.NewWriter(link)
	go func() {
		_ = m.qemu.Wait()
		close(m.exited)
	}()
	go m.listen()
	return nil
}

// listen hands on what the guest sends; the channel is closed when QEMU is
// gone.
func (m *Machine) listen() {
	defer close(m.in)
	r := bufio.NewReaderSize(m.link, 64<<10)
	for {
		typ, payload, err := frame.Read(r)
		if err != nil {
			return
		}
		select {
		case m.in <- message{typ, payload}:
		case <-m.done:
			return
		}
	}
}

func (m *Machine) awaitHello(ctx context.Context) error {
	select {
	case f, ok := <-m.in:
		switch {
		case !ok:
			return m.died("QEMU ended during the start")
		case f.typ == frame.Fatal:
			return m.died("init: " + string(f.payload))
		}
		return nil
	case <-ctx.Done():
		return m.died("no sign of init: " + ctx.Err().Error())
	}
}

// died returns an error with all that is known about a machine's end.
func (m *Machine) died(why string) error {
	m.Kill() // so that QEMU's own words are complete
	<-m.exited
	return fmt.Errorf("%w: %s\n%s%s", ErrDied, why, m.stderr.String(), m.console.tail())
}

// A Command is a program to run.
type Command struct {
	frame.Program
	Stdout, Stderr io.Writer // Stderr is not used when Merge is set
}

// Run runs a program to its end. When the context ends first, everything in
// the VM is killed, and the context's error is returned with the status. After
// an error that is ErrDied the machine is of no more use.
func (m *Machine) Run(ctx context.Context, c Command) (frame.Status, error) {
	if err := m.out.SendJSON(frame.Run, c.Program); err != nil {
		return frame.Status{}, m.died(err.Error())
	}
	over := ctx.Done()
	var dead <-chan time.Time
	for {
		select {
		case f, ok := <-m.in:
			if !ok {
				return frame.Status{}, m.died("it ended without an exit status")
			}
			if f.typ == frame.Exit {
				var st frame.Status
				return st, errors.Join(json.Unmarshal(f.payload, &st), ctx.Err())
			}
			if err := c.write(f); err != nil {
				return frame.Status{}, err
			}
		case <-over:
			over, dead = nil, time.After(killLimit)
			m.Signal(syscall.SIGKILL)
		case <-dead:
			return frame.Status{}, m.died("no answer after " + ctx.Err().Error())
		}
	}
}

func (c Command) write(f message) error {
	w := c.Stdout
	if f.typ == frame.Stderr {
		w = c.Stderr
	}
	_, err := w.Write(f.payload)
	return err
}

// Signal sends a signal to the running program, SIGKILL to all processes.
func (m *Machine) Signal(sig syscall.Signal) {
	_ = m.out.Send(frame.Signal, []byte{byte(sig)}) // a dead machine shows in Run
}

// Kill pulls the plug; Run then returns.
func (m *Machine) Kill() { _ = m.qemu.Process.Kill() }

// Close shuts the machine down.
func (m *Machine) Close() {
	_ = m.out.Send(frame.Quit, nil)
	select {
	case <-m.exited:
	case <-time.After(quitLimit):
		m.Kill()
		<-m.exited
	}
	close(m.done)
	m.link.Close()
	m.console.close()
	os.RemoveAll(m.tmp)
}

// Trouble returns the console's lines since the last call in which the kernel
// complains about itself.
func (m *Machine) Trouble() []string { return m.console.trouble() }

// Console returns everything that the kernel has printed.
func (m *Machine) Console() string { return m.console.all() }

// Usage returns the CPU time and the peak memory of a machine that was closed.
func (m *Machine) Usage() (cpu time.Duration, peakKB int64) {
	st := m.qemu.ProcessState
	if ru, ok := st.SysUsage().(*syscall.Rusage); ok {
		peakKB = ru.Maxrss
	}
	return st.UserTime() + st.SystemTime(), peakKB
}
