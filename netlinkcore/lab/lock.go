package lab

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// A lock keeps others from the same lab.
type lock struct{ f *os.File }

// hold takes the lock of a lab; who has it is an error.
func hold(lab string) (*lock, error) {
	dir := filepath.Join(Dir, lab)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		defer f.Close() // only read from
		if !errors.Is(err, unix.EWOULDBLOCK) {
			return nil, err
		}
		pid := make([]byte, 20)
		n, _ := f.Read(pid)
		return nil, &BusyError{lab, string(pid[:n])}
	}
	err = errors.Join(f.Truncate(0), func() error { _, err := fmt.Fprint(f, os.Getpid()); return err }())
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &lock{f}, nil
}

func (l *lock) release() { _ = l.f.Close() } // which unlocks it

// A BusyError says that another process works on a lab.
type BusyError struct{ Lab, PID string }

// Error names the process.
func (e *BusyError) Error() string { return fmt.Sprintf("process %s works on lab %q", e.PID, e.Lab) }
