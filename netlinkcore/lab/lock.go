package lab

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// A lock keeps others from the same lab.
type lock struct {
	f   *os.File
	dir string
}

const lockName = "lock"

// unwritten says that nothing is done as nothing can be written down.
func unwritten(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("nothing is done, since it could not be undone: %w", err)
}

// hold takes the lock of a lab; who has it is an error.
func hold(lab string) (*lock, error) {
	dir := filepath.Join(Dir, lab)
	path := filepath.Join(dir, lockName)
	for {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return nil, unwritten(err)
		}
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
		if errors.Is(err, fs.ErrNotExist) {
			continue // whoever had it took the folder away
		}
		if err != nil {
			return nil, unwritten(err)
		}
		l := &lock{f, dir}
		current, err := l.take(lab, path)
		switch _, busy := errors.AsType[*BusyError](err); {
		case busy:
			return nil, errors.Join(err, f.Close())
		case err != nil:
			l.release()
			return nil, unwritten(err)
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
		said := make([]byte, 64)
		n, _ := l.f.Read(said)
		return false, busyWith(lab, said[:n])
	}
	if !l.isOf(path) {
		return false, nil
	}
	return true, l.says(fmt.Sprint(os.Getpid()))
}

// isOf reports whether the file is the one at a path.
func (l *lock) isOf(path string) bool {
	mine, err := l.f.Stat()
	if err != nil {
		return false
	}
	current, err := os.Stat(path)
	return err == nil && os.SameFile(mine, current)
}

// says writes down who has the lock.
func (l *lock) says(who string) error {
	if err := l.f.Truncate(0); err != nil {
		return err
	}
	_, err := l.f.WriteAt([]byte(who), 0)
	return err
}

// freePause is how often AwaitFree looks.
const freePause = 50 * time.Millisecond

// AwaitFree waits until no other process works on a lab, or ctx ends.
func AwaitFree(ctx context.Context, name string) error {
	for {
		l, err := hold(name)
		if err == nil {
			l.release()
			return nil
		}
		if _, busy := errors.AsType[*BusyError](err); !busy {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(freePause):
		}
	}
}

// sweep removes what a process that died had begun to write.
func (l *lock) sweep() {
	for _, name := range []string{recordName, journalName} {
		_ = os.Remove(filepath.Join(l.dir, name+half)) // there is hardly ever one
	}
	if !there(l.dir, journalName) {
		_ = os.Remove(filepath.Join(l.dir, earlierName)) // of an Apply that was final
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

// A BusyError says that another process works on a lab, or waits for a confirmation
// until a time that is not zero.
type BusyError struct {
	Lab, PID string
	Until    time.Time
}

// busyWith reads who has the lock.
func busyWith(lab string, said []byte) *BusyError {
	pid, until, _ := strings.Cut(string(said), " ")
	busy := &BusyError{Lab: lab, PID: pid}
	busy.Until, _ = time.Parse(time.RFC3339, until) // or else it waits for nothing
	return busy
}

// Error names the process.
func (e *BusyError) Error() string {
	if e.Until.IsZero() {
		return fmt.Sprintf("process %s works on lab %q", e.PID, e.Lab)
	}
	return fmt.Sprintf("lab %q waits to be confirmed, and is undone at %s: netlark confirm %s keeps it (process %s)",
		e.Lab, e.Until.Local().Format(time.TimeOnly), e.Lab, e.PID)
}
