package program

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"strings"
	"syscall"
)

// A StartError says that a program did not start.
type StartError struct {
	Name string // of the program
	Err  error
}

// Unwrap returns what the system said.
func (e *StartError) Unwrap() error { return e.Err }

// Error says what is wrong with the program. The kernel says only which errno,
// and that of several things.
func (e *StartError) Error() string {
	_, statErr := os.Stat(e.Name)
	switch {
	case errors.Is(e.Err, exec.ErrNotFound):
		return fmt.Sprintf("there is no program %q in $PATH", e.Name)
	case errors.Is(e.Err, exec.ErrDot):
		return fmt.Sprintf("%q is only in the current folder; write \"./%s\"", e.Name, e.Name)
	case errors.Is(e.Err, fs.ErrNotExist) && statErr == nil && strings.HasPrefix(e.Name, "/"):
		return fmt.Sprintf("%s: the interpreter or loader that it names is not there", e.Name)
	case errors.Is(e.Err, fs.ErrNotExist):
		return fmt.Sprintf("there is no program %q", e.Name)
	case errors.Is(e.Err, fs.ErrPermission):
		return fmt.Sprintf("%s is not a file that may be run", e.Name)
	case errors.Is(e.Err, syscall.ENOEXEC):
		return fmt.Sprintf("%s is neither a program for this machine nor a script that begins with #!", e.Name)
	case errors.Is(e.Err, syscall.E2BIG):
		return "arguments and environment are longer than the kernel takes"
	}
	return fmt.Sprintf("%s cannot be started: %v", e.Name, Plainly(e.Err))
}

// Plainly returns the reason of an error without the system call's name.
func Plainly(err error) error {
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		return path.Err
	}
	return err
}
