package lab

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// A mark tells the programs that one Apply started, and those that they started, from
// all others, also when the Apply has died: it is in their environment.
type mark string

// markVar is the variable of the environment.
const markVar = "NETLARK_APPLY"

// newMark returns one that no other Apply has.
func newMark(lab string) mark {
	return mark(fmt.Sprintf("%s.%d.%d", lab, os.Getpid(), time.Now().UnixNano()))
}

// env is what is added to a program's environment.
func (m mark) env() string { return markVar + "=" + string(m) }

// end ends what still runs of an Apply that is undone.
func (m mark) end(ctx context.Context) (int, error) {
	if m == "" { // it started none
		return 0, nil
	}
	return endAll(ctx, m.has)
}

// has reports whether a process has the mark. The environment of others' processes
// cannot be read.
func (m mark) has(pid int) bool {
	data, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "environ"))
	return err == nil && bytes.Contains(append([]byte{0}, data...), []byte("\x00"+m.env()+"\x00"))
}
