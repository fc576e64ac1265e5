package lab

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"golang.org/x/sys/unix"
)

// An UnfinishedError says that an Apply of a lab died. Recover undoes what it did.
type UnfinishedError struct{ Lab string }

// Error says what to do.
func (e *UnfinishedError) Error() string {
	return fmt.Sprintf("an apply of lab %q ended in the middle: netlark recover %[1]s makes all as it was before", e.Lab)
}

// Unfinished is an *UnfinishedError if an Apply of a lab died, and a *BusyError if one is
// at work or waits for a confirmation; nil: neither.
func Unfinished(name string) error {
	dir := filepath.Join(Dir, name)
	if !there(dir, journalName) {
		return nil
	}
	said, _ := os.ReadFile(filepath.Join(dir, lockName)) // of nobody, if it cannot be read
	busy := busyWith(name, said)
	// Asking the lock itself would keep others from it.
	if pid, err := strconv.Atoi(busy.PID); err == nil && !errors.Is(unix.Kill(pid, 0), unix.ESRCH) {
		return busy
	}
	return &UnfinishedError{name}
}
