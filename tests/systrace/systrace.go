// Package systrace runs a program and looks at each of its system calls before
// the kernel does, by ptrace: what it changes is seen from outside, and needs no
// hook inside. The calls can be counted, and the program killed before one.
//
// The package uses nothing of netlinkcore, so that it can test all of it.
package systrace

import (
	"fmt"
	"os"
	"runtime"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// A Call is a system call that is about to be made.
type Call struct {
	Number uint64
	Args   [6]uint64

	tid   int
	pid   int
	files *files
}

// Interrupt has the program get SIGINT, as from a terminal.
func (c *Call) Interrupt() error { return syscall.Kill(c.pid, syscall.SIGINT) }

// A Program is what is run: a file, its arguments without its name, and what it
// has in its environment besides what this process has.
type Program struct {
	Path string
	Args []string
	Env  []string
}

// Run runs p in the calling thread's namespaces, and calls see before each system
// call of any of its threads that may change something. If see returns false, p is killed before that call.
// It returns what p wrote and its state; an error is one of tracing.
func Run(p Program, see func(c *Call) bool) (out string, state syscall.WaitStatus, err error) {
	runtime.LockOSThread() // ptrace speaks to the thread that started the program
	defer runtime.UnlockOSThread()
	log, err := os.CreateTemp("", "systrace")
	if err != nil {
		return "", 0, err
	}
	defer log.Close()
	if err := os.Remove(log.Name()); err != nil {
		return "", 0, err
	}
	state, err = follow(p, log, see)
	if err != nil {
		return "", state, err
	}
	said, err := os.ReadFile(fmt.Sprintf("/proc/self/fd/%d", log.Fd()))
	return string(said), state, err
}

// The options of PTRACE_SETOPTIONS: new threads and processes are followed, and
// all end with the tracer.
const options = unix.PTRACE_O_TRACESYSGOOD | unix.PTRACE_O_TRACECLONE | unix.PTRACE_O_TRACEFORK | unix.PTRACE_O_TRACEVFORK |
	unix.PTRACE_O_TRACESECCOMP | unix.PTRACE_O_EXITKILL

func follow(p Program, log *os.File, see func(c *Call) bool) (syscall.WaitStatus, error) {
	null, err := os.Open(os.DevNull)
	if err != nil {
		return 0, err
	}
	defer null.Close()
	started, err := os.StartProcess(p.Path, append([]string{p.Path}, p.Args...), &os.ProcAttr{
		Env: append(os.Environ(), p.Env...), Files: []*os.File{null, log, log}, Sys: &syscall.SysProcAttr{Ptrace: true},
	})
	if err != nil {
		return 0, err
	}
	pid := started.Pid
	defer started.Release()
	var state syscall.WaitStatus
	if _, err := wait(pid, &state); err != nil {
		return state, err
	}
	if err := syscall.PtraceSetOptions(pid, options); err != nil {
		return state, err
	}
	resume, err := filter(pid)
	if err != nil {
		return state, err
	}
	t := tracer{pid: pid, see: see, resume: resume, known: map[int]bool{pid: true}, files: &files{netlink: map[string]int{}, opening: map[int]int{}}}
	if err := t.goOn(pid, 0); err != nil {
		return state, err
	}
	return t.loop()
}

// wait waits for a thread that the calling thread follows, -1 for any.
func wait(tid int, state *syscall.WaitStatus) (int, error) {
	for {
		got, err := syscall.Wait4(tid, state, unix.WALL|wnothread, nil)
		if err != syscall.EINTR {
			return got, err
		}
	}
}

// wnothread is __WNOTHREAD: other threads of this process have children too.
const wnothread = 0x20000000

// A tracer follows a process and its threads.
type tracer struct {
	pid   int
	see   func(c *Call) bool
	known map[int]bool // threads that have stopped once
	files *files
	dying bool

	resume int // how a thread goes on: PTRACE_CONT or PTRACE_SYSCALL
}

// goOn lets a thread go on, and gives it a signal.
func (t *tracer) goOn(tid int, signal syscall.Signal) error {
	how := t.resume
	if t.files.opens(tid) {
		how = syscall.PTRACE_SYSCALL // what the call returns is of interest
	}
	_, _, errno := unix.Syscall6(unix.SYS_PTRACE, uintptr(how), uintptr(tid), 0, uintptr(signal), 0, 0)
	if errno != 0 && errno != unix.ESRCH {
		return errno
	}
	return nil
}

func (t *tracer) loop() (end syscall.WaitStatus, err error) {
	for {
		var state syscall.WaitStatus
		tid, err := wait(-1, &state)
		if err == syscall.ECHILD {
			return end, nil
		}
		if err != nil {
			return end, err
		}
		if state.Exited() || state.Signaled() {
			if tid == t.pid {
				end = state
			}
			continue
		}
		if err := t.goOn(tid, t.stopped(tid, state)); err != nil {
			return end, err
		}
	}
}

// stopped looks why a thread stopped, and returns the signal that it is to get.
func (t *tracer) stopped(tid int, state syscall.WaitStatus) syscall.Signal {
	first := !t.known[tid]
	t.known[tid] = true
	switch sig := state.StopSignal(); {
	case sig == syscall.SIGTRAP|0x80, state.TrapCause() == unix.PTRACE_EVENT_SECCOMP:
		t.call(tid)
		return 0
	case sig == syscall.SIGTRAP, first && sig == syscall.SIGSTOP:
		return 0
	default:
		return sig
	}
}

// info is struct ptrace_syscall_info.
type info struct {
	op   uint8
	_    [3]uint8
	arch uint32
	ip   uint64
	sp   uint64
	nr   uint64 // at the exit: what the call returned
	args [6]uint64
	_    [4]uint64
}

const (
	getSyscallInfo = 0x420e // PTRACE_GET_SYSCALL_INFO
	atEntry        = 1
	atExit         = 2
	atFilter       = 3
)

func (t *tracer) call(tid int) {
	var i info
	_, _, errno := unix.Syscall6(unix.SYS_PTRACE, getSyscallInfo, uintptr(tid), unsafe.Sizeof(i), uintptr(unsafe.Pointer(&i)), 0, 0)
	if errno != 0 || t.dying { // it is gone, or about to be
		return
	}
	switch i.op {
	case atEntry, atFilter:
		c := &Call{Number: i.nr, Args: i.args, tid: tid, pid: t.pid, files: t.files}
		t.files.enter(c)
		if !t.see(c) {
			t.dying = true
			_ = syscall.Kill(t.pid, syscall.SIGKILL) // the call is not made any more
		}
	case atExit:
		t.files.leave(tid, int64(i.nr))
	}
}
