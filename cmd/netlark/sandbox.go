package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"golang.org/x/sys/unix"
)

// A sandbox is a process in namespaces of its own: network and mounts, and
// users where the caller is not root. It dies with the process. A running Go
// program cannot enter a user namespace, so netlark starts itself again.

// sandboxMark is set in the environment of the process inside.
const sandboxMark = "NETLARK_INSIDE_SANDBOX"

// childError is the exit code of the process inside.
type childError struct{ code int }

func (e *childError) Error() string { return fmt.Sprintf("exit code %d", e.code) }

// inSandbox reports whether this process is the one inside. It furnishes the
// sandbox the first time.
func inSandbox() bool {
	if os.Getenv(sandboxMark) == "" {
		return false
	}
	os.Unsetenv(sandboxMark) // programs that scripts start may make their own
	if err := furnish(); err != nil {
		fmt.Fprintln(os.Stderr, "Error: cannot furnish the sandbox:", err)
		os.Exit(exitFailed)
	}
	return true
}

// furnish gives the sandbox a /run of its own, so that names of namespaces do
// not meet those of the machine.
func furnish() error {
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("make mounts private: %w", err)
	}
	// The folder that we are in may lie below /run; keep it reachable.
	dir, err := os.Open(".")
	if err != nil {
		return err
	}
	defer dir.Close()
	if err := unix.Mount("tmpfs", "/run", "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, "mode=0755"); err != nil {
		return fmt.Errorf("mount /run: %w", err)
	}
	return unix.Fchdir(int(dir.Fd()))
}

// enterSandbox runs this very command inside and returns how it ended.
func enterSandbox() error {
	cmd := exec.Command("/proc/self/exe", os.Args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Env = append(os.Environ(), sandboxMark+"=1")
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWNET | unix.CLONE_NEWNS, Pdeathsig: syscall.SIGKILL}
	if os.Getuid() != 0 {
		cmd.SysProcAttr.Cloneflags |= unix.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}
	}
	// Ctrl-C reaches the process inside from the terminal; it decides.
	signal.Ignore(os.Interrupt)
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("cannot make a sandbox: %w%s", err, sandboxAdvice(err))
	}
	forward := make(chan os.Signal, 1)
	signal.Notify(forward, syscall.SIGTERM)
	go func() {
		for s := range forward {
			_ = cmd.Process.Signal(s)
		}
	}()
	err := cmd.Wait()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &exit) && exit.ExitCode() >= 0:
		return &childError{exit.ExitCode()}
	case errors.As(err, &exit) && exit.Sys().(syscall.WaitStatus).Signal() == syscall.SIGPIPE:
		return &childError{exitPipe} // who read its output has seen enough
	}
	return fmt.Errorf("sandbox: %w", err)
}

func sandboxAdvice(err error) string {
	switch {
	case errors.Is(err, unix.EPERM), errors.Is(err, unix.ENOSPC), errors.Is(err, unix.EUSERS):
		return " (this machine does not let users make namespaces: see sysctl kernel.unprivileged_userns_clone and user.max_user_namespaces; or run as root)"
	case errors.Is(err, unix.EINVAL):
		return " (the kernel is built without user namespaces; run as root)"
	}
	return ""
}
