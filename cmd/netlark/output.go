package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"

	"github.com/netlark/netlark/starlarkmod/script"
)

// exitPipe is how a program ends that a closed pipe stops: 128 and SIGPIPE.
const exitPipe = 128 + int(syscall.SIGPIPE)

// An output is standard output for what is not a script's, and remembers that
// it could not be written: libraries do not look.
type output struct {
	w   io.Writer
	err error
}

func (o *output) Write(p []byte) (int, error) {
	n, err := o.w.Write(p)
	if err != nil && o.err == nil {
		o.err = &script.OutputError{Err: err}
	}
	return n, err
}

// after returns how to exit where a command would with code: what nobody could
// read was not done.
func (o *output) after(code int) int {
	if o.err == nil || code == exitPipe {
		return code
	}
	if errors.Is(o.err, syscall.EPIPE) {
		return exitPipe
	}
	fmt.Fprintln(os.Stderr, "Error:", o.err)
	return max(code, exitFailed)
}
