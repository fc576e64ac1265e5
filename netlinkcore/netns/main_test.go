package netns_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// The tests run in a mount namespace of their own with an empty /run, so that
// they see no names of the machine's and leave none. The stages say how far a
// process is on its way there.
const (
	stageVar    = "NETLARK_NETNS_STAGE"
	stageInside = "inside" // in new namespaces, /run not yet mounted
	stageNobody = "nobody" // without privileges, before a user namespace

	nestedVar = "NETLARK_NETNS_NESTED" // in a user namespace
)

func TestMain(m *testing.M) {
	code, err := stage(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "netns tests:", err)
		code = 1
	}
	os.Exit(code)
}

func stage(m *testing.M) (int, error) {
	switch os.Getenv(stageVar) {
	case stageInside:
		if err := privateRun(); err != nil {
			return 1, err
		}
		return m.Run(), nil
	case stageNobody:
		return run(userCommand(os.Args[1:]...))
	}
	if os.Getuid() != 0 {
		return run(userCommand(os.Args[1:]...))
	}
	cmd := self(stageInside, os.Args[1:]...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWNS | unix.CLONE_NEWNET}
	return run(cmd)
}

func privateRun() error {
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("private mounts: %w", err)
	}
	if err := unix.Mount("tmpfs", "/run", "tmpfs", 0, "mode=755"); err != nil {
		return fmt.Errorf("tmpfs on /run: %w", err)
	}
	return nil
}

// self runs the test binary again. Its path may be closed to other users.
func self(stage string, args ...string) *exec.Cmd {
	cmd := exec.Command("/proc/self/exe", args...)
	cmd.Env = append(os.Environ(), stageVar+"="+stage)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	return cmd
}

// userCommand runs the tests as root of a user namespace.
func userCommand(args ...string) *exec.Cmd {
	cmd := self(stageInside, args...)
	cmd.Env = append(cmd.Env, nestedVar+"=1")
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  unix.CLONE_NEWUSER | unix.CLONE_NEWNS | unix.CLONE_NEWNET,
		UidMappings: []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}},
	}
	return cmd
}

func run(cmd *exec.Cmd) (int, error) {
	err := cmd.Run()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return max(exit.ExitCode(), 1), nil
	}
	return 0, err
}
