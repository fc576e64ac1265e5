package lab

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// mounts is what is mounted where, as a thread sees it: a mount namespace, and a folder
// to be in.
type mounts struct {
	ns  *os.File
	dir string
}

// threadMounts is the calling thread's mount namespace.
const threadMounts = "/proc/thread-self/ns/mnt"

// openMounts opens those of the calling thread.
func openMounts() (*mounts, error) {
	ns, err := os.Open(threadMounts)
	if err != nil {
		return nil, err
	}
	dir, err := os.Getwd()
	if err != nil {
		dir = "/" // it was removed
	}
	return &mounts{ns, dir}, nil
}

func (m *mounts) close() { _ = m.ns.Close() } // only read from

// enter gives them to the calling thread, if it has others: it stays with them for good.
func (m *mounts) enter() error {
	if m == nil {
		return nil
	}
	mine, err := os.Stat(threadMounts)
	if err != nil {
		return err
	}
	if theirs, err := m.ns.Stat(); err != nil || os.SameFile(mine, theirs) {
		return err
	}
	// Only a thread that shares its folders with no other may.
	if err := unix.Unshare(unix.CLONE_FS); err != nil {
		return fmt.Errorf("unshare: %w", err)
	}
	if err := unix.Setns(int(m.ns.Fd()), unix.CLONE_NEWNS); err != nil {
		return fmt.Errorf("enter mounts: %w", err)
	}
	return unix.Chdir(m.dir)
}
