package lab

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// A lock keeps others from the same lab.
type lock struct {
	f   *os.File
	dir string
}

// hold takes the lock of a lab; who has it is an error.
func hold(lab string) (*lock, error) {
	dir := filepath.Join(Dir, lab)
	path := filepath.Join(dir, "lock")
	for {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return nil, err
		}
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
		if errors.Is(err, fs.ErrNotExist) {
			continue // whoever had it took the folder away
		}
		if err != nil {
			return nil, err
		}
		l := &lock{f, dir}
		current, err := l.take(lab, path)
		switch _, busy := errors.AsType[*BusyError](err); {
		case busy:
			return nil, errors.Join(err, f.Close())
		case err != nil:
			l.release()
			return nil, err
		case current:
			l.sweep()
			return l, nil
		}
		_ = f.Close() // it is of a lab that went meanwhile
	}
}

// take locks the file, and reports whether it is still the one at path.
func (l *lock) take(lab, path string) (is bool, err error) {
	if err := unix.Flock(int(l.f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		if !errors.Is(err, unix.EWOULDBLOCK) {
			return false, err
		}
		pid := make([]byte, 20)
		n, _ := l.f.Read(pid)
		return false, &BusyError{lab, string(pid[:n])}
	}
	mine, err := l.f.Stat()
	if err != nil {
		return false, err
	}
	current, err := os.Stat(path)
	if err != nil || !os.SameFile(mine, current) {
		return false, nil
	}
	if err := l.f.Truncate(0); err != nil {
		return false, err
	}
	_, err = fmt.Fprint(l.f, os.Getpid())
	return true, err
}

// sweep removes what a process that died had begun to write.
func (l *lock) sweep() {
	for _, name := range []string{recordName, journalName} {
		_ = os.Remove(filepath.Join(l.dir, name+half)) // there is hardly ever one
	}
}

// release gives the lock back. Of a lab that is not there nothing stays.
func (l *lock) release() {
	if !there(l.dir, recordName) && !there(l.dir, journalName) {
		_ = os.RemoveAll(l.dir) // what stays is a folder without a lab
	}
	_ = l.f.Close() // which unlocks it
}

func there(dir, name string) bool {
	_, err := os.Lstat(filepath.Join(dir, name))
	return !errors.Is(err, fs.ErrNotExist)
}

// A BusyError says that another process works on a lab.
type BusyError struct{ Lab, PID string }

// Error names the process.
func (e *BusyError) Error() string { return fmt.Sprintf("process %s works on lab %q", e.PID, e.Lab) }
