package nstest

import (
	"errors"
	"flag"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"testing"

	"github.com/netlark/netlark/tests/vm/vmenv"
	"golang.org/x/sys/unix"
)

// againEnv marks the process that Main has started.
const againEnv = "NSTEST_AGAIN"

// Main runs a package's tests such that they can make namespaces without being
// root, and cannot reach the machine's own network: outside the VM it starts
// the test binary again in fresh user, mount and network namespaces. Call it
// from TestMain.
func Main(m *testing.M) {
	if os.Getenv(vmenv.Guest) != "" || os.Getenv(againEnv) != "" {
		os.Exit(m.Run())
	}
	if code, ok := again(); ok {
		os.Exit(code)
	}
	skipExamples()
	os.Exit(m.Run()) // New skips, and says why
}

// skipExamples leaves out what cannot skip by itself.
func skipExamples() {
	flag.Parse()
	if skip := flag.Lookup("test.skip"); skip.Value.String() == "" {
		_ = skip.Value.Set("^Example") // it is a text
	}
}

// again runs this process a second time, in namespaces. Root does not need to
// become root in a user namespace, but may have to in a container.
func again() (code int, ok bool) {
	if os.Geteuid() == 0 {
		if code, ok := againWith(0); ok {
			return code, true
		}
	}
	return againWith(unix.CLONE_NEWUSER)
}

func againWith(flag uintptr) (code int, ok bool) {
	cmd := exec.Command("/proc/self/exe", os.Args[1:]...)
	cmd.Args[0] = os.Args[0]
	cmd.Env = append(os.Environ(), againEnv+"=1")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: unix.CLONE_NEWNET | unix.CLONE_NEWNS | flag,
		Pdeathsig:  unix.SIGKILL, // the main thread, which lives as long as the process, starts it
	}
	if flag != 0 {
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{HostID: os.Geteuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{HostID: os.Getegid(), Size: 1}}
	}
	if cmd.Start() != nil {
		return 0, false
	}
	// The go command ends a test that takes too long by SIGQUIT, for the
	// goroutines' stacks; they are in the other process.
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, unix.SIGQUIT, unix.SIGTERM, unix.SIGINT)
	go func() {
		for sig := range signals {
			_ = cmd.Process.Signal(sig)
		}
	}()
	if exit, isExit := errors.AsType[*exec.ExitError](cmd.Wait()); isExit {
		return max(exit.ExitCode(), 1), true // -1 for a signal
	}
	return 0, true
}
